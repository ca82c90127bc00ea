"""The folder of the trash: private, locked by one at a time, and made when it is needed."""

import errno
import fcntl
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.store.fs.errors import BusyError, CleanupError, UnusableRootError
from exito_tui.store.operations.common import ChangeRules, blockers
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.restore import undo
from exito_tui.store.trash.contents import entries_of, is_interrupted, strangers_in
from exito_tui.store.trash.trash import locked
from tests.store.support import KEY, rm, targets
from tests.support import Root


def test_the_trash_is_private_and_ignored_by_git(filled: Root) -> None:
    rm(filled, KEY)
    trash = filled.path / ".trash"
    assert (trash / ".gitignore").read_text() == "*\n" and stat.S_IMODE(
        trash.stat().st_mode
    ) == 0o700
    (entry,) = entries_of(str(filled))
    manifest = json.loads((trash / f"{entry.operation}.json").read_text())
    assert (
        manifest["units"][0]["what"] == KEY
        and manifest["action"] == "rm"
        and manifest["units"][0]["size"] == 80
    )


def test_while_another_holds_the_trash_nothing_is_done(filled: Root) -> None:
    aimed = targets(filled, KEY)
    with (
        locked(str(filled)),
        pytest.raises(BusyError, match="another exito-tui is moving things"),
    ):
        move_to_trash(str(filled), aimed)
    assert (filled.path / KEY).is_dir()
    assert not move_to_trash(str(filled), aimed).failed


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_not_called_busy(
    filled: Root, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    place = re.escape(f"{filled}/.trash/lock cannot be locked: ")
    with pytest.raises(UnusableRootError, match=f"{place}.*; mount its file system with locks"):
        rm(filled, KEY)
    assert (filled.path / KEY).is_dir()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_trash_that_is_no_folder_is_refused(filled: Root, tmp_path: Path, kind: str) -> None:
    (tmp_path / "far").mkdir()
    filled.write(".trash") if kind == "file" else os.symlink(
        tmp_path / "far", filled.path / ".trash"
    )
    with pytest.raises(UnusableRootError, match="is a file or a link, not a folder; move it away"):
        rm(filled, KEY)
    assert (filled.path / KEY).is_dir() and os.listdir(tmp_path / "far") == []


def test_two_processes_may_make_the_trash_at_the_same_moment(
    filled: Root, probed: Callable[[Callable[[str, str], None]], None]
) -> None:
    """What one of them makes before it has the lock may be there already for the other."""
    trash = filled.path / ".trash"

    def make(name: str, phase: str) -> None:
        if phase == "before" and trash.is_dir():
            if not (trash / ".gitignore").exists():
                (trash / ".gitignore").write_text("*\n")
            elif not (trash / "scratch").exists():
                (trash / "scratch").mkdir()

    probed(make)
    assert not rm(filled, KEY).failed
    assert len(entries_of(str(filled))) == 1


def test_a_trash_of_another_user_is_refused(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    rm(filled, "patch")
    monkeypatch.setattr("os.geteuid", lambda: 4242)
    with pytest.raises(CleanupError, match="belongs to another user"):
        rm(filled, KEY)


@pytest.mark.parametrize(
    "name",
    [
        "log.jsonl",
        "journal.json",
        "journal.draft",
        "manifest.draft",
        "lock",
        "mark",
        ".gitignore",
        "scratch",
    ],
)
def test_what_is_strange_in_the_trash_is_named_with_the_way_to_remove_it(
    filled: Root, name: str
) -> None:
    if name == "scratch":
        filled.write(".trash/scratch", "a file\n")
    else:
        filled.folder(f".trash/{name}/deep")
    with pytest.raises(CleanupError, match=f"{name} is no .* remove it: rm -r ") as caught:
        rm(filled, KEY)
    shutil.rmtree(path) if (path := filled.path / ".trash" / name).is_dir() else path.unlink()
    assert str(filled) in str(caught.value) and not rm(filled, KEY).failed


def test_a_manifest_that_is_a_folder_hinders_nobody(filled: Root) -> None:
    filled.folder(".trash/20250101-000000-abc.json")
    filled.write(".trash/stranger", "x\n")
    assert not rm(filled, KEY).failed and not undo(str(filled)).failed
    assert strangers_in(str(filled)) == ["stranger"]


def test_the_trash_is_made_by_the_first_deed_alone(filled: Root) -> None:

    assert not is_interrupted(str(filled))
    blockers(str(filled), targets(filled, KEY), ChangeRules(), time.time_ns())
    assert not (filled.path / ".trash").exists()
    rm(filled, KEY)
    assert stat.S_IMODE((filled.path / ".trash" / "mark").stat().st_mode) == 0o600
