"""Carrying out operations so that, whatever fails or ends the process, each item is whole in
exactly one place.

The operation is written down first; then each rename of an item is one rename that replaces
nothing; then the disk is looked at again, and only what it shows is reported. What a process left
half done is finished or taken back at the next start.
"""

import errno
import os
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import (
    STAGING,
    TRASH,
    Item,
    Operation,
    Rename,
    enters_trash,
    has_wrapper,
    places,
    reverse,
)
from exito_tui.domain.cleanup.operation_json import (
    NotAnOperationError,
    operation_text,
    read_operation,
)
from exito_tui.domain.cleanup.reason import Reason, Value
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import (
    ChangedError,
    HalfDoneError,
    NotWrittenDownError,
    describe_error,
    reason_of,
)
from exito_tui.store.fs.folders import make_folders, opened_parent
from exito_tui.store.trash.archive_file import drop_archives
from exito_tui.store.trash.trash import Trash
from exito_tui.store.trash.user_record import archives_of


class Outcome(NamedTuple):
    """What became of an operation: the items done, those that were not with the reason, and what
    else is to be told."""

    operation: Operation
    done: tuple[Item, ...] = ()
    failed: tuple[tuple[str, Reason], ...] = ()
    """(what it was, why not) pairs."""
    notes: tuple[Reason, ...] = ()


class _Executed(NamedTuple):
    """What became of an item: why it is not done, what of it lies where it was to go all the same,
    and whether it is one or the other, and not in between."""

    problem: Reason | None = None
    moved: Item | None = None
    resolved: bool = True


Check = Callable[[Item], None]
"""Looks at an item, before or after its move; raises OSError if it is not as it should be."""


def _nothing(item: Item) -> None:
    pass


def execute(
    trash: Trash,
    operation: Operation,
    *,
    before: Check = _nothing,
    after: Check = _nothing,
    on_progress: Callable[[int], None] = lambda count: None,
    should_stop: Callable[[], bool] = lambda: False,
    announced: bool = False,
) -> Outcome:
    """Do what an operation says, item by item. `before` and `after` look at each item; `told` hears
    how many have been dealt with; `stopped` is asked between items. `announced`: a first version of
    the operation is in the journal already.

    Raises:
        CleanupError: nothing was done.
    """
    try:
        if not announced and trash.journal() is not None:
            raise HalfDoneError(
                "nothing was done: something is half done here still; the next start puts it right"
            )
        operation = operation._replace(
            items=tuple(_with_folders(trash, item) for item in operation.items)
        )
        trash.make_mark()
        operation = operation._replace(mark=trash.mark)
        trash.write_journal(operation_text(operation))
    except OSError as error:
        # A purge has to work on a full disk, since it is what makes room. It needs no journal: what
        # it has moved into the staging folder is wiped at the next start, whatever happens.
        if operation.action != "purge" or error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise NotWrittenDownError(
                f"nothing was done: the journal cannot be written: {describe_error(error)}"
            ) from None
    done: list[Item] = []
    moved: list[Item] = []
    failed: list[tuple[str, Reason]] = []
    notes: list[Reason] = []
    resolved = True
    unprepared = trash.prepare(operation)
    for count, item in enumerate(operation.items):
        if should_stop():
            failed += [(left.what, Reason("not-begun")) for left in operation.items[count:]]
            break
        problem = unprepared.get(item.entry)
        executed = (
            _Executed(problem) if problem else _execute_item(trash, item, before, after, notes)
        )
        resolved = resolved and executed.resolved
        if executed.moved:
            moved.append(executed.moved)
        if executed.problem:
            failed.append((item.what, executed.problem))
        else:
            done.append(item)
        on_progress(count + 1)
    _sweep_left(trash, operation, moved)
    if resolved:
        notes += _finish(trash, operation._replace(items=tuple(moved)))
    else:
        notes.append(Reason("half-done"))
    return Outcome(operation._replace(items=tuple(done)), tuple(done), tuple(failed), tuple(notes))


