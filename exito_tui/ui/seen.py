"""What the user has seen: a session, or a file, that was written since is new."""

from collections import OrderedDict
from collections.abc import Mapping

from exito_tui.domain.sessions.artefact import Artefact, is_work
from exito_tui.domain.sessions.file_index import FileIndexes
from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session

_MANY = 64
"""Of so many files the last write is worked out once, and not at every look."""
_TEXTS = 64
"""How many files' texts are kept, to tell what in them is new."""


class Seen:
    """When the user last looked at what. `since_ns` is when each root was last open; one that never
    was counts from `opened_ns`, when the app was opened."""

    def __init__(self, since_ns: Mapping[str, int], opened_ns: int) -> None:
        self._since_ns = since_ns
        self._opened_ns = opened_ns
        self._looked: dict[Identity, int] = {}
        self.all_ns = 0
        """When the user last counted everything as seen."""
        self._read: dict[tuple[str, str], int] = {}
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._file_indexes = FileIndexes()

    def look_at(self, row: Row, now_ns: int) -> None:
        """The user sees a row's content as it is now."""
        self._looked[identity(row)] = now_ns

    def look_at_all(self, now_ns: int) -> None:
        """The user counts everything as seen."""
        self.all_ns = now_ns

    def is_new(self, session: Session) -> bool:
        """Whether a session was written since the user last looked at it."""
        since_ns = self._looked.get(identity(session), self._since(session.root))
        seen_ns = max(since_ns, self.all_ns)
        artefacts = session.artefacts or ()
        if len(artefacts) > _MANY:
            written = self._file_indexes.of(session).last_write_ns
        elif any(one.modified_ns > seen_ns for one in artefacts):
            written = session.last_write_ns
        else:
            return False
        return written is not None and written > seen_ns

    def read(self, root: str, relative: str, text: str | None, now_ns: int) -> None:
        """The user has read a file of a root, or counts it as read. `text` is what it said, or
        None when that is not known."""
        place = root, relative
        self._read[place] = now_ns
        self._texts.pop(place, None)
        if text is not None:
            self._texts[place] = text
            if len(self._texts) > _TEXTS:
                self._texts.popitem(last=False)

    def text(self, root: str, relative: str) -> str | None:
        """The text of a file as the user read it last; None when that was not in this run, or long
        ago."""
        return self._texts.get((root, relative))

    def is_file_new(self, session: Session, artefact: Artefact) -> bool:
        """Whether a file was written since the user last read it. What was written before the root
        was last closed counts as read."""
        if not is_work(artefact):
            return False
        place = session.root, session.place(artefact.name)
        read_ns = self._read.get(place, self._since(session.root))
        return artefact.modified_ns > max(read_ns, self.all_ns)

    def _since(self, root: str) -> int:
        return self._since_ns.get(root, self._opened_ns)
