"""How every operation on a root begins: with its trash held, and put right."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.trash.recovery import recover_journal
from exito_tui.store.trash.trash import Trash, locked


@contextmanager
def open_for_change(root: str, patience: float = 0.0) -> Iterator[tuple[Trash, list[Reason]]]:
    """Hold the trash of a root, with what was left half done put right first; and what is to be
    told of that. `patience`: for so many seconds another process that holds it is waited for.

    Raises:
        CleanupError: another process holds it, or it cannot be opened or put right.
    """
    with locked(root, patience) as trash:
        yield trash, recover_journal(trash)


def new_id() -> str:
    """The id of a new operation: the local time, and six letters that tell those of one second
    apart (three met once in some thousand runs of the tests)."""
    letters = "".join(chr(ord("a") + byte % 26) for byte in os.urandom(6))
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{letters}"
