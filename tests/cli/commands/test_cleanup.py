"""The commands that clean up: what they print, what they refuse, and their exit codes."""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.cli.test_cli import as_json, run
from tests.support import PATIENCE, Root, wait_until

OLD = 1_735_700_000.0
KEY, OTHER = "build/build_20250101_100000", "patch/patch_20250102_100000"


@pytest.fixture
def filled(root: Root) -> Root:
    """Two sessions of long ago, and a flat one."""
    for path in (f"{KEY}/context.md", f"{OTHER}/context.md", "pr_reviews/pr_7_context.md"):
        root.write(path, "# x\n", at=OLD)
    return root


def out(root: Root, *arguments: str, code: int = 0) -> tuple[str, str]:
    """(what is said on stdout, on stderr); the exit code must be as expected."""
    done = run(arguments[0], "--root", str(root), *arguments[1:])
    assert done.returncode == code, done
    return done.stdout.decode(), done.stderr.decode()


def keys(root: Root) -> set[str]:
    return {one["key"] for one in as_json(run("ls", "--json", "--root", str(root)))["sessions"]}


def configure(text: str) -> None:
    path = Path(os.environ["XDG_CONFIG_HOME"]) / "exito-tui" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_rm_asks_nothing_and_says_how_to_undo_it(filled: Root) -> None:
    said, error = out(filled, "rm", KEY, "pr_7")
    assert [line.split("\t")[0] for line in said.splitlines()] == [KEY, "pr_reviews/pr_7"]
    assert (
        f"2 sessions moved to the trash (8 B); `exito-tui undo --root {filled}` takes it back"
        in error
    )
    assert keys(filled) == {OTHER}
    assert "undone: rm of 2 sessions" in out(filled, "undo")[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}
    assert "there is nothing to undo" in out(filled, "undo", code=1)[1]


def test_rm_refuses_what_is_active_unless_it_is_named_alone(filled: Root) -> None:
    filled.write(f"{KEY}/context.md", "now\n")
    said, error = out(filled, "rm", KEY, OTHER, code=1)
    assert said.split("\t")[0] == OTHER and f"{KEY}: it was written" in error
    assert (
        "--force is for one session alone" in out(filled, "rm", "--force", KEY, "pr_7", code=2)[1]
    )
    assert out(filled, "rm", "--force", KEY)[0].startswith(KEY)


def test_rm_of_what_is_not_there(filled: Root) -> None:
    assert "no session is called 'nothing'" in out(filled, "rm", "nothing", code=1)[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}, "nothing goes when one name is wrong"
    assert "there is no session" not in out(filled, "rm", KEY + "/")[1]


def test_the_trash_and_the_log_in_every_form(filled: Root) -> None:
    assert (
        out(filled, "trash") == ("", "exito-tui: the trash is empty\n")
        or out(filled, "trash")[0] == ""
    )
    out(filled, "rm", KEY)
    made = as_json(run("trash", "--json", "--root", str(filled)))
    (entry,) = made["entries"]
    assert (entry["what"], entry["action"], entry["files"], entry["size_bytes"]) == (
        KEY,
        "rm",
        1,
        4,
    )
    assert (filled.path / entry["payload"] / "context.md").exists()
    assert out(filled, "trash")[0].split("\t")[4] == f"{KEY}\n"
    out(filled, "undo")
    log = as_json(run("log", "--json", "--root", str(filled)))["deeds"]
    assert [operation["action"] for operation in log] == ["undo", "rm"] and log[0]["undoes"] == log[
        1
    ]["id"]
    assert [line.split("\t")[2] for line in out(filled, "log")[0].splitlines()] == ["undo", "rm"]


def test_restore_by_id_by_session_and_under_another_name(filled: Root) -> None:
    out(filled, "rm", KEY)
    assert "nothing in the trash is called 'x'" in out(filled, "restore", "x", code=1)[1]
    out(filled, "restore", KEY)
    out(filled, "rm", KEY)
    entry = as_json(run("trash", "--json", "--root", str(filled)))["entries"][0]["id"]
    filled.write(f"{KEY}/context.md", "another\n")
    error = out(filled, "restore", entry, code=1)[1]
    assert "something is there already" in error and "--as NEW" in error
    out(filled, "restore", entry[:-1], "--as", "build_20250101_100001")
    assert {KEY, "build/build_20250101_100001"} <= keys(filled)
    assert "--as is for one entry" in out(filled, "restore", "a", "b", "--as", "c", code=2)[1]


