"""Fixtures of the store: a root with a session of every kind, and a probe that is taken away."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exito_tui.store.fs import mutations
from tests.store.support import KEY, OLD, Deepen
from tests.support import Root


@pytest.fixture
def probed() -> Iterator[Callable[[Callable[[str, str], None]], None]]:
    """Sets the probe for one test."""

    def use(probe: Callable[[str, str], None]) -> None:
        mutations.probe = probe

    yield use
    mutations.probe = None


@pytest.fixture
def filled(root: Root) -> Root:
    """A folder session, a flat one of two files beside another, and a loose one."""
    for number, path in enumerate((
        f"{KEY}/plan.md", f"{KEY}/sub/deep.md", "pr_reviews/pr_7_context.md", "pr_reviews/pr_7_final_review.md",
        "pr_reviews/pr_70_context.md", "research/topic_20250101_100000.md", "patch/test_report.md",
        "validator_20250101_100000/test_report.md",
    )):  # fmt: skip
        root.write(path, f"# {path}\n", at=OLD + number)
    return root


@pytest.fixture
def deepen(tmp_path: Path) -> Iterator[Deepen]:
    """Makes folders in each other, deeper than a path may be long. They go with the test: what
    removes temporary folders later on is recursive, and gives up in the middle."""

    def make(folder: Path, levels: int) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir("d", dir_fd=descriptor)
            inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        os.close(os.open("f", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
        os.close(descriptor)

    yield make
    subprocess.run(["rm", "-rf", str(tmp_path / "project")], check=True)
