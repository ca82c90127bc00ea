"""What the tests of the commands are given."""

import time
from pathlib import Path

import pytest

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.cli.commands.support import KEY, OLD, OTHER
from tests.support import Root


@pytest.fixture
def fleet(root: Root) -> Root:
    """The demo's past, as it is now: every state."""
    now = time.time()
    put(str(root), past(1, now), now)
    return root


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which the command is called."""
    made = tmp_path / "shop"
    (made / ".git").mkdir(parents=True)
    monkeypatch.chdir(made)
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    return made


@pytest.fixture
def filled(root: Root) -> Root:
    """Two sessions of long ago, and a flat one."""
    for path in (f"{KEY}/context.md", f"{OTHER}/context.md", "pr_reviews/pr_7_context.md"):
        root.write(path, "# x\n", at=OLD)
    return root
