"""Figures, and how they are measured."""

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import peers
from benchmarks.terminal import Terminal

REPEATS = 7


@dataclass(frozen=True)
class Figure:
    """One comparison: ours and the peer's, in one unit, and the ratio that is aimed at."""

    what: str
    ours: float
    peer_name: str
    peer: float
    target: float
    item: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the peer's."""
        return self.ours / self.peer if self.peer else float("inf")


def medians(*measures: Callable[[], float], repeats: int = REPEATS) -> list[float]:
    """The median of each measure; they take turns, after one round for the caches."""
    rounds = [[measure() for measure in measures] for _ in range(repeats + 1)][1:]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def until_drawn(command: Sequence[str], needle: str) -> float:
    """Milliseconds from exec to a text on the screen."""
    with Terminal(command) as terminal:
        return (terminal.wait_for(needle) - terminal.started) * 1000


def run_time(command: Sequence[str]) -> float:
    """Milliseconds that a command takes, its output going to a pipe that is read."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return (time.perf_counter() - began) * 1000


def browse(root: Path) -> list[str]:
    """The command that opens a root, in groups that tell when sessions began."""
    return [*peers.ours(), "--by", "command", "--root", str(root)]


def while_idle(ours: Terminal, theirs: Terminal, seconds: float) -> tuple[float, float]:
    """Milliseconds that two programs compute while nothing happens, side by side."""
    _let_run(ours, theirs, 20)  # past the time in which a change is looked for closely
    before = ours.cpu_seconds(), theirs.cpu_seconds()
    _let_run(ours, theirs, seconds)
    return (ours.cpu_seconds() - before[0]) * 1000, (theirs.cpu_seconds() - before[1]) * 1000


def _let_run(ours: Terminal, theirs: Terminal, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ours.quiet(0.3)
        theirs.quiet(0.3)
