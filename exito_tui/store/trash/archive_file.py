"""The files of archives: a draft until its session is about to leave, and then under its own
name."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import UnusableRootError, describe_error, reason_of
from exito_tui.store.trash.trash import Trash
from exito_tui.store.trash.user_record import (
    Archive,
    archives_of,
    forget_archives,
    remember_archives,
)

OWN_FOLDER = ".archive"
"""Where archives go unless another place is named: a folder in the root, hidden from the list of
sessions."""


@contextmanager
def opened_archives(root: int, folder: str) -> Iterator[int]:
    """Open the folder that archives go to, made when it is not there: an absolute path that the
    user named, or, where it is empty, the root's own folder, in whose place no link is followed.
    `root` is the root's descriptor.

    Raises:
        CleanupError: it cannot be.
    """
    try:
        if folder:
            _make(folder)
        else:
            with suppress(FileExistsError):
                mutations.make_folder(root, OWN_FOLDER)
                mutations.sync(root)
        descriptor = _open(root, folder)
    except OSError as error:
        if folder:
            raise UnusableRootError(
                f"{folder} cannot be used for archives: {describe_error(error)}"
            ) from None
        why = (
            "it is a link or a file"
            if isinstance(error, NotADirectoryError)
            else describe_error(error)
        )
        raise UnusableRootError(
            f"{OWN_FOLDER} in the root cannot be used for archives: {why}; move it away, or name "
            "a place with --to DIR"
        ) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _make(folder: str) -> None:
    """Make a folder that the user named for archives, in one that is there: of a path with a slip
    of the pen, nothing must be left behind.

    Raises:
        UnusableRootError: that one is not there.
        OSError: it cannot be made.
    """
    parent = os.path.dirname(folder)
    if not os.path.isdir(parent):
        raise UnusableRootError(
            f"{folder} cannot be used for archives: there is no folder {parent}; make it, or name "
            "another place with --to DIR"
        )
    os.makedirs(folder, mode=0o700, exist_ok=True)


def _open(root: int, folder: str) -> int:
    if folder:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    return safefs.open_child(root, OWN_FOLDER)


def draft_of(name: str) -> str:
    """The name of an archive that its session has not left its place for."""
    return f".{name}.part"


def give_name(place: int, name: str) -> None:
    """Let a draft in an open folder become an archive. Raises OSError, also when something is
    there."""
    mutations.move(place, draft_of(name), place, name)
    mutations.sync(place)


def drop_archives(trash: Trash, operation: str, *, keep: Collection[str] = ()) -> list[Reason]:
    """Remove the archives, or drafts, that an operation of this user made, as far as its sessions
    are in their places: all but those of the sessions to `keep`. Returns what is to be told of
    those that are left where they are.

    Raises:
        OSError: one cannot be removed, or it cannot be written down.
    """
    noted = archives_of(trash.mark, operation)
    if noted is None:
        return []
    notes: list[Reason] = []
    going = [item for item in noted.archives if item.what not in keep]
    if going:
        try:
            place = _open(trash.root, noted.folder)
        except OSError as error:
            path = noted.folder or OWN_FOLDER
            notes.append(Reason("archives-closed", {"path": path, "cause": reason_of(error)}))
        else:
            try:
                notes += [note for one in going if (note := _drop(place, one))]
            finally:
                os.close(place)
    kept = tuple(item for item in noted.archives if item.what in keep)
    if kept:
        remember_archives(trash.mark, operation, noted._replace(archives=kept))
    else:
        forget_archives(trash.mark, operation)
    return notes


def _drop(place: int, archive: Archive) -> Reason | None:
    """Remove an archive or its draft. Of one that was still being made there is a draft at the
    most."""
    for name in (
        (draft_of(archive.name), archive.name) if archive.inode else (draft_of(archive.name),)
    ):
        try:
            status = os.stat(name, dir_fd=place, follow_symlinks=False)
        except FileNotFoundError:
            continue
        seen = (status.st_ino, status.st_size, status.st_mtime_ns)
        if archive.inode and seen != (archive.inode, archive.size, archive.modified_ns):
            return Reason("archive-changed", {"path": archive.name})
        mutations.remove_file(place, name)
    return None
