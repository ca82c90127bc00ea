"""What is to be thought of a session when Claude Code's records tell of it: every row of the table,
at moments as they were observed, from records on disk to the verdict."""

import os
import time

import pytest

from exito_tui.domain.verdicts.verdict import Verdict
from tests.claude.moments import (
    AGO,
    TABLE,
    Moment,
    Row,
    all_done,
    at_the_gate,
    builder_at_work,
    no_write_tool_and_it_goes_on,
    same_second,
)
from tests.claude.records_builder import ASKED, ClaudeFolder, session_id
from tests.claude.support import Told
from tests.support import Root


def judged(now: Moment) -> tuple[Told, Verdict]:
    told = Told(now.root, now.claude.path)
    (key,) = told.snapshot.sessions
    return told, told.verdict(key, time.time_ns())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.happens.__name__)
def test_the_verdict_with_the_records(now: Moment, row: Row) -> None:
    row.happens(now)
    told, verdict = judged(now)
    found = (verdict.state, verdict.gate, verdict.confidence)
    assert found == (row.state, row.gate, row.confidence), verdict.reason
    assert row.says in verdict.reason
    assert row.next in verdict.next_step
    assert not row.source or row.source in {one.source for one in verdict.evidence}
    assert told.snapshot.sessions[next(iter(told.snapshot.sessions))].asked == ASKED


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.happens.__name__)
def test_without_the_records_it_is_as_it_was(now: Moment, row: Row) -> None:
    """What cannot be read tells nothing: the files decide, and are never certain of a prompt."""
    row.happens(now)
    told = Told(now.root, now.claude.path / "elsewhere")
    assert not told.joined.known
    for key in told.snapshot.sessions:
        verdict = told.verdict(key, time.time_ns())
        assert verdict.gate in (None, "approve", "choose", "answer")
        assert {one.source for one in verdict.evidence} <= {"artefact", "clock", "history"}


def test_a_report_that_came_back_as_text_warns_while_others_go_on(now: Moment) -> None:
    no_write_tool_and_it_goes_on(now)
    _, verdict = judged(now)
    (warning,) = (one for one in verdict.warnings if one.code == "agent-without-file")
    assert "investigator came back without context.md: it has no Write tool" in warning.fact


def test_of_several_causes_the_last_refusal_counts(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    path = f"{now.root.path}/{now.place}/context.md"
    agent.refused(agent.calls("Write", file_path=path, content="# C\n"), by="config")
    agent.refused(agent.calls("Bash", command=f"tee .claude/sessions/{now.place}/context.md"))
    agent.returns(agent.calls("Bash", command=f"cp x {path}"), "no x", error=True)
    agent.comes_back("Sorry.")
    now.talk.ends_turn()
    now.lives("idle")
    assert "without context.md: you refused its Bash" in judged(now)[1].reason


def test_a_file_is_done_when_its_agent_is_however_old_it_is(now: Moment) -> None:
    """All five are there for an hour, but the auditor works on: that is not completed."""
    all_done(now)
    for file in (now.root.path / now.place).iterdir():
        os.utime(file, (time.time() - 3600,) * 2)
    auditor = now.talk.launches("auditor", now.place)
    auditor.does("Read", file_path="pay/ledger.py")
    now.lives("busy")
    _, verdict = judged(now)
    assert verdict.state == "running" and verdict.steps[-1].state == "active"
    auditor.comes_back()
    assert judged(now)[1].state == "completed"


def test_a_file_that_was_just_written_is_done_when_its_agent_is(now: Moment) -> None:
    at_the_gate(now)
    now.root.write(f"{now.place}/plan.md", "# Plan\n")
    assert judged(now)[1].gate == "approve"


def test_two_at_once_in_a_folder_are_told_of(now: Moment) -> None:
    same_second(now)
    told, verdict = judged(now)
    (warning,) = (one for one in verdict.warnings if one.code == "shared-folder")
    assert "2 conversations of Claude Code" in warning.fact
    (key,) = told.snapshot.sessions
    assert told.known(key).conversation.id == now.talk.id, "the living one"


def test_files_and_records_never_contradict_each_other_silently(now: Moment) -> None:
    builder_at_work(now)
    now.root.write(f"{now.place}/session_metadata.json", '{"status": "completed"}')
    _, verdict = judged(now)
    assert verdict.state == "completed"
    (warning,) = (one for one in verdict.warnings if one.code == "records-disagree")
    assert "session_metadata.json says that it is completed" in warning.fact
    assert "builder is at work" in warning.fact


@pytest.mark.parametrize("status", ["idle", "waiting", "shell", "busy"])
def test_a_status_counts_once_it_has_held(now: Moment, status: str) -> None:
    """Between two agents it flickers: for half a second a process is as it was, at work."""
    at_the_gate(now)
    now.lives(status, since=100, waitingFor="permission prompt")
    told = Told(now.root, now.claude.path)
    since_ns = told.known(now.place).process.since_ns  # type: ignore[union-attr]
    assert since_ns
    early = told.verdict(now.place, since_ns + 400_000_000)
    assert early.state == "running" and early.until_ns == since_ns + 500_000_000
    late = told.verdict(now.place, since_ns + 501_000_000)
    assert late.state == ("running" if status == "busy" else "waiting")


def test_a_clock_that_was_set_back_holds_nothing_up(now: Moment) -> None:
    at_the_gate(now)
    now.lives("idle", since=-3600)
    _, verdict = judged(now)
    assert (verdict.state, verdict.gate) == ("waiting", "approve")


def test_an_idle_process_has_no_agents_at_work(now: Moment) -> None:
    """One that never came back, though its process lives: it was not told of, and is not waited
    for."""
    now.begins()
    now.talk.launches("investigator", now.place).does("Read", file_path="pay/ledger.py")
    now.talk.answers("I wait.")
    now.talk.ends_turn(pending=1)
    now.lives("idle", since=100)
    told = Told(now.root, now.claude.path)
    since_ns = told.known(now.place).process.since_ns  # type: ignore[union-attr]
    assert since_ns
    assert told.verdict(now.place, since_ns + 4_900_000_000).state == "running"
    verdict = told.verdict(now.place, since_ns + 5_000_000_000)
    assert (verdict.state, verdict.gate) == ("waiting", "prompt")
    assert "investigator was cut off" in verdict.reason


def test_a_session_that_says_that_it_failed_at_work_is_running(now: Moment) -> None:
    builder_at_work(now)
    now.root.write(f"{now.place}/.agent_log", "[2025-11-06T20:00:00] builder: ERROR: no\n")
    _, verdict = judged(now)
    assert verdict.state == "running"


def test_a_command_of_no_workflow_is_told_of_as_well(root: Root, claude: ClaudeFolder) -> None:
    place = f"tidy/tidy_{session_id(AGO)[6:]}"
    root.write(f"{place}/notes.md", "words\n")
    talk = claude.talk(ago=AGO)
    talk.command("tidy", "the attic")
    talk.does("Write", file_path=f"{root.path}/{place}/notes.md", content="words\n")
    talk.calls("Bash", command="make")
    claude.register(talk, "waiting", waitingFor="permission prompt")
    told = Told(root, claude.path)
    verdict = told.verdict(place, time.time_ns())
    assert (verdict.state, verdict.gate) == ("waiting", "permission")
    assert "allow Bash make" in verdict.reason
