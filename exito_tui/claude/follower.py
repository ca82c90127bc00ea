"""Reading transcripts as they grow: only what is new, whole lines only."""

import os
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from exito_tui.growth import wait_for_growth

if TYPE_CHECKING:
    from threading import Event

_BLOCK = 128 * 1024
"""What a processor has at hand while its lines are cut out: eight times as much takes a tenth
longer."""
_LONGEST_LINE = 8 * 1024 * 1024
"""What is longer is not parsed: that would hold everything up for longer than a tenth of a
second."""
_START = 4096
SAMPLE = 64
"""So many of the last bytes tell whether a file is still the one that was read."""


class Taker(Protocol):
    """Takes the lines of a transcript, in order; `offset` is at which byte the next one begins."""

    offset: int

    def take(self, line: bytes) -> None:
        """Take the next line."""

    def take_start(self, start: bytes) -> None:
        """Take the next line, of which just the start is known, since it is too long."""


T = TypeVar("T", bound=Taker)


class Follower(Generic[T]):
    """Follows one transcript, whose lines `taker` gets. A file that was cut, replaced or written
    anew is read anew."""

    def __init__(self, path: str, make: Callable[[], T], *, tail: int = 0) -> None:
        """`make` makes the taker; with `tail`, only so many bytes from the end are read of what is
        there already."""
        self.path = path
        self.taker = make()
        self._make = make
        self._tail = tail
        self._looked_at = (0, 0, 0)
        self._inode = 0
        self._read_to = 0
        self._sample = b""
        """The last bytes that were read."""
        self._rest = bytearray()
        """The beginning of a line whose end is not there yet."""
        self._line_at = 0
        """At which byte that begins."""
        self._is_too_long = False
        self._is_cut_off = False

    def is_behind(self, status: os.stat_result) -> bool:
        """Whether the file has changed since it was last read to its end."""
        return self._looked_at != _mark(status)

    def wait_while_growing(self, interrupt: "Event") -> bool:
        """Wait, while the file is being written, until something is to be read: whether it is.

        Once it has rested for some seconds, is interrupted, or cannot be looked at, it gives up.
        """
        try:
            return wait_for_growth(lambda: os.stat(self.path), self.is_behind, interrupt)
        except OSError:
            return False

    def whole_lines(self) -> tuple[int, int, int] | None:
        """Of what was read whole: the file's inode, up to which byte, and when it was changed if
        that is all of it (else 0). None where it is not known where a line begins."""
        if not self._inode or self._is_too_long or self._is_cut_off or self._tail:
            return None
        size, changed_ns, _ = self._looked_at
        return self._inode, self._line_at, changed_ns if size == self._line_at else 0

    def go_on(self, taker: T, inode: int, read_to: int, sample: bytes) -> None:
        """Go on with a taker that has taken all lines before a byte; `sample` is what stands right
        before that."""
        self.taker, self._inode, self._read_to = taker, inode, read_to
        self._sample, self._line_at = sample[-SAMPLE:], read_to

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
            return self._read(descriptor, most)
        except OSError:
            return 0
        finally:
            os.close(descriptor)

    def _read(self, descriptor: int, most: int) -> int:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return 0
        if status.st_ino != self._inode or not self._is_as_it_was(descriptor, status.st_size):
            self._start_anew(status)
        taken = 0
        while taken < most:
            block = os.pread(descriptor, min(_BLOCK, most - taken), self._read_to)
            if not block:
                self._looked_at = _mark(status)
                break
            taken += len(block)
            self._sample = (self._sample + block[-SAMPLE:])[-SAMPLE:]
            self._take(block)
            self._read_to += len(block)
        return taken

    def _is_as_it_was(self, descriptor: int, size: int) -> bool:
        """Whether what was read last still stands there: a file may be written anew as it is, or
        another one get its inode."""
        before = self._sample
        at = self._read_to - len(before)
        return size >= self._read_to and os.pread(descriptor, len(before), at) == before

    def _start_anew(self, status: os.stat_result) -> None:
        self.taker = self._make()
        self._inode = status.st_ino
        self._read_to = max(0, status.st_size - self._tail) if self._tail else 0
        self._sample, self._rest, self._line_at = b"", bytearray(), self._read_to
        self._is_too_long, self._is_cut_off = False, self._read_to > 0

    def _take(self, block: bytes) -> None:
        end = block.find(b"\n")
        if end < 0:
            self._lengthen(block)
            return
        self._lengthen(block[:end])
        self._end_line()
        start, end = end + 1, block.find(b"\n", end + 1)
        while end >= 0:
            if end > start:
                self.taker.offset = self._read_to + start
                self.taker.take(block[start:end])
            start, end = end + 1, block.find(b"\n", end + 1)
        self._line_at = self._read_to + start
        self._lengthen(block[start:])

    def _lengthen(self, part: bytes) -> None:
        if self._is_too_long:
            return
        self._rest += part
        if len(self._rest) > _LONGEST_LINE:
            self._is_too_long = True
            del self._rest[_START:]

    def _end_line(self) -> None:
        line, self._rest = bytes(self._rest), bytearray()
        self.taker.offset = self._line_at
        if self._is_cut_off:
            pass  # its beginning is not known
        elif self._is_too_long:
            self.taker.take_start(line)
        elif line:
            self.taker.take(line)
        self._is_too_long = self._is_cut_off = False


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
