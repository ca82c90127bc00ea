"""The commands that give verdicts: why, wait, stats, doctor, and ls by state."""

import json
import os
import stat
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def key_of(root: Root, state: str, command: str) -> str:
    sessions = as_json(run("ls", "--json", "--state", state, "--root", str(root)))["sessions"]
    return str(next(one["key"] for one in sessions if one["command"] == command))


def test_ls_by_state_in_every_form(fleet: Root) -> None:
    made = as_json(
        run("ls", "--json", "--state", "waiting,stuck", "--sort", "need", "--root", str(fleet))
    )
    states = [one["state"] for one in made["sessions"]]
    assert states == ["waiting"] * 3 + ["stuck"] * 2
    piped = run("ls", "--state", "waiting", "--root", str(fleet)).stdout.decode().splitlines()
    assert len(piped) == 3 and all(line.endswith("\twaiting") for line in piped)
    for begun in ("w", "W,wait"):
        assert (
            run("ls", "--state", begun, "--root", str(fleet)).stdout.decode().splitlines() == piped
        )
    every = {one["state"] for one in as_json(run("ls", "--json", "--root", str(fleet)))["sessions"]}
    assert every == {"waiting", "stuck", "failed", "interrupted", "completed", "unknown"}
    done = run("ls", "--state", "stuk", "--root", str(fleet))
    assert done.returncode == 2 and b"unknown state 'stuk'; did you mean stuck?" in done.stderr


def test_kept_verdicts_are_used_until_a_file_changes_and_a_damaged_cache_is_none(
    root: Root,
) -> None:
    key = "build/build_20251106_100000"
    for at, name in enumerate(
        ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
    ):
        root.write(f"{key}/{name}", f"# {name}\n\nOverall: PASS\n", at=1_762_420_000 + at)

    def warned() -> list[str]:
        (session,) = as_json(run("ls", "--json", "--root", str(root)))["sessions"]
        return [one["code"] for one in session["warnings"]]

    assert warned() == []
    (cache,) = (Path(os.environ["XDG_CACHE_HOME"]) / "exito-tui" / "verdicts").iterdir()
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    original = cache.read_bytes()
    assert warned() == [] and cache.read_bytes() == original
    root.write(f"{key}/test_report.md", "# T\n\nOverall: FAIL\n", at=1_762_420_010)
    assert warned() == ["tests-failed"] and cache.read_bytes() != original
    for damaged in (b"", original[:50], b"x" * 100, original[:16] + b"{" + original[17:]):
        cache.write_bytes(damaged)
        assert warned() == ["tests-failed"]
    cache.unlink()
    cache.mkdir()
    assert warned() == ["tests-failed"]


def test_what_is_kept_is_what_would_be_said(fleet: Root) -> None:
    def sessions() -> Any:
        return as_json(run("ls", "--json", "--root", str(fleet)))["sessions"]

    first = {one["key"]: one for one in sessions() if one["state"] == "completed"}
    again = {one["key"]: one for one in sessions() if one["state"] == "completed"}
    assert first == again and len(first) > 20


def test_why_in_words_and_as_json(fleet: Root) -> None:
    key = key_of(fleet, "waiting", "craft")
    error = run("why", key, "--root", str(fleet)).stdout.decode()
    assert (
        error.startswith(f"{key}: probably waiting for you for ") and "for your approval" in error
    )
    assert "gate     your answer (approve)" in error and "Evidence:" in error
    made = as_json(run("why", key, "--json", "--root", str(fleet)))
    assert (made["schema"], made["key"], made["state"], made["gate"]) == (
        1,
        key,
        "waiting",
        "approve",
    )
    assert made["phase"] == {"agent": "craftsman", "artefact": "progress.md", "index": 6, "of": 7}
    stuck = run("why", key_of(fleet, "stuck", "patch"), "--root", str(fleet)).stdout.decode()
    assert "Expected: " in stuck and "(usually up to" in stuck
    assert run("why", "nobody", "--root", str(fleet)).returncode == 1


def test_why_names_warnings_with_file_and_line(fleet: Root) -> None:
    made = as_json(run("ls", "--json", "--root", str(fleet)))
    (key,) = (one["key"] for one in made["sessions"] if len(one["warnings"]) == 4)
    assert (
        "test_report.md:4: the test report says FAIL"
        in run("why", key, "--root", str(fleet)).stdout.decode()
    )
    (stale,) = (
        one
        for one in made["sessions"]
        if any(two["code"] == "stale-context" for two in one["warnings"])
    )
    assert stale["command"] == "think"


