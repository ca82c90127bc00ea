"""Several conversations at work in one folder: each is told of, and who needs the user counts."""

import os
import time

import pytest

from exito_tui.domain.verdicts.verdict import Verdict
from tests.claude.moments import AGO, Moment
from tests.claude.records_builder import Talk
from tests.claude.support import Told

OTHER = os.getppid()
"""Another process that lives."""


@pytest.fixture
def other(now: Moment) -> Talk:
    """A second conversation, begun in the same second, with an agent at work."""
    now.begins()
    other = now.claude.talk(ago=AGO)
    now.begins(other)
    agent = other.launches("investigator", now.place)
    other.ends_turn(pending=1)
    agent.does("Read", file_path="pay/ledger.py")
    now.claude.register(other, "busy", pid=OTHER)
    return other


def verdict(now: Moment) -> Verdict:
    return Told(now.root, now.claude.path).verdict(now.place, time.time_ns())


def asks(talk: Talk) -> None:
    talk.calls("Bash", command="git push")


@pytest.mark.parametrize("which", ["first", "second"])
def test_who_asks_for_permission_counts_and_who_works_is_named(
    now: Moment, other: Talk, which: str
) -> None:
    """Whichever of the two it is."""
    if which == "first":
        asks(now.talk)
        now.lives("waiting", waitingFor="permission prompt")
        mine, theirs = os.getpid(), OTHER
    else:
        agent = now.talk.launches("investigator", now.place)
        now.talk.ends_turn(pending=1)
        agent.does("Read", file_path="pay/ledger.py")
        now.lives("busy")
        asks(other)
        now.claude.register(other, "waiting", pid=OTHER, waitingFor="permission prompt")
        mine, theirs = OTHER, os.getpid()
    found = verdict(now)
    assert (found.state, found.gate) == ("waiting", "permission")
    first, _, second = found.reason.partition(" Another conversation in this folder ")
    assert first == "Claude Code asks you to allow Bash git push."
    assert second.startswith(f"(pid {theirs}): investigator is at work: its last call was Read")
    assert found.next_step == f"Answer in Claude Code (pid {mine})."
    facts = [one.fact for one in found.evidence]
    assert "Claude Code called Bash git push; there is no result yet" in facts
    assert f"another conversation (pid {theirs}): the process is busy" in facts
    assert [one.code for one in found.warnings] == ["shared-folder"]


def test_where_both_ask_both_are_to_be_answered(now: Moment, other: Talk) -> None:
    asks(now.talk)
    now.lives("waiting", waitingFor="permission prompt")
    other.calls("AskUserQuestion", questions=[{"question": "How long?", "options": []}])
    now.claude.register(other, "waiting", pid=OTHER, waitingFor="input needed")
    found = verdict(now)
    assert "asks you to allow Bash git push." in found.reason
    assert "Claude Code asks you: How long?" in found.reason
    for pid in (os.getpid(), OTHER):
        assert f"Answer in Claude Code (pid {pid})." in found.next_step


def test_an_old_question_gives_way_to_what_goes_on(now: Moment, other: Talk) -> None:
    asks(now.talk)
    now.lives("waiting", waitingFor="permission prompt", since=2 * 86_400)
    found = verdict(now)
    assert (found.state, found.is_old) == ("running", False)
    assert "asks you to allow Bash git push." in found.reason


def test_a_gate_of_one_counts_though_the_other_works(now: Moment, other: Talk) -> None:
    now.is_planned()
    now.talk.answers("The plan is ready.")
    now.talk.ends_turn()
    now.lives("idle")
    found = verdict(now)
    assert (found.state, found.gate) == ("waiting", "approve")
    assert f"(pid {os.getpid()})" in found.next_step
    assert f"(pid {OTHER}): investigator is at work" in found.reason
    known = Told(now.root, now.claude.path).known(now.place)
    assert known.process and known.process.pid == os.getpid(), "that is where to go"


def test_two_that_stand_alike_are_told_of_in_one_sentence(now: Moment, other: Talk) -> None:
    now.claude.register(other, "waiting", pid=OTHER, waitingFor="dialog open")
    now.lives("waiting", waitingFor="dialog open")
    reason = verdict(now).reason
    assert reason.count("A dialog is open in Claude Code (dialog open).") == 1
    assert "So it is with another conversation in this folder (pid " in reason


def test_one_that_has_ended_says_nothing(now: Moment, other: Talk) -> None:
    asks(now.talk)
    now.lives("waiting", waitingFor="permission prompt")
    os.remove(now.claude.path / "sessions" / f"{OTHER}.json")
    assert verdict(now).reason == "Claude Code asks you to allow Bash git push."


def test_the_next_moment_at_which_either_may_change_counts(now: Moment, other: Talk) -> None:
    now.lives("busy", since=3600)
    now.claude.register(other, "busy", pid=OTHER, since=0.1)
    told = Told(now.root, now.claude.path)
    since_ns = min(
        one.process.since_ns
        for one in told.known(now.place).every
        if one.process and one.process.since_ns and one.process.pid == OTHER
    )
    found = told.verdict(now.place, since_ns + 100_000_000)
    assert found.until_ns == since_ns + 500_000_000
