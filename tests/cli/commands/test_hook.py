"""The hook that Claude Code calls at the end of a conversation."""

import json
import os
import shutil
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from exito_tui.hooks.wiring import COMMAND
from tests.cli.commands.support import KEY, OLD, OTHER, configure, keys, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import PATIENCE, Root, wait_until


def hook(given: bytes | dict[str, Any], *, cwd: str = "/") -> subprocess.CompletedProcess[bytes]:
    text = given if isinstance(given, bytes) else json.dumps(given).encode()
    return run("hook", "session-end", given=text, cwd=cwd)


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
    assert "it is not a regular file" in log and "ConfigError" in log


@pytest.mark.parametrize("obstacle", ["pipe", "link"])
def test_a_log_that_is_something_else_is_left_and_keeps_nothing_from_being_done(
    filled: Root, tmp_path: Path, obstacle: str
) -> None:
    log = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "hook.log"
    log.parent.mkdir(parents=True)
    os.mkfifo(log) if obstacle == "pipe" else log.symlink_to(tmp_path / "elsewhere")
    hook(b"{")
    assert not (tmp_path / "elsewhere").exists()
    configure('on_session_end = "old"\n[policies.old]\nolder_than = "30d"\n')
    hook({"cwd": str(filled.project), "transcript_path": "/dev/null"})
    wait_until(lambda: not (filled.path / KEY).exists(), "the standing policy")
    assert not (tmp_path / "elsewhere").exists()


def test_the_log_of_the_hook_is_for_the_user_alone(filled: Root) -> None:
    hook(b"{")
    log = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "hook.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


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
    assert group["hooks"][0]["command"] == f"{COMMAND} session-end"
    assert b"`exito-tui hook install`" in done.stderr
    only = {"save": "SubagentStop", "session-end": "SessionEnd"}
    for part, event in only.items():
        assert [*json.loads(run("hook", "print", "--only", part).stdout)["hooks"]] == [event]


def test_the_log_of_the_hook_is_private(filled: Root) -> None:
    hook(b"{")
    folder = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shutil.rmtree(folder)
