"""Marking rows, one by one and by a range."""

from exito_tui.domain.sessions.list_rows import Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.ui.widgets.marks import Marks
from tests.domain.verdicts.test_classify import made

SESSIONS: list[Session] = [
    made("build", {"context.md": 5})._replace(key=f"build/build_2025110{day}_100000")
    for day in range(1, 6)
]
ROWS: list[Row] = [*SESSIONS]


def find(mark: object) -> int | None:
    return next((at for at, one in enumerate(SESSIONS) if identity(one) == mark), None)


def marked(marks: Marks) -> list[int]:
    return [at for at, one in enumerate(SESSIONS) if identity(one) in marks.marked]


def test_a_mark_is_set_and_taken_away() -> None:
    marks = Marks()
    assert marks.toggle(SESSIONS[1]) and marked(marks) == [1]
    assert marks.toggle(SESSIONS[1]) and marked(marks) == []
    assert not marks.toggle(None)


def test_a_range_grows_and_shrinks_and_keeps_what_was_marked_before() -> None:
    marks = Marks()
    marks.toggle(SESSIONS[4])
    marks.toggle_range(SESSIONS[1])
    assert marks.extend(ROWS, find, 3) and marked(marks) == [1, 2, 3, 4]
    assert marks.extend(ROWS, find, 0) and marked(marks) == [0, 1, 4]
    marks.toggle_range(SESSIONS[0])
    assert not marks.extend(ROWS, find, 3) and marked(marks) == [0, 1, 4]


def test_a_range_whose_beginning_is_gone_marks_nothing() -> None:
    marks = Marks()
    marks.toggle_range(SESSIONS[1])
    assert not marks.extend(ROWS, lambda mark: None, 3) and marked(marks) == []


def test_all_are_marked_or_none() -> None:
    marks = Marks()
    marks.toggle(SESSIONS[2])
    marks.toggle_all(ROWS)
    assert marked(marks) == [0, 1, 2, 3, 4]
    marks.toggle_all(ROWS)
    assert marked(marks) == []


def test_the_marks_of_what_is_gone_are_forgotten() -> None:
    marks = Marks()
    marks.toggle_all(ROWS)
    marks.keep(lambda mark: (find(mark) or 0) > 2)
    assert marked(marks) == [3, 4]
    marks.clear()
    assert marked(marks) == []
