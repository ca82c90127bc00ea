"""What a simulated fleet is made of: writes."""

import time
from typing import NamedTuple

DAY = 86_400.0
MINUTE = 60.0


class Write(NamedTuple):
    """One write: `at` in seconds from the beginning (negative: before it), a path relative to the
    root, the text to append (`whole`: to write instead of what is there). `text` None makes an
    empty folder."""

    at: float
    path: str
    text: str | None
    whole: bool = False


def stamp(epoch: float) -> str:
    """`20251106_153045`, in local time."""
    return time.strftime("%Y%m%d_%H%M%S", time.localtime(epoch))
