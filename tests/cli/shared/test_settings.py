"""Each root is judged by the settings of its own project, whatever else is asked for with it."""

import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exito_tui import cli
from exito_tui.config import sources
from exito_tui.safe_read import read_own_file
from tests.programs import run
from tests.support import Root

STUCK = "build/build_20250101_100000"
HOUR = 3_600.0


@pytest.fixture
def hasty(root: Root) -> Root:
    """A project in whose settings an hour without a write is an interruption."""
    (root.project / ".claude/exito-tui.toml").write_text('interrupted = "1h"\n')
    return root


@pytest.fixture
def other(tmp_path: Path) -> Root:
    """A project without settings, with a session of which nothing was heard for hours."""
    made = Root(tmp_path / "other")
    made.write(f"{STUCK}/context.md", "# Context\n", at=time.time() - 5 * HOUR)
    return made


def _json(*arguments: str) -> Any:
    done = run(*arguments, "--json")
    assert done.returncode in (0, 3), done
    return json.loads(done.stdout)


def _listed(*where: str) -> str:
    roots = _json("ls", *where)["roots"]
    (state,) = (one["state"] for part in roots for one in part["sessions"])
    return str(state)


def _filtered(*where: str) -> str:
    return _listed(*where, "--filter", "command:build")


def _piped(*where: str) -> str:
    return run("ls", *where).stdout.decode().split()[6]


def _counted(*where: str) -> str:
    (state,) = (state for state, count in _json("status", *where)["states"].items() if count)
    return str(state)


def _explained(*where: str) -> str:
    return str(_json("why", STUCK, *where)["state"])


def _figured(*where: str) -> str:
    (one,) = (one for part in _json("stats", *where)["roots"] for one in part["sessions"])
    return str(one["state"])


def _to_be_finalized(*where: str) -> str:
    return run("finalize", "--dry-run", STUCK, *where).stdout.decode().strip().split("\t")[1]


@pytest.mark.parametrize(
    "told", [_listed, _filtered, _piped, _counted, _explained, _figured, _to_be_finalized]
)
def test_another_projects_settings_decide_no_verdict(
    hasty: Root, other: Root, told: Callable[..., str]
) -> None:
    both = ("--root", str(other)), ("--root", str(hasty))
    assert told(*both[0], *both[1]) == told(*both[1], *both[0]) == "stuck"


def test_its_own_settings_decide_in_whatever_place_it_is_named(hasty: Root, other: Root) -> None:
    (other.project / ".claude/exito-tui.toml").write_text('interrupted = "2h"\n')
    (hasty.project / ".claude/exito-tui.toml").unlink()
    for where in ((hasty, other), (other, hasty)):
        named = [word for root in where for word in ("--root", str(root))]
        assert _listed(*named) == _piped(*named) == _counted(*named) == "interrupted"


@pytest.mark.parametrize("own", [False, True])
def test_a_work_tree_goes_by_its_own_file_or_else_by_that_of_its_project(
    hasty: Root, own: bool
) -> None:
    tree = Root(hasty.project / ".claude/worktrees/fix-login")
    tree.write(f"{STUCK}/context.md", "# Context\n", at=time.time() - 5 * HOUR)
    if own:
        (tree.project / ".claude/exito-tui.toml").write_text('interrupted = "9h"\n')
    for where in (hasty, tree):
        assert _counted("--root", str(where)) == ("stuck" if own else "interrupted")
        assert _explained("--root", str(where)) == ("stuck" if own else "interrupted")


@pytest.mark.parametrize("command", ["status", "ls"])
def test_settings_are_read_once_for_each_root(
    hasty: Root,
    other: Root,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    read: list[str] = []

    def noted(path: str, limit: int) -> bytes:
        read.append(path)
        return read_own_file(path, limit)

    monkeypatch.setattr(sources, "read_own_file", noted)
    cli.run([command, "--json", "--root", str(hasty), "--root", str(other)])
    gc.enable()
    capsys.readouterr()
    own = [str(root.project / sources.PROJECT_FILE) for root in (hasty, other)]
    assert sorted(read) == sorted([sources.user_file(), sources.user_file(), *own])