def recover_journal(trash: Trash) -> list[Reason]:
    """Finish or take back what a process left half done; returns what is to be told of it.

    Raises:
        CleanupError: it cannot be, so nothing else may be done either.
    """
    try:
        text = trash.journal()
        if text is None:
            trash.tidy()
            return []
        try:
            operation = read_operation(text)
        except NotAnOperationError as error:
            values = {"detail": str(error), "path": trash.set_journal_aside()}
            return [Reason("journal-unreadable", values)]
        if not trash.mark or operation.mark != trash.mark:
            return [Reason("journal-foreign", {"path": trash.set_journal_aside()})]
        # Once it is in the log its items are resolved, and what was put into the staging folder may
        # be gone already.
        logged = next(
            (
                entry
                for entry in trash.operations()
                if (entry.id, entry.mark) == (operation.id, operation.mark)
            ),
            None,
        )
        done = (
            list(logged.items)
            if logged
            else [one for item in operation.items if (one := _recovered(trash, operation, item))]
        )
        for item in operation.items:
            trash.sweep(item)  # which leaves alone what keeps something
        if operation.action == "archive":
            drop_archives(trash, operation.id, keep={item.what for item in done})
        notes = _finish(
            trash, operation._replace(items=tuple(done), recovered=True), logged=bool(logged)
        )
        trash.tidy()
        counts: dict[str, Value] = {"done": len(done), "count": len(operation.items)}
        whole = len(done) == len(operation.items)
        return [
            Reason(
                "interrupted" if whole else "interrupted-midway",
                {"action": operation.action, **counts},
            ),
            *notes,
        ]
    except OSError as error:
        raise HalfDoneError(
            f"what was interrupted cannot be put right yet: {describe_error(error)}"
        ) from None


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


def _is_begun(trash: Trash, item: Item) -> bool:
    """Whether anything lies already where it should lie afterwards."""
    before, after = places(item)
    return any(
        inode and before[path] != inode and inode_at(trash, path) == inode
        for path, inode in after.items()
    )


def _sweep_left(trash: Trash, operation: Operation, done: Collection[Item]) -> None:
    """Take away the entries that were made for items that are not done."""
    entries = {item.entry for item in done}
    for item in operation.items:
        if enters_trash(item) and item.entry not in entries:
            with suppress(OSError):  # the next start does it
                trash.sweep(item)


def _execute_item(
    trash: Trash, item: Item, before: Check, after: Check, notes: list[Reason]
) -> _Executed:
    """Do one item."""
    try:
        before(item)
        for rename in item.renames:
            _execute_rename(trash, rename)
        _sync(trash, item)
        after(item)
        _remove_folders(trash, item)
    except OSError as error:
        return _resolve(trash, item, error, notes)
    return _Executed(moved=item)


def _with_folders(trash: Trash, item: Item) -> Item:
    """The item with the folders outside the trash that it will have to make, outermost first."""
    missing: dict[str, None] = {}
    for rename in item.renames:
        parent = rename.target.rpartition("/")[0]
        while parent and not parent.startswith(TRASH + "/") and inode_at(trash, parent) is None:
            missing[parent] = None
            parent = parent.rpartition("/")[0]
    return item._replace(makes=tuple(sorted(missing))) if missing else item


def _remove_folders(trash: Trash, item: Item) -> None:
    """Remove the folders that were made for what has left them, if nothing else has come."""
    for path in reversed(item.unmakes):
        try:
            with opened_parent(trash.root, path) as (parent, name):
                mutations.remove_folder(parent, name)
        except OSError:
            return  # something is in it


def _resolve(trash: Trash, item: Item, error: OSError, notes: list[Reason]) -> _Executed:
    """After an error: look at what there is, and make it whole."""
    why = reason_of(error)
    try:
        if is_done(trash, item) and not isinstance(error, ChangedError):
            notes.append(Reason("perhaps-not-on-disk", {"path": item.what, "cause": why}))
            return _Executed(moved=item)
        left = _roll_back(trash, item)
        if left:
            why = Reason("stuck", {"cause": why, "left": left, "paths": _paths(item)})
        return _Executed(why, _moved_of(trash, item))
    except OSError as again:
        return _Executed(Reason("then", {"cause": why, "second": reason_of(again)}), resolved=False)


