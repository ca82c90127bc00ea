"""What this user's state folder holds about a root.

A root may come from anybody: a clone, an unpacked archive, a shared disk. So may the journal and
the log in it. Only a record that carries the root's *mark* was written by this user: a random word,
kept here and in the trash, which is in no clone. And what lies outside a root is touched only when
it is written down here, whatever the root's files say.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from exito_tui.domain.regex import regex
from exito_tui.store.fs import mutations, safefs
from exito_tui.user_folders import state_folder

_MARK = regex(r"[0-9a-f]{32}\Z")
_ROOT = "root.json"
_LARGEST = 16 * 1024 * 1024


class Archive(NamedTuple):
    """An archive that was made: of which session, the name of its file, and what tells that it is
    the same still (zeros while it is being made)."""

    what: str
    name: str
    inode: int = 0
    size: int = 0
    modified_ns: int = 0


class Archives(NamedTuple):
    """The archives of one operation, and the folder that they lie in: an absolute path, empty for
    the root's own."""

    folder: str
    archives: tuple[Archive, ...]


def new_mark() -> str:
    """A mark that nobody can guess."""
    return os.urandom(16).hex()


def is_known(mark: str, path: str, inode: int) -> bool:
    """Whether this user gave the root at a path, or the one with that inode, this mark: a root may
    have been moved."""
    if not _MARK.match(mark):
        return False
    try:
        with _opened(mark) as folder:
            made = _read(folder, _ROOT)
        return bool(made["root"] == path or made["inode"] == inode)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def remember_root(mark: str, path: str, inode: int) -> None:
    """Write down that a root bears a mark. Raises OSError, which names the place."""
    place = _place(mark)
    try:
        with _opened(mark, make=True) as folder:
            _write(folder, _ROOT, {"schema": 1, "root": path, "inode": inode})
    except OSError as error:
        with suppress(OSError), safefs.opened_root(os.path.dirname(place)) as roots:
            mutations.remove_folder(roots, mark)
        raise OSError(error.errno, error.strerror, place) from None


def remember_archives(mark: str, operation: str, made: Archives) -> None:
    """Write down, before and after, which archives an operation makes. Raises OSError."""
    with _opened(mark, make=True) as folder:
        archives = [
            {
                "what": archive.what,
                "name": archive.name,
                "inode": archive.inode,
                "size": archive.size,
                "modified_ns": archive.modified_ns,
            }
            for archive in made.archives
        ]
        _write(
            folder, f"{operation}.json", {"schema": 1, "folder": made.folder, "archives": archives}
        )


def archives_of(mark: str, operation: str) -> Archives | None:
    """The archives that an operation made, or was about to make; None when nothing is known of
    any."""
    try:
        with _opened(mark) as folder:
            made = _read(folder, f"{operation}.json")
        archives = tuple(
            Archive(
                str(one["what"]),
                str(one["name"]),
                int(one["inode"]),
                int(one["size"]),
                int(one["modified_ns"]),
            )
            for one in made["archives"]
        )
        return Archives(str(made["folder"]), archives)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def forget_archives(mark: str, operation: str) -> None:
    """The archives of an operation are nothing to be taken back any more. Raises OSError."""
    with suppress(FileNotFoundError), _opened(mark) as folder:
        mutations.remove_file(folder, f"{operation}.json")


def _place(mark: str) -> str:
    return os.path.join(state_folder(), "roots", mark)


@contextmanager
def _opened(mark: str, *, make: bool = False) -> Iterator[int]:
    path = _place(mark)
    if make:
        os.makedirs(path, mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _read(folder: int, name: str) -> dict[str, Any]:
    with safefs.opened_file(folder, name) as (descriptor, _):
        made = json.loads(safefs.pread_all(descriptor, 0, _LARGEST))
    if not isinstance(made, dict):
        raise ValueError("not a JSON object")
    return made


def _write(folder: int, name: str, made: dict[str, Any]) -> None:
    """Write a file whole or not at all, down to the disk."""
    draft = f"{name}.draft"
    with suppress(FileNotFoundError):
        mutations.remove_file(folder, draft)
    mutations.write_new(folder, draft, json.dumps(made).encode())
    mutations.replace(folder, draft, folder, name)
    mutations.sync(folder)
