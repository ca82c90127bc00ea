"""Which conversation ran which session: by metadata, by what was worked on, by command and time."""

from collections.abc import Sequence

import pytest

from exito_tui.domain.records.conversation import (
    Agent,
    Conversation,
    Known,
    Place,
    Process,
    TypedCommand,
)
from exito_tui.domain.records.join import Index, Joined, informed, join, without_runs
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.names import folders_in_command
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.claims import Claim, Claims
from tests.support import NOW_NS


def shared(known: Known) -> tuple[str, ...]:
    """The ids of the other conversations in the folder."""
    return tuple(one.conversation.id for one in known.others)


ROOT = "/p/.claude/sessions"
ID = "build_20251106_202500"
PLACE = f"build/{ID}"
BEGAN = NOW_NS - 300 * SECOND_NS
OTHER = "build/build_20251106_190000"


def session(key: str, metadata: str = "") -> Session:
    command, _, own = key.partition("/")
    ((name, shape, stamp),) = folders_in_command(command, [own])
    made = Session(ROOT, key, command, name, shape, stamp, ())
    if metadata:
        file = Artefact("session_metadata.json", "json", 2, NOW_NS, 1)
        claim = Claim(file, "metadata", claude=metadata)
        made = made._replace(claims=Claims({file.name: claim}))
    return made


def at(seconds: float) -> int:
    """A moment so many seconds after the session began."""
    return BEGAN + int(seconds * SECOND_NS)


def talk(
    name: str,
    places: Sequence[Place] = (),
    *,
    commands: Sequence[TypedCommand] = (),
    agents: Sequence[Agent] = (),
    last: float = 60,
    registers: bool = True,
) -> Conversation:
    lead = Agent("", "lead", started_ns=at(0), last_ns=at(last))
    return Conversation(
        name, "/p", lead, agents=tuple(agents), commands=tuple(commands), order=tuple(places), registers=registers
    )  # fmt: skip


def used(place: str, first: float = 0, last: float | None = None, *, made: bool = True) -> Place:
    return Place(place, at(first), at(first if last is None else last), made)


def build(seconds: float = 0, asked: str = "undo", name: str = "exito:build") -> TypedCommand:
    return TypedCommand(name, asked, at(seconds))


def alive(name: str, status: str = "busy", **more: object) -> Process:
    return Process(7, name, "/p", "alive", status, at(0), **more)  # type: ignore[arg-type]


def joined(
    sessions: Sequence[Session],
    talks: Sequence[Conversation],
    processes: Sequence[Process] = (),
    now_ns: int = NOW_NS,
) -> Joined:
    index = Index({one.key: one for one in sessions})
    return join(ROOT, index, talks, processes, ["build", "think"], now_ns)


def test_by_the_id_in_the_metadata() -> None:
    one = joined([session(PLACE, "aaaa"), session(OTHER)], [talk("aaaa"), talk("bbbb")])
    assert list(one.known) == [PLACE] and one.known[PLACE].conversation.id == "aaaa"


def test_a_folder_that_is_made_as_the_command_is_given_is_its_own() -> None:
    """Its name tells whole seconds, and so a moment before the command."""
    one = joined([session(PLACE, "aaaa")], [talk("aaaa", commands=[build(0.9)])], [alive("aaaa")])
    assert one.known[PLACE].is_current and one.known[PLACE].asked == "undo" and one.runs == ()


@pytest.mark.parametrize("place", [PLACE, ID])
def test_by_a_place_it_worked_in(place: str) -> None:
    one = joined([session(PLACE), session(OTHER)], [talk("aaaa", [used(place)])])
    assert list(one.known) == [PLACE]
    assert one.known[PLACE].is_current


def test_by_what_its_agents_were_told() -> None:
    agents = [Agent("a1", "builder", started_ns=at(5), places=frozenset([ID]))]
    one = joined([session(PLACE)], [talk("aaaa", agents=agents)])
    assert one.known[PLACE].agents == tuple(agents)


def test_an_id_that_two_sessions_have_names_none() -> None:
    one = joined([session(f"build/{ID}"), session(f"think/{ID}")], [talk("aaaa", [used(ID)])])
    assert one.known == {}
    one = joined(
        [session(f"build/{ID}"), session(f"think/{ID}")], [talk("aaaa", [used(f"think/{ID}")])]
    )
    assert list(one.known) == [f"think/{ID}"]


