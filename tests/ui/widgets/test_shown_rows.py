"""Which row stands where in the list, and what it stands for now."""

from exito_tui.domain.sessions.list_rows import Arrangement, Heading, arrange, identity
from exito_tui.domain.sessions.session import sessions_of_folders
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.ui.widgets.shown_rows import ShownRows
from tests.support import NOW_NS


def shown(count: int = 3, **more: object) -> ShownRows:
    ids = [f"build_20251106_{10 + number // 60}{number % 60:02}00" for number in range(count)]
    sessions = {one.key: one for one in sessions_of_folders("/r", "build", "build", ids)}
    snapshot = Snapshot("/r", sessions=sessions)
    rows = arrange([snapshot], Arrangement("command"), [{}], NOW_NS)
    return ShownRows(rows, [snapshot._replace(**more)] if more else [snapshot])  # type: ignore[arg-type]


def test_a_row_stands_for_its_session_as_it_is_now() -> None:
    before = shown()
    row = before.rows[1]
    changed = before.snapshots["/r"].sessions[row.key]._replace(problem="gone")
    after = ShownRows(before.rows, [before.snapshots["/r"]._replace(sessions={row.key: changed})])
    assert after.now(1) == changed and after.current(row) == changed
    assert after.now(2) == before.rows[2]  # one that is gone stays as it was
    assert after.now(-1) is None and after.now(4) is None
    assert after.session(identity(row)) == changed
    assert after.session(identity(before.rows[2])) is None


def test_headings_and_what_stands_under_them() -> None:
    rows = shown()
    heading = rows.rows[0]
    assert isinstance(heading, Heading) and [*rows.headings] == [0]
    assert [rows.heading_index(at) for at in range(4)] == [0] * 4
    assert rows.heading_of(3) == heading and rows.title_of(heading) == "build"
    assert rows.session_count == 3 and rows.first_session == 1
    none = ShownRows()
    assert none.heading_of(0) is None and none.first_session == 0 and none.session_count == 0


def test_a_session_near_by_stands_in() -> None:
    rows = shown()
    assert [rows.session_near(index) for index in (-1, 0, 1, 3, 9)] == [1, 1, 1, 3, 3]
    only = ShownRows(rows.rows[:1], [*rows.snapshots.values()])
    assert only.session_near(5) == 0 and ShownRows().session_near(2) == 0


def test_a_row_is_found_wherever_it_stands() -> None:
    rows = shown(300)
    far = identity(rows.rows[290])
    assert [rows.find(far, near) for near in (0, 290, 300)] == [290] * 3
    assert rows.find(("session", "/r", "build/none"), 0) is None


def test_the_next_one_goes_round() -> None:
    rows = shown()
    wanted = {identity(rows.rows[1]), identity(rows.rows[3])}
    assert [rows.next_of(wanted, after) for after in (0, 1, 2, 3)] == [1, 3, 3, 1]
    assert rows.next_of((), 0) is None and ShownRows().next_of(wanted, 0) is None


def test_pins_are_those_of_its_own_root() -> None:
    key = shown().rows[2].key
    rows = shown(pinned=frozenset((key,)))
    assert [rows.is_pinned(row) for row in rows.rows] == [False, False, True, False]
