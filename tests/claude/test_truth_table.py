"""What is to be thought of a session when Claude Code's records tell of it: every row of the table,
at moments as they were observed, from records on disk to the verdict."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

import pytest

from exito_tui.domain.verdicts.verdict import Verdict
from tests.claude.records_builder import ASKED, REPORT, ClaudeFolder, Talk, session_id
from tests.claude.support import Told
from tests.support import Root

AGO = 600
"""So many seconds ago the runs of these moments began."""


class Moment:
    """A project at a moment: its files, its records, and the session that is looked at."""

    def __init__(self, root: Root, claude: ClaudeFolder, command: str = "build") -> None:
        self.root, self.claude = root, claude
        self.id = session_id(AGO, command)
        self.place = f"{command}/{self.id}"
        self.talk = claude.talk(ago=AGO)

    def begins(self, talk: Talk | None = None) -> Talk:
        """The command is given, and the session's folder made."""
        talk = talk or self.talk
        talk.command()
        call = talk.calls("Bash", command=f'ID={self.id}; mkdir -p ".claude/sessions/build/$ID"')
        self.root.folder(self.place)
        talk.returns(call)
        return talk

    def is_researched(self) -> None:
        """The investigator left its file."""
        agent = self.talk.launches("investigator", self.place)
        self.talk.answers("I wait.")
        self.talk.ends_turn(pending=1)
        agent.leaves(self.root, f"{self.place}/context.md")

    def is_planned(self) -> None:
        self.is_researched()
        agent = self.talk.launches("architect", self.place)
        self.talk.answers("I wait.")
        self.talk.ends_turn(pending=1)
        agent.leaves(self.root, f"{self.place}/plan.md")

    def lives(self, status: str, **more: object) -> None:
        self.claude.register(self.talk, status, **more)  # type: ignore[arg-type]

    def is_over(self) -> None:
        """The process has ended, and its entry is gone."""
        self.claude.registry()


def at_the_gate(now: Moment) -> None:
    now.begins()
    now.is_planned()
    now.talk.answers("The plan is ready. Type proceed, or say what to change.")
    now.talk.ends_turn()
    now.lives("idle")


def builder_at_work(now: Moment) -> None:
    at_the_gate(now)
    now.talk.says("proceed")
    builder = now.talk.launches("builder", now.place)
    now.talk.answers("I wait.")
    now.talk.ends_turn(pending=1)
    builder.does("Read", file_path=f"{now.root.path}/{now.place}/plan.md")
    now.lives("busy")


def all_done(now: Moment) -> None:
    builder_at_work(now)
    now.root.write(f"{now.place}/progress.md", "# Progress\n\n- [x] all\n\nStatus: Completed\n")
    now.root.write(f"{now.place}/test_report.md", "# Tests\n\nStatus: PASS\n")
    now.root.write(f"{now.place}/review.md", "# Review\n\nAPPROVED\n")
    now.talk.answers("All is done.")
    now.talk.ends_turn()


def done_and_idle(now: Moment) -> None:
    all_done(now)
    now.lives("idle")


def done_and_gone(now: Moment) -> None:
    all_done(now)
    now.is_over()
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")


def main_asks_to_make_the_folder(now: Moment) -> None:
    now.talk.command()
    now.talk.calls("Bash", command=f"mkdir -p .claude/sessions/{now.place}")
    now.lives("waiting", waitingFor="permission prompt", tmux="work:@2.%1")


