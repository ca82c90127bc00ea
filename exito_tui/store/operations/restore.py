"""What takes back what was done: restoring entries of the trash, and undoing the last deed."""

import hashlib
import time
from collections.abc import Sequence

from exito_tui.domain.cleanup.operation import SCRATCH, TRASH, Action, Deed, Unit, only_brings_back, payload, reverse
from exito_tui.domain.text import decoded
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import ChangedError, CleanupError
from exito_tui.store.fs.tree import look_through
from exito_tui.store.operations.common import new_id, working
from exito_tui.store.operations.pin import write_pins
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.journal import Outcome, carry_out, inode_at, is_ready
from exito_tui.store.trash.trash import Trash

_BLOCK = 1 << 20


def restore(root: str, ids: Sequence[str], new: str = "") -> Outcome:
    """Move entries of the trash back to where they came from; `new`: one of them, under this name instead.

    Raises:
        CleanupError: nothing was done.
    """
    with working(root) as (trash, notes):
        by_id = {entry.id: entry for entry in trash.entries()}
        deed_id = new_id()
        units, lost = [], []
        for one in ids:
            entry = by_id.get(one)
            if entry is None:
                lost.append((one, "it is not in the trash any more"))
            elif entry.problem:
                lost.append((one, f"{entry.problem}; its files lie in {payload(one)}"))
            elif back := _allowed(trash, entry.mark, as_it_lies(trash, reverse(entry.unit))):
                units.append(renamed(back, new) if new else back)
            else:
                lost.append((one, f"you did not put it there, so it stays; its files lie in {payload(one)}"))
        since = {unit: by_id[unit.entry].at_ns for unit in units}
        # What was replaced by a file that goes for good now cannot be brought back by another undo.
        action: Action = "undo" if any(part.swap for unit in units for part in unit.parts) else "restore"
        outcome = carry_out(
            trash, Deed(deed_id, action, time.time_ns(), tuple(units)),
            before=lambda unit: _check_unwritten(trash, unit, since.get(unit, 0)),
            after=lambda unit: _check_destroyed(trash, unit),
        )  # fmt: skip
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _allowed(trash: Trash, mark: str, unit: Unit) -> Unit | None:
    """What may be done of a unit: all of it, when this user wrote the record that it comes from; of somebody else's
    record, whose files came with the root, nothing but bringing an entry back."""
    if mark and mark == trash.mark:
        return unit
    return unit._replace(makes=(), unmakes=()) if unit.parts and only_brings_back(unit) else None


def renamed(unit: Unit, new: str) -> Unit:
    """A unit that leads to a session of another name: `new` is its key, or its id in the same command.

    Raises:
        CleanupError: it is no name for a session, or not one session's unit.
    """
    parts = new.rstrip("/").split("/")
    folder, name = "/".join(parts[:-1]), parts[-1]
    if len(parts) > 2 or any(not part or part.startswith(".") or "\0" in part for part in parts):
        raise CleanupError(f"{new!r} is no name for a session: ID or COMMAND/ID was expected")
    if any(part.swap for part in unit.parts):
        raise CleanupError(f"{decoded(unit.what)} is no session that could be given another name")
    flat = len(unit.parts) > 1 or unit.what != unit.parts[0].target
    made = []
    for part in unit.parts:
        home, _, old = part.target.rpartition("/")
        place = folder or home
        if flat:
            stem = unit.what.rpartition("/")[2]
            if not old.startswith(stem):
                raise CleanupError(f"{decoded(unit.what)} lay loose in its folder; only its own place fits it")
            made.append(part._replace(target=f"{place}/{name}{old[len(stem) :]}"))
        else:
            made.append(part._replace(target=f"{place}/{name}" if place else name))
    return unit._replace(what=f"{folder or unit.what.rpartition('/')[0]}/{name}".lstrip("/"), parts=tuple(made))


