"""Which sessions the names in a root stand for: no session's folder is looked into."""

import os
import stat
import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from exito_tui.domain.sessions.artefact import artefact_of, artefacts_in_order
from exito_tui.domain.sessions.foreign_files import evicted_name, is_noise
from exito_tui.domain.sessions.layouts import DATED, SHELVES, Layouts, own_suffix
from exito_tui.domain.sessions.names import (
    PINS,
    PLUGIN,
    POINTER,
    PULL_REQUESTS,
    RESEARCH,
    Shape,
    command_of,
    file_in_root,
    flat_file,
    folder_in_root,
    is_about,
    is_registry,
    on_shelf,
)
from exito_tui.domain.sessions.session import Note, Session, sessions_of_folders
from exito_tui.domain.sessions.snapshot import Link, Snapshot
from exito_tui.domain.sessions.stamps import stamp_of_epoch
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.workflows.data import command_folders
from exito_tui.domain.workflows.file_roles import is_known
from exito_tui.store.fs import safefs
from exito_tui.store.read.pins import pins_or_none

_KEY = attrgetter("key")
_LONGEST_POINTER = 4096
_MOST_AHEAD = 2 * 86_400.0
"""Clocks and zones differ by no more than this, in seconds."""
_DEEPEST_SHELF = 3
"""archived/YYYY/MM is the deepest that was seen."""


def names_in_root(path: str, root: int, layouts: Layouts) -> Snapshot:
    """The snapshot of a root by its names alone; `root` is its descriptor. Raises OSError."""
    found: list[Session] = []
    notes: list[Note] = []
    links: list[Link] = []
    pinned: frozenset[str] = frozenset()
    pointer = ""
    reader = _Names(path, root, layouts)
    for entry in _entries(root):
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            found += reader.folder(name)
        elif entry.is_symlink() and (link := _link(root, "", name)):
            links.append(link)
        elif name == PINS:
            pinned = pins_or_none(root)
        elif name == POINTER:
            pointer = _pointer(root)
        elif name.startswith(".") or is_registry(name):
            continue
        elif (status := status_of(root, name)) is not None:
            if said := file_in_root(name, layouts):
                found.append(_file(path, name, said.command, said.shape, said.stamp, status))
            elif not is_noise(name):
                notes.append(_note(path, name, status))
    notes.sort(key=lambda note: (is_about(note.name), -note.modified_ns))
    # A name that tells a day to come has no time: somebody made it up.
    latest = stamp_of_epoch(time.time() + _MOST_AHEAD)
    found = [one if one.stamp <= latest else one._replace(stamp="") for one in found]
    found = _with_current(found, notes, pointer)
    links += reader.links
    found += [_linked(path, link) for link in links]
    sessions = dict(zip(map(_KEY, found), found, strict=True))
    return Snapshot(
        path,
        sessions,
        tuple(notes),
        pinned=pinned,
        links=tuple(links),
        layouts=layouts,
        lost="" if any(one.is_current for one in found) else pointer,
    )


def shelf_of(path: str, layouts: Layouts) -> str:
    """The shelf on which a path is a session, by the same rules; empty when it is on none."""
    *folders, name = path.rstrip("/").split("/")
    if name.startswith(".") or is_about(name) or is_noise(name):
        return ""
    depth = _DEEPEST_SHELF
    while folders and depth > 1 and _is_period(folders[-1]):
        folders.pop()
        depth -= 1
    if not folders or folders[-1].lower() not in SHELVES or (depth > 1 and _is_period(name)):
        return ""
    group = folders[0]
    in_group = len(folders) == 1 or (len(folders) == 2 and group.lower() not in SHELVES)
    if not in_group or group.startswith(".") or _is_known(_command(group)):
        return ""
    return "" if folder_in_root(group, layouts) else folders[-1]


def _is_period(name: str) -> bool:
    """Whether a folder on a shelf is a year or a month, and no session."""
    return name.isdecimal() and len(name) <= len("YYYY")


class _Listing(NamedTuple):
    """What lies in a folder, by its names: sorted folders that are not hidden, files, and links to
    folders."""

    folders: list[str]
    files: list[str]
    links: list[Link]


