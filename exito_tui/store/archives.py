"""The files of archives: a draft until its session is about to leave, and then under its own name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from exito_tui.domain.text import decoded
from exito_tui.store import changes
from exito_tui.store.errors import CleanupError, words


@contextmanager
def opened_archives(folder: str) -> Iterator[int]:
    """Open the folder that archives go to; it is made when it is not there.

    Raises:
        CleanupError: it cannot be.
    """
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise CleanupError(f"{folder} cannot be used for archives: {words(error)}") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def draft_of(name: str) -> str:
    """The name of an archive that its session has not left its place for."""
    return f".{name}.part"


def give_name(path: str) -> None:
    """Let a draft become the archive at `path`. Raises OSError, also when something is there."""
    folder, name = os.path.split(path)
    with opened_archives(folder) as place:
        changes.move(place, draft_of(name), place, name)
        changes.sync(place)


def drop(path: str, inode: int, size: int) -> str:
    """Remove an archive, or its draft, whose session is in its place; returns what is to be told if it is left. Without
    an inode there was a draft at the most, of a size that nobody knows.

    Raises:
        OSError: it cannot be removed.
    """
    folder, name = os.path.split(path)
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return f"{folder} cannot be opened; if the archive is there, it is left"
    try:
        for one in (draft_of(name), name) if inode else (draft_of(name),):
            try:
                status = os.stat(one, dir_fd=place, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if inode and (status.st_ino, status.st_size) != (inode, size):
                return f"the archive {decoded(path)} is not the one that was made; it is left there"
            changes.remove_file(place, one)
    finally:
        os.close(place)
    return ""