@pytest.mark.parametrize(
    ("key", "place", "fits"),
    [
        ("research/queues_20251106_153045", "research/queues_20251106_153045.md", True),
        ("pr_reviews/pr_789", "pr_reviews/pr_789_context.md", True),
        ("pr_reviews/pr_78", "pr_reviews/pr_789_context.md", False),
        ("pr_reviews/pr_789", "pr_reviews/pr_7", False),
    ],
)
def test_the_files_of_a_session_without_a_folder_are_places_of_it(
    key: str, place: str, fits: bool
) -> None:
    command, _, own = key.partition("/")
    made = Session(ROOT, key, command, own, "flat", "", (), form="loose")
    assert bool(joined([made], [talk("aaaa", [used(place)])]).known) is fits


@pytest.mark.parametrize(
    ("seconds", "fits"),
    [(-60, True), (-61, False), (15 * 60, True), (15 * 60 + 1, False), (0, True)],
)
def test_by_command_and_start(seconds: float, fits: bool) -> None:
    """The session began so many seconds after the command was given."""
    one = joined([session(PLACE)], [talk("aaaa", commands=[build(-seconds)])], [alive("aaaa")])
    assert (one.known.get(PLACE) is not None) is fits
    assert bool(one.runs) is not fits


def test_by_command_only_where_just_one_fits_and_nobody_used_it() -> None:
    late = session("build/build_20251106_202501")
    assert not joined([session(PLACE), late], [talk("aaaa", commands=[build()])]).known.keys() & {
        PLACE,
        late.key,
    }
    users = [talk("aaaa", [used(PLACE)], commands=[build()]), talk("bbbb", commands=[build(1)])]
    one = joined([session(PLACE)], users, [alive("bbbb")])
    assert one.known[PLACE].conversation.id == "aaaa" and shared(one.known[PLACE]) == ()
    assert [run.id for run in one.runs] == ["build_bbbb"]
    named = session(PLACE, "cccc")
    assert PLACE not in joined([named], [talk("aaaa", commands=[build()])]).known
    thought = [talk("aaaa", commands=[build(name="think")])]
    assert PLACE not in joined([session(PLACE)], thought).known


def test_one_conversation_for_several_sessions_one_after_the_other() -> None:
    first, second = build(-5100, "first"), build(0, "second")
    agents = [
        Agent("a1", "builder", started_ns=at(-5000), places=frozenset([OTHER])),
        Agent("a2", "Explore", started_ns=at(-4990), parent="a1"),
        Agent("b1", "builder", started_ns=at(30), places=frozenset([PLACE])),
    ]
    one = joined(
        [session(OTHER), session(PLACE)],
        [
            talk(
                "aaaa",
                [used(OTHER, -5000), used(PLACE, 10)],
                commands=[first, second],
                agents=agents,
            )
        ],
        [alive("aaaa")],
    )
    before, now = one.known[OTHER], one.known[PLACE]
    assert (before.is_current, now.is_current) == (False, True)
    assert (before.asked, now.asked) == ("first", "second")
    assert [agent.id for agent in before.agents] == ["a1", "a2"]
    assert [agent.id for agent in now.agents] == ["b1"]
    assert one.runs == ()


def test_a_session_that_a_later_conversation_carries_on() -> None:
    earlier = talk("aaaa", [used(PLACE, 0, 50)], commands=[build()], last=60)
    later = talk("bbbb", [used(PLACE, 100, 150)], last=160)
    one = joined([session(PLACE)], [earlier, later], [alive("bbbb")]).known[PLACE]
    assert one.conversation.id == "bbbb" and shared(one) == () and not one.is_gone
    one = joined([session(PLACE)], [earlier, later]).known[PLACE]
    assert one.conversation.id == "bbbb" and one.is_gone, "of two that are over the later one"


def test_the_living_counts_before_the_later_that_is_over() -> None:
    talks = [talk("aaaa", [used(PLACE, 0, 50)]), talk("bbbb", [used(PLACE, 100, 150)])]
    one = joined([session(PLACE)], talks, [alive("aaaa")]).known[PLACE]
    assert (one.conversation.id, one.is_gone) == ("aaaa", False)


