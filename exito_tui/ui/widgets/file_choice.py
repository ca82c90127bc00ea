"""Which file of which session is read; no widget knows better."""

from typing import NamedTuple

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.file_index import FileIndex, FileIndexes
from exito_tui.domain.sessions.list_rows import Identity, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.opening import Opening, opening_of
from exito_tui.domain.verdicts.verdict import Verdict


class FilePlace(NamedTuple):
    """A file of a session, a line in it (from 1), and a text that is looked for from there on."""

    file: str
    line: int
    text: str = ""


class FileChoice:
    """A session (or a note), and the file of it that is read: the one that was chosen, which is
    remembered for each session, or the one that its reader most likely wants."""

    def __init__(self, writing_ns: int) -> None:
        """A file that was written less than `writing_ns` ago is being written."""
        self.row: Session | None = None
        self.verdict: Verdict | None = None
        self.now_ns = 0
        self.index = FileIndex(())
        """The session's files in workflow order."""
        self._writing_ns = writing_ns
        self._indexes = FileIndexes()
        self._chosen: dict[Identity, str] = {}

    def take(self, row: Session | None, verdict: Verdict | None, now_ns: int) -> None:
        """Go on with a session as it is now, or with another one; None: with none."""
        self.row, self.verdict, self.now_ns = row, verdict, now_ns
        copied = bool(verdict and verdict.copied)
        self.index = self._indexes.of(row, copied=copied) if row else FileIndex(())

    def is_another(self, row: Session | None) -> bool:
        """Whether a session is not the one at hand."""
        return (identity(row) if row else None) != (identity(self.row) if self.row else None)

    @property
    def is_chosen(self) -> bool:
        """Whether a file of this session was ever chosen."""
        return self.row is not None and identity(self.row) in self._chosen

    def choose(self, name: str) -> None:
        """Read this file of the session from now on."""
        if self.row is not None:
            self._chosen[identity(self.row)] = name

    @property
    def file(self) -> Artefact | None:
        """The file that is read; None when there is none."""
        if self.row is None:
            return None
        name = self._chosen.get(identity(self.row))
        chosen = self.index.artefact(name) if name is not None else None
        return chosen or self._default()

    def _default(self) -> Artefact | None:
        """The file that the verdict points to; else the one being written, or the first."""
        newest = self.index.newest
        if newest is None:
            return None
        wanted = self.index.artefact(self.opening.file)
        return wanted or (newest if self.is_being_written(newest) else self.index.artefacts[0])

    @property
    def opening(self) -> Opening:
        """Where the verdict says that the session opens."""
        newest = self.index.newest
        return opening_of(self.verdict, newest.name if newest else "")

    @property
    def path(self) -> str | None:
        """The absolute path of the file that is read, or of a session without files."""
        file, row = self.file, self.row
        if row is None:
            return None
        return f"{row.root}/{row.place(file.name)}" if file else row.path

    def is_being_written(self, file: Artefact) -> bool:
        """Whether a file was written just now; a copy's times tell nothing of that."""
        return not self.index.is_copy and abs(self.now_ns - file.modified_ns) < self._writing_ns

    def after(self, step: int) -> str:
        """The name of the file so many places after this one, going round; empty when it is the
        only one."""
        files, current = self.index.artefacts, self.file
        if current is None or len(files) < 2:
            return ""
        return files[(self.index.indexes[current.name] + step) % len(files)].name
