"""Roots on the command line: the one of the user, and those of somebody else."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from exito_tui.cli import run
from exito_tui.cli.commands import hook
from tests.programs import run as run_apart
from tests.support import Root

SESSION = "build/build_20251106_153045"
CHANGING = [
    ["rm", "latest"], ["undo"], ["restore", "x"], ["purge", "--yes"], ["archive", "latest"], ["unarchive", "x"],
    ["pin", "latest"], ["unpin", "latest"], ["prune", "--keep-last", "1", "--yes"], ["finalize", "latest"],
    ["doctor", "--fix", "--yes"],
]  # fmt: skip


@pytest.fixture
def shop() -> Path:
    """A project below HOME without sessions; HOME has the registry of Claude Code."""
    home = Root(Path(os.environ["HOME"]))
    home.write("5150.json", '{"pid": 5150}')
    folder = home.project / "code" / "shop"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "command", [["ls"], ["ls", "--json"], ["stats"], ["doctor"], ["trash"], ["rm", "latest"]]
)
def test_in_a_project_without_sessions_the_registry_is_no_root(
    shop: Path, command: list[str]
) -> None:
    done = run_apart(*command, cwd=shop)
    assert (done.returncode, done.stdout) == (1, b"")
    assert f"no .claude/sessions folder in {shop.resolve()} or above it" in done.stderr.decode()


def test_in_home_itself_and_by_name_the_registry_is_opened(shop: Path) -> None:
    home = shop.parents[1]
    assert run_apart("ls", cwd=home).returncode == 0
    assert run_apart("ls", "--root", str(home), cwd=shop).returncode == 0


def test_the_hook_takes_no_root_there(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(hook, "scan_names", seen.append)
    hook._end_session({"cwd": str(shop), "transcript_path": "/dev/null"}, None)
    assert not seen


@pytest.fixture
def foreign(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A root of another user, in which we are."""
    root.write(f"{SESSION}/context.md", "# x\n", at=1_762_443_100)
    monkeypatch.chdir(root.project)
    real = os.stat

    def owned(path: Any, **more: Any) -> Any:
        status = real(path, **more)
        if os.fspath(path) != str(root) if not isinstance(path, int) else True:
            return status
        made = list(status)
        made[stat.ST_UID] += 1
        return os.stat_result(made)

    monkeypatch.setattr("exito_tui.store.read.roots.os.stat", owned)
    return root


def contents(root: Root) -> list[str]:
    return sorted(str(path) for path in root.path.rglob("*"))


@pytest.mark.parametrize("command", CHANGING, ids=[command[0] for command in CHANGING])
def test_a_found_root_of_somebody_else_is_changed_by_no_command(
    foreign: Root, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(foreign)
    assert run(command) == 1
    said = capsys.readouterr().err
    assert (
        "nothing was done" in said and "belongs to another user" in said and "--root PATH" in said
    )
    assert contents(foreign) == before


def test_it_is_read_and_once_it_is_named_it_is_changed(foreign: Root) -> None:
    assert run(["ls"]) == 0 and run(["prune", "--keep-last", "1", "--dry-run"]) == 0
    assert run(["rm", "latest", "--root", str(foreign)]) == 0
    assert not (foreign.path / SESSION).exists()


def test_the_hook_changes_nothing_there(foreign: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(foreign)
    monkeypatch.setattr(hook, "_places", lambda transcript: frozenset({SESSION}))
    hook._end_session({"cwd": str(foreign.project), "transcript_path": "/dev/null"}, None)
    assert contents(foreign) == before
    log = Path(os.environ["XDG_STATE_HOME"]) / "exito-tui" / "hook.log"
    assert "belongs to another user" in log.read_text()
