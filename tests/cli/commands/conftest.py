"""Fixtures of the commands."""

import pytest

from tests.cli.commands.support import KEY, OLD, OTHER
from tests.support import Root


@pytest.fixture
def filled(root: Root) -> Root:
    """Two sessions of long ago, and a flat one."""
    for path in (f"{KEY}/context.md", f"{OTHER}/context.md", "pr_reviews/pr_7_context.md"):
        root.write(path, "# x\n", at=OLD)
    return root
