"""File system primitives that never follow a link and never block.

Paths below a root are walked component by component from the root's descriptor, because O_NOFOLLOW
guards only the last component of a path.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever. O_NOCTTY: a terminal must
# not become ours.
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY


class NotRegularError(OSError):
    """The file is not a regular one: a link, a FIFO, a device, a socket or a folder."""


def open_root(path: str) -> int:
    """Open a root that the user named (following links to it) and return its descriptor.
    Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def open_child(folder: int, name: str) -> int:
    """Open a folder directly below another one. Raises OSError; a link raises ENOTDIR or ELOOP."""
    return os.open(name, _DIRECTORY, dir_fd=folder)


@contextmanager
def opened_root(path: str) -> Iterator[int]:
    """`open_root` for the time of a block."""
    descriptor = open_root(path)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_folder(root: int, relative: str) -> Iterator[int]:
    """Open a folder below `root`, walking every component of `relative` without following links.

    Raises:
        NotRegularError: `relative` is not a path below the root.
        OSError: it cannot be opened; a link raises ENOTDIR or ELOOP.
    """
    descriptor = os.dup(root)
    try:
        for part in relative.split("/") if relative else ():
            if part in ("", ".", ".."):
                raise NotRegularError(f"{relative!r} is not a path below the root")
            descriptor, parent = open_child(descriptor, part), descriptor
            os.close(parent)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_file(root: int, relative: str) -> Iterator[tuple[int, os.stat_result]]:
    """Open a regular file below `root` and yield its descriptor and its status.

    Raises:
        NotRegularError: it is anything but a regular file.
        OSError: it cannot be opened.
    """
    folder, _, name = relative.rpartition("/")
    with opened_folder(root, folder) as parent:
        # Looked at before it is opened: opening a device may act on it.
        if not stat.S_ISREG(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise NotRegularError(f"{relative!r} is not a regular file")
        descriptor = os.open(name, _FILE, dir_fd=parent)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(f"{relative!r} is not a regular file")
        yield descriptor, status
    finally:
        os.close(descriptor)


def open_seen(folder: int, name: str) -> tuple[int, os.stat_result]:
    """Open a regular file directly in a folder, which a listing has just shown to be one; returns
    its descriptor, to be closed by the caller, and its status.

    Raises:
        NotRegularError: it is no regular file any more.
        OSError: it cannot be opened.
    """
    descriptor = os.open(name, _FILE, dir_fd=folder)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotRegularError(f"{name!r} is not a regular file")
    return descriptor, status


def names_in(descriptor: int) -> list[str]:
    """The names in an open folder."""
    return os.listdir(descriptor)


def pread_all(descriptor: int, offset: int, length: int) -> bytes:
    """Read up to `length` bytes from `offset`, fewer only at the end of the file."""
    parts = []
    while length > 0:
        part = os.pread(descriptor, min(length, 1 << 20), offset)
        if not part:
            break
        parts.append(part)
        offset += len(part)
        length -= len(part)
    return b"".join(parts)


def is_there(folder: int, name: str) -> bool:
    """Whether anything lies under a name in an open folder, a link included. Raises OSError."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