def test_wait_ends_when_the_state_is_there_or_the_time_is_up(root: Root) -> None:
    now = time.time()
    key = f"patch/patch_{time.strftime('%Y%m%d_%H%M%S', time.gmtime(now - 600))}"
    root.write(f"{key}/context.md", "# x\n", at=now - 300)
    done = run("wait", key, "--for", "running", "--timeout", "5s", "--root", str(root))
    assert (done.returncode, done.stdout) == (0, b"running\n")
    done = run("wait", key, "--for", "completed", "--timeout", "1s", "--root", str(root))
    assert (
        done.returncode == 1
        and b"is still running after 1 s: architect is working on plan.md" in done.stderr
    )

    def block() -> None:
        root.write(f"{key}/plan.md", "# x\n", at=now - 200)
        root.write(f"{key}/progress.md", "Status: Blocked\n", at=now - 100)

    threading.Timer(0.5, block).start()
    done = run(
        "wait", "latest", "--for", "completed,waiting", "--timeout", "30s", "--root", str(root)
    )
    assert (done.returncode, done.stdout) == (0, b"waiting\n")
    assert run("wait", key, "--timeout", "5", "--root", str(root)).returncode == 2


def test_stats_by_session_and_command_with_the_commits(root: Root) -> None:
    for at, name in enumerate(("context.md", "plan.md", "progress.md")):
        root.write(
            f"implement/implement_20251106_190000/{name}",
            "x" * 4000,
            at=1_762_455_600 + 60 * (at + 1),
        )
    git = [
        "git",
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "commit.gpgsign=false",
        "-C",
        str(root.project),
    ]
    subprocess.run([*git, "init", "-q"], check=True)
    message = "Add carts\n\nRelated to: implement_20251106_190000\n"
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", message], check=True)
    made = as_json(run("stats", "--json", "--root", str(root)))
    (session,) = made["sessions"]
    assert (
        session["agents"] == ["investigator", "architect", "builder"] and session["seconds"] == 180
    )
    assert (session["artefacts"], session["size_bytes"], len(session["commits"])) == (3, 12000, 1)
    path = len(f"{root.path.resolve()}/implement/implement_20251106_190000/context.md")
    assert (
        session["tokens_spared"] == (4000 - path) * 2 // 4
        and "bytes of context.md" in made["formula"]
    )
    (command,) = made["commands"]
    assert (
        command["states"] == {"completed": 1}
        and command["commits"] == 1
        and command["median_seconds"] == 180
    )
    assert [phase["median_seconds"] for phase in command["phases"]] == [60, 60, 60]
    piped = run("stats", "--root", str(root)).stdout.decode()
    assert piped.startswith(
        "implement/implement_20251106_190000\tcompleted\tinvestigator architect builder\t180\t3\t"
    )


def test_piped_stats_name_the_root_where_there_are_several(root: Root, tmp_path: Path) -> None:
    other = Root(tmp_path / "other")
    for one in (root, other):
        one.write("build/build_20251106_190000/plan.md", "# Plan\n")
    alone = run("stats", "--root", str(root)).stdout.decode().splitlines()
    both = run("stats", "--root", str(root), "--root", str(other)).stdout.decode().splitlines()
    assert len(alone[0].split("\t")) == 8
    roots = [str(one.path.resolve()) for one in (root, other)]
    assert [line.split("\t")[8] for line in both] == roots


def test_the_doctor_exits_with_3_and_says_what_where_and_why(fleet: Root) -> None:
    done = run("doctor", "--root", str(fleet))
    assert done.returncode == 3 and b"14 problems: 7 may lose work" in done.stderr
    assert (
        b"reusable-id  build/session\n" in done.stdout
        and b"    move build/session to build/build_" in done.stdout
    )
    made = json.loads(run("doctor", "--json", "--root", str(fleet)).stdout)
    assert made["schema"] == 1 and len(made["findings"]) == 14
    assert set(made["findings"][0]) == {
        "title",
        "weight",
        "code",
        "place",
        "line",
        "fact",
        "cause",
        "remedy",
        "moves",
    }


def test_the_doctor_finds_nothing_in_an_empty_root(root: Root, tmp_path: Path) -> None:
    done = run("doctor", "--root", str(root))
    assert (done.returncode, done.stdout) == (0, b"") and b"nothing is wrong" in done.stderr
    other = Root(tmp_path / "other")
    other.write("build/session/plan.md", "x")
    made = json.loads(run("doctor", "--json", "--root", str(root), "--root", str(other)).stdout)
    assert [len(one["findings"]) for one in made["roots"]] == [0, 1]


def test_a_broken_workflow_in_a_projects_settings_is_a_warning(fleet: Root) -> None:
    (fleet.project / ".claude" / "exito-tui.toml").write_text(
        '[workflows.x]\nsteps = [{ agnt = "a" }]\n'
    )
    for command, code in (
        (["ls", "--json"], 0),
        (["why", "latest"], 0),
        (["doctor"], 3),
        (["config", "check"], 0),
    ):
        done = run(*command, "--root", str(fleet))
        assert (
            done.returncode == code
            and done.stderr.count(b"workflows: x.steps[0].agnt: unknown; did you mean agent?") == 1
        )
