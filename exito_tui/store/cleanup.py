"""What can be done to the sessions of a root, by the app and the command line alike: to the trash and back."""

import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from exito_tui.domain.deed import SCRATCH, TRASH, Action, Deed, Entry, Part, Unit, deed_text, payload, reverse
from exito_tui.domain.guard import QUIET_SECONDS, hindrance, when_ns
from exito_tui.domain.session import Session
from exito_tui.domain.state import State
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS
from exito_tui.store import safefs
from exito_tui.store.aim import Target, check_again, is_loose
from exito_tui.store.errors import ChangedError, CleanupError, words
from exito_tui.store.journal import Outcome, carry_out, inode_at, inode_of, is_ready, recover
from exito_tui.store.pins import PINS, read_pins
from exito_tui.store.trash import Trash, held
from exito_tui.store.tree import Tree, look_through


class Rules(NamedTuple):
    """What holds for a deed: for how long nothing may have been written (ns), the keys of the sessions that are moved
    though they are active or pinned, and the states that are known, by key."""

    quiet_ns: int = int(QUIET_SECONDS * SECOND_NS)
    forced: Collection[str] = frozenset()
    states: Mapping[str, State] = {}


class Pace(NamedTuple):
    """How a long deed is followed: `told` hears how many have been dealt with, `stopped` is asked between two."""

    told: Callable[[int], None] = lambda count: None
    stopped: Callable[[], bool] = lambda: False


_AT_ONCE = Pace()
_RULES = Rules()


@contextmanager
def working(root: str) -> Iterator[tuple[Trash, list[str]]]:
    """Hold the trash of a root, with what was left half done put right first; and what is to be told of that.

    Raises:
        CleanupError: another process holds it, or it cannot be opened or put right.
    """
    with held(root) as trash:
        yield trash, recover(trash)


def put_right(root: str) -> list[str]:
    """Put right what was left half done; returns what is to be told of it. Raises CleanupError."""
    with working(root) as (_, notes):
        return notes


def hinders(root: str, targets: Iterable[Target], rules: Rules, now_ns: int) -> dict[str, tuple[str, bool]]:
    """Why sessions are to be left alone, by key: (the reason, whether it is final).

    Raises:
        CleanupError: nobody knows what is pinned.
        OSError: the root cannot be opened.
    """
    with safefs.opened_root(root) as descriptor:
        pins = read_pins(descriptor)
    found = {target.session.key: _hindrance(target, pins, rules, now_ns) for target in targets}
    return {key: why for key, why in found.items() if why}


def move_to_trash(
    root: str, targets: Sequence[Target], rules: Rules = _RULES, *, action: Action = "rm", pace: Pace = _AT_ONCE
) -> Outcome:
    """Move sessions to the trash. Those that are active, pinned or not as they were seen are left, with the reason.

    Raises:
        CleanupError: nothing was done.
    """
    with working(root) as (trash, notes):
        fit, lost = refuse_hindered(trash, targets, rules)
        deed_id, now_ns = new_id(), time.time_ns()
        by_key = {target.session.key: target for target in fit}
        units = trash_units(deed_id, fit)

        def before(unit: Unit) -> None:
            check_again(trash, by_key[unit.what])

        outcome = carry_out(
            trash, Deed(deed_id, action, now_ns, units), before=before,
            after=lambda unit: is_whole(trash, unit, by_key[unit.what]), told=pace.told, stopped=pace.stopped,
        )  # fmt: skip
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def refuse_hindered(
    trash: Trash, targets: Iterable[Target], rules: Rules
) -> tuple[list[Target], list[tuple[str, str]]]:
    """(the sessions that may be moved, those that may not with the reason). Raises CleanupError."""
    pins, now_ns = read_pins(trash.root), time.time_ns()
    fit, left = [], []
    for target in targets:
        key = target.session.key
        why = _hindrance(target, pins, rules, now_ns)
        if why and (why[1] or key not in rules.forced):
            left.append((key, why[0]))
        else:
            fit.append(target)
    return fit, left


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
            else:
                back = as_it_lies(trash, reverse(entry.unit))
                units.append(renamed(back, new) if new else back)
        since = {unit: by_id[unit.entry].at_ns for unit in units}
        # What was replaced by a file that goes for good now cannot be brought back by another undo.
        action: Action = "undo" if any(part.swap for unit in units for part in unit.parts) else "restore"
        outcome = carry_out(
            trash, Deed(deed_id, action, time.time_ns(), tuple(units)),
            before=lambda unit: _check_unwritten(trash, unit, since.get(unit, 0)),
        )  # fmt: skip
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


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
            _write_pins(trash, [unit.what for unit in units], pinned=deed.action == "unpin")
            trash.log(deed_text(made))
            return Outcome(made, units, notes=tuple(notes))
        outcome = carry_out(trash, made, before=lambda unit: _check_unwritten(trash, unit, deed.at_ns))
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
            pins = read_pins(trash.root)
            units = tuple(unit for unit in left if (unit.what in pins) == (deed.action == "pin"))
        else:
            back = [as_it_lies(trash, reverse(unit)) for unit in left]
            units = tuple(unit for unit in back if is_ready(trash, unit))
        if units:
            return deed, units
    raise CleanupError("there is nothing to undo: nothing that was done here can be taken back (any more)")


def as_it_lies(trash: Trash, unit: Unit) -> Unit:
    """A unit that brings something back from the trash, with the inodes that it has there now: a root that was copied
    has others, and what lies in an entry's place is what its manifest tells of."""
    parts = []
    for part in unit.parts:
        inode = inode_at(trash, part.source) if part.source.startswith(f"{TRASH}/") else None
        parts.append(part if inode is None or part.swap else part._replace(inode=inode))
    return unit._replace(parts=tuple(parts))