def test_two_that_live_in_one_folder_share_it_and_who_waits_counts() -> None:
    talks = [talk("aaaa", [used(PLACE)]), talk("bbbb", [used(PLACE, 1)])]
    one = joined([session(PLACE)], talks, [alive("aaaa", "waiting"), alive("bbbb")]).known[PLACE]
    assert one.conversation.id == "aaaa" and shared(one) == ("bbbb",)


def test_two_that_lived_at_once_shared_it() -> None:
    talks = [talk("aaaa", [used(PLACE, 0, 50)]), talk("bbbb", [used(PLACE, 20, 90)])]
    assert shared(joined([session(PLACE)], talks).known[PLACE]) == ("aaaa",)


def test_one_that_lives_on_without_the_session_shares_nothing() -> None:
    talks = [talk("aaaa", [used(PLACE, 0, 50)], last=900), talk("bbbb", [used(PLACE, 100, 150)])]
    assert shared(joined([session(PLACE)], talks).known[PLACE]) == ()


def test_a_fork_shares_its_past_and_no_folder() -> None:
    """It has copies of what happened before, with its times."""
    talks = [
        talk("aaaa", [used(PLACE, 0, 50)], commands=[build()]),
        talk("bbbb", [used(PLACE, 0, 90)], commands=[build()]),
    ]
    assert shared(joined([session(PLACE)], talks).known[PLACE]) == ()


def test_moved_on_to_a_run_that_has_no_folder_yet() -> None:
    agents = [
        Agent("a1", "builder", started_ns=at(5), places=frozenset([PLACE])),
        Agent("b1", "investigator", started_ns=at(210)),
    ]
    moved = talk(
        "aaaa", [used(PLACE, 0, 50)], commands=[build(), build(200, "more")], agents=agents
    )
    one = joined([session(PLACE)], [moved], [alive("aaaa", "waiting")])
    assert not one.known[PLACE].is_current
    (run,) = one.runs
    known = one.known[run.key]
    assert (run.form, run.asked, run.command, known.is_current) == ("run", "more", "build", True)
    assert [agent.id for agent in known.agents] == ["b1"]
    assert run.problem and run.artefacts == ()


def test_a_run_is_called_as_it_will_be_as_far_as_that_is_told() -> None:
    asked = talk(
        "0badcafe-1", [used(ID, made=False), used("build/$ID", made=False)], commands=[build(-1)]
    )
    (run,) = joined([], [asked], [alive("0badcafe-1", "waiting")]).runs
    assert (run.key, run.shape, run.stamp) == (PLACE, "canonical", "20251106202500")
    by_path = talk("0badcafe-1", [used(PLACE, made=False)], commands=[build(-1)])
    (run,) = joined([], [by_path], [alive("0badcafe-1", "waiting")]).runs
    assert run.key == PLACE
    (run,) = joined([], [talk("0badcafe-1", commands=[build(-1)])], [alive("0badcafe-1")]).runs
    assert (run.key, run.shape, run.stamp) == ("build/build_0badcafe", "named", "")


def test_a_run_becomes_its_session() -> None:
    asked = talk("aaaa", [used(ID, made=False)], commands=[build(-1)])
    before = joined([], [asked], [alive("aaaa")])
    after = joined([session(PLACE)], [asked], [alive("aaaa")])
    assert before.runs[0].key == PLACE and after.runs == ()
    assert before.known[PLACE].asked == after.known[PLACE].asked == "undo"


def test_a_run_whose_folder_is_gone_is_none() -> None:
    """It was there, and somebody moved it to the trash: it does not come back as a row."""
    asked = talk("aaaa", [used(PLACE, made=True)], commands=[build(-1)])
    assert joined([], [asked], [alive("aaaa")]) == Joined()
    wrote = [
        Agent("a1", "builder", started_ns=at(1), wrote=(f"/p/.claude/sessions/{PLACE}/plan.md",))
    ]
    told = talk("aaaa", [used(PLACE, made=False)], commands=[build(-1)], agents=wrote)
    assert joined([], [told], [alive("aaaa")]) == Joined()


