"""What the tests of faults are given."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.harness import COPIED, World
from tests.support import MEMORY

Fresh = Callable[[Callable[[World], None]], World]


@pytest.fixture(autouse=True)
def no_power_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a killed process has written is not lost with it, synced or not: that it is synced, and
    when, is told by the probe. Not to wait for the disk halves the time."""
    monkeypatch.setattr(os, "fsync", os.fstat)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where the system has one: hundreds of worlds come and go."""
    if not MEMORY:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture
def fresh(memory: Path, monkeypatch: pytest.MonkeyPatch) -> Fresh:
    """Makes worlds one after the other, each in the place of the one before, prepared: once, and
    then copied, where that is the same."""
    place = memory / "world"
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))  # the user's record is of a world
    prepared: dict[Callable[[World], None], World] = {}

    def make(prepare: Callable[[World], None]) -> World:
        shutil.rmtree(place, ignore_errors=True)
        copy = memory / f"after {prepare.__name__}"
        if prepare in prepared:
            shutil.copytree(copy, place, symlinks=True)
            return prepared[prepare]
        world = World(place)
        prepare(world)
        if prepare in COPIED:
            shutil.copytree(place, copy, symlinks=True)
            prepared[prepare] = world
        return world

    return make
