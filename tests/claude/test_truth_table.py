"""What is to be thought of a session when Claude Code's records tell of it: every row of the table,
at moments as they were observed, from records on disk to the verdict."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from exito_tui.domain.verdicts.verdict import Verdict
from tests.claude import moments
from tests.claude.moments import Moment
from tests.claude.records_builder import ASKED, ClaudeFolder, session_id
from tests.claude.support import Told
from tests.support import Root


class Row(NamedTuple):
    """A moment, and what is to be thought of it."""

    happens: Callable[[Moment], None]
    state: str
    gate: str | None = None
    says: str = ""
    confidence: str = "certain"
    source: str = ""
    next: str = ""


TABLE = (
    Row(moments.at_the_gate, "waiting", "approve", "plan.md has waited", next=f"pid {os.getpid()}"),
    Row(moments.builder_at_work, "running", None, "builder is at work: its last call was Read", source="registry"),
    Row(moments.done_and_idle, "completed", None, "All 5 files"),
    Row(moments.done_and_gone, "completed", None, "All 5 files"),
    Row(moments.main_asks_to_make_the_folder, "waiting", "permission", "Claude Code asks you to allow Bash mkdir -p .claude",
        source="transcript", next="tmux pane %1 of work"),
    Row(moments.agent_asks_for_bash, "waiting", "permission", "investigator asks you to allow Bash cat >"),
    Row(moments.agent_asks_to_write, "waiting", "permission", "architect asks you to allow Write .claude/sessions/build/"),
    Row(moments.job_asks, "waiting", "permission", "asks you to allow approve Bash: mkdir", next="claude attach 0abc12de"),
    Row(moments.question_open, "waiting", "question", "Claude Code asks you: How long may a payment be undone?"),
    Row(moments.dialog_open, "waiting", "dialog", "A dialog is open"),
    Row(moments.question_declined, "waiting", "prompt", "You interrupted Claude Code"),
    Row(moments.at_its_prompt, "waiting", "prompt", "Claude Code is at its prompt; architect was not started"),
    Row(moments.model_writes_at_length, "running", None, "Claude Code is at work"),
    Row(moments.model_does_not_answer, "running", None, "waits for the model: attempt 3"),
    Row(moments.api_error, "waiting", "prompt", "The model did not answer: API Error: 529 overloaded"),
    Row(moments.no_write_tool, "stuck", None, "investigator came back", source="transcript", next="Save investigator's report as context.md (`exito-tui recover build_"),
    Row(moments.no_write_tool_and_it_goes_on, "running", None, "architect is at work", next="plan.md. Save investigator's report"),
    Row(moments.no_write_tool_and_gone, "stuck", None, "investigator came back", next="Or ask Claude Code for context.md again: `claude --resume"),
    Row(moments.refused_by_the_user, "stuck", None, "without plan.md: you refused its Write", next="recover"),
    Row(moments.refused_by_a_rule, "stuck", None, "context.md: a permission rule refused its Bash", next="Ask Claude Code"),
    Row(moments.written_elsewhere, "stuck", None, "it wrote", next="Ask Claude Code"),
    Row(moments.failed_call, "stuck", None, "its Bash failed: cp: cannot stat"),
    Row(moments.returned_as_text, "stuck", None, "came back as text", next="recover"),
    Row(moments.killed_with_an_agent, "interrupted", None, "ended while investigator was at work; context.md is missing",
        next="claude --resume 00000001-"),
    Row(moments.killed_and_resumed, "waiting", "prompt", "investigator was cut off and did not come back"),
    Row(moments.resumed_without_a_word, "waiting", "prompt", "investigator was cut off and did not come back"),
    Row(moments.ended_in_a_turn, "interrupted", None, "ended in the middle of a turn", next="claude --resume 00000001-"),
    Row(moments.ended_between_phases, "interrupted", None, "Claude Code has ended; plan.md is missing"),
    Row(moments.ended_at_the_gate, "waiting", "approve", "plan.md has waited", "likely", next="claude --resume 00000001-"),
    Row(moments.stopped_by_the_user, "interrupted", None, "You stopped investigator"),
    Row(moments.esc_in_an_answer, "waiting", "prompt", "You interrupted Claude Code"),
    Row(moments.same_second, "running", None, "investigator is at work"),
    Row(moments.in_a_container, "running", None, "", "likely"),
)  # fmt: skip


@pytest.fixture
def now(root: Root, claude: ClaudeFolder) -> Moment:
    return Moment(root, claude)


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
    moments.no_write_tool_and_it_goes_on(now)
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
    moments.all_done(now)
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
    moments.at_the_gate(now)
    now.root.write(f"{now.place}/plan.md", "# Plan\n")
    assert judged(now)[1].gate == "approve"


def test_two_at_once_in_a_folder_are_told_of(now: Moment) -> None:
    moments.same_second(now)
    told, verdict = judged(now)
    (warning,) = (one for one in verdict.warnings if one.code == "shared-folder")
    assert "2 conversations of Claude Code" in warning.fact
    (key,) = told.snapshot.sessions
    assert told.known(key).conversation.id == now.talk.id, "the living one"


def test_files_and_records_never_contradict_each_other_silently(now: Moment) -> None:
    moments.builder_at_work(now)
    now.root.write(f"{now.place}/session_metadata.json", '{"status": "completed"}')
    _, verdict = judged(now)
    assert verdict.state == "completed"
    (warning,) = (one for one in verdict.warnings if one.code == "records-disagree")
    assert "session_metadata.json says that it is completed" in warning.fact
    assert "builder is at work" in warning.fact


@pytest.mark.parametrize("status", ["idle", "waiting", "shell", "busy"])
def test_a_status_counts_once_it_has_held(now: Moment, status: str) -> None:
    """Between two agents it flickers: for half a second a process is as it was, at work."""
    moments.at_the_gate(now)
    now.lives(status, since=100, waitingFor="permission prompt")
    told = Told(now.root, now.claude.path)
    since_ns = told.known(now.place).process.since_ns  # type: ignore[union-attr]
    assert since_ns
    early = told.verdict(now.place, since_ns + 400_000_000)
    assert early.state == "running" and early.until_ns == since_ns + 500_000_000
    late = told.verdict(now.place, since_ns + 501_000_000)
    assert late.state == ("running" if status == "busy" else "waiting")


def test_a_clock_that_was_set_back_holds_nothing_up(now: Moment) -> None:
    moments.at_the_gate(now)
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
    moments.builder_at_work(now)
    now.root.write(f"{now.place}/.agent_log", "[2025-11-06T20:00:00] builder: ERROR: no\n")
    _, verdict = judged(now)
    assert verdict.state == "running"


def test_a_command_of_no_workflow_is_told_of_as_well(root: Root, claude: ClaudeFolder) -> None:
    place = f"tidy/tidy_{session_id(moments.AGO)[6:]}"
    root.write(f"{place}/notes.md", "words\n")
    talk = claude.talk(ago=moments.AGO)
    talk.command("tidy", "the attic")
    talk.does("Write", file_path=f"{root.path}/{place}/notes.md", content="words\n")
    talk.calls("Bash", command="make")
    claude.register(talk, "waiting", waitingFor="permission prompt")
    told = Told(root, claude.path)
    verdict = told.verdict(place, time.time_ns())
    assert (verdict.state, verdict.gate) == ("waiting", "permission")
    assert "allow Bash make" in verdict.reason