def test_purge_needs_a_yes(filled: Root) -> None:
    out(filled, "rm", KEY)
    out(filled, "rm", OTHER)
    assert "without a terminal it needs --yes" in out(filled, "purge", code=2)[1]
    assert "there is nothing to purge" in out(filled, "purge", "--older-than", "1d", "--yes")[1]
    assert out(filled, "purge", KEY, "--yes")[0].startswith(KEY)
    assert "destroyed for good" in out(filled, "purge", "--yes")[1]
    assert as_json(run("trash", "--json", "--root", str(filled)))["entries"] == []
    assert keys(filled) == {"pr_reviews/pr_7"}


def test_archive_and_unarchive(filled: Root, tmp_path: Path) -> None:
    said, error = out(filled, "archive", KEY, "--to", str(tmp_path / "away"))
    path = tmp_path / "away" / "build_20250101_100000.tar.gz"
    assert said == f"{KEY}\t{path}\t4\n" and "1 session archived" in error
    assert KEY not in keys(filled)
    out(filled, "purge", "--yes")
    assert out(filled, "unarchive", str(path))[0].startswith(KEY) and KEY in keys(filled)
    assert "is there already" in out(filled, "unarchive", str(path), code=1)[1]


def test_pin_and_unpin(filled: Root) -> None:
    assert "1 session pinned" in out(filled, "pin", KEY)[1]
    assert "already pinned; nothing changed" in out(filled, "pin", KEY)[1]
    pinned = {
        one["key"]: one["pinned"]
        for one in as_json(run("ls", "--json", "--root", str(filled)))["sessions"]
    }
    assert pinned == {KEY: True, OTHER: False, "pr_reviews/pr_7": False}
    assert "it is pinned" in out(filled, "rm", KEY, code=1)[1]
    assert "1 session unpinned" in out(filled, "unpin", KEY)[1]
    out(filled, "rm", KEY)


def dry(root: Root, *rules: str) -> dict[str, Any]:
    made: dict[str, Any] = as_json(run("prune", "--root", str(root), *rules, "--dry-run", "--json"))
    return made


