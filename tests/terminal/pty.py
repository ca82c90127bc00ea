"""A real pseudo-terminal with a screen behind it."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pyte

from tests.support import PATIENCE

TOP = str(Path(__file__).parents[2])


class Terminal:
    """`exito-tui` in a pseudo-terminal; `raw` is every byte that it wrote."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (120, 40), environment: Mapping[str, str] | None = None
    ) -> None:
        self.columns, self.rows = size
        self.raw = b""
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self.screen)
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            # An environment of its own: the readline of the tests' process may have put a size into the C library's.
            own = {**os.environ, "PYTHONPATH": TOP, "COLORTERM": "truecolor", **(environment or {})}
            os.execve(sys.executable, [sys.executable, "-m", "exito_tui", *arguments], own)
        self.resize(*size)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self.descriptor, keys.encode())

    def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + PATIENCE
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} is not on the screen:\n{self.text}"
            if not self._read(0.2):
                assert not self.ended(), f"it ended:\n{self.text}"

    def hides(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        end = time.monotonic() + PATIENCE
        while text in self.text:
            assert time.monotonic() < end, f"{text!r} is still on the screen:\n{self.text}"
            self._read(0.2)

    def exit_code(self) -> int:
        """Wait for the end and return the exit code (negative: the signal)."""
        end = time.monotonic() + PATIENCE
        while not self.ended():
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self._read(0.05)
        while self._read(0.05):
            pass
        return os.waitstatus_to_exitcode(self._status)

    def ended(self) -> bool:
        """Whether the program is gone."""
        if self.pid:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid, self._status = 0, status
        return not self.pid

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        try:
            part = os.read(self.descriptor, 1 << 16) if ready else b""
        except OSError:  # the other side is closed
            part = b""
        self.raw += part
        self._stream.feed(part)
        return bool(part)
