"""Locks on open files and folders, which end with the process that holds them."""

import fcntl
import time

_LOOKS_EVERY = 0.01


def take_lock(descriptor: int, patience: float = 0.0) -> bool:
    """Lock an open file or folder until it is closed; False when somebody else holds it for so many
    seconds. Raises OSError where there are no locks."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(_LOOKS_EVERY)
        else:
            return True
