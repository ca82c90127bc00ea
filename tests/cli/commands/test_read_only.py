"""What changes nothing: a root that is read only, and commands that only look."""

import os

import pytest

from tests.cli.commands.support import KEY, configure, out
from tests.programs import run
from tests.support import Root

COMMANDS = (
    ("rm", KEY), ("undo",), ("restore", "x"), ("purge", "--yes"), ("archive", KEY), ("unarchive", "x"), ("pin", KEY),
    ("unpin", KEY), ("prune", "--keep-last", "1", "--yes"), ("finalize", KEY), ("doctor", "--fix", "--yes"),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("how", ["flag", "setting", "environment"])
def test_read_only_switches_everything_off(
    filled: Root, command: tuple[str, ...], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "setting":
        configure("read_only = true\n")
    if how == "environment":
        monkeypatch.setenv("EXITO_TUI_READ_ONLY", "1")
    error = out(filled, *command, *(["--read-only"] if how == "flag" else []), code=1)[1]
    assert "nothing was done: read_only is set" in error
    assert sorted(os.listdir(filled.path)) == ["build", "patch", "pr_reviews"]


def test_reading_commands_and_dry_runs_write_nothing(filled: Root) -> None:
    for command in (
        ("ls",),
        ("trash",),
        ("log",),
        ("prune", "--keep-last", "1", "--dry-run"),
        ("doctor", "--fix", "--dry-run"),
    ):
        run(command[0], "--root", str(filled), *command[1:])
    assert sorted(os.listdir(filled.path)) == ["build", "patch", "pr_reviews"]