class _Names:
    """Reads the names in the folders of one root; `links` are those that it met."""

    def __init__(self, path: str, root: int, layouts: Layouts) -> None:
        self._path, self._root, self._layouts = path, root, layouts
        self.links: list[Link] = []

    def folder(self, name: str) -> list[Session]:
        """The sessions that a folder right under the root stands for."""
        if name.startswith("."):
            return []  # the trash, a nested .claude, a version control folder
        said = folder_in_root(name, self._layouts)
        if said:
            return [Session(self._path, name, said.command, name, said.shape, said.stamp)]
        if name == PLUGIN:
            return self._below_plugin(name)
        return self._listed(name, _command(name))

    def _below_plugin(self, name: str) -> list[Session]:
        """The sessions of a folder named after the plugin: the commands' folders may lie in it."""
        try:
            with safefs.opened_folder(self._root, name) as descriptor:
                folders = _list(descriptor, name).folders
        except OSError:
            return self._listed(name, name)
        if not any(_is_known(_command(one)) for one in folders):
            return self._listed(name, name)
        return [
            session for one in folders for session in self._listed(f"{name}/{one}", _command(one))
        ]

    def _listed(self, folder: str, command: str) -> list[Session]:
        try:
            with safefs.opened_folder(self._root, folder) as descriptor:
                return self._in_command(descriptor, folder, command)
        except OSError as error:
            problem = os.strerror(error.errno).lower() if error.errno else str(error)
            return [
                Session(
                    self._path, folder, command, command, "named", "", (), problem, form="loose"
                )
            ]

    def _in_command(self, descriptor: int, folder: str, command: str) -> list[Session]:
        if folder.lower() in SHELVES and not _is_known(command):
            return self._on_shelf(descriptor, folder, command, _DEEPEST_SHELF)
        listing = _list(descriptor, folder)
        self.links += listing.links
        folders = listing.folders
        shelved: list[Session] = []
        shelves = [name for name in folders if name.lower() in SHELVES]
        if shelves and not _is_known(command):
            folders = [name for name in folders if name.lower() not in SHELVES]
            shelved = [one for name in shelves for one in self._shelf(f"{folder}/{name}", command)]
        sessions = sessions_of_folders(self._path, folder, command, folders, self._layouts)
        if not sessions and not shelved and _works(listing.files) and not _is_known(command):
            return [Session(self._path, folder, DATED, folder, "named", "")]
        loose = loose_sessions(self._path, descriptor, folder, command, listing.files)
        return [*sessions, *shelved, *loose]

    def _shelf(self, folder: str, command: str, deepest: int = _DEEPEST_SHELF) -> list[Session]:
        try:
            with safefs.opened_folder(self._root, folder) as descriptor:
                return self._on_shelf(descriptor, folder, command, deepest)
        except OSError:
            return []

    def _on_shelf(self, descriptor: int, folder: str, command: str, deepest: int) -> list[Session]:
        """Each file and each folder on a shelf is a session; folders that are a year or a month
        hold more of them."""
        listing = _list(descriptor, folder)
        self.links += listing.links
        found: list[Session] = []
        for name in listing.folders:
            key = f"{folder}/{name}"
            if _is_period(name) and deepest > 1:
                found += self._shelf(key, command, deepest - 1)
            else:
                stamp = on_shelf(name, is_file=False, layouts=self._layouts)
                found.append(Session(self._path, key, command, name, "shelved", stamp))
        for name in _works(listing.files):
            stamp = on_shelf(name, is_file=True, layouts=self._layouts)
            status = status_of(descriptor, name)
            if status is not None:
                found.append(
                    _file(self._path, f"{folder}/{name}", command, "shelved", stamp, status)
                )
        return found


def loose_sessions(
    path: str, descriptor: int, folder: str, command: str, names: Sequence[str] | None = None
) -> Iterator[Session]:
    """Sessions made of files that lie directly in a command's folder, whose descriptor is given.

    Those of a flat folder group by their id. All others become one session that bears the folder's
    own name: that is where output goes when a model left the session id empty.
    """
    if names is None:
        names = _list(descriptor, folder).files
    grouped: dict[tuple[str, str], list[tuple[str, os.stat_result]]] = {}
    for name in names:
        if is_about(name) or is_noise(name) or (name.startswith(".") and not _is_agents(name)):
            continue
        if status := status_of(descriptor, name):
            grouped.setdefault(flat_file(command, name) or ("", ""), []).append((name, status))
    for (session_id, stamp), found in grouped.items():
        ordered = artefacts_in_order(found)
        if session_id:
            key = f"{folder}/{session_id}"
            yield Session(path, key, command, session_id, "flat", stamp, ordered, form="loose")
        else:
            yield Session(path, folder, command, command, "named", "", ordered, form="loose")


