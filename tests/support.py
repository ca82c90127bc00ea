"""What the tests share: a root to write into, and waiting for a condition instead of for a time."""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from exito_tui.domain.cleanup.operation import Entry
from exito_tui.render.reasons import sentence
from exito_tui.store.operations.purge import capture_entries, purge
from exito_tui.store.trash.journal import Outcome

PATIENCE = 20.0
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""A folder in memory, where the system has one: for hundreds of small roots one after the other."""
NOW_NS = 1_762_461_000 * 10**9
"""2025-11-06T20:30:00Z: the frozen clock."""
NOW = NOW_NS / 1e9
"""The same in seconds."""


def write_files(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files, given by their paths below a folder, making what folders they need; where they
    are."""
    written = [folder / path for path in files]
    for path, text in zip(written, files.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return written


class Root:
    """A sessions root on disk. Paths are relative to it."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.path = project / ".claude" / "sessions"
        self.path.mkdir(parents=True)

    def __str__(self) -> str:
        return str(self.path)

    def write(
        self, path: str | bytes, text: str | bytes = "text\n", *, at: float | None = None
    ) -> str:
        """Write a file, making its folders; `at` is its time and that of its folder, in epoch
        seconds. Returns the absolute path."""
        full = os.path.join(os.fsencode(self.path), os.fsencode(path))
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
        if at is not None:
            for path in (full, os.path.dirname(full)):
                os.utime(path, (at, at))
        return os.fsdecode(full)

    def append(self, path: str, text: str) -> None:
        """Append to a file."""
        with open(self.path / path, "a", encoding="utf-8") as file:
            file.write(text)

    def folder(self, path: str) -> Path:
        """Make a folder."""
        made = self.path / path
        made.mkdir(parents=True, exist_ok=True)
        return made


def wait_until(condition: Callable[[], object], what: str = "the condition") -> None:
    """Wait until a condition holds; fails after `PATIENCE` seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come true in {PATIENCE:.0f} s"
        time.sleep(0.005)


async def until(condition: Callable[[], object], what: str = "the condition") -> None:
    """As `wait_until`, inside an event loop."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come true in {PATIENCE:.0f} s"
        await asyncio.sleep(0.005)


def destroy(root: object, entries: Iterable[Entry]) -> Outcome:
    """Purge entries as they are now."""
    return purge(str(root), capture_entries(str(root), entries))


def said(outcome: Outcome) -> list[tuple[str, str]]:
    """What was not done, and why, in the words that the user sees."""
    return [(what, sentence(why)) for what, why in outcome.failed]
