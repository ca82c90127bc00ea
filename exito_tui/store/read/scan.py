"""Reading a sessions root into a `Snapshot`.

Two depths: `scan_names` lists the sessions by name alone, which is all that a first picture needs
and many times cheaper than looking at every file; `read_session` reads one session's files.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from exito_tui.domain.sessions.artefact import artefact_of, artefacts_in_order
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.session import Form, Session
from exito_tui.domain.sessions.snapshot import RootState, Snapshot
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.fs import safefs
from exito_tui.store.read.checkouts import checkouts_of
from exito_tui.store.read.root_names import loose_sessions, names_in_root

_TYPE, _DIRECTORY = stat.S_IFMT(0o177777), stat.S_IFDIR
_DEEPEST = 4

_ROW = 6
"""What a sign tells of a file or a folder: path (a folder's ends in /, the session's own is
empty), mode, size, time of writing, inode, time of change."""

RACY_NS = 2 * SECOND_NS
"""A file that was written so shortly before it was read may change again and keep its time: the
clocks of file systems are coarse."""

Sign = tuple[tuple[Any, ...], ...]
"""What tells whether a session was written to: equal while it was not. Plain data."""
Found = list[tuple[str, os.stat_result]]


def scan(root: str, layouts: Layouts = ()) -> Snapshot:
    """Read the whole root: every session with its files.

    A root that is missing or cannot be read gives a snapshot that says so; nothing is raised for
    what lies in it.
    """
    snapshot = scan_names(root, layouts)
    try:
        with safefs.opened_root(root) as folder:
            unread = [
                session for session in snapshot.sessions.values() if session.artefacts is None
            ]
            read = {session.key: session for session in read_sessions(folder, unread)}
            return snapshot._replace(sessions={**snapshot.sessions, **read})
    except OSError as error:
        return failed(root, error, layouts)


def scan_names(root: str, layouts: Layouts = ()) -> Snapshot:
    """List the root's sessions and notes without looking into session folders.

    Sessions whose place in time no name tells (and those of loose files, which are listed anyway)
    are read. `layouts` say what the names mean; none: the built-in ones.
    """
    try:
        with safefs.opened_root(root) as descriptor:
            snapshot = names_in_root(root, descriptor, layouts)
            snapshot = snapshot._replace(checkouts=checkouts_of(root))
            timeless = [
                session
                for session in snapshot.sessions.values()
                if session.artefacts is None and not session.stamp
            ]
            if not timeless:
                return snapshot
            read = {session.key: session for session in read_sessions(descriptor, timeless)}
            return snapshot._replace(sessions={**snapshot.sessions, **read})
    except OSError as error:
        return failed(root, error, layouts)


def failed(root: str, error: OSError, layouts: Layouts = ()) -> Snapshot:
    """The snapshot of a root that could not be read."""
    gone = isinstance(error, FileNotFoundError | NotADirectoryError)
    state: RootState = "missing" if gone else "unreadable"
    return Snapshot(root, state=state, problem=error_text(error), layouts=layouts)


def error_text(error: OSError) -> str:
    """An error of the system in plain words."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


def read_sessions(
    root: int, sessions: Iterable[Session], signs: dict[str, Sign | None] | None = None
) -> Iterator[Session]:
    """Read the files of sessions, again or for the first time; quicker when those of one command
    stand together. Of those in folders of their own, the sign of what was read is put into `signs`.

    One that cannot be read keeps its place, with the problem in words.
    """
    for (folder, form), group in groupby(sessions, key=_place):
        members = list(group)
        if form == "link":  # what a name is known for
            yield from members
            continue
        try:
            with safefs.opened_folder(root, folder) as descriptor:
                if form == "loose":
                    yield from _read_loose(descriptor, members)
                elif form == "folder":
                    for session in members:
                        yield _read_folder(descriptor, session, signs)
                else:
                    for session in members:
                        yield _read_file(descriptor, session)
        except OSError as error:
            yield from (
                session._replace(artefacts=(), problem=error_text(error)) for session in members
            )


def _place(session: Session) -> tuple[str, Form]:
    """The folder that a session lies in, or its loose files (empty: the root), and its form."""
    return session.folder if session.form == "loose" else session.parent, session.form


def read_session(root: int, session: Session) -> Session:
    """As `read_sessions`, for one."""
    return next(read_sessions(root, (session,)))


