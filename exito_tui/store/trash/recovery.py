"""Finishing or taking back, at the next start, what a process left half done."""

from contextlib import suppress

from exito_tui.domain.cleanup.operation import Item, Operation
from exito_tui.domain.cleanup.operation_json import NotAnOperationError, read_operation
from exito_tui.domain.cleanup.reason import Reason, Value
from exito_tui.store.fs.errors import HalfDoneError, describe_error
from exito_tui.store.trash.archive_file import drop_archives
from exito_tui.store.trash.journal import finish
from exito_tui.store.trash.renames import (
    execute_rename,
    inode_at,
    is_begun,
    is_done,
    moved_part,
    roll_back,
    sync_folders,
)
from exito_tui.store.trash.trash import Trash


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
        logged = _logged(trash, operation)
        done = (
            list(logged.items)
            if logged
            else [one for item in operation.items if (one := _recovered(trash, operation, item))]
        )
        for item in operation.items:
            trash.sweep(item)  # which leaves alone what keeps something
        if operation.action == "archive":
            drop_archives(trash, operation.id, keep={item.what for item in done})
        notes = finish(
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


def _logged(trash: Trash, operation: Operation) -> Operation | None:
    """The operation as it is in the log, or None. Once it is there its items are resolved, and what
    was put into the staging folder may be gone already."""
    key = (operation.id, operation.mark)
    return next((entry for entry in trash.operations() if (entry.id, entry.mark) == key), None)


def _recovered(trash: Trash, operation: Operation, item: Item) -> Item | None:
    """Make an item whole that was interrupted; returns what of it is done. What was begun is taken
    back; if somebody has made its place new meanwhile, it is finished instead.

    Raises:
        OSError: nobody can tell.
    """
    if is_done(trash, item) or (operation.action == "purge" and _is_gone(trash, item)):
        return item
    if not is_begun(trash, item) or not roll_back(trash, item):
        return None
    for rename in item.renames:
        with suppress(OSError):  # what cannot be finished either is in the log as far as it got
            if inode_at(trash, rename.source) == rename.inode:
                execute_rename(trash, rename)
    sync_folders(trash, item)
    return moved_part(trash, item)


def _is_gone(trash: Trash, item: Item) -> bool:
    """Whether what a purge destroys is destroyed. Raises OSError."""
    return all(
        inode_at(trash, path) is None
        for rename in item.renames
        for path in (rename.source, rename.target)
    )
