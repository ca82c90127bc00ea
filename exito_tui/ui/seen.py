"""What the user has seen: a session, or a file, that was written since is new."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping

from exito_tui.domain.sessions.artefact import Artefact, is_work
from exito_tui.domain.sessions.file_index import FileIndexes
from exito_tui.domain.sessions.list_rows import Identity, Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS

_MANY = 64
"""Of so many files the last write is worked out once, and not at every look."""
_TEXTS = 64
"""How many files' texts are kept, to tell what in them is new."""
_LONGEST_NS = 7 * DAY_NS
"""What nobody looked at for so long is news no more."""


class Seen:
    """When the user last looked at what (epoch ns). `since_ns` is, for each root, the moment up to
    which everything there counts as seen; where there is none, that is `opened_ns`, when the app
    was opened. `looked_ns` is, for each root, which sessions (by key) were looked at later."""

    def __init__(
        self,
        since_ns: Mapping[str, int],
        opened_ns: int,
        looked_ns: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        self._since_ns = {**since_ns}
        self._opened_ns = opened_ns
        self._looked: dict[Identity, int] = {
            ("session", root, key): when
            for root, sessions in (looked_ns or {}).items()
            for key, when in sessions.items()
        }
        self.all_ns = 0
        """When the user last counted everything as seen."""
        self._read: dict[tuple[str, str], int] = {}
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._file_indexes = FileIndexes()

    def since_ns(self, roots: Iterable[str]) -> int:
        """The moment since which what was written in these roots is new."""
        return min(map(self._since, roots), default=self._opened_ns)

    def looked_ns(self, root: str) -> Mapping[str, int]:
        """Which sessions of a root were looked at later than that, by key."""
        since_ns = self._since(root)
        return {
            key: when
            for (_, place, key), when in self._looked.items()
            if place == root and when > since_ns
        }

    def to_remember(self, root: str, now_ns: int, *, is_new: bool) -> tuple[int, dict[str, int]]:
        """What to begin with the next time: `since_ns` and `looked_ns` of a root. Where nothing is
        new, all is seen; what is new stays so, for a while."""
        if not is_new:
            return now_ns, {}
        return max(self._since(root), now_ns - _LONGEST_NS), {**self.looked_ns(root)}

    def _since(self, root: str) -> int:
        return self._since_ns.get(root, self._opened_ns)

    def look_at(self, row: Row, now_ns: int) -> None:
        """The user sees a row's content as it is now."""
        self._looked[identity(row)] = now_ns

    def look_at_all(self, roots: Iterable[str], now_ns: int) -> None:
        """The user counts everything in these roots as seen."""
        self._since_ns.update(dict.fromkeys(roots, now_ns))
        self.all_ns = now_ns

    def is_new(self, session: Session) -> bool:
        """Whether a session was written since the user last looked at it."""
        seen_ns = max(self._looked.get(identity(session), 0), self._since(session.root))
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
