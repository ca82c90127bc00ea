"""Doing again what undo took back, with the checks that held for it the first time."""

import time

from exito_tui.domain.cleanup.operation import Action, Item, Operation, reverse
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.store.fs.errors import ChangedError, NothingToRedoError
from exito_tui.store.operations.common import AT_ONCE, NO_CHANGE_RULES, ChangeRules, Progress
from exito_tui.store.operations.fix import check_home
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import write_pins
from exito_tui.store.operations.restore import as_it_lies, check_unwritten
from exito_tui.store.read.pins import read_pins
from exito_tui.store.read.scan import scan_names
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.renames import is_ready
from exito_tui.store.trash.targets import Target, capture_targets
from exito_tui.store.trash.trash import Trash

_BY_HAND: tuple[Action, ...] = ("archive", "unarchive", "finalize", "recover")
"""What makes files, and undo removed them: it is done anew, or not at all."""


def can_be_redone(action: Action) -> bool:
    """Whether what undo took back of such an operation can be done again."""
    return action not in _BY_HAND


def redoable(root: str) -> Operation:
    """The operation that `redo` would do again, with the items that were taken back of it.

    Raises:
        CleanupError: there is none.
    """
    with open_for_change(root) as (trash, _):
        undone, original = _last_undone(trash)
        return original._replace(items=undone.items)


def redo(
    root: str,
    rules: ChangeRules = NO_CHANGE_RULES,
    layouts: Layouts = (),
    *,
    progress: Progress = AT_ONCE,
) -> Outcome:
    """Do again what the last undo took back, unless something else was done since. What was written
    since, is active or pinned is left, with the reason.

    Raises:
        CleanupError: there is nothing to redo, or nothing was done.
        OSError: the root cannot be read.
    """
    with open_for_change(root) as (trash, notes):
        undone, original = _last_undone(trash)
        if original.action not in ("rm", "prune"):
            outcome = _again(trash, undone, original, rules, progress)
            return outcome._replace(notes=(*notes, *outcome.notes))
    targets, lost = _as_they_are(root, undone, layouts)
    outcome = move_to_trash(
        root, targets, rules, action=original.action, redoes=undone.id, progress=progress
    )
    return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _last_undone(trash: Trash) -> tuple[Operation, Operation]:
    """(the last undo that was not done again yet, the operation that it took back). Raises
    NothingToRedoError."""
    operations = trash.operations()
    by_id = {operation.id: operation for operation in operations}
    redone = {operation.redoes for operation in operations if operation.redoes}
    for operation in reversed(operations):
        if operation.redoes or operation.id in redone:
            continue
        original = by_id.get(operation.undoes)
        own = trash.mark and operation.mark == trash.mark
        if operation.action == "undo" and own and original and original.mark == trash.mark:
            if not can_be_redone(original.action):
                raise NothingToRedoError(
                    f"there is nothing to redo: {original.action} makes files anew; do it once more"
                )
            if original.action in ("pin", "unpin"):
                return operation, original
            if back := tuple(item for item in operation.items if item.renames):
                return operation._replace(items=back), original
            continue  # all of it was written since, and left
        break
    raise NothingToRedoError(
        "there is nothing to redo: nothing was taken back since the last thing that was done here"
    )


def _as_they_are(
    root: str, undone: Operation, layouts: Layouts
) -> tuple[list[Target], list[tuple[str, Reason]]]:
    """(the sessions that an undo brought back, as they are now; those that are left, with the
    reason)."""
    snapshot = scan_names(root, layouts)
    found = {item.what: snapshot.session(item.what) for item in undone.items}
    lost = [(key, Reason("gone")) for key, session in found.items() if session is None]
    fit = []
    for target in capture_targets(root, [one for one in found.values() if one]):
        if any(tree.written_ns > undone.at_ns for _, tree in target.trees):
            key = target.session.key
            lost.append((key, Reason("written-since", {"name": ""})))
        else:
            fit.append(target)
    return fit, lost


def _again(
    trash: Trash, undone: Operation, original: Operation, rules: ChangeRules, progress: Progress
) -> Outcome:
    """Do a restore, a fix or a change of pins again."""
    made = Operation(new_id(), original.action, time.time_ns(), undone.items, redoes=undone.id)
    if original.action in ("pin", "unpin"):
        write_pins(trash, made, pinned=original.action == "pin")
        return Outcome(made, made.items)
    items = [as_it_lies(trash, reverse(item)) for item in undone.items]
    ready = tuple(item for item in items if is_ready(trash, item))
    pins, now_ns = read_pins(trash.root), made.at_ns

    def before(item: Item) -> None:
        check_unwritten(trash, item, undone.at_ns)
        for rename in item.renames:
            if any(f"{rename.source}/".startswith(f"{key}/") for key in pins):
                raise ChangedError(Reason("pinned"))
            home = rename.target.rpartition("/")[0]
            check_home(trash, home, pins, now_ns, rules.quiet_ns)

    outcome = execute(
        trash,
        made._replace(items=ready),
        before=before,
        on_progress=progress.on_progress,
        should_stop=progress.should_stop,
    )
    lost = [(item.what, Reason("changed")) for item in items if item not in ready]
    return outcome._replace(failed=(*lost, *outcome.failed))
