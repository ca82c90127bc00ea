"""Sessions and their artefacts."""

from collections.abc import Iterable
from typing import NamedTuple

from exito_tui.domain.sessions.artefact import BOOKKEEPING, Artefact, Kind, new_tuple, newest_of
from exito_tui.domain.sessions.names import (
    Shape,
    folders_in_command,
    meaningful_part,
    stamp_of_epoch,
    started_seconds,
)
from exito_tui.domain.units import LATEST_NS, SECOND_NS
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.workflows.file_roles import OwnFiles, rank, role


class Session(NamedTuple):
    """One run of a command: a folder, or the files that belong together in a flat one.

    `root` is the absolute path of the root and `key` the path relative to it; `artefacts` is None
    until the folder has been read. `problem` says in plain words why a folder could not be read,
    and is empty otherwise. `claims` is what the files say, None until they have been read for that.
    """

    root: str
    key: str
    command: str
    id: str
    shape: Shape
    stamp: str
    artefacts: tuple[Artefact, ...] | None = None
    problem: str = ""
    claims: Claims | None = None

    @property
    def folder(self) -> str:
        """The folder its files lie in, relative to the root."""
        return self.key.partition("/")[0] if self.shape == "flat" else self.key

    @property
    def path(self) -> str:
        """The absolute path of the folder its files lie in (of the file itself, for a flat session
        of one file)."""
        if self.shape == "flat" and self.artefacts and len(self.artefacts) == 1:
            return f"{self.root}/{self.folder}/{self.artefacts[0].name}"
        return f"{self.root}/{self.folder}"

    @property
    def started_ns(self) -> int | None:
        """When the name says the session started, or None."""
        if not self.stamp:
            return None
        if self.shape == "epoch":
            return int(self.id[-10:]) * SECOND_NS
        if self.id.startswith("v2-"):
            from calendar import timegm

            digits = self.id[3:11] + self.id[12:18]
            parts = (
                int(digits[:4]),
                *(int(digits[at : at + 2]) for at in range(4, 14, 2)),
                0,
                0,
                0,
            )
            return timegm(parts) * SECOND_NS
        seconds = started_seconds(self.stamp)
        return None if seconds is None else seconds * SECOND_NS

    @property
    def last_write_ns(self) -> int | None:
        """When an agent last wrote: the newest time of its files but for bookkeeping. None when
        none ever did, or when its files are not known yet."""
        times = [
            artefact.modified_ns
            for artefact in self.artefacts or ()
            if artefact.name not in BOOKKEEPING
        ]
        return max(times) if times else None

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
    def label(self) -> str:
        """What its id tells besides the command and the time: `saved-carts` of
        `tasks/architect_saved-carts_<time>`."""
        return meaningful_part(self.command, self.id) if self.shape != "canonical" else ""

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


def sessions_of_folders(root: str, command: str, names: Iterable[str]) -> list[Session]:
    """The sessions that the folders inside a command's folder stand for, not read yet, in the order
    of their names."""
    prefix = command + "/"
    return [
        new_tuple(Session, (root, prefix + name, command, name, shape, stamp, None, "", None))
        for name, shape, stamp in folders_in_command(command, names)
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
    """A loose file in the root, which belongs to no session."""

    root: str
    name: str
    kind: Kind
    size: int
    modified_ns: int
    inode: int
