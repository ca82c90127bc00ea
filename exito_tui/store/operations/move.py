"""Moving sessions to the trash."""

import time
from collections.abc import Sequence

from exito_tui.domain.cleanup.operation import Action, Deed, Part, Unit, payload
from exito_tui.store.fs.errors import ChangedError
from exito_tui.store.fs.tree import content_of, look_through
from exito_tui.store.operations.common import AT_ONCE, NO_RULES, Pace, Rules, new_id, refuse_hindered, working
from exito_tui.store.trash.journal import Outcome, carry_out
from exito_tui.store.trash.targets import Target, check_again, is_loose
from exito_tui.store.trash.trash import Trash


def move_to_trash(
    root: str, targets: Sequence[Target], rules: Rules = NO_RULES, *, action: Action = "rm", pace: Pace = AT_ONCE
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
