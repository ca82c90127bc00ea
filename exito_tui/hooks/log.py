"""The one log of what went wrong in hooks: nobody sees what they print."""

import os
import time
from contextlib import AbstractContextManager

from exito_tui.safe_write import add_to_log, opened_log
from exito_tui.user_folders import state_folder

_LONGEST = 500
"""Characters of a problem."""


def log_problem(problem: str) -> None:
    """Write a problem down, on one line that any terminal may show; if that cannot be done either,
    nobody can be told."""
    words = " ".join(problem.split())[:_LONGEST]
    safe = "".join(sign if sign.isprintable() else "?" for sign in words)
    add_to_log(_path(), f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {safe}\n")


def opened_hook_log() -> AbstractContextManager[int]:
    """The log's descriptor, for a process that writes into it itself. Raises OSError."""
    return opened_log(_path())


def _path() -> str:
    return os.path.join(state_folder(), "hook.log")
