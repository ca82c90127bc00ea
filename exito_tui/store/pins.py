"""Which sessions are pinned: a file `.pins.json` in the root, beside the trash and not in it."""

import json
import time
from collections.abc import Iterable

from exito_tui.domain.text import decoded
from exito_tui.store import safefs
from exito_tui.store.trash import CleanupError, Trash, words

PINS = ".pins.json"
_LARGEST = 16 * 1024 * 1024


class PinsError(CleanupError):
    """The file of pins is there, and cannot be read: nobody knows what is pinned."""


def read_pins(root: int) -> frozenset[str]:
    """The keys of the pinned sessions. `root` is the root's descriptor.

    Raises:
        PinsError: the file cannot be read.
    """
    try:
        with safefs.opened_file(root, PINS) as (descriptor, _):
            made = json.loads(safefs.pread_all(descriptor, 0, _LARGEST))
        return frozenset(str(one["key"]) for one in made["pinned"])
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = words(error) if isinstance(error, OSError) else f"it is damaged ({error})"
        raise PinsError(
            f"{PINS} in the root cannot be read, {why}: nobody knows what is pinned; mend it or remove it"
        ) from None


def pins_or_none(root: int) -> frozenset[str]:
    """As `read_pins`, for showing: none when the file cannot be read."""
    try:
        return read_pins(root)
    except PinsError:
        return frozenset()


def set_pins(trash: Trash, keys: Iterable[str], *, pinned: bool) -> list[str]:
    """Pin sessions, or unpin them; returns the keys of those that were not so before.

    Raises:
        CleanupError: the file cannot be read or written.
    """
    before = read_pins(trash.root)
    wanted = set(keys)
    changed = sorted(wanted - before if pinned else wanted & before)
    if changed:
        after = before | wanted if pinned else before - wanted
        made = {"schema": 1, "written_at": int(time.time()), "pinned": [{"key": key} for key in sorted(after)]}
        try:
            trash.write_own("pins.draft", json.dumps(made, indent=1) + "\n", trash.root, PINS)
        except OSError as error:
            raise CleanupError(f"{decoded(PINS)} cannot be written: {words(error)}") from None
    return changed
