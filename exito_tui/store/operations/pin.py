"""Pinning sessions, and taking the pins off."""

import json
import time
from collections.abc import Iterable

from exito_tui.domain.cleanup.operation import Deed, Unit
from exito_tui.domain.cleanup.operation_json import deed_text
from exito_tui.store.fs.errors import CleanupError, words
from exito_tui.store.operations.common import new_id
from exito_tui.store.read.pins import PINS, read_pins
from exito_tui.store.trash.trash import Trash, held


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
