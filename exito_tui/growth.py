"""Waiting for more of a file that is being written."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from exito_tui.domain.units import SECOND_NS

if TYPE_CHECKING:
    from threading import Event  # who only reads records waits for nothing

GROWING_NS = 3 * SECOND_NS
"""For so long after a write the next one is looked for closely."""
_LOOK_EVERY = 0.003


def is_growing(modified_ns: int) -> bool:
    """Whether a file that was written to at `modified_ns` (epoch ns) was so just now, by the clock
    of the system."""
    return abs(time.time_ns() - modified_ns) < GROWING_NS


def wait_for_growth(
    look: Callable[[], os.stat_result],
    is_other: Callable[[os.stat_result], bool],
    interrupt: "Event",
) -> bool:
    """Wait, while a file is being written, until it is another one than is known: whether it is.

    It gives up once the file has rested for `GROWING_NS`, or is interrupted. Raises what `look`
    does.
    """
    while not is_other(status := look()):
        if not is_growing(status.st_mtime_ns) or interrupt.wait(_LOOK_EVERY):
            return False
    return True
