"""How a conversation itself stands, apart from its agents."""

import os

import pytest

from exito_tui.domain.verdicts.records.lead import Lead, lead_of
from exito_tui.ui.widgets.agent_tree import branches
from tests.claude import moments
from tests.claude.moments import AGO, Moment
from tests.claude.support import Told


def lead(now: Moment) -> Lead:
    known = Told(now.root, now.claude.path).known(now.place)
    return lead_of(known)


@pytest.mark.parametrize(
    ("happens", "state", "says"),
    [
        (moments.at_the_gate, "resting", "at its prompt"),
        (moments.at_its_prompt, "resting", "at its prompt"),
        (moments.esc_in_an_answer, "resting", "interrupted, at its prompt"),
        (moments.api_error, "resting", "error: API Error: 529 overloaded"),
        (moments.question_open, "waiting", "asks you: How long may a payment be undone?"),
        (moments.dialog_open, "waiting", "a dialog is open"),
        (moments.agent_asks_for_bash, "resting", "waits for investigator"),
        (moments.builder_at_work, "resting", "waits for builder"),
        (moments.model_does_not_answer, "running", "model is silent, attempt 3"),
        (moments.killed_and_resumed, "resting", "at its prompt"),
        (moments.ended_in_a_turn, "lost", "ended in mid-turn"),
        (moments.done_and_gone, "finished", "ended"),
        (moments.in_a_container, "resting", "its turn has no end"),
    ],
)
def test_it_says_what_the_registry_and_the_transcript_say(
    now: Moment, happens: object, state: str, says: str
) -> None:
    happens(now)  # type: ignore[operator]
    assert lead(now) == Lead(state, says)  # type: ignore[arg-type]


def test_its_own_call_that_asks_for_permission_is_named(now: Moment) -> None:
    now.begins()
    now.talk.calls("Bash", command="git push")
    now.lives("waiting", waitingFor="permission prompt")
    assert lead(now) == Lead("waiting", "asks you to allow Bash git push")


def test_it_works_while_it_calls_tools(now: Moment) -> None:
    now.begins()
    now.talk.calls("Bash", command="pytest -q")
    now.lives("busy")
    assert lead(now) == Lead("running", "Bash pytest -q")


def test_of_two_in_one_folder_each_is_called_by_its_pid(now: Moment) -> None:
    moments.same_second(now)
    other = os.getppid()
    talk = now.claude.talk(ago=AGO)
    now.begins(talk)
    now.claude.register(talk, "idle", pid=other)
    known = Told(now.root, now.claude.path).known(now.place)
    names = [one.name for one in branches(known) if one.lead]
    assert {f"lead (pid {os.getpid()})", f"lead (pid {other})"} <= set(names)
    assert len(set(names)) == len(names)


def test_one_alone_needs_no_pid(now: Moment) -> None:
    moments.at_the_gate(now)
    known = Told(now.root, now.claude.path).known(now.place)
    assert [one.name for one in branches(known) if one.lead] == ["lead"]
