"""Which sessions are pinned: a file `.pins.json` in the root, beside the trash and not in it."""

from exito_tui.domain.sessions.names import PINS
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import CleanupError, describe_error

_LARGEST = 16 * 1024 * 1024


class PinsError(CleanupError):
    """The file of pins is there, and cannot be read (`why`): nobody knows what is pinned."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{PINS} in the root cannot be read, {why}: nobody knows what is pinned; repair it or "
            "remove it"
        )
        self.why = why


def read_pins(root: int) -> frozenset[str]:
    """The keys of the pinned sessions. `root` is the root's descriptor.

    Raises:
        PinsError: the file cannot be read.
    """
    try:
        with safefs.opened_file(root, PINS) as (descriptor, _):
            raw = safefs.pread_all(descriptor, 0, _LARGEST)
        import json  # not where nothing is pinned

        made = json.loads(raw)
        return frozenset(str(one["key"]) for one in made["pinned"])
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = describe_error(error) if isinstance(error, OSError) else f"it is damaged ({error})"
        raise PinsError(why) from None


def pins_or_none(root: int) -> frozenset[str]:
    """As `read_pins`, for showing: none when the file cannot be read."""
    try:
        return read_pins(root)
    except PinsError:
        return frozenset()


def why_unreadable(root: int) -> str:
    """Why the file of pins cannot be read; empty when it can, or there is none."""
    try:
        read_pins(root)
    except PinsError as error:
        return error.why
    return ""
