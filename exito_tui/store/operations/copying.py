"""Copying sessions from another root: made in the trash first, as entries, and from there put in
their places by renames. What is copied is left as it is."""

import os
import stat
import time
from collections.abc import Sequence
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import Item, Operation, Rename, payload, reverse
from exito_tui.domain.cleanup.operation_json import operation_text
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.fs.folders import opened_parent
from exito_tui.store.fs.tree import File, Tree, look_through
from exito_tui.store.operations.quiet import why_not_quiet
from exito_tui.store.trash.renames import make_staging
from exito_tui.store.trash.trash import Trash

_BLOCK = 1 << 20


class Copy(NamedTuple):
    """What is to be copied: `what` it is called, the other root (absolute), the path there, and the
    path that it gets here."""

    what: str
    origin: str
    source: str
    target: str


def stage_copies(
    trash: Trash, operation_id: str, copies: Sequence[Copy], quiet_ns: int
) -> tuple[list[Item], list[tuple[str, Reason]]]:
    """Copy into the staging folder; returns the items that put the copies in place, and what cannot
    be copied, with the reasons."""
    items: list[Item] = []
    lost: list[tuple[str, Reason]] = []
    place = make_staging(trash, operation_id)
    with safefs.opened_folder(trash.root, place) as staging:
        for number, copy in enumerate(copies, 1):
            entry = f"{operation_id}-copy-{number}"
            try:
                _check_place(trash, copy)
                items.append(_staged(staging, copy, entry, quiet_ns))
            except OSError as error:
                lost.append((copy.what, reason_of(error)))
                if safefs.is_there(staging, entry):
                    mutations.wipe(staging, entry)
    return items, lost


def announce(trash: Trash, operation: Operation, copies: Sequence[Item]) -> Operation:
    """Write down what is about to be done, and make entries of the trash of what was staged: what a
    process leaves of it is found again. Raises OSError."""
    trash.make_mark()
    operation = operation._replace(mark=trash.mark)
    trash.write_journal(operation_text(operation))
    trash.write_manifest(operation._replace(items=tuple(map(reverse, copies))))
    with safefs.opened_folder(trash.root, make_staging(trash, operation.id)) as staging:
        for item in copies:
            mutations.move(staging, item.entry, trash.folder, item.entry)
    mutations.sync(trash.folder)
    return operation


def _check_place(trash: Trash, copy: Copy) -> None:
    """Raises ChangedError when something lies where a copy would go."""
    try:
        with opened_parent(trash.root, copy.target) as (folder, name):
            if safefs.is_there(folder, name):
                raise ChangedError(Reason("exists"))
    except FileNotFoundError:
        return


def _staged(staging: int, copy: Copy, entry: str, quiet_ns: int) -> Item:
    """Copy one thing, as it was when it was looked at. Raises OSError."""
    with safefs.opened_root(copy.origin) as root:
        tree = look_through(root, copy.source)
        if why := why_not_quiet(tree, time.time_ns(), quiet_ns):
            raise ChangedError(why)
        mutations.make_folder(staging, entry)
        with safefs.opened_folder(staging, entry) as own:
            name = copy.source.rpartition("/")[2]
            if tree.folders:
                _copy_folder(root, copy.source, tree, own, name)
            else:
                _copy_file(root, copy.source, tree.files[0], own, name)
            mutations.sync(own)
            inode = os.stat(name, dir_fd=own, follow_symlinks=False).st_ino
    rename = Rename(f"{payload(entry)}/{name}", copy.target, inode)
    return Item(copy.what, (rename,), entry, len(tree.files), tree.size)


def _copy_folder(root: int, source: str, tree: Tree, own: int, name: str) -> None:
    """Copy a folder with all that is in it. Folders get their modes and times last."""
    for path, _, _ in tree.folders:
        with opened_parent(own, f"{name}/{path}".rstrip("/")) as (folder, inner):
            mutations.make_folder(folder, inner)
    for file in tree.files:
        with opened_parent(own, f"{name}/{file.path}") as (folder, inner):
            _copy_file(root, f"{source}/{file.path}", file, folder, inner)
    for path, mode, modified_ns in reversed(tree.folders):
        with safefs.opened_folder(own, f"{name}/{path}".rstrip("/")) as folder:
            mutations.set_mode(folder, stat.S_IMODE(mode) & 0o3777)
            mutations.set_times(folder, modified_ns, modified_ns)
            mutations.sync(folder)


def _copy_file(root: int, source: str, seen: File, folder: int, name: str) -> None:
    """Copy one file, just as it was seen; a link as a link."""
    if stat.S_ISLNK(seen.mode):
        with opened_parent(root, source) as (parent, own):
            mutations.link(folder, name, os.readlink(own, dir_fd=parent))
        mutations.set_link_time(folder, name, seen.modified_ns)
        return
    if not stat.S_ISREG(seen.mode):
        raise ChangedError(Reason("special-file", {"path": source}))
    with safefs.opened_file(root, source) as (descriptor, before):
        made = mutations.create(folder, name)
        try:
            _write_from(descriptor, made)
            after = os.fstat(descriptor)
            if not (_is(before, seen) and _is(after, seen)):
                raise ChangedError(Reason("file-changed", {"path": source}))
            mutations.set_mode(made, stat.S_IMODE(seen.mode) & 0o777)
            mutations.set_times(made, seen.modified_ns, seen.modified_ns)
            mutations.sync(made)
        finally:
            os.close(made)


def _write_from(source: int, target: int) -> None:
    offset = 0
    while block := os.pread(source, _BLOCK, offset):
        mutations.write_all(target, block)
        offset += len(block)


def _is(status: os.stat_result, seen: File) -> bool:
    found = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found == (seen.inode, seen.size, seen.modified_ns)
