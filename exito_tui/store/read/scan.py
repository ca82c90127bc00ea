"""Reading a sessions root into a `Snapshot`.

Two depths: `scan_names` lists the sessions by name alone, which is all that a first picture needs
and many times cheaper than looking at every file; `read_session` reads one session's files.
"""

import os
import stat
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from exito_tui.domain.sessions.artefact import Artefact, artefacts_in_order, kind_of
from exito_tui.domain.sessions.names import flat_file, folder_in_root, is_registry
from exito_tui.domain.sessions.session import Note, Session, sessions_of_folders
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.fs import safefs
from exito_tui.store.read.pins import PINS, pins_or_none

_TYPE, _DIRECTORY = stat.S_IFMT(0o177777), stat.S_IFDIR
_KEY = attrgetter("key")
_DEEPEST = 4


def scan(root: str) -> Snapshot:
    """Read the whole root: every session with its files.

    A root that is missing or cannot be read gives a snapshot that says so; nothing is raised for
    what lies in it.
    """
    snapshot = scan_names(root)
    try:
        with safefs.opened_root(root) as folder:
            unread = [
                session for session in snapshot.sessions.values() if session.artefacts is None
            ]
            read = {session.key: session for session in read_sessions(folder, unread)}
            return snapshot._replace(sessions={**snapshot.sessions, **read})
    except OSError as error:
        return failed(root, error)


def scan_names(root: str) -> Snapshot:
    """List the root's sessions and notes without looking into session folders.

    Sessions whose place in time no name tells (and flat ones, whose files are listed anyway) are
    read.
    """
    try:
        with safefs.opened_root(root) as descriptor:
            sessions: dict[str, Session] = {}
            notes: list[Note] = []
            pinned: frozenset[str] = frozenset()
            for entry in _entries(descriptor):
                if entry.is_dir(follow_symlinks=False):
                    found = _sessions_of(root, descriptor, entry.name)
                    sessions.update(zip(map(_KEY, found), found, strict=True))
                elif entry.name == PINS:
                    pinned = pins_or_none(descriptor)
                elif not is_registry(entry.name) and (status := _status(descriptor, entry.name)):
                    notes.append(_note(root, entry.name, status))
            notes.sort(key=lambda note: -note.modified_ns)
            return Snapshot(root, sessions, tuple(notes), pinned=pinned)
    except OSError as error:
        return failed(root, error)


def failed(root: str, error: OSError) -> Snapshot:
    """The snapshot of a root that could not be read."""
    gone = isinstance(error, FileNotFoundError | NotADirectoryError)
    return Snapshot(root, state="missing" if gone else "unreadable", problem=error_text(error))


def error_text(error: OSError) -> str:
    """An error of the system in plain words."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


def read_sessions(root: int, sessions: Iterable[Session]) -> Iterator[Session]:
    """Read the files of sessions, again or for the first time; quicker when those of one command
    stand together.

    One that cannot be read keeps its place, with the problem in words.
    """
    for (folder, loose), group in groupby(sessions, key=_place):
        members = list(group)
        try:
            with safefs.opened_folder(root, folder) as descriptor:
                if loose:
                    yield from _read_loose(descriptor, members)
                else:
                    for session in members:
                        yield _read_folder(descriptor, session.id, session)
        except OSError as error:
            yield from (
                session._replace(artefacts=(), problem=error_text(error)) for session in members
            )


def _place(session: Session) -> tuple[str, bool]:
    """The folder that a session lies in (empty: the root), and whether as loose files instead of a
    folder."""
    if session.shape in ("fallback", "foreign"):
        return "", False
    return session.command, session.shape == "flat" or "/" not in session.key


def read_session(root: int, session: Session) -> Session:
    """As `read_sessions`, for one."""
    return next(read_sessions(root, (session,)))


def session_exists(root: int, session: Session) -> bool:
    """Whether the session is still there as a folder (or, for a flat one, as files)."""
    if session.shape == "flat":
        return bool(read_session(root, session).artefacts)
    try:
        with safefs.opened_folder(root, session.folder):
            return True
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _read_folder(parent: int, name: str, session: Session) -> Session:
    try:
        folder = safefs.open_child(parent, name)
    except OSError as error:
        return session._replace(artefacts=(), problem=error_text(error))
    try:
        artefacts = _artefacts(folder)
    except OSError as error:
        return session._replace(artefacts=(), problem=error_text(error))
    finally:
        os.close(folder)
    return Session(
        session.root,
        session.key,
        session.command,
        session.id,
        session.shape,
        session.stamp,
        artefacts,
    )


def _artefacts(folder: int) -> tuple[Artefact, ...]:
    found: list[tuple[str, os.stat_result]] = []
    _look_into(folder, "", found)
    return artefacts_in_order(found)


def _look_into(folder: int, prefix: str, found: list[tuple[str, os.stat_result]]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # it vanished between the listing and the look
            if status.st_mode & _TYPE != _DIRECTORY:
                found.append((prefix + entry.name, status))
            elif prefix.count("/") < _DEEPEST:
                _look_below(folder, entry.name, prefix, found)


def _look_below(
    folder: int, name: str, prefix: str, found: list[tuple[str, os.stat_result]]
) -> None:
    try:
        child = safefs.open_child(folder, name)
    except OSError:
        return
    try:
        _look_into(child, f"{prefix}{name}/", found)
    except OSError:
        return
    finally:
        os.close(child)


def _sessions_of(path: str, root: int, folder: str) -> list[Session]:
    """The sessions that a folder right under the root stands for."""
    if folder.startswith("."):
        return []  # the trash, a nested .claude, a version control folder
    name = folder_in_root(folder)
    if name:
        session = Session(path, folder, name.command, folder, name.shape, name.stamp)
        return [session if name.stamp else _read_folder(root, folder, session)]
    try:
        with safefs.opened_folder(root, folder) as descriptor:
            return _sessions_in_command(path, descriptor, folder)
    except OSError as error:
        return [Session(path, folder, folder, folder, "named", "", (), error_text(error))]


def _sessions_in_command(path: str, descriptor: int, command: str) -> list[Session]:
    folders, files = _folders_and_files(descriptor)
    sessions = sessions_of_folders(path, command, folders)
    if not all(session.stamp for session in sessions):
        sessions = [
            session if session.stamp else _read_folder(descriptor, session.id, session)
            for session in sessions
        ]
    if files:
        sessions += _flat_and_loose(path, descriptor, command, files)
    return sessions


def _folders_and_files(descriptor: int) -> tuple[list[str], list[str]]:
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(descriptor) as entries:
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else files).append(entry.name)
    folders.sort()
    del folders[
        bisect_left(folders, ".") : bisect_left(folders, "/")
    ]  # hidden ones: "/" is what follows "."
    return folders, files


def _flat_and_loose(
    path: str, descriptor: int, command: str, names: list[str]
) -> Iterator[Session]:
    """Sessions made of files that lie directly in a command's folder.

    Those of a flat folder group by their id. All others become one session that bears the folder's
    own name: that is where output goes when a model left the session id empty.
    """
    grouped: dict[tuple[str, str], list[tuple[str, os.stat_result]]] = {}
    for name in names:
        if not name.startswith(".git") and (status := _status(descriptor, name)):
            grouped.setdefault(flat_file(command, name) or ("", ""), []).append((name, status))
    for (session_id, stamp), found in grouped.items():
        ordered = artefacts_in_order(found)
        if session_id:
            yield Session(
                path, f"{command}/{session_id}", command, session_id, "flat", stamp, ordered
            )
        else:
            yield Session(path, command, command, command, "named", "", ordered)


def _read_loose(descriptor: int, sessions: Sequence[Session]) -> Iterator[Session]:
    """Sessions made of loose files, all of one command: its folder is looked through once for all
    of them."""
    root, command = sessions[0].root, sessions[0].command
    _, files = _folders_and_files(descriptor)
    found = {session.key: session for session in _flat_and_loose(root, descriptor, command, files)}
    for session in sessions:
        yield found.get(session.key) or session._replace(artefacts=(), problem="")


def _entries(descriptor: int) -> Iterator["os.DirEntry[str]"]:
    with os.scandir(descriptor) as entries:
        yield from entries


def _status(folder: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None


def _note(root: str, name: str, status: os.stat_result) -> Note:
    kind = kind_of(name, status.st_mode)
    return Note(root, name, kind, status.st_size, status.st_mtime_ns, status.st_ino)
