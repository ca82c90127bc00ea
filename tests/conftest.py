"""Every test is cut off from the machine it runs on."""

import gc
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from exito_tui.domain.text import show_controls
from tests.claude.records_builder import ClaudeFolder
from tests.support import Root

if TYPE_CHECKING:
    from tests.claude.moments import Moment

settings.register_profile("house", deadline=None)  # no time decides a test
settings.load_profile("house")

for number, own in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if (
        signal.getsignal(number) is signal.SIG_IGN
    ):  # as in a background job: programs started here would inherit it
        signal.signal(number, own)


def pytest_collection_finish() -> None:
    """What is imported by now is no garbage. To look through it again and again took a third of the
    time of the tests of the app."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path) -> Iterator[None]:
    """HOME, the XDG folders and Claude Code's folder lie in `tmp_path`; the time zone is UTC."""
    home = tmp_path / "home"
    home.mkdir()
    with living_in(home):
        yield
    show_controls(in_ascii=False)


@contextmanager
def living_in(home: Path) -> Iterator[None]:
    """HOME, the XDG folders and Claude Code's folder lie in a folder; the time zone is UTC."""
    with pytest.MonkeyPatch.context() as patch:
        for name, folder in {
            "HOME": ".", "XDG_CONFIG_HOME": ".config", "XDG_STATE_HOME": ".state", "XDG_CACHE_HOME": ".cache",
            "XDG_DATA_HOME": ".data", "CLAUDE_CONFIG_DIR": ".claude",
        }.items():  # fmt: skip
            patch.setenv(name, str(home / folder))
        for name in [*os.environ]:
            if name.startswith("EXITO_TUI_") or name in (
                "NO_COLOR",
                "VISUAL",
                "EDITOR",
                "COLUMNS",
                "LINES",
                "LC_ALL",
            ):
                patch.delenv(name)
        patch.setenv("TZ", "UTC")
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("TERM", "xterm-256color")
        time.tzset()
        patch.chdir(home)
        yield
    time.tzset()


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """An empty sessions root of a project."""
    return Root(tmp_path / "project")


@pytest.fixture
def claude(tmp_path: Path, root: Root) -> ClaudeFolder:
    """Claude Code's folder, where the environment of the tests has it."""
    return ClaudeFolder(tmp_path / "home" / ".claude", root.project)


@pytest.fixture
def now(root: Root, claude: ClaudeFolder) -> "Moment":
    """A run of a workflow that is about to happen, in files and records."""
    from tests.claude.moments import Moment

    return Moment(root, claude)
