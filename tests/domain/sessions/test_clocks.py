"""Which times of a session are to be believed."""

import os
import stat
import time
from collections.abc import Iterator

import pytest

from exito_tui.domain.sessions.artefact import Artefact
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


def test_times_before_2020_are_none() -> None:
    session = run(NOW_NS - 40 * 60 * SECOND_NS, {"context.md": SECOND_NS}, "patch")
    assert session.last_write_ns is None
    verdict = Judge().verdict(session, NOW_NS)
    assert verdict.state == "stuck" and "40 min" in verdict.reason
    assert stat.S_ISREG(os.stat(__file__).st_mode)
