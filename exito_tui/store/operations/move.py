"""Moving sessions to the trash."""

import time
from collections.abc import Sequence

from exito_tui.domain.cleanup.operation import Action, Item, Operation, Rename, payload
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs.errors import ChangedError
from exito_tui.store.fs.tree import content_of, look_through
from exito_tui.store.operations.common import (
    AT_ONCE,
    NO_CHANGE_RULES,
    ChangeRules,
    Progress,
    pointers_left,
    refuse_blocked,
)
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.targets import Target, verify_unchanged
from exito_tui.store.trash.trash import Trash


def move_to_trash(
    root: str,
    targets: Sequence[Target],
    rules: ChangeRules = NO_CHANGE_RULES,
    *,
    action: Action = "rm",
    redoes: str = "",
    progress: Progress = AT_ONCE,
) -> Outcome:
    """Move sessions to the trash. Those that are active, pinned or not as they were seen are left,
    with the reason. `redoes` is the id of the undo that this does again.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        fit, lost = refuse_blocked(trash, targets, rules)
        operation_id, now_ns = new_id(), time.time_ns()
        by_key = {target.session.key: target for target in fit}
        items = trash_items(operation_id, fit)

        def before(item: Item) -> None:
            verify_unchanged(trash, by_key[item.what])

        outcome = execute(
            trash,
            Operation(operation_id, action, now_ns, items, redoes=redoes),
            before=before,
            after=lambda item: verify_moved(trash, item, by_key[item.what]),
            on_progress=progress.on_progress,
            should_stop=progress.should_stop,
        )
        left = pointers_left(fit, outcome)
        return outcome._replace(
            failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes, *left)
        )


def trash_items(operation_id: str, targets: Sequence[Target]) -> tuple[Item, ...]:
    """The items that move sessions to the trash, one entry for each."""
    items = []
    for number, target in enumerate(targets, 1):
        entry = operation_id if len(targets) == 1 else f"{operation_id}-{number}"
        renames = tuple(
            Rename(path, _place(target, path, entry), tree.inode) for path, tree in target.trees
        )
        items.append(Item(target.session.key, renames, entry, target.files, target.size))
    return tuple(items)


def _place(target: Target, path: str, entry: str) -> str:
    """Where a path of a session goes: a folder becomes the entry itself, which spares making one
    for each."""
    return (
        f"{payload(entry)}/{path.rpartition('/')[2]}"
        if target.session.form != "folder"
        else payload(entry)
    )


def verify_moved(trash: Trash, item: Item, target: Target) -> None:
    """Raises ChangedError when what was moved is not just what was aimed at."""
    for rename, (_, seen) in zip(item.renames, target.trees, strict=True):
        if content_of(look_through(trash.root, rename.target)) != content_of(seen):
            raise ChangedError(Reason("written-meanwhile"))