def agent_asks_for_bash(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.talk.answers("I wait.")
    now.talk.ends_turn(pending=1)
    agent.does("Read", file_path="pay/ledger.py")
    agent.calls("Bash", command=f"cat > .claude/sessions/{now.place}/context.md <<'X'")
    now.lives("waiting", waitingFor="permission prompt")


def agent_asks_to_write(now: Moment) -> None:
    now.begins()
    now.is_researched()
    agent = now.talk.launches("architect", now.place)
    now.talk.ends_turn(pending=1)
    agent.calls("Write", file_path=f"{now.root.path}/{now.place}/plan.md", content="# Plan\n")
    now.lives("waiting", waitingFor="permission prompt")


def job_asks(now: Moment) -> None:
    now.talk.command()
    now.lives("waiting", waitingFor="permission prompt", jobId="0abc12de", kind="bg")
    state = now.claude.path / "jobs" / "0abc12de" / "state.json"
    state.parent.mkdir(parents=True)
    state.write_text('{"state": "blocked", "needs": "approve Bash: mkdir"}')


def question_open(now: Moment) -> None:
    now.begins()
    now.talk.calls(
        "AskUserQuestion",
        questions=[{"question": "How long may a payment be undone?", "options": []}],
    )
    now.lives("waiting", waitingFor="input needed")


def dialog_open(now: Moment) -> None:
    now.begins()
    now.lives("waiting", waitingFor="dialog open")


def question_declined(now: Moment) -> None:
    now.begins()
    call = now.talk.calls("AskUserQuestion", questions=[{"question": "How long?"}])
    now.talk.refused(call)
    now.talk.interrupts(tool=True)
    now.lives("idle")


def at_its_prompt(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.answers("That is all I found.")
    now.talk.ends_turn()
    now.lives("idle")


def model_writes_at_length(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.requests()
    now.root.write(f"{now.place}/context.md", "# Context\n", at=time.time() - 3 * 3600)
    now.lives("busy", since=3 * 3600)


def model_does_not_answer(now: Moment) -> None:
    now.begins()
    now.talk.requests(3)
    now.lives("busy")


def api_error(now: Moment) -> None:
    now.begins()
    now.talk.requests(3)
    now.talk.fails()
    now.lives("idle")


def no_write_tool(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    call = agent.calls(
        "Write", file_path=f"{now.root.path}/{now.place}/context.md", content="# C\n"
    )
    agent.returns(
        call, "<tool_use_error>Error: No such tool available: Write.</tool_use_error>", error=True
    )
    agent.comes_back(REPORT)
    now.talk.answers("It has reported.")
    now.talk.ends_turn()
    now.lives("idle")


def no_write_tool_and_it_goes_on(now: Moment) -> None:
    no_write_tool(now)
    now.talk.launches("architect", now.place)
    now.lives("busy")


def no_write_tool_and_gone(now: Moment) -> None:
    no_write_tool(now)
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")


def refused_by_the_user(now: Moment) -> None:
    now.begins()
    now.is_researched()
    agent = now.talk.launches("architect", now.place)
    call = agent.calls(
        "Write", file_path=f"{now.root.path}/{now.place}/plan.md", content="# Plan\n"
    )
    agent.refused(call)
    agent.comes_back("plan.md is written.")
    now.talk.answers("The plan is there.")
    now.talk.ends_turn()
    now.lives("idle")


def refused_by_a_rule(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    call = agent.calls("Bash", command=f"tee .claude/sessions/{now.place}/context.md")
    agent.refused(call, by="config")
    agent.comes_back("I could not write.")
    now.talk.ends_turn()
    now.lives("idle")


def written_elsewhere(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    agent.does("Write", file_path=f"{now.root.project}/docs/context.md", content="# C\n")
    agent.comes_back()
    now.talk.ends_turn()
    now.lives("idle")


def failed_call(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    call = agent.calls("Bash", command=f"cp notes .claude/sessions/{now.place}/context.md")
    agent.returns(call, "cp: cannot stat 'notes': No such file", error=True)
    agent.comes_back("Sorry.")
    now.talk.ends_turn()
    now.lives("idle")


def returned_as_text(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    agent.comes_back(REPORT)
    now.talk.ends_turn()
    now.lives("idle")


def killed_with_an_agent(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.talk.ends_turn(pending=1)
    agent.does("Read", file_path="pay/ledger.py")
    now.lives("busy", procStart="1")  # another process has the pid now


def killed_and_resumed(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.talk.ends_turn(pending=1)
    agent.does("Read", file_path="pay/ledger.py")
    now.talk.hears(agent, "stopped", "")
    now.claude.register(now.talk, "busy", pid=2**22 + 7)
    now.lives("idle", started=20)


def resumed_without_a_word(now: Moment) -> None:
    """As above, though nothing tells what became of the agent: it is older than the process."""
    now.begins()
    now.talk.launches("investigator", now.place).does("Read", file_path="pay/ledger.py")
    now.talk.ends_turn(pending=1)
    now.lives("idle", started=20)


def ended_in_a_turn(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.requests()
    now.is_over()


def ended_between_phases(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.answers("Enough for today.")
    now.talk.ends_turn()
    now.is_over()


def ended_at_the_gate(now: Moment) -> None:
    at_the_gate(now)
    os.remove(now.claude.path / "sessions" / f"{os.getpid()}.json")


def stopped_by_the_user(now: Moment) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.talk.ends_turn(pending=1)
    agent.does("Read", file_path="pay/ledger.py")
    agent.is_stopped_by_user()
    now.lives("idle")


def esc_in_an_answer(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.answers("I shall now", None, isAbortedMidStream=True)
    now.talk.interrupts()
    now.lives("idle")


def same_second(now: Moment) -> None:
    now.begins()
    other = now.claude.talk(ago=AGO)
    now.begins(other)
    for talk in (other, now.talk):
        talk.launches("investigator", now.place).does("Read", file_path="pay/ledger.py")
        talk.ends_turn(pending=1)
    now.lives("busy")


def in_a_container(now: Moment) -> None:
    now.begins()
    now.is_researched()
    now.talk.requests()
    now.lives("busy", pidDomain="linux::pid:[1]")


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
    Row(at_the_gate, "waiting", "approve", "plan.md has waited", next=f"pid {os.getpid()}"),
    Row(builder_at_work, "running", None, "builder is at work: its last call was Read", source="registry"),
    Row(done_and_idle, "completed", None, "All 5 files"),
    Row(done_and_gone, "completed", None, "All 5 files"),
    Row(main_asks_to_make_the_folder, "waiting", "permission", "Claude Code asks you to allow Bash mkdir -p .claude",
        source="transcript", next="tmux pane %1 of work"),
    Row(agent_asks_for_bash, "waiting", "permission", "investigator asks you to allow Bash cat >"),
    Row(agent_asks_to_write, "waiting", "permission", "architect asks you to allow Write .claude/sessions/build/"),
    Row(job_asks, "waiting", "permission", "asks you to allow approve Bash: mkdir", next="claude attach 0abc12de"),
    Row(question_open, "waiting", "question", "Claude Code asks you: How long may a payment be undone?"),
    Row(dialog_open, "waiting", "dialog", "A dialog is open"),
    Row(question_declined, "waiting", "prompt", "You interrupted Claude Code"),
    Row(at_its_prompt, "waiting", "prompt", "Claude Code is at its prompt; architect was not started"),
    Row(model_writes_at_length, "running", None, "Claude Code is at work"),
    Row(model_does_not_answer, "running", None, "waits for the model: attempt 3"),
    Row(api_error, "waiting", "prompt", "The model did not answer: API Error: 529 overloaded"),
    Row(no_write_tool, "stuck", None, "investigator came back", source="transcript", next="Save investigator's report as context.md (`exito-tui recover build_"),
    Row(no_write_tool_and_it_goes_on, "running", None, "architect is at work", next="plan.md. Save investigator's report"),
    Row(no_write_tool_and_gone, "stuck", None, "investigator came back", next="Or ask Claude Code for context.md again: `claude --resume"),
    Row(refused_by_the_user, "stuck", None, "without plan.md: you refused its Write", next="recover"),
    Row(refused_by_a_rule, "stuck", None, "context.md: a permission rule refused its Bash", next="Ask Claude Code"),
    Row(written_elsewhere, "stuck", None, "it wrote", next="Ask Claude Code"),
    Row(failed_call, "stuck", None, "its Bash failed: cp: cannot stat"),
    Row(returned_as_text, "stuck", None, "came back as text", next="recover"),
    Row(killed_with_an_agent, "interrupted", None, "ended while investigator was at work; context.md is missing",
        next="claude --resume 00000001-"),
    Row(killed_and_resumed, "waiting", "prompt", "investigator was cut off and did not come back"),
    Row(resumed_without_a_word, "waiting", "prompt", "investigator was cut off and did not come back"),
    Row(ended_in_a_turn, "interrupted", None, "ended in the middle of a turn", next="claude --resume 00000001-"),
    Row(ended_between_phases, "interrupted", None, "Claude Code has ended; plan.md is missing"),
    Row(ended_at_the_gate, "waiting", "approve", "plan.md has waited", "likely", next="claude --resume 00000001-"),
    Row(stopped_by_the_user, "interrupted", None, "You stopped investigator"),
    Row(esc_in_an_answer, "waiting", "prompt", "You interrupted Claude Code"),
    Row(same_second, "running", None, "investigator is at work"),
    Row(in_a_container, "running", None, "", "likely"),
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
