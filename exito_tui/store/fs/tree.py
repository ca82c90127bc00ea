"""Looking through what is about to be moved: every file below it, however deep, and that nothing is
mounted there."""

import os
import stat
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import ChangedError
from exito_tui.store.fs.folders import opened_parent

_DEEPEST = 1_000
"""No clone and no archive that a system can unpack by paths goes deeper by much."""


class File(NamedTuple):
    """Anything but a folder: its path in the tree, what `os.stat` says of its kind, and what tells
    that it changed."""

    path: str
    mode: int
    size: int
    modified_ns: int
    inode: int


class Tree(NamedTuple):
    """What lies at a path: its own inode, and all files below it (itself, when it is a file), in
    order of their paths; `folders` are the paths, modes and times of the folders."""

    inode: int
    files: tuple[File, ...]
    folders: tuple[tuple[str, int, int], ...] = ()

    @property
    def size(self) -> int:
        """Bytes in all files."""
        return sum(file.size for file in self.files)

    @property
    def written_ns(self) -> int:
        """When the newest of the files was written; 0 when there are none."""
        return max((file.modified_ns for file in self.files), default=0)


def content_of(tree: Tree) -> tuple[object, ...]:
    """What must be the same after a move: a folder's own time need not be."""
    return tree.inode, tree.files, [path for path, _, _ in tree.folders]


def look_through(root: int, path: str, mounts: Sequence[str] = ()) -> Tree:
    """What lies at a path below the root; `mounts` are the places in the root where something is
    mounted.

    Raises:
        ChangedError: something is mounted in it, or it is too deep to be understood.
        OSError: it cannot be read.
    """
    if any(f"{place}/".startswith(f"{path}/") for place in mounts):
        raise ChangedError(Reason("mounted-inside"))
    with opened_parent(root, path) as (parent, name):
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        return Tree(status.st_ino, (file_of("", status),))
    device = os.fstat(root).st_dev
    files: list[File] = []
    folders = [("", status.st_mode, status.st_mtime_ns)]
    for prefix, folder in _folders(root, path, waiting := [""]):
        if os.fstat(folder).st_dev != device:
            raise ChangedError(Reason("mounted-inside"))
        for inner, found in _entries(folder, prefix):
            if found.st_dev != device:
                raise ChangedError(Reason("mounted-inside"))
            if stat.S_ISDIR(found.st_mode):
                folders.append((inner, found.st_mode, found.st_mtime_ns))
                waiting.append(f"{inner}/")
            else:
                files.append(file_of(inner, found))
    return Tree(status.st_ino, tuple(sorted(files)), tuple(sorted(folders)))


def _folders(root: int, path: str, waiting: list[str]) -> Iterator[tuple[str, int]]:
    """Each folder that waits, the newest first, by its prefix, with its descriptor. What lies in
    the one before is opened from there: from the root, a deep tree would cost the square."""
    before, at = os.dup(root), ""
    try:
        while waiting:
            prefix = waiting.pop()
            if prefix.count("/") > _DEEPEST:
                raise ChangedError(Reason("too-deep", {"most": _DEEPEST}))
            place = f"{path}/{prefix}"
            inside = place.startswith(at)
            start, way = (before, place.removeprefix(at)) if inside else (root, place)
            with safefs.opened_folder(start, way.rstrip("/")) as folder:
                before, last, at = os.dup(folder), before, place
                os.close(last)
                yield prefix, folder
    finally:
        os.close(before)


def _entries(folder: int, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            yield prefix + entry.name, entry.stat(follow_symlinks=False)


def file_of(path: str, status: os.stat_result) -> File:
    """A file as a tree has it."""
    return File(path, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino)