@cache
def _known_commands() -> frozenset[str]:
    """The folders of the plugin's commands; asked for only where a name leaves it open."""
    return command_folders() | {"tasks", PULL_REQUESTS, RESEARCH}


def _is_known(command: str) -> bool:
    return command in _known_commands()


def _command(folder: str) -> str:
    name = command_of(folder)
    if name == name.lower():
        return name
    return {one.lower(): one for one in _known_commands()}.get(name.lower(), name)


def _is_agents(hidden: str) -> bool:
    """Whether a hidden file is one that agents leave, or the sign of one that is elsewhere."""
    return is_known(hidden) or bool(evicted_name(hidden))


def _works(files: Sequence[str]) -> list[str]:
    """The files that are somebody's work."""
    return [
        name
        for name in files
        if not name.startswith(".") and not is_about(name) and not is_noise(name)
    ]


def _file(
    path: str, key: str, command: str, shape: Shape, stamp: str, status: os.stat_result
) -> Session:
    name = key.rpartition("/")[2]
    stem = name.removesuffix(own_suffix(name))
    artefacts = (artefact_of(name, status),)
    return Session(path, key, command, stem, shape, stamp, artefacts, form="file")


def _linked(path: str, link: Link) -> Session:
    """The row of a link to a folder: it is not followed, and says so."""
    parent, _, name = link.path.rpartition("/")
    problem = f"a link to {one_line(decoded(link.target))}, not followed"
    command = command_of(parent or name)
    return Session(path, link.path, command, name, "named", "", (), problem, form="link")


def _list(descriptor: int, folder: str) -> _Listing:
    folders: list[str] = []
    files: list[str] = []
    links: list[Link] = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif entry.is_symlink() and (link := _link(descriptor, folder, entry.name)):
                links.append(link)
            else:
                files.append(entry.name)
    folders.sort()
    # hidden ones go: "/" is what follows "."
    del folders[bisect_left(folders, ".") : bisect_left(folders, "/")]
    return _Listing(folders, files, links)


def _link(folder: int, path: str, name: str) -> Link | None:
    """A link that leads to a folder (whether one in the root or out of it); None for any other."""
    try:
        if not stat.S_ISDIR(os.stat(name, dir_fd=folder).st_mode):
            return None
        return Link(f"{path}/{name}" if path else name, os.readlink(name, dir_fd=folder))
    except OSError:
        return None


def _pointer(root: int) -> str:
    """What the root's pointer says, within bounds."""
    try:
        with safefs.opened_file(root, POINTER) as (descriptor, _):
            text = safefs.pread_all(descriptor, 0, _LONGEST_POINTER).decode(
                errors="surrogateescape"
            )
    except OSError:
        return ""
    return text.strip().partition("\n")[0].strip().strip("\"'")


def _with_current(found: list[Session], notes: list[Note], pointer: str) -> list[Session]:
    """The sessions, the one marked that the pointer names: by its path, its file's name or its id.
    A note that it names is a session."""
    name = pointer.rstrip("/").rpartition(".claude/sessions/")[2]
    if not name:
        return found
    last = name.rpartition("/")[2]
    for called in (name, last):
        for at, session in enumerate(found):
            if called in (session.key, session.id, session.key.rpartition("/")[2]):
                return [*found[:at], session._replace(is_current=True), *found[at + 1 :]]
        for note in notes:
            if called in (note.name, note.name.removesuffix(own_suffix(note.name))):
                notes.remove(note)
                return [*found, note.session._replace(command=DATED, is_current=True)]
    return found


def _entries(descriptor: int) -> Iterator["os.DirEntry[str]"]:
    with os.scandir(descriptor) as entries:
        yield from entries


def status_of(folder: int, name: str) -> os.stat_result | None:
    """The status of what a folder holds under a name; None when it cannot be had."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None


def _note(root: str, name: str, status: os.stat_result) -> Note:
    return Note(root, *artefact_of(name, status))
