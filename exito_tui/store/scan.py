"""Reading a sessions root into a `Snapshot`.

Two depths: `scan_names` lists the sessions by name alone, which is all that a first picture needs and many
times cheaper than looking at every file; `read_session` reads one session's files.
"""

import os
import stat
from collections.abc import Iterable, Iterator

from exito_tui.domain.names import flat_file, folder_in_command, folder_in_root, is_registry
from exito_tui.domain.session import Artefact, Note, Session, in_workflow_order, kind_of
from exito_tui.domain.snapshot import Snapshot
from exito_tui.store import safefs

_DEEPEST = 4
_MOST_FILES = 5_000


def scan(root: str) -> Snapshot:
    """Read the whole root: every session with its files.

    A root that is missing or cannot be read gives a snapshot that says so; nothing is raised for what lies in it.
    """
    return _scan(root, deep=True)


def scan_names(root: str) -> Snapshot:
    """List the root's sessions and notes without looking into session folders.

    Sessions whose place in time no name tells (and flat ones, whose files are listed anyway) are read.
    """
    return _scan(root, deep=False)


def _scan(root: str, *, deep: bool) -> Snapshot:
    try:
        with safefs.opened_root(root) as descriptor:
            sessions: dict[str, Session] = {}
            notes: list[Note] = []
            for entry in _entries(descriptor):
                if entry.is_dir(follow_symlinks=False):
                    for session in _sessions_of(root, descriptor, entry.name, deep):
                        sessions[session.key] = session
                elif not is_registry(entry.name) and (artefact := _artefact(descriptor, entry.name)):
                    notes.append(Note(root, *artefact))
            notes.sort(key=lambda note: -note.modified_ns)
            return Snapshot(root, sessions, tuple(notes))
    except OSError as error:
        return failed(root, error)


def failed(root: str, error: OSError) -> Snapshot:
    """The snapshot of a root that could not be read."""
    gone = isinstance(error, FileNotFoundError | NotADirectoryError)
    return Snapshot(root, state="missing" if gone else "unreadable", problem=why(error))


def why(error: OSError) -> str:
    """An error of the system in plain words."""
    return os.strerror(error.errno).lower() if error.errno else str(error)


def read_sessions(root: int, sessions: Iterable[Session]) -> Iterator[Session]:
    """Read the files of the sessions that are not read yet; the others pass through."""
    for session in sessions:
        yield read_session(root, session) if session.artefacts is None else session


def read_session(root: int, session: Session) -> Session:
    """Read one session's files again. One that cannot be read keeps its place, with the problem in words."""
    if session.shape == "flat" or "/" not in session.key:
        return _read_loose(root, session)
    return _read_whole(root, session)


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


def _read_whole(root: int, session: Session) -> Session:
    try:
        parent, _, name = session.folder.rpartition("/")
        with safefs.opened_folder(root, parent) as folder:
            return _read_folder(folder, name, session)
    except OSError as error:
        return session._replace(artefacts=(), problem=why(error))


def _read_folder(parent: int, name: str, session: Session) -> Session:
    try:
        folder = safefs.open_child(parent, name)
    except OSError as error:
        return session._replace(artefacts=(), problem=why(error))
    try:
        artefacts = _artefacts(folder)
    except OSError as error:
        return session._replace(artefacts=(), problem=why(error))
    finally:
        os.close(folder)
    return Session(session.root, session.key, session.command, session.id, session.shape, session.stamp, artefacts)


def _artefacts(folder: int, prefix: str = "") -> tuple[Artefact, ...]:
    found: list[Artefact] = []
    for name in os.listdir(folder):
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            continue  # it vanished between the listing and the look
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            if prefix.count("/") < _DEEPEST and len(found) < _MOST_FILES:
                found += _artefacts_below(folder, name, prefix)
        else:
            path = prefix + name
            found.append(Artefact(path, kind_of(path, mode), status.st_size, status.st_mtime_ns, status.st_ino))
    return in_workflow_order(found)


def _artefacts_below(folder: int, name: str, prefix: str) -> tuple[Artefact, ...]:
    try:
        child = safefs.open_child(folder, name)
    except OSError:
        return ()
    try:
        return _artefacts(child, f"{prefix}{name}/")
    except OSError:
        return ()
    finally:
        os.close(child)


def _sessions_of(path: str, root: int, folder: str, deep: bool) -> Iterator[Session]:
    """The sessions that a folder right under the root stands for."""
    if folder.startswith("."):
        return  # the trash, a nested .claude, a version control folder
    name = folder_in_root(folder)
    if name:
        session = Session(path, folder, name.command, folder, name.shape, name.stamp)
        yield _read_folder(root, folder, session) if deep or not name.stamp else session
        return
    try:
        with safefs.opened_folder(root, folder) as descriptor:
            yield from _sessions_in_command(path, descriptor, folder, deep)
    except OSError as error:
        yield Session(path, folder, folder, folder, "named", "", (), why(error))


def _sessions_in_command(path: str, descriptor: int, command: str, deep: bool) -> Iterator[Session]:
    files: list[str] = []
    prefix = command + "/"
    for entry in _entries(descriptor):
        name = entry.name
        if not entry.is_dir(follow_symlinks=False):
            files.append(name)
        elif not name.startswith("."):
            _, shape, stamp = folder_in_command(command, name)
            session = Session(path, prefix + name, command, name, shape, stamp)
            yield _read_folder(descriptor, name, session) if deep or not stamp else session
    if files:
        yield from _flat_and_loose(path, descriptor, command, files)


def _flat_and_loose(path: str, descriptor: int, command: str, names: list[str]) -> Iterator[Session]:
    """Sessions made of files that lie directly in a command's folder.

    Those of a flat folder group by their id. All others become one session that bears the folder's own name:
    that is where output goes when a model left the session id empty.
    """
    grouped: dict[tuple[str, str], list[Artefact]] = {}
    for name in names:
        if name.startswith(".git"):
            continue
        if artefact := _artefact(descriptor, name):
            grouped.setdefault(flat_file(command, name) or ("", ""), []).append(artefact)
    for (session_id, stamp), artefacts in grouped.items():
        ordered = in_workflow_order(artefacts)
        if session_id:
            yield Session(path, f"{command}/{session_id}", command, session_id, "flat", stamp, ordered)
        else:
            yield Session(path, command, command, command, "named", "", ordered)


def _read_loose(root: int, session: Session) -> Session:
    if session.shape == "fallback" or session.shape == "foreign":
        return _read_whole(root, session)
    command = session.command
    try:
        with safefs.opened_folder(root, command) as descriptor:
            names = [entry.name for entry in _entries(descriptor) if not entry.is_dir(follow_symlinks=False)]
            for found in _flat_and_loose(session.root, descriptor, command, names):
                if found.key == session.key:
                    return found
    except OSError as error:
        return session._replace(artefacts=(), problem=why(error))
    return session._replace(artefacts=(), problem="")


def _entries(descriptor: int) -> Iterator["os.DirEntry[str]"]:
    with os.scandir(descriptor) as entries:
        yield from entries


def _artefact(folder: int, name: str) -> Artefact | None:
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return None
    kind = kind_of(name, status.st_mode)
    return Artefact(name, kind, status.st_size, status.st_mtime_ns, status.st_ino)
