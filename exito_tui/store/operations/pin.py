"""Pinning sessions, and taking the pins off."""

import json
import time
from collections.abc import Iterable

from exito_tui.domain.cleanup.operation import Item, Operation
from exito_tui.domain.cleanup.operation_json import operation_text
from exito_tui.domain.sessions.names import PINS
from exito_tui.store.fs.errors import NotWrittenDownError, describe_error
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.opening import new_id
from exito_tui.store.trash.trash import Trash, locked


def set_pins(root: str, keys: Iterable[str], *, pinned: bool) -> list[str]:
    """Pin sessions, or unpin them; returns the keys of those that were not so before.

    Raises:
        CleanupError: the file of pins cannot be read or written.
    """
    with locked(root) as trash:
        before = read_pins(trash.root)
        wanted = set(keys)
        changed = sorted(wanted - before if pinned else wanted & before)
        if changed:
            items = tuple(Item(key, ()) for key in changed)
            operation = Operation(new_id(), "pin" if pinned else "unpin", time.time_ns(), items)
            write_pins(trash, operation, pinned=pinned)
        return changed


def write_pins(trash: Trash, operation: Operation, *, pinned: bool) -> None:
    """Pin what an operation is about, or unpin it, and write the operation down. Raises
    CleanupError."""
    before = read_pins(trash.root)
    keys = {item.what for item in operation.items}
    after = before | keys if pinned else before - keys
    made = {"schema": 1, "pinned": [{"key": key} for key in sorted(after)]}
    try:
        trash.make_mark()
        trash.write_own("pins.draft", json.dumps(made, indent=1) + "\n", trash.root, PINS)
        trash.log(operation_text(operation._replace(mark=trash.mark)))
    except OSError as error:
        raise NotWrittenDownError(f"{PINS} cannot be written: {describe_error(error)}") from None
