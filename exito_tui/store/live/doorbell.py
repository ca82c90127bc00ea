"""Waiting without waking up in between: for a change in some folders, or for another thread.

The watching library tells of changes only to who asks, so that waiting for one means asking many
times a second. Linux's inotify(7) wakes its reader by itself; here it only says *when* to ask.
"""

import contextlib
import ctypes
import errno
import os
import select
import threading
from collections.abc import Iterable

_CHANGES = 0xFC6
"""IN_MODIFY, IN_ATTRIB, IN_MOVED_FROM, IN_MOVED_TO, IN_CREATE, IN_DELETE, IN_DELETE_SELF and
IN_MOVE_SELF of <sys/inotify.h>: all that the watching library tells of, and nothing that reading
does."""
_DRAIN = 1 << 16


class Wake(threading.Event):
    """An event that can be waited for together with file descriptors."""

    def __init__(self) -> None:
        super().__init__()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)

    def fileno(self) -> int:
        """A file descriptor that can be read from while the event is set."""
        return self._reader

    def set(self) -> None:
        """Set the event, and let the descriptor be read from."""
        super().set()
        with contextlib.suppress(BlockingIOError):  # it holds as many as it can: one is enough
            os.write(self._writer, b"!")

    def clear(self) -> None:
        """Take both back."""
        _drain(self._reader)
        super().clear()

    def __del__(self) -> None:
        os.close(self._reader)
        os.close(self._writer)


class Doorbell:
    """Rings when something changes right in some folders. Linux only."""

    def __init__(self, folders: Iterable[str], wake: Wake) -> None:
        """`wake` ends a wait early.

        Raises:
            OSError: the system has no such bell, or has no more of them.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        self._wake = wake
        self._descriptor = _checked(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._poll = select.poll()
        for descriptor in (self._descriptor, wake.fileno()):
            self._poll.register(descriptor, select.POLLIN)
        try:
            for folder in folders:
                _checked(libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _CHANGES))
        except OSError:
            self.close()
            raise

    def wait(self, seconds: float) -> bool:
        """Whether it rings within so many seconds, and before the wake is set."""
        ready = self._poll.poll(seconds * 1000)
        rings = any(descriptor == self._descriptor for descriptor, _ in ready)
        if rings:
            _drain(self._descriptor)
        return rings

    def close(self) -> None:
        """Ring no more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _drain(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(descriptor, _DRAIN):
            pass
