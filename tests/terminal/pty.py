"""A real pseudo-terminal with a screen behind it."""

import fcntl
import os
import re
import select
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte

from tests.programs import Program
from tests.support import PATIENCE


class Terminal:
    """`exito-tui` in a pseudo-terminal; `raw` is every byte that it wrote."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] = (),
    ) -> None:
        """`command` is executed in place of the program, as when a new interpreter is wanted."""
        self.columns, self.rows = size
        self.raw = b""
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self.screen)
        self.descriptor, secondary = os.openpty()
        self.resize(*size)
        self._before = termios.tcgetattr(self.descriptor)
        self._program = Program(
            *arguments, command=command, terminal=True, stdin=secondary, stdout=secondary, stderr=secondary,
            environment={"COLORTERM": "truecolor", **(environment or {})},
        )  # fmt: skip
        self.pid = self._program.pid
        os.close(secondary)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._program.close()
        if self.descriptor >= 0:
            os.close(self.descriptor)

    def hang_up(self) -> None:
        """Take the terminal away, as closing its window does: nothing more can be read or typed."""
        os.close(self.descriptor)
        self.descriptor = -1

    @property
    def as_before(self) -> bool:
        """Whether the terminal is as it was before the program: cooked, on the main screen with the
        cursor shown, and reporting neither the mouse nor the focus, nor marking what is pasted."""
        last = dict(re.findall(rb"\x1b\[\?(\d+)([hl])", self.raw))
        away = (
            b"1000",
            b"1002",
            b"1003",
            b"1004",
            b"1006",
            b"1015",
            b"1016",
            b"1049",
            b"2004",
            b"2048",
        )
        quiet = all(last.get(mode, b"l") == b"l" for mode in away) and last.get(b"25", b"h") == b"h"
        return quiet and termios.tcgetattr(self.descriptor) == self._before

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

    def reads_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until a condition holds, and read meanwhile: a program whose terminal is never read
        waits in its writes."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{what} did not come true:\n{self.text}"
            self._read(0.05)

    def exit_code(self) -> int:
        """Wait for the end and return the exit code (negative: the signal)."""
        end = time.monotonic() + PATIENCE
        while not self.ended():
            assert time.monotonic() < end, f"it does not end:\n{self.text}"
            self._read(0.05)
        while self._read(0):
            pass
        return self._program.wait(0)

    def ended(self) -> bool:
        """Whether the program is gone."""
        return self._program.poll() is not None

    def _read(self, seconds: float) -> bool:
        if self.descriptor < 0:
            time.sleep(seconds)
            return False
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        try:
            part = os.read(self.descriptor, 1 << 16) if ready else b""
        except OSError:  # the other side is closed
            part = b""
        self.raw += part
        self._stream.feed(part)
        return bool(part)
