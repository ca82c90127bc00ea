"""The rows of the session list: which stands where, and what each stands for now."""

from bisect import bisect_right
from collections.abc import Container, Sequence
from functools import cached_property

from exito_tui.domain.sessions.list_rows import Heading, Identity, Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of

_NEAR = 64
_FIRST = 8


class ShownRows:
    """The rows as they were arranged, and the snapshots of the roots that they are of. It does not
    change."""

    def __init__(self, rows: Sequence[Row] = (), snapshots: Sequence[Snapshot] = ()) -> None:
        self.rows = rows
        self.snapshots = {snapshot.root: snapshot for snapshot in snapshots}

    @cached_property
    def headings(self) -> Sequence[int]:
        """The indexes of the headings."""
        return [at for at, row in enumerate(self.rows) if isinstance(row, Heading)]

    @cached_property
    def session_count(self) -> int:
        """How many of the rows are sessions or notes."""
        return len(self.rows) - len(self.headings)

    @property
    def first_session(self) -> int:
        """The index of the first session; 0 where none stands near the top."""
        first = enumerate(self.rows[:_FIRST])
        return next((at for at, row in first if not isinstance(row, Heading)), 0)

    def session_near(self, index: int) -> int:
        """The index of a session at an index, else of the next one below, else above; where there
        is none, an index in the list."""
        at = max(0, min(index, len(self.rows) - 1))
        around = (*range(at, len(self.rows)), *range(at - 1, -1, -1))
        return next((one for one in around if not isinstance(self.rows[one], Heading)), at)

    def now(self, index: int) -> Row | None:
        """What the row at an index stands for now; None where there is none."""
        return self.current(self.rows[index]) if 0 <= index < len(self.rows) else None

    def current(self, row: Row) -> Row:
        """What a row stands for now: sessions change while their place in the list does not."""
        if isinstance(row, Session) and (snapshot := self.snapshots.get(row.root)):
            return snapshot.session(row.key) or row
        return row

    def session(self, wanted: Identity) -> Session | None:
        """The session of an identity, wherever it stands; None if it is gone."""
        snapshot = self.snapshots.get(wanted[1])
        return snapshot.session(wanted[2]) if snapshot else None

    def is_pinned(self, row: Row) -> bool:
        """Whether a row is a session that is pinned."""
        return isinstance(row, Session) and row.key in self.snapshots[row.root].pinned

    def title_of(self, row: Row) -> str:
        """What a row's session is about."""
        if isinstance(row, Heading):
            return row.title
        snapshot = self.snapshots.get(row.root)
        return title_of(row, snapshot.layouts if snapshot else ()).text

    def heading_index(self, index: int) -> int | None:
        """The index of the heading that a row stands under, or is itself; None if there is none."""
        number = bisect_right(self.headings, index)
        return self.headings[number - 1] if number else None

    def heading_of(self, index: int) -> Heading | None:
        """The heading that a row stands under, or is itself."""
        at = self.heading_index(index)
        row = None if at is None else self.rows[at]
        return row if isinstance(row, Heading) else None

    def find(self, wanted: Identity, near: int) -> int | None:
        """The index of a row, looked for first near another one; None when it is not there."""
        rows = self.rows
        for index in range(max(0, near - _NEAR), min(len(rows), near + _NEAR)):
            if identity(rows[index]) == wanted:
                return index
        return next((index for index, row in enumerate(rows) if identity(row) == wanted), None)

    def next_of(self, wanted: Container[Identity], after: int) -> int | None:
        """The index of the next row below another one, going round, that is one of these."""
        count = len(self.rows)
        below = ((after + step) % count for step in range(1, count + 1))
        return next((at for at in below if identity(self.rows[at]) in wanted), None)
