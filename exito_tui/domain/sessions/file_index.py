"""What is shown of a session's files again and again, worked out once: there may be many thousands
of them."""

from exito_tui.domain.sessions.artefact import Artefact, is_work, newest_of
from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS

_TOGETHER_NS = 5 * SECOND_NS
_MOST_KEPT = 128


class FileIndex:
    """The files of one session, in workflow order, and what one pass over them tells: their `size`
    in bytes, the `newest` of them, and the index of each by its name."""

    def __init__(self, artefacts: tuple[Artefact, ...], session: Session | None = None) -> None:
        """`session` is the one whose files these are."""
        self.artefacts = artefacts
        self.is_copy = session is not None and session.is_copy
        """Whether the files' times are those of a copy, and tell nothing."""
        self.started_ns = session.started_ns if session else None
        self.indexes = {artefact.name: index for index, artefact in enumerate(artefacts)}
        self.size = sum([artefact.size for artefact in artefacts])
        self.newest = newest_of(artefacts)
        work = [one for one in artefacts if is_work(one) and not self.is_copy]
        self.last_write_ns = max((artefact.modified_ns for artefact in work), default=None)
        """When an agent last wrote, or None when none ever did."""
        newest_ns = self.last_write_ns or 0
        self._together = frozenset(
            [artefact.name for artefact in work if newest_ns - artefact.modified_ns < _TOGETHER_NS]
        )

    def started_later(self, behind_ns: int) -> int | None:
        """When the session started, whose name was written by a clock that is `behind_ns`
        behind; epoch ns, or None when its name does not tell."""
        return self.started_ns + behind_ns if self.started_ns is not None else None

    def artefact(self, name: str) -> Artefact | None:
        """The artefact of that name, or None."""
        index = self.indexes.get(name)
        return None if index is None else self.artefacts[index]

    def being_written(self, now_ns: int, span_ns: int) -> frozenset[str]:
        """The names of the files that are being written: the newest, if that is less than `span_ns`
        ago, and any written together with it (parallel reviewers). Times a little in the future
        count too: clocks differ."""
        if self.last_write_ns is None or abs(now_ns - self.last_write_ns) >= span_ns:
            return frozenset()
        return self._together


class FileIndexes:
    """The file indexes of the sessions that are shown; of each only that of its files as they are
    now."""

    def __init__(self) -> None:
        self._known: dict[tuple[Identity, bool], FileIndex] = {}

    def of(self, row: Row, *, copied: bool = False) -> FileIndex:
        """The file index of a row of the list; `copied`: others of its root tell that its files
        were copied."""
        of_row = identity(row), copied
        known = self._known.get(of_row)
        artefacts = (row.artefacts or ()) if isinstance(row, Session) else ()
        if known is None or known.artefacts is not artefacts:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            session = row if isinstance(row, Session) else None
            if session and copied:
                session = session._replace(copied=True)
            known = self._known[of_row] = FileIndex(artefacts, session)
        return known