def signs_of(
    root: int, sessions: Iterable[Session], paths: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Sign | None]:
    """The sign of each session as it is now; None for one that cannot be read. Costs little more
    than to ask the system for the files.

    `paths` are those of the last sign of a session, by key. Of such a one no folder is listed
    again, which costs a third less: as none is another one, nothing has come or gone. The sign is
    None where something has.
    """
    before = paths or {}
    for (parent, form), group in groupby(sessions, key=_place):
        if form == "link":
            yield from (((session.problem,),) for session in group)
            continue
        if form != "folder":
            read = (
                session if session.artefacts is not None else read_session(root, session)
                for session in group
            )
            yield from (
                None if session.problem else tuple(sorted(map(tuple, session.artefacts or ())))
                for session in read
            )
            continue
        members = list(group)
        done = 0
        try:
            with safefs.opened_folder(root, parent) as folder:
                for done, session in enumerate(members, 1):  # noqa: B007 asked for below
                    yield _sign_of_folder(
                        folder, session.key.rpartition("/")[2], before.get(session.key)
                    )
        except OSError:
            yield from (None for _ in members[done:])


def _sign_of_folder(parent: int, name: str, paths: Sequence[str] | None) -> Sign | None:
    try:
        if not paths:
            return _sign_of_found(*_found_in(parent, name))
        below = name + "/"
        return tuple(
            [
                _row(path, os.stat(below + path, dir_fd=parent, follow_symlinks=False))
                for path in paths
            ]
        )
    except OSError:
        return None


def _sign_of_found(files: Found, folders: Found) -> Sign:
    return tuple(sorted([_row(path, status) for path, status in (*files, *folders)]))


def _row(path: str, one: os.stat_result) -> tuple[Any, ...]:
    return path, one.st_mode, one.st_size, one.st_mtime_ns, one.st_ino, one.st_ctime_ns


def paths_in(sign: Sign) -> list[str]:
    """The paths that a sign tells of; none for a session without a folder of its own."""
    return [row[0] for row in sign if len(row) == _ROW]


def newest_in(sign: Sign | None) -> int:
    """When the last of the files of a session, or of its folders, was written to, in epoch ns, as
    its sign tells. 0 for a session without a folder of its own."""
    return max([row[3] for row in sign or () if len(row) == _ROW], default=0)


def changes_in(sign: Sign | None) -> dict[str, int]:
    """When the system last saw each file of a session change, by name, in epoch ns, as its sign
    tells: that time nobody can set back. Empty for a session without a folder of its own."""
    return {row[0]: row[5] for row in sign or () if len(row) == _ROW}


def session_exists(root: int, session: Session) -> bool:
    """Whether the session is still there, as a folder or as files."""
    if session.form == "link":
        return is_link(root, session.key)
    if session.form != "folder":
        return bool(read_session(root, session).artefacts)
    try:
        with safefs.opened_folder(root, session.folder):
            return True
    except FileNotFoundError:
        return False
    except OSError:
        return True


def is_link(root: int, path: str) -> bool:
    """Whether a link lies at a path relative to the root."""
    try:
        return stat.S_ISLNK(os.stat(path, dir_fd=root, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _read_folder(parent: int, session: Session, signs: dict[str, Sign | None] | None) -> Session:
    try:
        files, folders = _found_in(parent, session.key.rpartition("/")[2])
    except OSError as error:
        return session._replace(artefacts=(), problem=error_text(error))
    if signs is not None:
        signs[session.key] = _sign_of_found(files, folders)
    return session._replace(artefacts=artefacts_in_order(files), problem="", claims=None)


def _read_file(parent: int, session: Session) -> Session:
    name = session.key.rpartition("/")[2]
    try:
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return session._replace(artefacts=(), problem="")
    except OSError as error:
        return session._replace(artefacts=(), problem=error_text(error))
    return session._replace(artefacts=(artefact_of(name, status),), problem="", claims=None)


def _read_loose(descriptor: int, sessions: Sequence[Session]) -> Iterator[Session]:
    """Sessions made of loose files, all of one folder, which is looked through once."""
    first = sessions[0]
    found = {
        session.key: session
        for session in loose_sessions(first.root, descriptor, first.folder, first.command)
    }
    for session in sessions:
        yield found.get(session.key) or session._replace(artefacts=(), problem="")


def _found_in(parent: int, name: str) -> tuple[Found, Found]:
    """The files of a session's folder, and it and the folders in it, at any depth that is looked
    at. Raises OSError."""
    files: Found = []
    folders: Found = []
    folder = safefs.open_child(parent, name)
    try:
        folders.append(("", os.fstat(folder)))  # before it is listed: what comes then is a change
        _look_into(folder, "", files, folders)
    finally:
        os.close(folder)
    return files, folders


def _look_into(folder: int, prefix: str, files: Found, folders: Found) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError:
                continue  # it vanished between the listing and the look
            if status.st_mode & _TYPE != _DIRECTORY:
                files.append((prefix + entry.name, status))
                continue
            below = f"{prefix}{entry.name}/"
            folders.append((below, status))
            if prefix.count("/") < _DEEPEST:
                _look_below(folder, entry.name, below, files, folders)


def _look_below(folder: int, name: str, prefix: str, files: Found, folders: Found) -> None:
    try:
        child = safefs.open_child(folder, name)
    except OSError:
        return
    try:
        _look_into(child, prefix, files, folders)
    except OSError:
        return
    finally:
        os.close(child)
