"""What takes back what was done: restoring entries of the trash, and undoing the last operation."""

import hashlib
import time
from collections.abc import Sequence

from exito_tui.domain.cleanup.operation import (
    STAGING,
    Action,
    Item,
    Operation,
    only_brings_back,
    payload,
    reverse,
)
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.sessions.layouts import own_suffix
from exito_tui.domain.text import decoded
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import (
    ChangedError,
    NothingToUndoError,
    OvertakenError,
    UnfitNameError,
)
from exito_tui.store.fs.tree import look_through
from exito_tui.store.operations.common import AT_ONCE, Progress
from exito_tui.store.operations.hook_notes import forgotten, note
from exito_tui.store.operations.pin import write_pins
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.renames import inode_at, is_ready
from exito_tui.store.trash.trash import Trash

_BLOCK = 1 << 20
_FOR_GOOD = frozenset(("not-as-written", "written-since"))
"""Reasons for which something can never be taken back."""


def restore(root: str, ids: Sequence[str], new: str = "") -> Outcome:
    """Move entries of the trash back to where they came from; `new`: one of them, under this name
    instead.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        by_id = {entry.id: entry for entry in trash.entries()}
        operation_id = new_id()
        items: list[Item] = []
        lost: list[tuple[str, Reason]] = []
        for one in ids:
            entry = by_id.get(one)
            if entry is None:
                lost.append((one, Reason("not-in-trash")))
            elif entry.problem:
                lost.append(
                    (one, Reason("in-its-entry", {"cause": entry.problem, "path": payload(one)}))
                )
            elif back := _allowed(trash, entry.mark, as_it_lies(trash, reverse(entry.item))):
                items.append(renamed(back, new) if new else back)
            else:
                lost.append((one, Reason("not-yours", {"path": payload(one)})))
        since = {item: by_id[item.entry].at_ns for item in items}
        # What was replaced by a file that goes for good now cannot be brought back by another undo.
        action: Action = (
            "undo" if any(rename.swap for item in items for rename in item.renames) else "restore"
        )
        outcome = execute(
            trash, Operation(operation_id, action, time.time_ns(), tuple(items)),
            before=lambda item: check_unwritten(trash, item, since.get(item, 0)),
            after=lambda item: _check_destroyed(trash, item),
        )  # fmt: skip
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _allowed(trash: Trash, mark: str, item: Item) -> Item | None:
    """What may be done of an item: all of it, when this user wrote the record that it comes from;
    of somebody else's record, whose files came with the root, nothing but bringing an entry
    back."""
    if mark and mark == trash.mark:
        return item
    return item._replace(makes=(), unmakes=()) if item.renames and only_brings_back(item) else None


def renamed(item: Item, new: str) -> Item:
    """An item that leads to a session of another name: `new` is its key, or its id in the same
    command.

    Raises:
        CleanupError: it is no name for a session, or not one session's item.
    """
    names = new.rstrip("/").split("/")
    folder, name = "/".join(names[:-1]), names[-1]
    if len(names) > 2 or any(not one or one.startswith(".") or "\0" in one for one in names):
        raise UnfitNameError(f"{new!r} is not a valid session name; expected ID or COMMAND/ID")
    if any(rename.swap for rename in item.renames):
        raise UnfitNameError(
            f"{decoded(item.what)} is not a session that could be given another name"
        )
    flat = len(item.renames) > 1 or item.what != item.renames[0].target
    if not flat:  # a session of one file stays a file of its kind
        suffix = own_suffix(item.renames[0].target)
        name += suffix if not name.endswith(suffix) else ""
    made = []
    for rename in item.renames:
        home, _, old = rename.target.rpartition("/")
        place = folder or home
        if flat:
            stem = item.what.rpartition("/")[2]
            if not old.startswith(stem):
                raise UnfitNameError(
                    f"{decoded(item.what)} lay loose in its folder; only its own place fits it"
                )
            made.append(rename._replace(target=f"{place}/{name}{old[len(stem) :]}"))
        else:
            made.append(rename._replace(target=f"{place}/{name}" if place else name))
    return item._replace(
        what=f"{folder or item.what.rpartition('/')[0]}/{name}".lstrip("/"), renames=tuple(made)
    )


def undoable(root: str) -> Operation:
    """The operation that `undo` would take back, with the items that it would.

    Raises:
        CleanupError: there is none.
    """
    with open_for_change(root) as (trash, _):
        operation, items = last_undoable(trash)
        return operation._replace(items=items)


def undo(root: str, wanted: str = "", *, progress: Progress = AT_ONCE) -> Outcome:
    """Take the last operation back that was not taken back yet; what was purged or moved elsewhere
    since cannot be. What was written since is left, and counts as taken back, so that the next undo
    goes on to what was done before. `wanted` is the id of the operation that the user means, if
    they were asked.

    Raises:
        CleanupError: there is none, it is another one, or nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        operation, items = last_undoable(trash)
        if wanted and operation.id != wanted:
            raise OvertakenError("nothing was done: something else was done here meanwhile")
        made = Operation(new_id(), "undo", time.time_ns(), items, undoes=operation.id)
        if operation.action in ("pin", "unpin"):
            write_pins(trash, made, pinned=operation.action == "unpin")
            return Outcome(made, items, notes=tuple(notes))
        outcome = execute(
            trash, made, before=lambda item: check_unwritten(trash, item, operation.at_ns),
            after=lambda item: _check_destroyed(trash, item),
            given_up=lambda why: why.code in _FOR_GOOD,
            on_progress=progress.on_progress, should_stop=progress.should_stop,
        )  # fmt: skip
        if operation.action == "recover":
            for item in outcome.done:
                key, _, name = item.what.rpartition("/")
                note(trash.root, key, forgotten(name))
        if any(why.code in _FOR_GOOD for _, why in outcome.failed):
            notes.append(Reason("undone-in-part", {"action": operation.action}))
        return outcome._replace(notes=(*notes, *outcome.notes))


