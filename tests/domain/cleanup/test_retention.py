"""What a policy lets go, as a table with a fixed clock, and as properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exito_tui.domain.cleanup.policy import PolicyError, policy_words, read_policy
from exito_tui.domain.cleanup.retention import Facts, Policy, plan
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.clocks import EARLIEST_NS
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.state import STATES, State
from exito_tui.render.reasons import remarks, sentence
from tests.support import NOW_NS

QUIET_NS = 900 * SECOND_NS


def session(
    days: float,
    command: str = "build",
    *,
    size: int = 1000,
    shape: str = "canonical",
    number: int = 0,
) -> Session:
    """A session whose name and one file are so many days old."""
    import time

    at_ns = NOW_NS - int(days * DAY_NS)
    stamp = (
        time.strftime("%Y%m%d%H%M%S", time.gmtime(at_ns // SECOND_NS))
        if shape == "canonical"
        else ""
    )
    name = f"{command}_{stamp[:8]}_{stamp[8:]}{number or ''}" if stamp else f"session{number or ''}"
    files = (Artefact("plan.md", "markdown", size, at_ns, 1),)
    return Session("/r", f"{command}/{name}", command, name, shape, stamp, files)  # type: ignore[arg-type]


def facts(states: dict[str, State] | None = None, pinned: frozenset[str] = frozenset()) -> Facts:
    return Facts(states or {}, pinned, NOW_NS, QUIET_NS)


def kept(sessions: list[Session], policy: Policy, known: Facts | None = None) -> dict[str, str]:
    """The reasons for those that stay, by key."""
    return {
        one.session.key: remarks(one.reasons)
        for one in plan(sessions, policy, known or facts()).decisions
        if one.keep
    }


def ages(sessions: list[Session], policy: Policy, known: Facts | None = None) -> list[int]:
    """The ages in days of what goes, oldest first."""
    going = plan(sessions, policy, known or facts()).removed
    return sorted(
        (round((NOW_NS - (one.last_write_ns or 0)) / DAY_NS) for one in going), reverse=True
    )


FIVE = [session(days) for days in (1, 2, 10, 20, 40)]


@pytest.mark.parametrize(
    ("policy", "going"),
    [
        ({"keep_last": 2}, [40, 20, 10]),
        ({"keep_last": 5}, []),
        ({"keep_last": 9}, []),
        ({"keep_within": "15d"}, [40, 20]),
        ({"keep_within": "1h"}, [40, 20, 10, 2, 1]),
        ({"older_than": "15d"}, [40, 20]),
        ({"older_than": "15d", "keep_last": 4}, [40]),
        ({"older_than": "15d", "keep_within": "30d"}, [40]),
        ({"keep_last": 1, "keep_within": "15d"}, [40, 20]),  # a union: what either keeps stays
        ({"keep_last": 4, "keep_within": "5d"}, [40]),
        ({"max_size": "5kB"}, []),
        ({"max_size": "3kB"}, [40, 20]),
        ({"max_size": "2.5kB"}, [40, 20, 10]),
        ({"max_size": "1kB", "keep_last": 3}, [40, 20]),  # never against a keep
        ({"max_size": "3kB", "keep_last": 1}, [40, 20]),  # no more than is needed
        ({"max_size": "1kB", "older_than": "15d"}, [40, 20]),
        ({"keep_last": 1, "command": "patch"}, []),
        ({"keep_last": 1, "command": "patch,build"}, [40, 20, 10, 2]),
        ({"keep_last": 1, "state": "completed"}, []),
        ({"keep_last": 1, "state": "unknown,completed"}, [40, 20, 10, 2]),
    ],
)
def test_a_policy_lets_go_of(policy: dict[str, object], going: list[int]) -> None:
    assert ages(FIVE, read_policy(policy)) == going


EXACTLY_TEN = Policy(older_than=10 * DAY_NS)
"""Ten days, to the nanosecond."""


@pytest.mark.parametrize(
    ("policy", "days", "stays"),
    [
        (EXACTLY_TEN, 10, True),
        (EXACTLY_TEN, 10 + 1 / 86_400, False),
        (Policy(keep_within=10 * DAY_NS), 10, True),
        (Policy(keep_within=10 * DAY_NS), 10 + 1 / 86_400, False),
    ],
)
def test_a_length_of_time_reaches_to_its_very_end(policy: Policy, days: float, stays: bool) -> None:
    assert bool(kept([session(days)], policy)) is stays


@pytest.mark.parametrize(
    ("policy", "one", "reason"),
    [
        (Policy(older_than=DAY_NS, commands=("patch",)), session(40), "of build, another command"),
        (Policy(older_than=DAY_NS, states=("failed",)), session(40), "unknown, another state"),
        (Policy(older_than=50 * DAY_NS), session(40), "not older than 50 d"),
        (Policy(keep_within=50 * DAY_NS), session(40), "within 50 d"),
        (Policy(keep_last=1), session(40), "among the last 1 of build"),
        (Policy(max_size=1000), session(40), "not among the oldest that must go to get down to 1.0 kB"),
        (Policy(max_size=500), session(40), "40 d old, to get down to 500 B"),
        (Policy(older_than=DAY_NS), session(40), "40 d old"),
        (Policy(older_than=DAY_NS), session(0), "written just now"),
        (Policy(older_than=DAY_NS), session(40)._replace(problem="gone"), "cannot be read: gone"),
        (Policy(older_than=DAY_NS), session(40)._replace(stamp="", artefacts=()), "its age is not known"),
    ],
)  # fmt: skip
def test_why_a_session_goes_or_stays(policy: Policy, one: Session, reason: str) -> None:
    [decision] = plan([one], policy, facts()).decisions
    assert remarks(decision.reasons) == reason


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (facts({session(40).key: "running"}), "running"),
        (facts({session(40).key: "waiting"}), "waits for you"),
        (facts(pinned=frozenset({session(40).key})), "pinned"),
    ],
)
def test_why_a_session_stays_whatever_the_policy(known: Facts, reason: str) -> None:
    assert kept([session(40)], EXACTLY_TEN, known) == {session(40).key: reason}


def test_a_size_takes_no_credit_for_what_a_rule_keeps() -> None:
    """The oldest is kept, so it is not said of it that it goes."""
    made = plan(FIVE, Policy(max_size=4000, keep_within=50 * DAY_NS), facts())
    assert made.removed == []
    assert [remarks(one.reasons) for one in made.decisions] == ["within 50 d"] * 5


def test_sessions_of_unknown_age_stand_at_the_beginning_of_time() -> None:
    ageless = [session(1, shape="named", number=at)._replace(artefacts=()) for at in (2, 1)]
    later, earlier = (
        session(1)._replace(key=key, stamp="", artefacts=(Artefact("a.md", "markdown", 1, at, 1),))
        for key, at in (("build/z", EARLIEST_NS + 1), ("build/a", EARLIEST_NS))
    )
    made = plan([*ageless, earlier, later], EXACTLY_TEN, facts())
    assert [one.session.key for one in made.decisions] == [
        "build/z", "build/a", "build/session1", "build/session2",
    ]  # fmt: skip


def test_the_last_of_each_command_are_kept() -> None:
    sessions = [session(days, command) for command in ("build", "patch") for days in (1, 2, 3)]
    assert sorted(kept(sessions, Policy(keep_last=1)).values()) == [
        "among the last 1 of build",
        "among the last 1 of patch",
    ]


def test_narrowing_does_not_change_which_are_the_last() -> None:
    """The last two of a command are the last two of all its sessions, whatever state may go."""
    states: dict[str, State] = {
        FIVE[0].key: "completed",
        FIVE[1].key: "completed",
        FIVE[2].key: "failed",
    }
    assert ages(FIVE, Policy(keep_last=2, states=("failed",)), facts(states)) == [10]


@pytest.mark.parametrize(
    ("one", "known", "why"),
    [
        (session(40), facts(pinned=frozenset({session(40).key})), "pinned"),
        (session(40), facts({session(40).key: "running"}), "running"),
        (session(40), facts({session(40).key: "waiting"}), "waits for you"),
        (session(600 / 86_400), facts(), "written 10 min ago"),
        (session(0), facts(), "written just now"),
        (session(-1), facts(), "s time lies in the future"),
        (
            session(40, shape="named")._replace(key="build", form="loose"),
            facts(),
            "in no session",
        ),
        (
            session(40)._replace(problem="permission denied"),
            facts(),
            "cannot be read: permission denied",
        ),
    ],
)
def test_what_is_always_kept(one: Session, known: Facts, why: str) -> None:
    for policy in (
        Policy(older_than=1),
        Policy(max_size=1),
        Policy(keep_last=1),
        Policy(keep_within=1),
    ):
        newer = session(30, number=7)
        assert kept([one, newer], policy, known)[one.key].endswith(why)


def test_age_is_the_newest_of_the_names_time_and_the_files() -> None:
    touched = session(40)._replace(
        artefacts=(Artefact("a.md", "markdown", 1, NOW_NS - 2 * DAY_NS, 1),)
    )
    renamed = session(2)._replace(
        artefacts=(Artefact("a.md", "markdown", 1, NOW_NS - 90 * DAY_NS, 1),)
    )
    finalized = Artefact("session_summary.md", "markdown", 1, NOW_NS - DAY_NS, 2)
    empty = session(40)._replace(artefacts=(finalized,))
    assert set(kept([touched, renamed, empty], Policy(older_than=10 * DAY_NS))) == {
        touched.key,
        renamed.key,
    }


def test_what_waits_goes_when_that_state_is_named_and_so_does_what_has_no_time_in_its_name() -> (
    None
):
    gate, named = session(40), session(50, shape="named")
    waiting = facts({gate.key: "waiting"})
    old = Policy(older_than=10 * DAY_NS)
    assert gate.key in kept([gate], old, waiting)
    assert not kept([gate], old._replace(states=("waiting",)), waiting)
    assert not kept([named], old)


def test_the_current_session_stays() -> None:
    one = session(40)._replace(is_current=True)
    assert kept([one], Policy(older_than=DAY_NS)) == {one.key: "the current session"}


def test_a_size_that_cannot_be_reached_says_so() -> None:
    made = plan(FIVE, Policy(max_size=500, keep_last=3), facts())
    assert made.note and sentence(made.note) == (
        "3.0 kB stay, more than 500 B: what would have to go is kept by another rule or may "
        "not go, and nothing newer goes in its place"
    )
    assert plan(FIVE, Policy(max_size=3000), facts()).note is None


def test_reasons_and_sums() -> None:
    made = plan(FIVE, Policy(keep_last=2), facts())
    assert [remarks(one.reasons) for one in made.decisions][:3] == [
        "among the last 2 of build",
        "among the last 2 of build",
        "10 d old, not among the last 2 of build",
    ]
    assert (made.size(keep=True), made.size(keep=False)) == (2000, 3000)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({}, "no rule says what goes"),
        ({"state": "completed"}, "no rule says what goes"),
        ({"command": "build"}, "no rule says what goes"),
        ({"keep_last": 0}, "not a whole number above zero"),
        ({"keep_last": "-3"}, "not a whole number above zero"),
        ({"keep_last": "3d"}, "not a whole number above zero"),
        ({"keep_last": True}, "not a whole number above zero"),
        ({"keep_last": "٣"}, "not a whole number above zero"),
        ({"keep_within": "30"}, "not a duration"),
        ({"keep_within": "-1d"}, "not a duration"),
        ({"keep_within": "0d"}, "not a duration above zero"),
        ({"keep_within": 30}, "not a duration"),
        ({"older_than": "d"}, "not a duration"),
        ({"older_than": "1e400d"}, "not a duration"),
        ({"max_size": "5"}, "not a size"),
        ({"max_size": "0G"}, "not a size above zero"),
        ({"max_size": "-2G"}, "not a size above zero"),
        ({"max_size": "2Q"}, "not a size"),
        ({"max_size": 5}, "not a size"),
        ({"keep_last": 1, "state": "done"}, "unknown state 'done'"),
        ({"keep_last": 1, "command": ""}, "a name is missing"),
        ({"keep_last": 1, "command": 4}, "expected a string"),
        ({"keep_lst": 1}, "there is no rule 'keep_lst'"),
    ],
)
def test_what_is_no_policy_says_why(table: dict[str, object], problem: str) -> None:
    with pytest.raises(PolicyError, match=problem):
        read_policy(table)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy({"keep_last": 0, "max_size": "x", "older_than": "1"})
    assert len(caught.value.problems) == 3


def test_a_policy_in_words() -> None:
    table = {
        "keep_last": 3,
        "keep_within": "30d",
        "max_size": "2G",
        "older_than": "14d",
        "state": ["failed"],
        "command": "build",
    }
    assert policy_words(read_policy(table)) == (
        "keep the last 3 of each command, keep 30 d, at most 2.0 GB, only older than 14 d, only "
        "failed, only of build"
    )
    assert policy_words(Policy(keep_last=3)) == "keep the last 3 of each command"
    assert policy_words(Policy(max_size=500)) == "at most 500 B"


lengths = st.one_of(st.none(), st.integers(1, 60).map(lambda days: days * DAY_NS))
policies = st.builds(
    Policy,
    keep_last=st.one_of(st.none(), st.integers(1, 6)),
    keep_within=lengths,
    max_size=st.one_of(st.none(), st.integers(1, 20_000)),
    states=st.lists(st.sampled_from(STATES), max_size=2, unique=True).map(tuple),
    commands=st.lists(st.sampled_from(("build", "patch")), max_size=1).map(tuple),
    older_than=lengths,
).filter(lambda policy: policy.has_rule)
roots = st.lists(
    st.builds(
        session, st.floats(-1, 90), st.sampled_from(("build", "patch", "ui")), size=st.integers(0, 5000),
        shape=st.sampled_from(("canonical", "canonical", "named")), number=st.integers(1, 10**6),
    ),
    max_size=20, unique_by=lambda one: one.key,
)  # fmt: skip


@given(roots, policies, st.integers(1, 6), lengths, st.randoms())
@settings(max_examples=300, deadline=None)
def test_to_ask_for_more_to_be_kept_never_costs_a_session(
    sessions: list[Session], policy: Policy, last: int, within: int | None, rng: object
) -> None:
    states: dict[str, State] = {one.key: STATES[hash(one.key) % len(STATES)] for one in sessions}
    known = facts(states)
    before = set(kept(sessions, policy, known))
    if policy.keep_last is None:
        assert before <= set(kept(sessions, policy._replace(keep_last=last), known))
    if policy.keep_within is None and within:
        assert before <= set(kept(sessions, policy._replace(keep_within=within), known))
    if policy.keep_last is not None:
        assert before <= set(
            kept(sessions, policy._replace(keep_last=policy.keep_last + last), known)
        )


@given(roots, policies)
@settings(max_examples=300, deadline=None)
def test_every_session_is_decided_once_and_none_goes_that_may_not(
    sessions: list[Session], policy: Policy
) -> None:
    states: dict[str, State] = {one.key: STATES[hash(one.key) % len(STATES)] for one in sessions}
    made = plan(sessions, policy, facts(states))
    assert sorted(one.session.key for one in made.decisions) == sorted(one.key for one in sessions)
    assert all(remarks(one.reasons) for one in made.decisions)
    for one in made.removed:
        assert states[one.key] != "running"
        assert states[one.key] != "waiting" or "waiting" in policy.states
        assert (one.last_write_ns or 0) <= NOW_NS - QUIET_NS
        assert not policy.commands or one.command in policy.commands
        assert not policy.states or states[one.key] in policy.states
    assert plan(sessions[::-1], policy, facts(states)) == made  # whatever the order they come in
