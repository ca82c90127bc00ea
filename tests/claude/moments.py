"""What can happen in a run of a workflow, as files and records tell it, and what is to be thought of it."""

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from tests.claude.records_builder import REPORT, ClaudeFolder, Talk, session_id
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
    Row(agent_asks_to_write, "waiting", "permission", "architect asks you to allow Write plan.md."),
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
