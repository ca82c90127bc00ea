"""What the tests of the hooks are given."""

from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which Claude Code runs."""
    made = (tmp_path / "shop").resolve()
    (made / ".git").mkdir(parents=True)
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    return made
