"""What the user has seen: a session that was written since is new."""

from collections.abc import Mapping

from exito_tui.domain.sessions.file_index import FileIndexes
from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session

_MANY = 64
"""Of so many files the last write is worked out once, and not at every look."""


class Seen:
    """When the user last looked at what. `since_ns` is when each root was last open; one that never
    was counts from `opened_ns`, when the app was opened."""

    def __init__(self, since_ns: Mapping[str, int], opened_ns: int) -> None:
        self._since_ns = since_ns
        self._opened_ns = opened_ns
        self._looked: dict[Identity, int] = {}
        self._all_ns = 0
        self._file_indexes = FileIndexes()

    def look_at(self, row: Row, now_ns: int) -> None:
        """The user sees a row's content as it is now."""
        self._looked[identity(row)] = now_ns

    def look_at_all(self, now_ns: int) -> None:
        """The user counts everything as seen."""
        self._all_ns = now_ns

    def is_new(self, session: Session) -> bool:
        """Whether a session was written since the user last looked at it."""
        since_ns = self._since_ns.get(session.root, self._opened_ns)
        seen_ns = max(self._looked.get(identity(session), since_ns), self._all_ns)
        artefacts = session.artefacts or ()
        if len(artefacts) > _MANY:
            written = self._file_indexes.of(session).last_write_ns
        elif any(one.modified_ns > seen_ns for one in artefacts):
            written = session.last_write_ns
        else:
            return False
        return written is not None and written > seen_ns