def undo(root: str) -> Outcome:
    """Take the last deed back that was not taken back yet; what was purged or moved elsewhere since cannot be.

    Raises:
        CleanupError: there is none, or nothing was done.
    """
    with working(root) as (trash, notes):
        deed, units = last_undoable(trash)
        made = Deed(new_id(), "undo", time.time_ns(), units, undoes=deed.id)
        if deed.action in ("pin", "unpin"):
            write_pins(trash, made, pinned=deed.action == "unpin")
            return Outcome(made, units, notes=tuple(notes))
        outcome = carry_out(
            trash, made, before=lambda unit: _check_unwritten(trash, unit, deed.at_ns),
            after=lambda unit: _check_destroyed(trash, unit),
        )  # fmt: skip
        return outcome._replace(notes=(*notes, *outcome.notes))


def last_undoable(trash: Trash) -> tuple[Deed, tuple[Unit, ...]]:
    """The last deed that can be taken back, and the units that do it.

    Raises:
        CleanupError: there is none.
    """
    deeds = trash.deeds()
    undone = {(deed.undoes, unit.what) for deed in deeds for unit in deed.units if deed.undoes}
    for deed in reversed(deeds):
        if deed.action in ("undo", "purge"):
            continue
        left = [unit for unit in reversed(deed.units) if (deed.id, unit.what) not in undone]
        if deed.action in ("pin", "unpin"):
            if not trash.mark or deed.mark != trash.mark:
                continue
            pins = read_pins(trash.root)
            units = tuple(unit for unit in left if (unit.what in pins) == (deed.action == "pin"))
        else:
            back = [_allowed(trash, deed.mark, as_it_lies(trash, reverse(unit))) for unit in left]
            units = tuple(unit for unit in back if unit and is_ready(trash, unit))
        if units:
            return deed, units
    raise CleanupError("there is nothing to undo: nothing that was done here can be taken back (any more)")


def as_it_lies(trash: Trash, unit: Unit) -> Unit:
    """A unit that brings something back from the trash, as it lies there now: with the inodes that it has, since a root
    that was copied has others, and without what is not there any more."""
    parts = []
    for part in unit.parts:
        if part.swap or not part.source.startswith(f"{TRASH}/"):
            parts.append(part)
        elif (inode := inode_at(trash, part.source)) is not None:
            parts.append(part._replace(inode=inode))
    return unit._replace(parts=tuple(parts)) if parts else unit


def _check_unwritten(trash: Trash, unit: Unit, since_ns: int) -> None:
    """Raises ChangedError when what a unit takes away, outside the trash, is not as it was left: what goes for good must
    be just what was written, and of the rest nothing may have been written after a moment."""
    for part in unit.parts:
        taken = part.target if part.swap else part.source
        goes_for_good = (part.source if part.swap else part.target).startswith(f"{SCRATCH}/")
        if taken.startswith(f"{TRASH}/"):
            continue
        if goes_for_good and _digest(trash, taken) != part.digest:
            raise ChangedError(f"{decoded(taken)} is not what was written there; it is left where it is")
        if not goes_for_good and _written_since(trash, taken, since_ns):
            raise ChangedError(f"{decoded(taken)} was written since; it is left where it is")


def _check_destroyed(trash: Trash, unit: Unit) -> None:
    """Raises ChangedError when what has been moved to the scratch was written meanwhile."""
    for part in unit.parts:
        place = part.source if part.swap else part.target
        if part.digest and place.startswith(f"{SCRATCH}/") and _digest(trash, place) != part.digest:
            raise ChangedError(f"{decoded(unit.what)} was written just now, so it was put back")


def _digest(trash: Trash, path: str) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    total = hashlib.sha256()
    with safefs.opened_file(trash.root, path) as (descriptor, _), open(descriptor, "rb", closefd=False) as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()


def _written_since(trash: Trash, path: str, since_ns: int) -> bool:
    try:
        return look_through(trash.root, path).written_ns > since_ns
    except FileNotFoundError:
        return False  # then the move itself says what is wrong
