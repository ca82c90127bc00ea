"""Looking through what is about to be moved: every file below it, however deep, and that nothing is mounted there."""

import os
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exito_tui.store import safefs
from exito_tui.store.errors import ChangedError
from exito_tui.store.trash import opened_parent

_DEEPEST = 100


class File(NamedTuple):
    """Anything but a folder: its path in the tree, what `os.stat` says of its kind, and what tells that it changed."""

    path: str
    mode: int
    size: int
    modified_ns: int
    inode: int


class Tree(NamedTuple):
    """What lies at a path: its own inode, and all files below it (itself, when it is a file), in order of their paths;
    `folders` are the paths, modes and times of the folders."""

    inode: int
    files: tuple[File, ...]
    folders: tuple[tuple[str, int, int], ...] = ()

    @property
    def size(self) -> int:
        """Bytes in all files."""
        return sum(file.size for file in self.files)


def look_through(root: int, path: str, mounts: Sequence[str] = ()) -> Tree:
    """What lies at a path below the root; `mounts` are the places in the root where something is mounted.

    Raises:
        ChangedError: something is mounted in it, or it is too deep to be understood.
        OSError: it cannot be read.
    """
    if any(f"{place}/".startswith(f"{path}/") for place in mounts):
        raise ChangedError("something is mounted in it")
    with opened_parent(root, path) as (parent, name):
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not stat.S_ISDIR(status.st_mode):
            return Tree(status.st_ino, (_file("", status),))
        device = os.fstat(root).st_dev
        files: list[File] = []
        folders = [("", status.st_mode, status.st_mtime_ns)]
        for file in _below(parent, name, "", device, folders):
            files.append(file)
        return Tree(status.st_ino, tuple(sorted(files)), tuple(sorted(folders)))


def _below(parent: int, name: str, prefix: str, device: int, folders: list[tuple[str, int, int]]) -> Iterator[File]:
    if prefix.count("/") > _DEEPEST:
        raise ChangedError(f"folders lie more than {_DEEPEST} deep in it")
    folder = safefs.open_child(parent, name)
    try:
        if os.fstat(folder).st_dev != device:
            raise ChangedError("something is mounted in it")
        with os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                path = prefix + entry.name
                if status.st_dev != device:
                    raise ChangedError("something is mounted in it")
                if stat.S_ISDIR(status.st_mode):
                    folders.append((path, status.st_mode, status.st_mtime_ns))
                    yield from _below(folder, entry.name, f"{path}/", device, folders)
                else:
                    yield _file(path, status)
    finally:
        os.close(folder)


def _file(path: str, status: os.stat_result) -> File:
    return File(path, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)