def last_undoable(trash: Trash) -> tuple[Operation, tuple[Item, ...]]:
    """The last operation that can be taken back, and the items that do it.

    Raises:
        CleanupError: there is none.
    """
    operations = trash.operations()
    undone = {
        (operation.undoes, item.what)
        for operation in operations
        for item in operation.items
        if operation.undoes
    }
    for operation in reversed(operations):
        if operation.action in ("undo", "purge"):
            continue
        left = [
            item for item in reversed(operation.items) if (operation.id, item.what) not in undone
        ]
        if operation.action in ("pin", "unpin"):
            if not trash.mark or operation.mark != trash.mark:
                continue
            pins = read_pins(trash.root)
            items = tuple(
                item for item in left if (item.what in pins) == (operation.action == "pin")
            )
        else:
            back = [
                _allowed(trash, operation.mark, as_it_lies(trash, reverse(item))) for item in left
            ]
            items = tuple(item for item in back if item and is_ready(trash, item))
        if items:
            return operation, items
    why = "nothing that was done here can be taken back (any more)"
    raise NothingToUndoError(
        f"there is nothing to undo: {why if operations else 'nothing was done here yet'}"
    )


def as_it_lies(trash: Trash, item: Item) -> Item:
    """An item that brings something back from the trash, as it lies there now: with the inodes that
    it has, since a root that was copied has others, and without what is not there any more."""
    renames = []
    for rename in item.renames:
        if rename.swap or not rename.source.startswith(f"{TRASH}/"):
            renames.append(rename)
        elif (inode := inode_at(trash, rename.source)) is not None:
            renames.append(rename._replace(inode=inode))
    return item._replace(renames=tuple(renames)) if renames else item


def check_unwritten(trash: Trash, item: Item, since_ns: int) -> None:
    """Raises ChangedError when what an item takes away, outside the trash, is not as it was left:
    what goes for good must be just what was written, and of the rest nothing may have been written
    after a moment."""
    for rename in item.renames:
        taken = rename.target if rename.swap else rename.source
        goes_for_good = (rename.source if rename.swap else rename.target).startswith(f"{STAGING}/")
        if taken.startswith(f"{TRASH}/"):
            continue
        name = "" if taken == item.what else taken.removeprefix(f"{item.what}/")
        if goes_for_good and _digest_of(trash, taken) != rename.digest:
            raise ChangedError(Reason("not-as-written", {"name": name}))
        if not goes_for_good and _written_since(trash, taken, since_ns):
            raise ChangedError(Reason("written-since", {"name": name}))


def _check_destroyed(trash: Trash, item: Item) -> None:
    """Raises ChangedError when what has been moved to the staging folder was written meanwhile."""
    for rename in item.renames:
        place = rename.source if rename.swap else rename.target
        if (
            rename.digest
            and place.startswith(f"{STAGING}/")
            and _digest_of(trash, place) != rename.digest
        ):
            raise ChangedError(Reason("written-just-now", {"name": ""}))


def _digest_of(trash: Trash, path: str) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    total = hashlib.sha256()
    with (
        safefs.opened_file(trash.root, path) as (descriptor, _),
        open(descriptor, "rb", closefd=False) as file,
    ):
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def _written_since(trash: Trash, path: str, since_ns: int) -> bool:
    try:
        return look_through(trash.root, path).written_ns > since_ns
    except FileNotFoundError:
        return False  # then the move itself says what is wrong