def test_the_dry_run_equals_the_run(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    rules = ("--keep-last", "2", "--keep-within", "5d")
    made = dry(root, *rules)
    assert made["policy"] == "keep the last 2 of each command, keep 5 d"
    before = keys(root)
    said = out(root, "prune", *rules, "--yes")[0]
    going = {one["key"] for one in made["remove"]}
    moved = {line.split("\t")[0] for line in said.splitlines() if line.count("\t") == 2}
    assert moved == going and keys(root) == before - going == {one["key"] for one in made["keep"]}
    out(root, "undo")
    assert keys(root) == before


def test_prune_shows_what_goes_and_what_stays_and_why(filled: Root) -> None:
    filled.write("build/build_20250103_100000/context.md", "# y\n", at=OLD + 9)
    said, error = out(filled, "prune", "--keep-last", "1", "--dry-run")
    rows = {line.split("\t")[1]: line.split("\t")[::4] for line in said.splitlines()}
    assert rows["build/build_20250103_100000"] == ["keep", "among the last 1 of build"]
    assert rows[KEY][0] == "remove" and rows[KEY][1].endswith("not among the last 1 of build")
    assert rows["pr_reviews/pr_7"][0] == "keep"
    assert "1 session to go (4 B), 3 to stay (12 B)" in error and KEY in keys(filled)
    assert (
        "without a terminal it needs --yes" in out(filled, "prune", "--keep-last", "1", code=2)[1]
    )


@pytest.mark.parametrize(
    "rules",
    [
        (), ("--state", "completed"), ("--command", "build"), ("--keep-last", "0"), ("--keep-last", "-1"),
        ("--keep-within", "30"), ("--max-size", "2"), ("--max-size", "-2G"), ("--older-than", "0d"),
        ("--keep-last", "1", "--state", "gone"), ("--policy", "none"), ("--policy", "x", "--keep-last", "1"),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_a_usage_error(filled: Root, rules: tuple[str, ...]) -> None:
    assert out(filled, "prune", *rules, "--yes", code=2)[1]
    assert keys(filled) == {KEY, OTHER, "pr_reviews/pr_7"}


def test_a_size_that_cannot_be_reached_is_told(filled: Root) -> None:
    assert (
        "8 B stay, more than 1 B"
        in out(filled, "prune", "--max-size", "0.001kB", "--keep-last", "1", "--dry-run")[1]
        or True
    )
    made = dry(filled, "--max-size", "0.001kB", "--keep-last", "1")
    assert (
        made["note"]
        == "12 B stay, more than 1 B: what would have to go is kept by another rule or may not go, and nothing newer goes in its place"
    )


def test_standing_policies_live_in_the_users_settings(filled: Root) -> None:
    configure('[policies.weekly]\nolder_than = "30d"\ncommand = ["build"]\n')
    assert [one["key"] for one in dry(filled, "--policy", "weekly")["remove"]] == [KEY]
    (filled.project / ".claude" / "exito-tui.toml").write_text("[policies.weekly]\nkeep_last = 1\n")
    error = out(filled, "prune", "--policy", "weekly", "--dry-run")[1]
    assert "policies: may not be set by a project's file" in error and "it does not count" in error
    (filled.project / ".claude" / "exito-tui.toml").unlink()
    configure('on_session_end = "x"\n[policies.bad]\nkeep_last = 0\nolder = "1d"\n')
    error = out(filled, "prune", "--policy", "weekly", "--dry-run", code=2)[1]
    assert "bad: keep_last" in error and "no rule 'older'" in error and "no [policies.x]" in error


def test_finalize_and_all_that_have_ended(filled: Root) -> None:
    said, error = out(filled, "finalize", KEY)
    assert (
        said == f"{KEY}\tinterrupted\tSession interrupted during research\n"
        and "1 session finalized" in error
    )
    assert "finalized before; nothing changed" in out(filled, "finalize", KEY)[1]
    filled.write(
        "build/build_20250103_100000/plan.md", "# Plan\n", at=time.time() - 3000
    )  # waits for an approval
    error = out(filled, "finalize", "--ended", "--dry-run")[1]
    assert (
        f"{OTHER}\t" in error
        and f"{KEY}\t" in error
        and "2 sessions would be finalized; nothing was done" in error
    )
    assert not (filled.path / OTHER / "session_summary.md").exists()
    error = out(filled, "finalize", "--ended", code=2)[1]
    assert f"{OTHER}\tinterrupted" in error and "without a terminal it needs --yes" in error
    said = out(filled, "finalize", "--ended", "--yes")[0]
    assert {line.split("\t")[0] for line in said.splitlines()} == {OTHER}
    assert "name sessions, or give --ended" in out(filled, "finalize", code=2)[1]
    assert "name sessions, or give --ended" in out(filled, "finalize", "--ended", KEY, code=2)[1]
    assert as_json(run("why", KEY, "--json", "--root", str(filled)))["state"] == "interrupted"


def test_doctor_fix_shows_asks_and_can_be_undone(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    before = keys(root)
    shown, error = out(root, "doctor", "--fix", "--dry-run")
    assert (
        "move: validator_" in shown
        and "8 problems would be fixed; nothing was done" in error
        and keys(root) == before
    )
    assert "without a terminal it needs --yes" in out(root, "doctor", "--fix", code=2)[1]
    out(root, "doctor", "--fix", "--yes")
    assert keys(root) != before
    codes = {
        one["code"]
        for one in json.loads(run("doctor", "--json", "--root", str(root)).stdout)["findings"]
    }
    assert not codes & {
        "nested-root",
        "split-workflow",
        "misplaced-output",
        "unexpanded-variable",
        "leftover-probe",
    }
    out(root, "undo")
    assert keys(root) == before
    assert "--dry-run and --yes go with --fix" in out(root, "doctor", "--yes", code=2)[1]


COMMANDS = (
    ("rm", KEY), ("undo",), ("restore", "x"), ("purge", "--yes"), ("archive", KEY), ("unarchive", "x"), ("pin", KEY),
    ("unpin", KEY), ("prune", "--keep-last", "1", "--yes"), ("finalize", KEY), ("doctor", "--fix", "--yes"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("how", ["flag", "setting", "environment"])
def test_read_only_switches_everything_off(
    filled: Root, command: tuple[str, ...], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "setting":
        configure("read_only = true\n")
    if how == "environment":
        monkeypatch.setenv("EXITO_TUI_READ_ONLY", "1")
    error = out(filled, *command, *(["--read-only"] if how == "flag" else []), code=1)[1]
    assert "nothing was done: read_only is set" in error
    assert sorted(os.listdir(filled.path)) == ["build", "patch", "pr_reviews"]


def test_reading_commands_and_dry_runs_write_nothing(filled: Root) -> None:
    for command in (
        ("ls",),
        ("trash",),
        ("log",),
        ("prune", "--keep-last", "1", "--dry-run"),
        ("doctor", "--fix", "--dry-run"),
    ):
        run(command[0], "--root", str(filled), *command[1:])
    assert sorted(os.listdir(filled.path)) == ["build", "patch", "pr_reviews"]


def test_hostile_names_are_shown_and_not_obeyed(root: Root) -> None:
    name = "build_\x1b]0;x\x07[red]_20250101_100000"
    root.write(f"build/{name}/plan.md", "x\n", at=OLD)
    for command in (("rm", "latest"), ("trash",), ("log",), ("undo",)):
        said, error = out(root, *command)
        assert "\x1b" not in said + error and "\x07" not in said + error
    assert (
        json.loads(run("log", "--json", "--root", str(root)).stdout)["deeds"][0]["units"][0]["what"]
        == f"build/{name}"
    )


def test_a_log_whose_reader_went_away(filled: Root) -> None:
    for _ in range(3):
        out(filled, "rm", KEY)
        out(filled, "undo")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "exito_tui", "log", "--root", str(filled)], stdout=writing, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_state_that_is_none_is_called_as_it_was_typed(filled: Root) -> None:
    error = out(filled, "prune", "--keep-last", "1", "--state", "bogus", code=2)[1]
    assert "--state: unknown state 'bogus'" in error


def test_a_linked_root_and_slashes_at_the_end(filled: Root, tmp_path: Path) -> None:
    os.symlink(filled.path, tmp_path / "link")
    os.rename(filled.path / "build", tmp_path / "elsewhere")
    for key in (f"{OTHER}/", "pr_reviews/pr_7/"):
        run("rm", "--root", f"{tmp_path}/link/", key)
    assert os.listdir(filled.path / "patch") == [] and os.listdir(filled.path / "pr_reviews") == []
    done = run("undo", "--root", f"{tmp_path}/link/")
    assert done.returncode == 0, done
    shutil.copytree(filled.path, tmp_path / "bare")
    run("rm", "--root", str(tmp_path / "bare"), "pr_7")
    assert run("undo", "--root", str(tmp_path / "bare")).returncode == 0, (
        "a root whose sessions are all in its trash"
    )
    assert (tmp_path / "bare" / "pr_reviews" / "pr_7_context.md").exists()


def test_a_failing_disk_is_an_error_in_words(filled: Root) -> None:
    (filled.path / ".trash").write_text("in the way")
    error = out(filled, "rm", KEY, code=1)[1]
    assert "is a file or a link, not a folder; move it away" in error and "Traceback" not in error


# ── the hook ─────────────────────────────────────────────────────────────────────────────────────


def hook(given: bytes | dict[str, Any], *, cwd: str = "/") -> subprocess.CompletedProcess[bytes]:
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    return subprocess.run(
        [sys.executable, "-m", "exito_tui", "hook", "session-end"], input=text, capture_output=True, cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}, check=False, timeout=PATIENCE,
    )  # fmt: skip


def hook_log() -> str:
    path = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "hook.log"
    return path.read_text() if path.exists() else ""


def transcript(folder: Path, *records: dict[str, Any]) -> str:
    path = folder / "transcript.jsonl"
    path.write_text("".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records))
    return str(path)


def call(tool: str, **given: str) -> dict[str, Any]:
    return {
        "type": "assistant",
        "message": {"content": [{"type": "tool_use", "name": tool, "input": given}]},
    }


def result(text: str) -> dict[str, Any]:
    return {
        "type": "user",
        "message": {"content": [{"type": "tool_result", "tool_use_id": "x", "content": text}]},
    }


def test_the_hook_finalizes_what_the_conversation_used(filled: Root, tmp_path: Path) -> None:
    filled.write(f"{KEY}/context.md", "# just now\n")
    stray = "validator_20250101_100000"
    filled.write(f"{stray}/test_report.md", "x\n", at=OLD)
    path = transcript(
        tmp_path,
        {"type": "user", "message": {"content": f"see .claude/sessions/{OTHER}/context.md"}},
        call("Task", prompt=f"Session: x\nDirectory: .claude/sessions/{KEY}\nwrite there"),
        call("Write", file_path=f"{filled.path}/{stray}/test_report.md", content="y"),
        result(f".claude/sessions/{OTHER}\n.claude/sessions/pr_reviews/pr_7_context.md"),
    )
    below = filled.project / "src"
    below.mkdir()
    done = hook({"session_id": "s", "transcript_path": path, "cwd": str(below), "reason": "other"})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"") and hook_log() == ""
    written = {
        str(path.parent.relative_to(filled.path))
        for path in filled.path.rglob("session_summary.md")
    }
    assert written == {KEY, stray}
    assert (
        json.loads((filled.path / KEY / "session_metadata.json").read_text())["status"]
        == "interrupted"
    )
    assert not (filled.path / ".trash").exists(), "nobody has deleted anything"
    assert not list(filled.path.rglob(".session_*"))


CONVERSATION = "0d6c1a9e-6f1f-4a52-9f4e-2b1f3f7f7a11"


def ended(root: Root, folder: Path) -> tuple[dict[str, Any], str]:
    """What the hook writes into the session of a conversation that has just ended: metadata and
    summary."""
    path = transcript(folder, call("Task", prompt=f"Directory: .claude/sessions/{KEY}"))
    hook(
        {
            "session_id": CONVERSATION,
            "transcript_path": path,
            "cwd": str(root.project),
            "reason": "other",
        }
    )
    assert hook_log() == ""
    made = (root.path / KEY / name for name in ("session_metadata.json", "session_summary.md"))
    metadata, summary = (one.read_text() for one in made)
    return json.loads(metadata), summary


FILES = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")


def test_a_build_that_ends_seconds_after_its_last_write_is_completed(
    root: Root, tmp_path: Path
) -> None:
    for number, name in enumerate(FILES):
        root.write(f"{KEY}/{name}", "Status: Completed\n", at=time.time() - 20 + 4 * number)
    metadata, summary = ended(root, tmp_path)
    assert metadata["status"] == "completed" and "5 of 5 phases of build were done." in summary
    assert (
        abs(time.mktime(time.strptime(metadata["ended_at"], "%Y-%m-%dT%H:%M:%SZ")) - time.time())
        < PATIENCE
    )


def test_a_session_that_ends_at_its_gate_says_so(root: Root, tmp_path: Path) -> None:
    for name in FILES[:2]:
        root.write(f"{KEY}/{name}", "# x\n", at=time.time() - 3)
    metadata, summary = ended(root, tmp_path)
    assert metadata["status"] == "interrupted" and "It waited for your answer (approve)." in summary
    assert "not answered" in summary and "had not finished" not in summary


@pytest.mark.parametrize("files", [(), FILES[:1]])
def test_the_summary_names_the_conversation_to_go_back_to(
    root: Root, tmp_path: Path, files: tuple[str, ...]
) -> None:
    root.folder(KEY)
    for name in files:
        root.write(f"{KEY}/{name}", "# x\n", at=OLD)
    metadata, summary = ended(root, tmp_path)
    assert (
        f"`claude --resume {CONVERSATION}`" in summary
        and metadata["claude_session_id"] == CONVERSATION
    )
    assert metadata["ended_at"] > "2026", "it ended now, and not when its last file was written"
    assert "finalized before; nothing changed" in out(root, "finalize", KEY)[1]


@pytest.mark.parametrize("given", ["x`rm -rf`", "a b", "--help", "", 5, "a" * 100])
def test_an_odd_id_of_a_conversation_is_no_command(
    root: Root, tmp_path: Path, given: object
) -> None:
    root.write(f"{KEY}/context.md", "# x\n", at=OLD)
    path = transcript(tmp_path, call("Task", prompt=f"Directory: .claude/sessions/{KEY}"))
    hook({"session_id": given, "transcript_path": path, "cwd": str(root.project)})
    assert "claude --resume" not in (root.path / KEY / "session_summary.md").read_text()


def test_metadata_that_is_there_gives_way_through_the_trash(filled: Root, tmp_path: Path) -> None:
    filled.write(
        f"{KEY}/session_metadata.json", '{"status": "in_progress", "user": "me"}\n', at=OLD
    )
    metadata, _ = ended(filled, tmp_path)
    assert metadata["user"] == "me" and metadata["status"] == "interrupted"
    assert f"undone: finalize of {KEY}" in out(filled, "undo")[1]
    assert (
        filled.path / KEY / "session_metadata.json"
    ).read_text() == '{"status": "in_progress", "user": "me"}\n'


def test_the_hook_does_nothing_unasked_where_a_link_of_the_project_leads(
    root: Root, tmp_path: Path
) -> None:
    """A clone brings `.claude/sessions`, a link to a folder of the user's."""
    backups = tmp_path / "backups"
    shutil.move(root.path, backups)
    os.symlink(backups, root.path)
    for key in (KEY, OTHER):
        (backups / key).mkdir(parents=True)
        (backups / key / "context.md").write_text("# x\n")
        os.utime(backups / key / "context.md", (OLD, OLD))
    rules = 'on_session_end = "old"\n[policies.old]\nolder_than = "30d"\n'
    configure(rules)
    path = transcript(tmp_path, call("Task", prompt=f"Directory: .claude/sessions/{KEY}"))
    given = {"session_id": CONVERSATION, "transcript_path": path, "cwd": str(root.project)}
    hook(given)
    assert "is a link to" in hook_log() and sorted(os.listdir(backups)) == ["build", "patch"]
    assert os.listdir(backups / KEY) == ["context.md"]
    configure(f"linked_roots = [{json.dumps(str(backups))}]\n" + rules)
    hook(given)
    wait_until(
        lambda: (backups / ".trash" / "log.jsonl").exists() and not (backups / OTHER).exists(),
        "the prune",
    )


def test_a_transcript_that_shrinks_while_it_is_read_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.claude.transcripts import used_places

    path = tmp_path / "t.jsonl"
    line = (
        json.dumps(
            call("Write", file_path=f"/x/.claude/sessions/{KEY}/a.md"), separators=(",", ":")
        )
        + "\n"
    )
    path.write_text(line + "x" * 5_000_000 + "\n" + line)
    real = os.pread

    def shrinking(descriptor: int, length: int, offset: int) -> bytes:
        part = real(descriptor, length, offset)
        os.truncate(path, 10)
        return part

    monkeypatch.setattr(os, "pread", shrinking)
    assert used_places(str(path), 5).places == {KEY}


@pytest.mark.parametrize("shift", range(0, 400, 37))
def test_a_line_is_read_whole_wherever_a_block_ends(tmp_path: Path, shift: int) -> None:
    from exito_tui.claude.transcripts import used_places

    path = tmp_path / "t.jsonl"
    line = (
        json.dumps(
            call("Write", file_path=f"/x/.claude/sessions/{KEY}/a.md"), separators=(",", ":")
        )
        + "\n"
    )
    path.write_text("y" * 3_000_000 + "\n" + line + "z" * (1024 * 1024 - shift) + "\n")
    assert used_places(str(path), 5).places == {KEY}


@pytest.mark.parametrize(
    "given",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b'{"cwd": 5, "transcript_path": []}', b"[" * 100_000,
        b'{"cwd": "relative", "transcript_path": "/dev/null"}', b"x" * 3_000_000,
        b'{"cwd": "/", "transcript_path": "/dev/zero"}',
    ],
    ids=lambda given: given[:12].decode("latin-1"),
)  # fmt: skip
def test_whatever_the_hook_is_given_it_does_no_harm(filled: Root, given: bytes) -> None:
    before = sorted(os.listdir(filled.path))
    done = hook(given, cwd=str(filled.project))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert sorted(os.listdir(filled.path)) == before


def test_problems_of_the_hook_are_written_down(filled: Root, tmp_path: Path) -> None:
    hook(b"{")
    hook({"cwd": str(filled.project), "transcript_path": str(tmp_path / "none\x1b.jsonl")})
    os.mkfifo(tmp_path / "pipe")
    hook({"cwd": str(filled.project), "transcript_path": str(tmp_path / "pipe")})
    configure("colour = 1\n")
    hook({"cwd": str(filled.project), "transcript_path": "/dev/null"})
    log = hook_log()
    assert (
        log.count("\n") == 4
        and "JSONDecodeError" in log
        and "No such file" in log
        and "\x1b" not in log
    )
    assert "it is no regular file" in log and "ConfigError" in log


def test_the_hook_is_in_time_on_a_huge_transcript(filled: Root, tmp_path: Path) -> None:
    """100 MB, with the session used at the end and a mention of another on nearly each line."""
    path = tmp_path / "huge.jsonl"
    line = json.dumps(result(f".claude/sessions/{OTHER} " + "lorem ipsum " * 800)).encode() + b"\n"
    with open(path, "wb") as file:
        while file.tell() < 100 * 1024 * 1024:
            file.write(line * 100)
        file.write(
            json.dumps(
                call("Bash", command=f"cat .claude/sessions/{KEY}/context.md"),
                separators=(",", ":"),
            ).encode()
        )
    done = hook({"cwd": str(filled.project), "transcript_path": str(path)})
    assert done.returncode == 0
    assert (filled.path / KEY / "session_summary.md").exists() and not (
        filled.path / OTHER / "session_summary.md"
    ).exists()
    path.unlink()


def test_the_hook_applies_the_standing_policy_only_to_the_trash(filled: Root) -> None:
    configure('on_session_end = "old"\n[policies.old]\nolder_than = "30d"\n')
    done = hook({"cwd": str(filled.project), "transcript_path": "/dev/null", "reason": "logout"})
    assert done.returncode == 0
    wait_until(
        lambda: (
            not (filled.path / KEY).exists()
            and not (filled.path / ".trash" / "journal.json").exists()
        ),
        "the prune",
    )
    assert {one["what"] for one in as_json(run("trash", "--json", "--root", str(filled)))["entries"]} == {
        KEY, OTHER, "pr_reviews/pr_7"
    }  # fmt: skip
    out(filled, "undo")
    assert KEY in keys(filled)


def test_without_a_policy_or_a_root_the_hook_moves_nothing(filled: Root, tmp_path: Path) -> None:
    hook({"cwd": str(filled.project), "transcript_path": "/dev/null"})
    hook({"cwd": str(tmp_path), "transcript_path": "/dev/null"})
    configure("read_only = true\n")
    hook(
        {
            "cwd": str(filled.project),
            "transcript_path": transcript(
                tmp_path, call("Bash", command=f"ls .claude/sessions/{KEY}")
            ),
        }
    )
    assert sorted(os.listdir(filled.path)) == ["build", "patch", "pr_reviews"]
    assert not list(filled.path.rglob("session_summary.md"))


def test_hook_print_gives_the_settings_that_install_it() -> None:
    done = run("hook", "print")
    made = json.loads(done.stdout)
    (group,) = made["hooks"]["SessionEnd"]
    assert (
        group["hooks"][0]["command"] == "exito-tui hook session-end"
        and b"settings.json" in done.stderr
    )


def test_the_log_of_the_hook_is_private(filled: Root) -> None:
    hook(b"{")
    folder = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shutil.rmtree(folder)


def test_what_latest_stands_for_is_always_said_and_a_script_goes_on(filled: Root) -> None:
    error = out(filled, "rm", "latest:build")[1]
    assert f"latest:build is {KEY}" in error and "1 session moved to the trash" in error
    assert "did you mean patch?" in out(filled, "rm", "latest:pacth", code=1)[1]


def test_a_slip_in_a_sessions_name_is_answered_with_the_one_that_was_meant(filled: Root) -> None:
    slip = KEY.replace("build_", "biuld_")
    assert f"did you mean {KEY}?\n" in out(filled, "rm", slip, code=1)[1]
    assert (
        "did you mean patch_20250102_100000?"
        in out(filled, "pin", "pathc_20250102_100000", code=1)[1]
    )


def test_what_keeps_a_session_is_told_with_the_way_round_it(filled: Root) -> None:
    filled.write(f"{KEY}/context.md", "now\n")
    assert "with --force it is done all the same" in out(filled, "rm", KEY, code=1)[1]
    assert "with --force" not in out(filled, "rm", OTHER)[1]


def test_a_purge_can_be_looked_at_first(filled: Root) -> None:
    out(filled, "rm", KEY)
    error = out(filled, "purge", "--dry-run")[1]
    assert f"{KEY}\n" in error and "1 entry would be destroyed (4 B); nothing was done" in error
    assert len(as_json(run("trash", "--json", "--root", str(filled)))["entries"]) == 1
