"""Which times of a session are to be believed."""

import os
import stat
import time
from collections.abc import Iterator

import pytest

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.clocks import (
    EARLIEST_NS,
    Clocks,
    appeared_at,
    are_of_a_copy,
    are_together,
    how_far_behind,
    is_behind,
    moments_of_copies,
    start_in_its_zone,
    work_times,
)
from exito_tui.domain.sessions.session import Session, sessions_of_folders
from exito_tui.domain.units import DAY_NS, SECOND_NS, iso_utc
from exito_tui.domain.verdicts.judge import Judge
from tests.support import NOW_NS

HOUR_NS = 3600 * SECOND_NS
FIVE = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")


def run(
    started_ns: int, files: dict[str, int], command: str = "build", *, zone_ns: int = 0
) -> Session:
    """A session whose name tells a start (in the local zone, shifted by `zone_ns`) and whose files
    have these times."""
    local = time.strftime("%Y%m%d_%H%M%S", time.localtime((started_ns + zone_ns) // SECOND_NS))
    (one,) = sessions_of_folders("/r", command, command, [f"{command}_{local}"])
    return one._replace(
        artefacts=tuple(Artefact(name, "markdown", 9, at, 1) for name, at in files.items())
    )


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    """Another time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_a_copy_is_no_work() -> None:
    old = NOW_NS - 20 * DAY_NS
    done = run(old, dict.fromkeys(FIVE, NOW_NS))
    half = run(old, {"context.md": NOW_NS, "plan.md": NOW_NS + 10**6}, "patch")
    gate = run(old, {"context.md": NOW_NS, "plan.md": NOW_NS})
    for session in (done, half, gate):
        assert session.is_copy and session.last_write_ns is None and session.started_ns == old
    states = {
        judge_at: Judge().verdict(half, judge_at) for judge_at in (NOW_NS, NOW_NS + 3 * HOUR_NS)
    }
    assert {verdict.state for verdict in states.values()} == {"interrupted"}
    assert all("copy" in verdict.reason for verdict in states.values())
    assert Judge().verdict(done, NOW_NS).state == "completed"
    assert "in a copy" in Judge().verdict(done, NOW_NS).reason
    assert Judge().verdict(gate, NOW_NS).state == "waiting"
    assert not any(view.ended_ns for view in Judge().verdict(done, NOW_NS).steps)


def test_who_writes_in_a_copy_is_judged_by_that() -> None:
    copied = {"context.md": NOW_NS - HOUR_NS, "plan.md": NOW_NS - HOUR_NS}
    session = run(NOW_NS - 20 * DAY_NS, {**copied, "progress.md": NOW_NS - 60 * SECOND_NS}, "patch")
    assert not session.is_copy and session.last_write_ns == NOW_NS - 60 * SECOND_NS
    assert Judge().verdict(session, NOW_NS).state == "running"


def test_a_run_whose_files_come_soon_after_its_name_is_no_copy() -> None:
    quick = run(NOW_NS - 60 * SECOND_NS, dict.fromkeys(FIVE[:2], NOW_NS))
    assert not quick.is_copy
    single = run(NOW_NS - 2 * HOUR_NS, {"context.md": NOW_NS})
    assert not single.is_copy  # one file alone tells nothing


def test_many_sessions_of_one_moment_were_copied() -> None:
    sessions = [run(NOW_NS - day * DAY_NS, {"context.md": NOW_NS}, "patch") for day in range(1, 5)]
    assert Judge().verdict(sessions[0], NOW_NS).state == "running"
    judge = Judge().learned("/r", sessions)
    assert {judge.verdict(one, NOW_NS).state for one in sessions} == {"interrupted"}
    later = run(NOW_NS - DAY_NS, {"context.md": NOW_NS + 60 * SECOND_NS}, "patch")
    assert judge.verdict(later, NOW_NS + 60 * SECOND_NS).state == "running"


def test_copies_teach_nothing() -> None:
    copies = [
        run(NOW_NS - (20 + day) * DAY_NS, {name: NOW_NS + at * 50_000 for at, name in enumerate(FIVE[:4])}, "patch")
        for day in range(8)
    ]  # fmt: skip
    live = run(NOW_NS - 480 * SECOND_NS, {"context.md": NOW_NS - 240 * SECOND_NS}, "patch")
    verdict = Judge().learned("/r", [*copies, live]).verdict(live, NOW_NS)
    assert verdict.state == "running"
    assert verdict.expected and verdict.expected.source != "history"


@pytest.mark.parametrize("zone", ["Europe/Madrid", "Asia/Tokyo", "America/New_York"], indirect=True)
def test_a_name_in_utc_is_read_so_when_that_alone_fits(zone: str) -> None:
    start = NOW_NS - 70 * 60 * SECOND_NS
    offset_ns = time.localtime(start // SECOND_NS).tm_gmtoff * SECOND_NS
    first = start + 15 * 60 * SECOND_NS
    files = {"context.md": first, "plan.md": first + 10 * 60 * SECOND_NS}
    session = run(start, files, zone_ns=-offset_ns)
    assert session.started_ns == start, iso_utc(session.started_ns or 0)
    assert run(start, files).started_ns == start


@pytest.mark.parametrize("zone", ["Europe/Madrid", "UTC"], indirect=True)
def test_a_start_after_the_last_write_is_never_shown_as_it_is(zone: str) -> None:
    session = run(NOW_NS + 3 * HOUR_NS, {"context.md": NOW_NS, "plan.md": NOW_NS + HOUR_NS})
    assert session.started_ns == NOW_NS


def container_runs(hours: float, minutes: tuple[float, ...]) -> list[Session]:
    """Runs of the last days in a zone that is `hours` behind, and after how many minutes each had
    its first file."""
    behind_ns = int(hours * HOUR_NS)
    return [
        run(start, {"context.md": first, "plan.md": first + 9 * 60 * SECOND_NS}, zone_ns=-behind_ns)
        for day, waited in enumerate(minutes, 1)
        for start in [NOW_NS - day * (DAY_NS + HOUR_NS)]
        for first in [start + int(waited * 60) * SECOND_NS]
    ]


@pytest.mark.parametrize("hours", [1, 3.5, 7, 14])
def test_names_of_a_zone_that_is_behind_are_read_in_it_when_three_agree(hours: float) -> None:
    past = container_runs(hours, (3, 5, 9.9, 40))
    judge = Judge().learned("/r", past)
    for session in past:
        known = judge.by_its_clocks(session)
        assert known.named_ns == session.started_ns
        assert known.started_ns == (session.started_ns or 0) + int(hours * HOUR_NS)
        assert judge.verdict(session, NOW_NS).behind_ns == known.behind_ns
    begun = run(NOW_NS - 60 * SECOND_NS, {}, zone_ns=-int(hours * HOUR_NS))
    assert Judge().verdict(begun, NOW_NS).state == "stuck"
    assert judge.verdict(begun, NOW_NS).state == "running"
    history = judge.history("/r", judge.workflows_in("/r")["build"])
    assert history["investigator/context.md"].slowest == 40 * 60


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        (1, (3, 5)),  # two alone
        (1, (3, 5, -58, 4)),  # one had its first file after two minutes: it contradicts
        (1, (3, 5, 15)),  # the third was slow
        (0, (31, 32, 33)),  # less than an hour: they think long
        (7.25, (3, 5, 9)),  # no zone lies there
        (14.5, (3, 5, 9)),
        (-2, (3, 5, 9)),
    ],
)
def test_whole_hours_that_not_all_agree_on_are_no_zone(
    hours: float, minutes: tuple[float, ...]
) -> None:
    past = container_runs(hours, minutes)
    judge = Judge().learned("/r", past)
    assert {judge.by_its_clocks(session).behind_ns for session in past} == {0}


def test_runs_of_one_hour_that_were_slow_together_are_no_zone() -> None:
    slow = [
        run(NOW_NS - at * 60 * SECOND_NS, {"context.md": NOW_NS - (at - 62) * 60 * SECOND_NS})
        for at in (70, 71, 72)
    ]
    judge = Judge().learned("/r", slow)
    assert {judge.by_its_clocks(one).behind_ns for one in slow} == {0}


def test_what_comes_sooner_than_the_others_tell_is_read_as_it_stands() -> None:
    judge = Judge().learned("/r", container_runs(7, (3, 5, 9)))
    local = run(NOW_NS - 300 * SECOND_NS, {"context.md": NOW_NS})
    assert judge.by_its_clocks(local).started_ns == NOW_NS - 300 * SECOND_NS


def test_times_before_2020_are_none() -> None:
    session = run(NOW_NS - 40 * 60 * SECOND_NS, {"context.md": SECOND_NS}, "patch")
    assert session.last_write_ns is None
    verdict = Judge().verdict(session, NOW_NS)
    assert verdict.state == "stuck" and "40 min" in verdict.reason
    assert stat.S_ISREG(os.stat(__file__).st_mode)


# ── the bounds, one by one ────────────────────────────────────────────────────────────────────────

S, MIN = SECOND_NS, 60 * SECOND_NS
AT = 20_000 * DAY_NS
"""Midnight of some day."""


def test_work_is_what_somebody_wrote_since_2020() -> None:
    assert iso_utc(EARLIEST_NS) == "2020-01-01T00:00:00Z"
    files = {"plan.md": EARLIEST_NS, "context.md": EARLIEST_NS - 1, "session_metadata.json": AT}
    assert work_times(Artefact(name, "markdown", 9, at, 1) for name, at in files.items()) == [
        EARLIEST_NS
    ]
    assert Clocks() == (frozenset(), 0)


def test_files_are_together_within_five_seconds_and_one_alone_is_not() -> None:
    assert are_together([AT + 5 * S - 1, AT]) and not are_together([AT + 5 * S, AT])
    assert not are_together([AT]) and not are_together([])
    assert are_of_a_copy([AT + 1, AT + 9], AT - DAY_NS) and not are_of_a_copy([AT], AT - DAY_NS)
    assert not are_of_a_copy([AT], None)


def test_two_of_days_ago_or_three_of_today_are_a_copy_when_they_began_apart() -> None:
    then, around = frozenset((AT // S,)), frozenset(AT // S + at for at in (-1, 0, 1))
    old, older = AT - DAY_NS - 1, AT - 2 * DAY_NS
    assert moments_of_copies([(old, [AT]), (older, [AT + S - 1])]) == then
    assert moments_of_copies([(old, [AT, AT + 3 * S]), (older, [AT])]) == then
    assert moments_of_copies([(AT - DAY_NS, [AT]), (AT - DAY_NS // 2, [AT])]) == frozenset()
    assert moments_of_copies([(AT - DAY_NS + at * HOUR_NS, [AT]) for at in (0, 1, 2)]) == around
    assert moments_of_copies([(older, [AT]), (older + MIN, [AT])]) == frozenset(), "one moment"
    assert moments_of_copies([(older, [AT]), (older + 5 * MIN, [AT])]) == then
    assert moments_of_copies([(old, [AT]), (AT - DAY_NS // 2, [AT])]) == then
    assert moments_of_copies([(old, [AT])]) == frozenset()


def test_what_is_written_over_time_or_soon_after_its_start_tells_of_no_copy() -> None:
    others = [(AT - 2 * DAY_NS, [AT]), (AT - 3 * DAY_NS, [AT])]
    soon = [(AT - 5 * MIN - at * S, [AT]) for at in (0, 0, 0)]
    assert moments_of_copies(soon) == frozenset()
    assert moments_of_copies([(AT - 5 * MIN, [AT]), *others[:1]]) == frozenset()
    assert moments_of_copies([(AT - 5 * MIN - 1, [AT]), *others[:1]]) == {AT // S}
    spread = [(AT - at * DAY_NS, [AT, AT + 5 * S]) for at in (2, 3)]
    assert moments_of_copies(spread) == frozenset()
    assert moments_of_copies([(None, [AT]), (AT, []), *spread, *others]) != frozenset()


def test_a_session_appeared_with_others_when_all_of_it_did() -> None:
    moments = frozenset((AT // S,))
    assert appeared_at(moments, None, [AT]) and not appeared_at(moments, None, [AT + S])
    assert appeared_at(moments, AT - 5 * MIN - 1, [AT, AT + 5 * S - 1])
    assert not appeared_at(moments, AT - 5 * MIN, [AT])
    assert not appeared_at(moments, None, [AT, AT + 5 * S]) and not appeared_at(moments, None, [])


@pytest.mark.parametrize(
    ("wait", "behind"),
    [
        (59 * MIN, HOUR_NS),
        (59 * MIN - 1, 0),
        (70 * MIN, HOUR_NS),
        (70 * MIN + 1, 0),
        (90 * MIN - MIN, 90 * MIN),
        (89 * MIN - 1, 0),
        (14 * HOUR_NS, 14 * HOUR_NS),
        (14 * HOUR_NS + 30 * MIN, 0),
        (0, 0),
    ],
)
def test_so_long_a_wait_is_a_zone(wait: int, behind: int) -> None:
    starts = [AT + hour * HOUR_NS for hour in (1, 2, 30)]
    waited: list[tuple[int | None, list[int]]] = [(at, [at + wait + DAY_NS, at + wait]) for at in starts]  # fmt: skip
    assert how_far_behind(waited) == behind
    assert how_far_behind([*waited, (None, [AT]), (AT, [])]) == behind
    assert how_far_behind(waited[:2]) == 0 and how_far_behind([]) == 0


def test_a_start_may_lie_so_much_later_when_no_file_is_older() -> None:
    assert is_behind(HOUR_NS, AT, []) and not is_behind(HOUR_NS, None, [AT])
    assert is_behind(HOUR_NS, AT, [AT + 59 * MIN, AT + DAY_NS])
    assert not is_behind(HOUR_NS, AT, [AT + 59 * MIN - 1, AT + DAY_NS])


@pytest.mark.parametrize("zone", ["Etc/GMT-3", "Etc/GMT+3"], indirect=True)  # 3 h before, and after
@pytest.mark.parametrize(
    ("waited", "is_utc"),
    [(0, True), (-60 * S, True), (-61 * S, False), (45 * MIN - 1, True), (45 * MIN, False)],
)
def test_a_stamp_is_in_utc_when_its_first_file_came_soon_after_it_there(
    zone: str, waited: int, is_utc: bool
) -> None:
    stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(AT // S))
    local = AT - time.localtime(AT // S).tm_gmtoff * S
    first = AT + waited
    read = start_in_its_zone(stamp, local, [first, first + MIN])
    late = zone == "Etc/GMT+3"
    assert read == (AT if is_utc else first if late else local)
    assert start_in_its_zone(stamp, local, []) == local
    assert start_in_its_zone(stamp[:8], local, [first]) == local


def test_a_start_is_read_as_it_stands_unless_it_is_an_hour_early_or_late() -> None:
    stamp = "20241004000000"
    assert start_in_its_zone(stamp, AT, [AT + 59 * MIN]) == AT
    assert start_in_its_zone(stamp, AT, [AT - 2 * MIN, AT - 60 * S]) == AT
    assert start_in_its_zone(stamp, AT, [AT - 2 * MIN, AT - 60 * S - 1]) == AT - 2 * MIN


@pytest.mark.parametrize("zone", ["Etc/GMT-1"], indirect=True)  # one hour before UTC
def test_a_run_of_nearly_an_hour_is_no_name_in_utc(zone: str) -> None:
    stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(AT // S))
    local = AT - HOUR_NS
    assert start_in_its_zone(stamp, local, [local + 59 * MIN]) == local
    assert start_in_its_zone(stamp, local, [local + 59 * MIN + 1]) == AT
