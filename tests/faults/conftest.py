"""What the tests of faults are given."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.harness import World

Fresh = Callable[[Callable[[World], None]], World]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fresh:
    """Makes worlds one after the other, each in the place of the one before, prepared."""
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)

    def make(prepare: Callable[[World], None]) -> World:
        shutil.rmtree(tmp_path / "world", ignore_errors=True)
        world = World(tmp_path / "world")
        prepare(world)
        return world

    return make
