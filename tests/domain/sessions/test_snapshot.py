"""What a user would call a change between two snapshots."""

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Change, Snapshot, diff
from tests.domain.sessions.test_session import artefact, session

PLAN = Artefact("plan.md", "markdown", 1, 1, 1)
UNREAD = Session("/r", "build/a", "build", "a", "named", "")
READ = UNREAD._replace(artefacts=(PLAN,))
WRITTEN = UNREAD._replace(artefacts=(PLAN._replace(size=2), PLAN._replace(name="new.md")))


def snapshot(*sessions: Session) -> Snapshot:
    return Snapshot("/r", {one.key: one for one in sessions})


def test_what_was_added_written_and_removed() -> None:
    assert diff(snapshot(), snapshot(READ)) == [Change("added", READ, ("plan.md",))]
    assert diff(snapshot(READ), snapshot(WRITTEN)) == [
        Change("changed", WRITTEN, ("plan.md", "new.md"))
    ]
    assert diff(snapshot(WRITTEN), snapshot(READ)) == [
        Change("changed", READ, ("plan.md", "new.md"))
    ]
    assert diff(snapshot(READ), snapshot()) == [Change("removed", READ)]


def test_what_was_only_looked_at_has_not_changed() -> None:
    before = snapshot(READ)
    assert diff(before, before) == []
    assert diff(before, snapshot(READ)) == []
    assert diff(snapshot(UNREAD), before) == []
    assert diff(before, snapshot(READ._replace(problem="gone"))) == []


def test_only_what_was_touched_is_compared() -> None:
    assert diff(snapshot(READ), snapshot(WRITTEN), touched=()) == []
    assert diff(snapshot(READ), snapshot(), touched=("build/a", "build/b")) == [
        Change("removed", READ)
    ]


def test_a_diff_tells_what_was_added_changed_and_removed() -> None:
    old = snapshot(
        session("build_20251106_153045", artefact("context.md"), artefact("gone.md")),
        session("old"),
    )
    new = snapshot(
        session("build_20251106_153045", artefact("context.md", 2), artefact("plan.md")),
        session("new", artefact("x")),
    )
    told = {(change.kind, change.session.id): change.files for change in diff(old, new)}
    assert told == {
        ("changed", "build_20251106_153045"): ("context.md", "plan.md", "gone.md"),
        ("added", "new"): ("x",),
        ("removed", "old"): (),
    }


def test_reading_files_for_the_first_time_is_no_change() -> None:
    unread = session("build_20251106_153045")._replace(artefacts=None)
    assert (
        diff(snapshot(unread), snapshot(session("build_20251106_153045", artefact("plan.md"))))
        == []
    )