def _check_unwritten(trash: Trash, unit: Unit, since_ns: int) -> None:
    """Raises ChangedError when what a unit takes away, outside the trash, was written after a moment."""
    for part in unit.parts:
        for path in (part.source, *([part.target] if part.swap else [])):
            if not path.startswith(f"{TRASH}/") and _written_since(trash, path, since_ns):
                raise ChangedError(f"{decoded(path)} was written since; it is left where it is")


def purge(root: str, entries: Sequence[Entry], pace: Pace = _AT_ONCE) -> Outcome:
    """Destroy entries of the trash for good. Only these very ones, which the user has seen and confirmed.

    Raises:
        CleanupError: nothing was done.
    """
    with working(root) as (trash, notes):
        deed_id = new_id()
        units, lost = [], []
        for entry in entries:
            place = f".trash/{entry.id}"
            try:
                inode = inode_of(trash, place)
            except OSError:
                lost.append((entry.id, "it is not in the trash any more"))
                continue
            if any(mount.startswith(f"{place}/") for mount in trash.mounts):
                lost.append((entry.id, "something is mounted in it"))
                continue
            part = Part(place, f"{SCRATCH}/{entry.id}", inode)
            units.append(Unit(entry.unit.what, (part,), entry.id, entry.unit.files, entry.unit.size))
        deed = Deed(deed_id, "purge", time.time_ns(), tuple(units))
        outcome = carry_out(trash, deed, told=pace.told, stopped=pace.stopped)
        left = [(note.partition(": ")[0], f"it could not be destroyed whole: {note.partition(': ')[2]}")
                for note in outcome.notes if note.startswith(SCRATCH)]  # fmt: skip
        whole = tuple(unit for unit in outcome.done if not any(unit.entry in path for path, _ in left))
        notes += [note for note in outcome.notes if not note.startswith(SCRATCH)]
        outcome = outcome._replace(done=whole, failed=(*outcome.failed, *left), notes=())
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def set_pins(root: str, keys: Iterable[str], *, pinned: bool) -> list[str]:
    """Pin sessions, or unpin them; returns the keys of those that were not so before.

    Raises:
        CleanupError: the file of pins cannot be read or written.
    """
    with held(root) as trash:
        before = read_pins(trash.root)
        wanted = set(keys)
        changed = sorted(wanted - before if pinned else wanted & before)
        if changed:
            _write_pins(trash, changed, pinned=pinned)
            units = tuple(Unit(key, ()) for key in changed)
            trash.log(deed_text(Deed(new_id(), "pin" if pinned else "unpin", time.time_ns(), units)))
        return changed


def _write_pins(trash: Trash, keys: Iterable[str], *, pinned: bool) -> None:
    before = read_pins(trash.root)
    after = before | set(keys) if pinned else before - set(keys)
    made = {"schema": 1, "pinned": [{"key": key} for key in sorted(after)]}
    try:
        trash.write_own("pins.draft", json.dumps(made, indent=1) + "\n", trash.root, PINS)
    except OSError as error:
        raise CleanupError(f"{PINS} cannot be written: {words(error)}") from None


def trash_units(deed_id: str, targets: Sequence[Target]) -> tuple[Unit, ...]:
    """The units that move sessions to the trash, one entry for each."""
    units = []
    for number, target in enumerate(targets, 1):
        entry = deed_id if len(targets) == 1 else f"{deed_id}-{number}"
        parts = tuple(Part(path, _place(target, path, entry), tree.inode) for path, tree in target.trees)
        units.append(Unit(target.session.key, parts, entry, target.files, target.size))
    return tuple(units)


def _place(target: Target, path: str, entry: str) -> str:
    """Where a path of a session goes: a folder becomes the entry itself, which spares making one for each."""
    return f"{payload(entry)}/{path.rpartition('/')[2]}" if is_loose(target.session) else payload(entry)


def is_whole(trash: Trash, unit: Unit, target: Target) -> None:
    """Raises ChangedError when what was moved is not just what was aimed at."""
    for part, (_, seen) in zip(unit.parts, target.trees, strict=True):
        if _content(look_through(trash.root, part.target)) != _content(seen):
            raise ChangedError("it was written while it was moved, so it was put back")


def new_id() -> str:
    """The id of a new deed: the local time, and three letters that tell two of one second apart."""
    letters = "".join(chr(ord("a") + byte % 26) for byte in os.urandom(3))
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{letters}"


def _content(tree: Tree) -> tuple[object, ...]:
    """What must be the same after a move: a folder's own time need not be."""
    return tree.inode, tree.files, [path for path, _, _ in tree.folders]


def _hindrance(target: Target, pins: Collection[str], rules: Rules, now_ns: int) -> tuple[str, bool] | None:
    session: Session = target.session
    if target.problem:
        return target.problem, True
    found = hindrance(
        session, rules.states.get(session.key), pinned=session.key in pins, when=when_ns(session), now_ns=now_ns,
        quiet_ns=rules.quiet_ns,
    )  # fmt: skip
    return (found.why, found.final) if found else None


def _written_since(trash: Trash, path: str, since_ns: int) -> bool:
    try:
        tree = look_through(trash.root, path)
    except FileNotFoundError:
        return False  # then the move itself says what is wrong
    return any(file.modified_ns > since_ns for file in tree.files)
