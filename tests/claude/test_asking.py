"""Who asks for permission: named where the records leave no doubt, else all that it may be.

As observed with Claude Code 2.1.332: prompts stand in a queue in the order of their calls, and the
registry says since when the first of them waits, whatever was answered meanwhile.
"""

import json
import time
from pathlib import Path

import pytest

from exito_tui.domain.verdicts.records.asking import asking
from exito_tui.domain.verdicts.verdict import Verdict
from tests.claude.moments import Moment
from tests.claude.records_builder import AgentTalk, ClaudeFolder
from tests.claude.support import Told
from tests.support import Root


@pytest.fixture
def now(root: Root, claude: ClaudeFolder) -> Moment:
    made = Moment(root, claude)
    made.begins()
    return made


def told(now: Moment) -> tuple[Verdict, list[str]]:
    """The verdict, and who may ask."""
    known = Told(now.root, now.claude.path).known(now.place)
    verdict = Told(now.root, now.claude.path).verdict(now.place, time.time_ns())
    return verdict, [one.agent.type for one in asking(known)]


def call(agent: AgentTalk, ago: float, command: str) -> str:
    agent.at = time.time() - ago - 1
    return agent.calls("Bash", command=command)


def waits(now: Moment, since: float) -> None:
    now.talk.ends_turn(pending=2)
    now.lives("waiting", waitingFor="permission prompt", since=since)


def test_a_call_that_was_there_before_it_began_to_wait_does_not_ask(now: Moment) -> None:
    one, two = (now.talk.launches(kind, now.place) for kind in ("investigator", "architect"))
    call(one, 30, "mkdir a")
    call(two, 200, "pytest -q")  # allowed long ago, and runs
    waits(now, 29.8)
    verdict, who = told(now)
    assert who == ["investigator"]
    assert verdict.reason == "investigator asks you to allow Bash mkdir a."
    assert verdict.now == "allow Bash mkdir a, investigator"
    assert verdict.phase and verdict.phase.agent == "investigator"


def test_of_several_that_may_ask_all_are_named_and_none_is_taken_for_it(now: Moment) -> None:
    one, two = (now.talk.launches(kind, now.place) for kind in ("investigator", "architect"))
    first = call(one, 30, "mkdir a; sleep 60")
    call(two, 28, "mkdir b")
    waits(now, 29.8)
    verdict, who = told(now)
    assert who == ["investigator", "architect"]
    assert verdict.reason == (
        "Claude Code asks you to allow one of 2 calls: investigator's Bash mkdir a; sleep 60; "
        "architect's Bash mkdir b."
    )
    assert verdict.now == "allow a tool, investigator or architect" and verdict.phase is None
    facts = [one.fact for one in verdict.evidence if one.source == "transcript"]
    assert [fact.partition(" ")[0] for fact in facts] == ["investigator", "architect"]
    one.returns(first)  # it was allowed, and is done: the process has waited all the while
    assert told(now)[0].reason == "architect asks you to allow Bash mkdir b."


def test_of_many_the_first_are_named(now: Moment) -> None:
    for number in range(5):
        call(now.talk.launches("builder", now.place), 20 - number, f"mkdir {number}")
    waits(now, 19.9)
    verdict, _ = told(now)
    assert "one of 5 calls: builder's Bash mkdir 0; " in verdict.reason
    assert verdict.reason.endswith("builder's Bash mkdir 2; and 2 more.")
    assert verdict.now == "allow a tool, builder"


def test_several_calls_of_one_message_of_the_main_conversation(now: Moment) -> None:
    now.talk.at = time.time() - 11
    now.talk.calls("Bash", command="mkdir a")
    now.talk.calls("Bash", command="mkdir b")
    now.lives("waiting", waitingFor="permission prompt", since=9.9)
    verdict, _ = told(now)
    assert "one of 2 calls: Claude Code's Bash mkdir a; Claude Code's Bash" in verdict.reason
    assert verdict.now == "allow a tool, Claude Code"


def test_the_call_that_started_an_agent_in_the_foreground_does_not_ask(now: Moment) -> None:
    now.talk.at = time.time() - 30
    agent = now.talk.launches("investigator", now.place, background=False)
    call(agent, 28, "mkdir a")
    now.lives("waiting", waitingFor="permission prompt", since=27.9)
    verdict, who = told(now)
    assert who == ["investigator"] and verdict.reason.startswith("investigator asks you to allow")


def test_starting_an_agent_may_be_what_it_asks_for(now: Moment) -> None:
    now.talk.at = time.time() - 30
    now.talk.calls("Agent", description="look around", prompt="x", subagent_type="exito:architect")
    now.lives("waiting", waitingFor="permission prompt", since=28.9)
    assert told(now)[0].reason == "Claude Code asks you to allow Agent look around."


def test_calls_without_a_time_may_ask(now: Moment) -> None:
    one, two = (now.talk.launches(kind, now.place) for kind in ("investigator", "architect"))
    call(one, 30, "mkdir a")
    call(two, 28, "mkdir b")
    for path in Path(one.path.parent).glob("*.jsonl"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        path.write_text("".join(json.dumps({**line, "timestamp": 7}) + "\n" for line in lines))
    waits(now, 29.8)
    assert len(told(now)[1]) == 2
