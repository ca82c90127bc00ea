"""What can be done to the sessions of a root, by the app and the command line alike: to the trash and back."""

import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from exito_tui.domain.deed import Action, Deed, Part, Unit, payload
from exito_tui.domain.deed_json import deed_text
from exito_tui.domain.guard import QUIET_SECONDS, hindrance, when_ns
from exito_tui.domain.session import Session
from exito_tui.domain.state import State
from exito_tui.domain.units import SECOND_NS
from exito_tui.store import safefs
from exito_tui.store.aim import Target, check_again, is_loose
from exito_tui.store.errors import ChangedError, CleanupError, words
from exito_tui.store.journal import Outcome, carry_out, recover
from exito_tui.store.pins import PINS, read_pins
from exito_tui.store.trash import Trash, held
from exito_tui.store.tree import content_of, look_through


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
            units = tuple(Unit(key, ()) for key in changed)
            deed = Deed(new_id(), "pin" if pinned else "unpin", time.time_ns(), units)
            write_pins(trash, deed, pinned=pinned)
        return changed


def write_pins(trash: Trash, deed: Deed, *, pinned: bool) -> None:
    """Pin what a deed is about, or unpin it, and write the deed down. Raises CleanupError."""
    before = read_pins(trash.root)
    keys = {unit.what for unit in deed.units}
    after = before | keys if pinned else before - keys
    made = {"schema": 1, "pinned": [{"key": key} for key in sorted(after)]}
    try:
        trash.make_mark()
        trash.write_own("pins.draft", json.dumps(made, indent=1) + "\n", trash.root, PINS)
        trash.log(deed_text(deed._replace(mark=trash.mark)))
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
        if content_of(look_through(trash.root, part.target)) != content_of(seen):
            raise ChangedError("it was written while it was moved, so it was put back")


def new_id() -> str:
    """The id of a new deed: the local time, and three letters that tell two of one second apart."""
    letters = "".join(chr(ord("a") + byte % 26) for byte in os.urandom(3))
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{letters}"


def _hindrance(target: Target, pins: Collection[str], rules: Rules, now_ns: int) -> tuple[str, bool] | None:
    session: Session = target.session
    if target.problem:
        return target.problem, True
    found = hindrance(
        session, rules.states.get(session.key), pinned=session.key in pins, when=when_ns(session), now_ns=now_ns,
        quiet_ns=rules.quiet_ns,
    )  # fmt: skip
    return (found.why, found.final) if found else None