def test_a_run_that_ended_is_told_of_no_more_unless_it_left_a_report() -> None:
    report = Agent("a1", "investigator", "", "finished", at(1), report_bytes=500)
    ended = talk("aaaa", commands=[build()])
    assert not joined([], [ended]).runs
    assert not joined([], [ended], [alive("aaaa")._replace(life="dead")]).runs
    assert joined([], [ended], [alive("aaaa")._replace(life="unknown")]).runs
    for agent, is_told in (
        (report, True),
        (report._replace(state="lost"), False),
        (report._replace(report_bytes=10), False),
        (report._replace(started_ns=at(-100)), False),  # of what was done before
    ):
        left = talk("aaaa", commands=[build()], agents=[agent])
        assert bool(joined([], [left]).runs) is is_told
        assert not joined([], [left], now_ns=at(60) + DAY_NS).runs


def test_a_run_of_which_nobody_knows_whether_it_lives_is_told_of_for_a_day() -> None:
    unknown = talk("aaaa", commands=[build()], registers=False)
    assert joined([], [unknown], now_ns=at(59) + DAY_NS).runs
    assert not joined([], [unknown], now_ns=at(60) + DAY_NS).runs


def test_another_command_makes_no_run() -> None:
    assert joined([], [talk("aaaa", commands=[build(), build(5, name="compact")])]) == Joined()
    assert joined([], [talk("aaaa")]) == Joined()


def test_who_is_gone() -> None:
    one = [talk("aaaa", [used(PLACE)])]
    sessions = [session(PLACE)]
    assert joined(sessions, one).known[PLACE].is_gone
    dead = alive("aaaa")._replace(life="dead")
    assert joined(sessions, one, [dead]).known[PLACE].is_gone
    assert not joined(sessions, one, [dead, alive("aaaa")]).known[PLACE].is_gone
    away = joined(sessions, one, [alive("aaaa")._replace(life="unknown")]).known[PLACE]
    assert not away.is_gone and not away.is_alive
    unregistered = [talk("aaaa", [used(PLACE)], registers=False)]
    assert not joined(sessions, unregistered).known[PLACE].is_gone


def test_a_snapshot_is_informed_of_what_was_asked_and_of_runs() -> None:
    made = session(PLACE)
    snapshot = Snapshot(ROOT, {made.key: made})
    assert informed(snapshot, Joined()) is snapshot
    waiting = talk("bbbb", commands=[build(3000, "next")])
    told = joined(
        [made], [talk("aaaa", [used(PLACE)], commands=[build()]), waiting], [alive("bbbb")]
    )
    now = informed(snapshot, told)
    assert now.sessions[PLACE].asked == "undo"
    assert [one.form for one in now.sessions.values()] == ["folder", "run"]
    assert without_runs(now).sessions.keys() == {PLACE}
    assert without_runs(snapshot) is snapshot


def test_sessions_that_are_told_the_same_again_are_the_same_objects() -> None:
    made, other = session(PLACE), session("build/build_20251106_090000")
    told = joined(
        [made, other],
        [
            talk("aaaa", [used(PLACE)], commands=[build()]),
            talk("bbbb", commands=[build(3000, "n")]),
        ],
        [alive("bbbb")],
    )
    before = informed(Snapshot(ROOT, {one.key: one for one in (made, other)}), told).sessions
    written = other._replace(problem="no")
    after = informed(Snapshot(ROOT, {PLACE: made, other.key: written}), told, before).sessions
    assert after[other.key] is written and len(after) == 3
    assert all(after[key] is before[key] for key in after.keys() - {other.key})
    again = made._replace(problem="no")
    assert informed(Snapshot(ROOT, {PLACE: again}), told, before).sessions[PLACE].problem == "no"


def test_a_root_that_is_missing_is_there_once_a_run_is() -> None:
    missing = Snapshot(ROOT, state="missing")
    assert informed(missing, Joined()).state == "missing"
    told = joined([], [talk("aaaa", commands=[build()])], [alive("aaaa")])
    assert informed(missing, told).state == "present"
    unreadable = Snapshot(ROOT, state="unreadable", problem="no")
    assert informed(unreadable, told).state == "unreadable"


def test_what_is_known_says_how_to_go_on() -> None:
    one = Known(talk("0badcafe"))
    assert one.resume == "claude --resume 0badcafe"
    assert one.working is None, "without agents nothing is known of them"
