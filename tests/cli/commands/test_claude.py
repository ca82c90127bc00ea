"""The commands with Claude Code's records: what they tell, and that all of it can be switched off."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.claude import moments
from tests.claude.moments import AGO, Moment
from tests.claude.records_builder import ASKED, session_id
from tests.cli.commands.support import configure
from tests.cli.test_cli import SCHEMA, Watching, as_json
from tests.programs import Program, run
from tests.support import wait_until

OLD = time.time() - 86_400


def listed(now: Moment, *more: str) -> list[dict[str, Any]]:
    made = as_json(run("ls", "--json", *more, "--root", str(now.root.project)))
    jsonschema.validate(made, SCHEMA)
    return list(made["sessions"])


def only(now: Moment, *more: str) -> dict[str, Any]:
    (session,) = listed(now, *more)
    return session


ROWS = {row.happens.__name__: row for row in moments.TABLE}


@pytest.mark.parametrize(
    "name",
    ["at_the_gate", "agent_asks_to_write", "main_asks_to_make_the_folder", "job_asks", "no_write_tool",
     "killed_with_an_agent", "builder_at_work", "done_and_gone"],
)  # fmt: skip
def test_why_and_ls_say_what_the_table_says(now: Moment, name: str) -> None:
    row = ROWS[name]
    row.happens(now)
    session = only(now)
    why = as_json(run("why", "--json", session["id"], "--root", str(now.root.project)))
    for made in (session, why):
        found = (made["state"], made["gate"], made["confidence"])
        assert found == (row.state, row.gate, row.confidence)
        assert row.says in made["reason"] and row.next in made["next_step"]
        assert made["claude"]["session_id"] == now.talk.id
    assert why["claude"] == session["claude"] == only(now, "--filter", session["id"][:9])["claude"]
    assert (session["title"], session["title_source"]) == (ASKED, "asked")
    words = run("why", session["id"], "--root", str(now.root.project)).stdout.decode()
    assert f"{row.state}" in words.splitlines()[0] and row.says in words


def test_the_object_of_the_records(now: Moment) -> None:
    moments.agent_asks_to_write(now)
    now.lives("waiting", waitingFor="permission prompt", tmux="work:@2.%1")
    made = only(now)["claude"]
    agents = made.pop("agents")
    assert made == {
        "session_id": now.talk.id, "pid": os.getpid(), "status": "waiting", "waiting_for": "permission prompt",
        "tmux": "work:@2.%1", "job": None, "cwd": str(now.root.project), "resume": f"claude --resume {now.talk.id}",
        "others": [],
    }  # fmt: skip
    first, second = agents
    assert (first["type"], first["state"], first["tool_calls"], first["tokens"]) == (
        "investigator",
        "finished",
        1,
        1000,
    )
    assert first["file"] == f"{now.root.path}/{now.place}/context.md" and first["ended_at"]
    assert (second["type"], second["state"], second["ended_at"]) == ("architect", "running", None)
    assert second["last_call"] == f"Write {now.root.path}/{now.place}/plan.md"


def test_a_dead_process_is_no_process_in_json(now: Moment) -> None:
    moments.killed_with_an_agent(now)
    made = only(now)["claude"]
    assert (made["pid"], made["status"], made["resume"]) == (
        None,
        None,
        f"claude --resume {now.talk.id}",
    )


def off_by_flag(now: Moment) -> list[str]:
    return ["--no-claude"]


def off_by_setting(now: Moment) -> list[str]:
    del os.environ["EXITO_TUI_CLAUDE"]
    configure("claude = false\n")
    return []


def off_by_environment(now: Moment) -> list[str]:
    os.environ["EXITO_TUI_CLAUDE"] = "false"
    return []


@pytest.mark.parametrize("off", [off_by_flag, off_by_setting, off_by_environment])
def test_all_of_it_can_be_switched_off(
    now: Moment, off: Callable[[Moment], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXITO_TUI_CLAUDE", "true")
    moments.no_write_tool(now)
    assert only(now)["state"] == "stuck"
    more = off(now)
    session = only(now, *more)
    assert (session["state"], session["claude"], session["title"]) == ("running", None, now.id)
    for command in (["why", now.id], ["status"], ["ls"], ["show", "--json", now.id]):
        done = run(*command, *more, "--root", str(now.root.project))
        assert done.returncode == 0 and b"came back" not in done.stdout


def test_what_is_kept_between_runs_is_of_the_files_alone(now: Moment) -> None:
    """A run with records, one without, and one with again: each says what it would say alone."""
    moments.done_and_idle(now)
    for artefact in (now.root.path / now.place).iterdir():
        os.utime(artefact, (OLD, OLD))
    with_records = only(now)
    without = only(now, "--no-claude")
    assert with_records["claude"] and with_records["title"] == ASKED
    assert without["claude"] is None and without["title"] != ASKED
    assert only(now, "--no-claude") == without, "now from what is kept"
    assert only(now) == with_records
    cache = Path(os.environ["XDG_CACHE_HOME"])
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert kept and ASKED.encode() not in kept and now.talk.id.encode() not in kept


def test_records_come_in_once_files_were_kept_without(now: Moment) -> None:
    moments.done_and_idle(now)
    for artefact in (now.root.path / now.place).iterdir():
        os.utime(artefact, (OLD, OLD))
    assert only(now, "--no-claude")["state"] == "completed"
    assert only(now)["claude"]["session_id"] == now.talk.id


# ── runs that have no folder yet ──────────────────────────────────────────────────────────────────


def test_a_run_without_a_folder_is_a_row_until_it_is_a_session(now: Moment) -> None:
    moments.main_asks_to_make_the_folder(now)
    before = only(now)
    assert (before["key"], before["title"], before["problem"]) == (
        now.place,
        ASKED,
        "it has no folder yet",
    )
    now.root.folder(now.place)
    after = only(now)
    assert (after["key"], after["title"]) == (now.place, ASKED) and "problem" not in after
    assert [one["state"] for one in (before, after)] == ["waiting"] * 2


def test_a_root_that_is_not_there_is_awaited(now: Moment) -> None:
    moments.main_asks_to_make_the_folder(now)
    now.root.path.rmdir()
    now.root.path.parent.rmdir()
    where = ["--root", str(now.root.project)]
    assert only(now)["key"] == now.place
    assert run("status", *where).stdout.strip() == b"?1" or run("status", *where).returncode == 3
    assert (
        f"allow Bash mkdir -p .claude/sessions/{now.place}"
        in run("why", now.id, *where).stdout.decode()
    )
    assert run("ls", *where).stdout.decode().split("\t")[0] == now.place
    here = run("ls", "--json", cwd=now.root.project)
    assert json.loads(here.stdout)["sessions"][0]["key"] == now.place
    doctor = run("doctor", *where)
    assert doctor.returncode == 0 and b"nothing is wrong" in doctor.stderr, doctor.stderr
    assert not now.root.path.exists(), "nothing was made"
    gone = run("ls", "--no-claude", *where)
    assert gone.returncode != 0 and b"is not there; name" in gone.stderr


@pytest.mark.parametrize("there", [True, False], ids=["root", "no root"])
def test_nothing_can_be_done_to_a_run(now: Moment, there: bool) -> None:
    moments.main_asks_to_make_the_folder(now)
    other = "build/build_20250101_100000"
    if there:
        now.root.write(f"{other}/context.md", "# Plan\n", at=OLD - 86_400)
    else:
        now.root.path.rmdir()
    where = ["--root", str(now.root.project)]
    for command in (
        ["rm", now.id], ["rm", "--force", now.id], ["pin", now.id], ["archive", now.id], ["finalize", now.id],
        ["finalize", "--dry-run", now.id], ["prune", "--older-than", "1d", "--dry-run"], ["doctor"], ["doctor", "--fix", "--yes"],
        ["trash"], ["search", "Plan"], ["show", now.id], ["stats"],
        ["prune", "--older-than", "1d", "--yes"], ["finalize", "--ended", "--yes"],
    ):  # fmt: skip
        done = run(*command, *where)
        assert b"Traceback" not in done.stderr and b"unexpected" not in done.stderr, (
            command,
            done.stderr,
        )
        named = now.id in command
        assert (done.returncode not in (0, 3)) is named or not there, (command, done.stderr)
    assert not (now.root.path / now.place).exists()
    assert (
        only(now)["key"] == now.place
        if not there
        else now.place in {one["key"] for one in listed(now)}
    )
    if there:
        assert other not in {one["key"] for one in listed(now)}, "it was pruned"


def test_what_was_moved_to_the_trash_does_not_come_back_as_a_run(now: Moment) -> None:
    moments.done_and_idle(now)
    assert run("rm", "--force", now.id, "--root", str(now.root)).returncode == 0
    assert listed(now) == []
    assert run("undo", "--root", str(now.root)).returncode == 0
    assert only(now)["claude"]["session_id"] == now.talk.id


def test_what_is_at_work_by_the_records_is_left_alone(now: Moment) -> None:
    """Nothing grew for a day, and yet its process is busy."""
    moments.model_writes_at_length(now)
    os.utime(now.root.path / now.place / "context.md", (OLD, OLD))
    where = ["--root", str(now.root)]
    prune = ["prune", "--older-than", "1h", "--yes", *where]
    assert b"0 sessions to go" in run(*prune).stderr
    refused = run("rm", now.id, *where)
    assert refused.returncode == 1 and b"running" in refused.stderr
    finalized = run("finalize", "--ended", "--yes", *where)
    assert not list(now.root.path.rglob("session_summary.md")), finalized.stderr
    assert run("rm", "--no-claude", now.id, *where).returncode == 0


# ── commands that go on ───────────────────────────────────────────────────────────────────────────


def test_wait_hears_of_a_gate_that_is_reached_later(now: Moment) -> None:
    moments.at_the_gate(now)
    now.lives("busy")
    command = ["wait", now.id, "--for", "waiting", "--timeout", "60s", "--root", str(now.root)]
    waiting = Program(*command)
    threading.Timer(1.0, now.lives, ["idle"]).start()
    out, error = waiting.communicate(timeout=60)
    assert (waiting.returncode, out) == (0, b"waiting\n"), error


def test_wait_for_a_run_that_has_no_folder_yet(now: Moment) -> None:
    moments.main_asks_to_make_the_folder(now)
    where = ["--root", str(now.root)]
    done = run("wait", now.id, "--for", "waiting", "--timeout", "20s", *where)
    assert (done.returncode, done.stdout) == (0, b"waiting\n"), done.stderr


def test_watch_tells_of_a_state_that_only_the_registry_tells(now: Moment) -> None:
    moments.at_the_gate(now)
    now.lives("busy")
    watching = Watching(now.root)
    try:
        said: list[Any] = []
        statuses = ["idle", "busy"]

        def told_of_both() -> bool:
            now.lives(statuses[0])
            statuses.reverse()
            time.sleep(1.2)  # a status counts once it has held
            said[:] = [one for one in watching.told if one["event"] == "state"]
            return {one["to"] for one in said} >= {"waiting", "running"}

        wait_until(told_of_both, "a turn of the state")
    finally:
        watching.process.close()
    assert all(one["claude"]["session_id"] == now.talk.id and one["title"] == ASKED for one in said)


def test_a_conversation_that_only_the_metadata_name_is_told_of_by_every_command(
    now: Moment,
) -> None:
    """The hook made the folder; the user stopped the run before anything was done in it, and began
    another one."""
    first = f"build/{session_id(AGO + 300)}"
    now.root.write(f"{first}/context.md", "# C\n", at=time.time() - AGO - 200)
    now.root.write(
        f"{first}/session_metadata.json",
        json.dumps({"claude_session_id": now.talk.id, "status": "in_progress"}),
        at=time.time() - AGO - 299,
    )
    moments.at_the_gate(now)
    claudes = {one["key"]: one["claude"] for one in listed(now)}
    assert claudes[first] and claudes[first]["session_id"] == now.talk.id
    for command in (["why", first], ["show", first]):
        told = as_json(run(*command, "--json", "--root", str(now.root.project)))
        assert told["claude"] == claudes[first]
    filtered = {one["key"]: one["claude"] for one in listed(now, "--filter", "build")}
    assert filtered == claudes
