"""Carrying out operations so that, whatever fails or ends the process, each item is whole in
exactly one place.

The operation is written down first; then each rename of an item is one rename that replaces
nothing; then the disk is looked at again, and only what it shows is reported. What a process left
half done is finished or taken back at the next start.
"""

import errno
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import Item, Operation, enters_trash
from exito_tui.domain.cleanup.operation_json import operation_text
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import (
    ChangedError,
    HalfDoneError,
    NotWrittenDownError,
    complaint,
    reason_of,
)
from exito_tui.store.fs.folders import opened_parent
from exito_tui.store.trash.archive_file import drop_archives
from exito_tui.store.trash.renames import (
    execute_rename,
    inode_at,
    is_done,
    moved_part,
    roll_back,
    sync_folders,
)
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


def _never(why: Reason) -> bool:
    return False


def execute(
    trash: Trash,
    operation: Operation,
    *,
    before: Check = _nothing,
    after: Check = _nothing,
    given_up: Callable[[Reason], bool] = _never,
    on_progress: Callable[[int], None] = lambda count: None,
    should_stop: Callable[[], bool] = lambda: False,
    announced: bool = False,
) -> Outcome:
    """Do what an operation says, item by item. `before` and `after` look at each item; one that is
    not done for a reason for which it is `given_up` is in the log all the same, without renames;
    `on_progress` hears how many have been dealt with; `should_stop` is asked between items.
    `announced`: a first version of the operation is in the journal already.

    Raises:
        CleanupError: nothing was done.
    """
    operation = _written_down(trash, operation, announced=announced)
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
            if not executed.moved and executed.resolved and given_up(executed.problem):
                moved.append(Item(item.what, ()))
        else:
            done.append(item)
        on_progress(count + 1)
    _sweep_left(trash, operation, moved)
    if resolved:
        notes += finish(trash, operation._replace(items=tuple(moved)))
    else:
        notes.append(Reason("half-done"))
    return Outcome(operation._replace(items=tuple(done)), tuple(done), tuple(failed), tuple(notes))


def _written_down(trash: Trash, operation: Operation, *, announced: bool) -> Operation:
    """The operation as it is in the journal: with the folders it makes, and this user's mark."""
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
            raise unwritten(trash, error) from None
    return operation


def unwritten(trash: Trash, error: OSError) -> NotWrittenDownError:
    """What is raised where it cannot be written down what is about to be done: with the place,
    which may be this user's state folder."""
    why = complaint(error, os.path.join(trash.path, TRASH))
    return NotWrittenDownError(f"nothing was done: the journal cannot be written: {why}")


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
            execute_rename(trash, rename)
        sync_folders(trash, item)
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
        left = roll_back(trash, item)
        if left:
            why = Reason("stuck", {"cause": why, "left": left, "paths": _paths(item)})
        return _Executed(why, moved_part(trash, item))
    except OSError as again:
        return _Executed(Reason("then", {"cause": why, "second": reason_of(again)}), resolved=False)


def finish(trash: Trash, operation: Operation, *, logged: bool = False) -> list[Reason]:
    """The operation is done: write it into the log, and forget the journal; returns what is to be
    told."""
    notes: list[Reason] = []
    try:
        if operation.action == "purge" and trash.journal() is None:
            # There was no room for a journal, nor is there any for a line of the log before.
            notes += trash.wipe_staging()
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


def _paths(item: Item) -> tuple[str, ...]:
    """Where what an item moves may lie."""
    return tuple(
        dict.fromkeys(path for rename in item.renames for path in (rename.source, rename.target))
    )