def _moved_of(trash: Trash, item: Item) -> Item | None:
    """What of an item lies where it should lie afterwards, as an item; None when nothing does.
    Raises OSError."""
    moved = tuple(
        rename
        for rename in item.renames
        if inode_at(trash, rename.target) == rename.inode
        and inode_at(trash, rename.source) != rename.inode
    )
    return item._replace(renames=moved) if moved else None


def _roll_back(trash: Trash, item: Item) -> Reason | None:
    """Put back the renames that were moved; returns why one could not be, or None."""
    back = reverse(item)
    problem: Reason | None = None
    for rename in back.renames:
        try:
            if inode_at(trash, rename.source) == rename.inode:
                _execute_rename(trash, rename)
        except OSError as error:
            problem = problem or reason_of(error)
    _sync(trash, back)
    return problem


def _recovered(trash: Trash, operation: Operation, item: Item) -> Item | None:
    """Make an item whole that was interrupted; returns what of it is done. What was begun is taken
    back; if somebody has made its place new meanwhile, it is finished instead.

    Raises:
        OSError: nobody can tell.
    """
    if is_done(trash, item) or (operation.action == "purge" and _is_gone(trash, item)):
        return item
    if not _is_begun(trash, item) or not _roll_back(trash, item):
        return None
    for rename in item.renames:
        with suppress(OSError):  # what cannot be finished either is in the log as far as it got
            if inode_at(trash, rename.source) == rename.inode:
                _execute_rename(trash, rename)
    _sync(trash, item)
    return _moved_of(trash, item)


def _is_gone(trash: Trash, item: Item) -> bool:
    """Whether what a purge destroys is destroyed. Raises OSError."""
    return all(
        inode_at(trash, path) is None
        for rename in item.renames
        for path in (rename.source, rename.target)
    )


def _finish(trash: Trash, operation: Operation, *, logged: bool = False) -> list[Reason]:
    """The operation is done: write it into the log, and forget the journal; returns what is to be
    told."""
    notes: list[Reason] = []
    try:
        if operation.action == "purge" and trash.journal() is None:
            notes += (
                trash.wipe_staging()
            )  # there was no room for a journal, nor is there for a line of the log before
        if operation.items and not logged:
            trash.log(operation_text(operation))
        if operation.undoes:
            notes += _drop_what_was_undone(trash, operation)
        notes += trash.wipe_staging()
        for item in operation.items:
            if item.entry and not enters_trash(item):
                trash.sweep(item)
        if not all(map(enters_trash, operation.items)):
            trash.sweep_manifests()
        trash.end_journal()
    except OSError as error:
        notes.append(Reason("not-written-down", {"cause": reason_of(error)}))
    return notes


def _drop_what_was_undone(trash: Trash, operation: Operation) -> list[Reason]:
    """Remove the archives of sessions that are back; returns what is to be told of those that are
    left."""
    back = {item.what for item in operation.items if item.archive}
    if not back:
        return []
    noted = archives_of(trash.mark, operation.undoes)
    if noted is None:
        return [
            Reason("archive-left", {"path": item.archive})
            for item in operation.items
            if item.archive
        ]
    return drop_archives(
        trash, operation.undoes, keep={item.what for item in noted.archives} - back
    )


def _execute_rename(trash: Trash, rename: Rename) -> None:
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


def _sync(trash: Trash, item: Item) -> None:
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


def _paths(item: Item) -> tuple[str, ...]:
    """Where what an item moves may lie."""
    return tuple(
        dict.fromkeys(path for rename in item.renames for path in (rename.source, rename.target))
    )


def make_staging(trash: Trash, operation_id: str) -> str:
    """Make the folder of an operation in the staging folder, and return its path."""
    place = f"{STAGING}/{operation_id}"
    make_folders(trash.root, place)
    return place


def inode_of(trash: Trash, path: str) -> int:
    """The inode of what lies at a path below the root. Raises OSError."""
    with opened_parent(trash.root, path) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino
