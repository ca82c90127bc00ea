"""An item's renames on the disk: where each thing lies, moving it, and putting it back."""

import os
import stat

from exito_tui.domain.cleanup.operation import STAGING, Item, Rename, has_wrapper, places, reverse
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.fs.folders import make_folders, opened_parent
from exito_tui.store.trash.trash import Trash


def is_done(trash: Trash, item: Item) -> bool:
    """Whether everything an item moves lies where it should lie afterwards. Raises OSError."""
    _, after = places(item)
    return all(inode_at(trash, path) == inode for path, inode in after.items() if inode)


def is_ready(trash: Trash, item: Item) -> bool:
    """Whether everything an item moves lies where it should lie before. Raises OSError."""
    before, _ = places(item)
    return bool(before) and all(
        inode_at(trash, path) == inode for path, inode in before.items() if inode
    )


def is_begun(trash: Trash, item: Item) -> bool:
    """Whether anything lies already where it should lie afterwards."""
    before, after = places(item)
    return any(
        inode and before[path] != inode and inode_at(trash, path) == inode
        for path, inode in after.items()
    )


def moved_part(trash: Trash, item: Item) -> Item | None:
    """What of an item lies where it should lie afterwards, as an item; None when nothing does.
    Raises OSError."""
    moved = tuple(
        rename
        for rename in item.renames
        if inode_at(trash, rename.target) == rename.inode
        and inode_at(trash, rename.source) != rename.inode
    )
    return item._replace(renames=moved) if moved else None


def roll_back(trash: Trash, item: Item) -> Reason | None:
    """Put back the renames that were moved; returns why one could not be, or None."""
    back = reverse(item)
    problem: Reason | None = None
    for rename in back.renames:
        try:
            if inode_at(trash, rename.source) == rename.inode:
                execute_rename(trash, rename)
        except OSError as error:
            problem = problem or reason_of(error)
    sync_folders(trash, back)
    return problem


def execute_rename(trash: Trash, rename: Rename) -> None:
    """Do one rename below the root, which replaces nothing; folders of its target are made.

    Raises:
        ChangedError: something else lies there by now, or a file system is mounted there.
        OSError: it cannot be done; nothing has moved.
    """
    with (
        opened_parent(trash.root, rename.source) as (source, name),
        opened_parent(trash.root, rename.target, make=True) as (target, new),
    ):
        status = os.stat(name, dir_fd=source, follow_symlinks=False)
        if status.st_ino != rename.inode:
            raise ChangedError(Reason("replaced", {"path": rename.source}))
        if rename.swap:
            if os.stat(new, dir_fd=target, follow_symlinks=False).st_ino != rename.swap:
                raise ChangedError(Reason("replaced", {"path": rename.target}))
            mutations.swap(source, name, target, new)
        else:
            if stat.S_ISDIR(status.st_mode) and status.st_dev != os.fstat(source).st_dev:
                raise ChangedError(Reason("mounted-at", {"path": rename.source}))
            mutations.move(source, name, target, new)


def sync_folders(trash: Trash, item: Item) -> None:
    """Have every folder of an item written down to the disk: first those that hold a folder that
    was made, then those that were entered, then those that were left. A power failure in between
    leaves a thing twice, never nowhere."""
    made = [path.rpartition("/")[0] for path in item.makes] + ([TRASH] if has_wrapper(item) else [])
    entered = [rename.target.rpartition("/")[0] for rename in item.renames]
    left = [rename.source.rpartition("/")[0] for rename in item.renames]
    for path in dict.fromkeys((*made, *entered, *left)):
        try:
            with safefs.opened_folder(trash.root, path) as folder:
                mutations.sync(folder)
        except FileNotFoundError:
            continue  # nothing was moved from there or to there


def inode_at(trash: Trash, path: str) -> int | None:
    """The inode of what lies at a path below the root, or None. Raises OSError when it cannot be
    told."""
    try:
        return inode_of(trash, path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def make_staging(trash: Trash, operation_id: str) -> str:
    """Make the folder of an operation in the staging folder, and return its path."""
    place = f"{STAGING}/{operation_id}"
    make_folders(trash.root, place)
    return place


def inode_of(trash: Trash, path: str) -> int:
    """The inode of what lies at a path below the root. Raises OSError."""
    with opened_parent(trash.root, path) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino
