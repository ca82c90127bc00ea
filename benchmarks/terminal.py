"""Driving a program in a pseudo-terminal and timing what it draws."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Sequence
from types import TracebackType

ROWS, COLUMNS = 40, 120
_LONGEST = 60.0


class Terminal:
    """A program in a pseudo-terminal. Times are seconds of `time.perf_counter`."""

    def __init__(self, command: Sequence[str], cwd: str | None = None) -> None:
        self.started = time.perf_counter()
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd or "/")
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8")
            for name in ("NO_COLOR", "PYTHONDONTWRITEBYTECODE"):
                os.environ.pop(name, None)
            os.execvp(command[0], list(command))
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.output = b""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._descriptor)

    def wait_for(self, needle: str) -> float:
        """When `needle` has been drawn since the last `forget`; it must not be cut by an escape
        sequence."""
        wanted = needle.encode()
        while wanted not in self.output:
            self._read(_LONGEST)
        return time.perf_counter()

    def wait_for_output(self) -> float:
        """When anything is drawn."""
        self._read(_LONGEST)
        return time.perf_counter()

    def quiet(self, seconds: float) -> None:
        """Read on until nothing has been drawn for so long, or for three times as long."""
        longest = time.perf_counter() + 3 * seconds  # a sign that turns is never quiet
        while self._read(seconds, patient=True) and time.perf_counter() < longest:
            pass

    def forget(self) -> None:
        """Forget what was drawn so far."""
        self.output = b""

    def press(self, keys: str) -> float:
        """Type keys; returns when."""
        at = time.perf_counter()
        os.write(self._descriptor, keys.encode())
        return at

    def peak_memory(self) -> int:
        """The most memory that the program and its children had resident, in bytes."""
        return sum(_peak(pid) for pid in (self.pid, *_children(self.pid)))

    def cpu_seconds(self) -> float:
        """The time that the program's threads have computed."""
        total = 0
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9

    def _read(self, seconds: float, *, patient: bool = False) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            if patient:
                return False
            raise TimeoutError(
                f"nothing was drawn for {seconds} s; the last was {self.output[-200:]!r}"
            )
        self.output += os.read(self._descriptor, 1 << 16)
        return True


def _peak(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]
