"""Which rows of the list are marked, one by one or by a range."""

from collections.abc import Callable, Sequence

from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session


class Marks:
    """The marked sessions, and where the range begins that is being marked."""

    def __init__(self) -> None:
        self.marked: set[Identity] = set()
        self._range: tuple[Identity, frozenset[Identity]] | None = None
        """The row at which the range began, and what was marked before."""

    def keep(self, exists: Callable[[Identity], object]) -> None:
        """Forget the marks of what is not there any more."""
        self.marked = {mark for mark in self.marked if exists(mark)}

    def toggle(self, row: Row | None) -> bool:
        """Mark a session, or take its mark away; False for any other row."""
        if not isinstance(row, Session):
            return False
        self.marked ^= {identity(row)}
        return True

    def toggle_range(self, row: Row | None) -> None:
        """Begin a range at a row, or end the one that has begun."""
        began = self._range is None and row is not None
        self._range = (identity(row), frozenset(self.marked)) if began and row else None

    def extend(self, rows: Sequence[Row], find: Callable[[Identity], int | None], to: int) -> bool:
        """Mark the sessions from the beginning of the range to a place in the rows; False when no
        range has begun, or its beginning is not in the list any more, or folded away."""
        if self._range is None or (start := find(self._range[0])) is None:
            return False
        first, last = min(start, to), max(start, to)
        within = {identity(row) for row in rows[first : last + 1] if isinstance(row, Session)}
        self.marked = {*self._range[1], *within}
        return True

    def toggle_all(self, rows: Sequence[Row]) -> None:
        """Mark every session of these; if all of them are marked, none."""
        every = {identity(row) for row in rows if isinstance(row, Session)}
        self.marked, self._range = set() if every <= self.marked else self.marked | every, None

    def clear(self) -> None:
        """Take all marks away."""
        self.marked, self._range = set(), None
