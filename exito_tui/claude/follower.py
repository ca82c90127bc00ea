"""Reading transcripts as they grow: only what is new, whole lines only."""

import os
import stat
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

_BLOCK = 1024 * 1024
_LONGEST_LINE = 32 * 1024 * 1024


class Taker(Protocol):
    """Takes the lines of a transcript, in order."""

    def take(self, line: bytes) -> None:
        """Take the next line."""


T = TypeVar("T", bound=Taker)


class Follower(Generic[T]):
    """Follows one transcript, whose lines `taker` gets. A file that was cut or replaced is read
    anew."""

    def __init__(self, path: str, make: Callable[[], T], *, tail: int = 0) -> None:
        """`make` makes the taker; with `tail`, only so many bytes from the end are read of what is
        there already."""
        self.path = path
        self.taker = make()
        self._make = make
        self._tail = tail
        self._offset = 0
        self._inode = 0
        self._rest = b""
        self._skipping = False
        self.stamp: tuple[int, int] = (0, 0)
        """Size and time of the file when it was last looked at."""

    def is_behind(self, status: os.stat_result) -> bool:
        """Whether the file has changed since it was last read."""
        return self.stamp != (status.st_size, status.st_mtime_ns) or self._inode != status.st_ino

    def read(self, most: int) -> int:
        """Read what is new, `most` bytes of it; how many were read. 0: all is read, or it cannot be
        read."""
        try:
            descriptor = os.open(
                self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW
            )
        except OSError:
            return 0
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return 0
            if status.st_ino != self._inode or status.st_size < self._offset + len(self._rest):
                self._start_anew(status)
            taken = 0
            while taken < most:
                at = self._offset + len(self._rest)
                block = os.pread(descriptor, min(_BLOCK, most - taken), at)
                if not block:
                    self.stamp = (status.st_size, status.st_mtime_ns)
                    break
                taken += len(block)
                self._take(block)
            return taken
        except OSError:
            return 0
        finally:
            os.close(descriptor)

    def _start_anew(self, status: os.stat_result) -> None:
        self.taker = self._make()
        self._inode, self._rest = status.st_ino, b""
        self._offset = max(0, status.st_size - self._tail) if self._tail else 0
        self._skipping = self._offset > 0

    def _take(self, block: bytes) -> None:
        last = block.rfind(b"\n")
        if last < 0:
            self._rest += block
            if self._skipping or len(self._rest) > _LONGEST_LINE:
                self._offset += len(self._rest)
                self._rest, self._skipping = b"", True
            return
        lines = (self._rest + block[:last]).split(b"\n")
        self._offset += len(self._rest) + last + 1
        self._rest = block[last + 1 :]
        for at, line in enumerate(lines):
            if at == 0 and self._skipping:
                self._skipping = False
            elif line:
                self.taker.take(line)
