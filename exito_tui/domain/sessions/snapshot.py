"""An immutable picture of one sessions root, and what changed between two of them."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.session import Note, Session

RootState = Literal["present", "missing", "unreadable"]


class Link(NamedTuple):
    """A link in a root to a folder, which is not followed: its path relative to the root, and where
    it leads as it says itself."""

    path: str
    target: str


class Snapshot(NamedTuple):
    """What lies in a root: its sessions by key, its notes (loose files), the keys of what is
    pinned, and links to folders. `layouts` are those that its names were read by; none: the
    built-in ones. `checkouts` are the moments (epoch seconds) at which git wrote files of its
    project; `lost` is what the root's pointer names, when there is no such session."""

    root: str
    sessions: Mapping[str, Session] = MappingProxyType({})
    notes: tuple[Note, ...] = ()
    state: RootState = "present"
    problem: str = ""
    pinned: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()
    layouts: Layouts = ()
    checkouts: frozenset[int] = frozenset()
    lost: str = ""

    def session(self, key: str) -> Session | None:
        """What has a key: a session, or a note as one; None when nothing has."""
        found = self.sessions.get(key)
        if found is None:
            return next((note.session for note in self.notes if note.name == key), None)
        return found


class Change(NamedTuple):
    """One session's change: `files` names the artefacts that were added, written or removed."""

    kind: Literal["added", "changed", "removed"]
    session: Session
    files: tuple[str, ...] = ()


def changed_files(old: Session, new: Session) -> tuple[str, ...]:
    """The names of the artefacts that differ between two states of a session, in the new one's
    order."""
    before = {artefact.name: artefact for artefact in old.artefacts or ()}
    after = [
        artefact for artefact in new.artefacts or () if before.pop(artefact.name, None) != artefact
    ]
    return (*(artefact.name for artefact in after), *before)


def diff(old: Snapshot, new: Snapshot, touched: Collection[str] | None = None) -> list[Change]:
    """What a user would call a change. A session whose files were only read for the first time has
    not changed. `touched` names the only sessions that may have changed, where that is known."""
    if old.sessions is new.sessions:
        return []
    changes = []
    keys: Iterable[str] = (
        new.sessions if touched is None else [key for key in touched if key in new.sessions]
    )
    for key in keys:
        session = new.sessions[key]
        before = old.sessions.get(key)
        if before is session:
            continue
        if before is None:
            files = tuple(artefact.name for artefact in session.artefacts or ())
            changes.append(Change("added", session, files))
        elif before.artefacts is None or session.artefacts is None:
            continue
        elif files := changed_files(before, session):
            changes.append(Change("changed", session, files))
    gone = [
        key for key in (old.sessions if touched is None else touched) if key not in new.sessions
    ]
    changes += [Change("removed", old.sessions[key]) for key in gone if key in old.sessions]
    return changes
