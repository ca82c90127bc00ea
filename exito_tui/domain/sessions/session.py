"""Sessions and their artefacts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from exito_tui.domain.sessions.artefact import Artefact, Kind, newest_of
from exito_tui.domain.sessions.clocks import (
    are_of_a_copy,
    are_together,
    start_in_its_zone,
    work_times,
)
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.names import Shape, folders_in_command
from exito_tui.domain.sessions.stamps import (
    DAY,
    seconds_in_utc,
    stamp_of_epoch,
    started_seconds,
    utc_stamp,
)
from exito_tui.domain.units import LATEST_NS, SECOND_NS
from exito_tui.domain.workflows.file_roles import OwnFiles, rank, role

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.claims import Claims

Form = Literal["folder", "loose", "file", "link", "run"]
"""What a session is made of: a folder of its own, some files in a folder that is not its own, one
file, or a link to a folder, which is not followed. A run of Claude Code has no folder yet: only the
records tell of it."""


class SessionTimes(NamedTuple):
    """When a session started and was last written (epoch ns, None: not known), and whether its
    files' times are those of a copy."""

    started_ns: int | None
    last_write_ns: int | None
    is_copy: bool


class Session(NamedTuple):
    """One run of a command, or one piece of work.

    `root` is the absolute path of the root and `key` the path relative to it (of loose files, what
    they have in common); `artefacts` is None until the folder has been read. `problem` says in
    plain words why a folder could not be read, and is empty otherwise. `claims` is what the files
    say, None until they have been read for that.
    """

    root: str
    key: str
    command: str
    id: str
    shape: Shape
    stamp: str
    artefacts: tuple[Artefact, ...] | None = None
    problem: str = ""
    claims: "Claims | None" = None
    form: Form = "folder"
    is_current: bool = False
    """Whether the root's pointer names it."""
    copied: bool = False
    """Whether it is known from other sessions that its files' times are those of a copy."""
    behind_ns: int = 0
    """How far the clock that wrote its name is behind, as far as that is known from other
    sessions."""
    asked: str = ""
    """What the user asked for, as Claude Code's records tell."""

    @property
    def parent(self) -> str:
        """The folder that it lies in itself, relative to the root; empty for the root."""
        return self.key.rpartition("/")[0]

    @property
    def folder(self) -> str:
        """The folder its files lie in, relative to the root; empty for the root."""
        return self.key if self.form in ("folder", "link") or self.is_stray else self.parent

    @property
    def is_note(self) -> bool:
        """Whether it stands for a note: a loose file in the root whose name tells no time."""
        return self.form == "file" and self.command == NOTES

    @property
    def is_stray(self) -> bool:
        """Whether it is what lies directly in a command's folder, outside any session."""
        return self.form == "loose" and self.shape == "named"

    def place(self, name: str) -> str:
        """The path of one of its files, relative to the root."""
        return f"{self.folder}/{name}" if self.folder else name

    @property
    def path(self) -> str:
        """The absolute path of the folder its files lie in (of the file itself, for a session of
        one file)."""
        if (
            self.form != "folder"
            and not self.is_stray
            and self.artefacts
            and len(self.artefacts) == 1
        ):
            return f"{self.root}/{self.place(self.artefacts[0].name)}"
        return f"{self.root}/{self.folder}".rstrip("/")

    @property
    def started_ns(self) -> int | None:
        """When the session started, by its name (read in the zone that it was written in, where
        its files or other sessions tell), or None."""
        return self._started_ns(work_times(self.artefacts or ()))

    def _started_ns(self, times: Sequence[int]) -> int | None:
        named = self.named_ns
        if named is None or self.shape in ("epoch", "foreign"):
            return named
        if self.behind_ns:
            return named + self.behind_ns
        return start_in_its_zone(self.stamp, named, times)

    @property
    def named_ns(self) -> int | None:
        """When the name says that the session started, in local time, or None."""
        if not self.stamp:
            return None
        if self.shape == "epoch":
            return int(self.id[-10:]) * SECOND_NS
        if in_utc := self._in_utc:
            return seconds_in_utc(in_utc) * SECOND_NS
        seconds = started_seconds(self.stamp)
        return None if seconds is None else seconds * SECOND_NS

    @property
    def last_write_ns(self) -> int | None:
        """When an agent last wrote: the newest time of its files but for bookkeeping. None when
        none ever did, when the files' times are those of a copy, or when they are not known
        yet."""
        work = work_times(self.artefacts or ())
        may_be_copied = self.copied or are_together(work)  # few are, and the rest is quick
        return self.times.last_write_ns if may_be_copied else max(work, default=None)

    @property
    def times(self) -> SessionTimes:
        """All that its times tell, at once."""
        work = work_times(self.artefacts or ())
        started_ns = self._started_ns(work)
        is_copy = self.copied or (are_together(work) and are_of_a_copy(work, started_ns))
        return SessionTimes(started_ns, max(work) if work and not is_copy else None, is_copy)

    @property
    def is_copy(self) -> bool:
        """Whether its files' times are those of a clone, a checkout, an unpacking or a sync."""
        return self.times.is_copy

    @property
    def tells_clock(self) -> bool:
        """Whether its name tells more of its start than the day."""
        return len(self.stamp) > DAY

    @property
    def tells_local_clock(self) -> bool:
        """Whether its name tells a time of day as the clock showed it where it was written."""
        return self.tells_clock and self.shape not in ("epoch", "foreign") and not self._in_utc

    @property
    def _in_utc(self) -> str:
        """The stamp in UTC, of a name whose layout tells it so; else empty."""
        if not self.id.startswith("v2-"):
            return ""
        digits = self.id[3:11] + self.id[12:18]
        return digits if utc_stamp(digits) == self.stamp else ""

    @property
    def size(self) -> int:
        """The sum of its files' sizes in bytes; 0 while they are not known."""
        return sum([artefact.size for artefact in self.artefacts]) if self.artefacts else 0

    def artefact(self, name: str) -> Artefact | None:
        """The artefact of that name, or None."""
        return next((artefact for artefact in self.artefacts or () if artefact.name == name), None)

    def context(self, own: OwnFiles = ()) -> Artefact | None:
        """The file that the other agents read first, or None; `own` is what its workflow says about
        its files."""
        return next((one for one in self.artefacts or () if role(one.name, own) == "context"), None)

    @property
    def order(self) -> str:
        """Its place in time, as a stamp: what the name says, else its last write; empty when
        neither is known."""
        if self.stamp:
            return self.stamp
        written = self.last_write_ns
        return "" if written is None else stamp_of_epoch(min(written, LATEST_NS) // SECOND_NS)

    def newest(self) -> Artefact | None:
        """The artefact written last; bookkeeping only where there is nothing else. None when there
        is none."""
        return newest_of(self.artefacts or ())


_new_tuple = tuple.__new__
"""Makes a named tuple from a plain one in half the time; there may be a hundred thousand to
make."""
_UNREAD = (None, "", None, "folder", False, False, 0, "")
"""The fields of a folder that has not been looked into, from `artefacts` on."""


def sessions_of_folders(
    root: str, folder: str, command: str, names: Iterable[str], layouts: Layouts = ()
) -> list[Session]:
    """The sessions that the folders inside a command's folder stand for, not read yet, in the order
    of their names."""
    prefix = folder + "/"
    return [
        _new_tuple(Session, (root, prefix + name, command, name, shape, stamp, *_UNREAD))
        for name, shape, stamp in folders_in_command(command, names, layouts)
    ]


def in_order_of(session: Session, own: OwnFiles) -> Session:
    """The session with its files in the order of a workflow that has files of its own."""
    if not own or not session.artefacts:
        return session
    ordered = sorted(
        session.artefacts, key=lambda artefact: (rank(artefact.name, own), artefact.modified_ns)
    )
    return session._replace(artefacts=tuple(ordered))


class Note(NamedTuple):
    """A loose file in the root whose name tells no time, so that it is no session."""

    root: str
    name: str
    kind: Kind
    size: int
    modified_ns: int
    inode: int

    @property
    def session(self) -> Session:
        """The note as a session of one file, for whatever is done to both."""
        files = (Artefact(self.name, self.kind, self.size, self.modified_ns, self.inode),)
        return Session(self.root, self.name, NOTES, self.name, "named", "", files, form="file")


NOTES = "notes"
"""The group of all notes."""
