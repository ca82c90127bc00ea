"""Whatever the system refuses, a command ends in words: the thing, the place and the remedy, and
exit code 1."""

import errno
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exito_tui.cli import run
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import complaint
from tests.programs import COMMAND, environment_of
from tests.programs import run as program
from tests.programs import run as run_apart
from tests.support import Root

KEY, OTHER = "build/build_20250101_100000", "build/build_20250102_100000"
OLD = 1_735_700_000.0


@pytest.fixture
def filled(root: Root) -> Root:
    """Two sessions of long ago, one in the trash, one archived, and one in the wrong place."""
    for key in (KEY, OTHER, "build/build_20250103_100000", "patch/patch_20250104_100000"):
        root.write(f"{key}/context.md", "# x\n", at=OLD)
    root.write(f".claude/sessions/{KEY}/plan.md", "# y\n", at=OLD)
    assert run(["rm", "patch_20250104_100000", "--root", str(root)]) == 0
    assert run(["archive", "build_20250103_100000", "--root", str(root)]) == 0
    return root


ENTRIES = [
    ("rm", "capture_targets", ["rm", KEY]), ("rm", "move_to_trash", ["rm", KEY]),
    ("archive", "capture_targets", ["archive", KEY]), ("archive", "archive", ["archive", KEY]),
    ("archive", "unarchive", ["unarchive", "x.tar.gz"]),
    ("restore", "undo", ["undo"]), ("restore", "restore", ["restore", "patch_20250104_100000"]),
    ("entries", "entries_of", ["restore", "patch_20250104_100000"]),
    ("purge", "purge", ["purge", "--yes"]), ("purge", "entries_of", ["purge", "--yes"]),
    ("pin", "set_pins", ["pin", KEY]), ("finalize", "finalize", ["finalize", KEY]),
    ("finalize", "scan_names", ["finalize", "--ended"]), ("select", "scan_names", ["rm", KEY]),
    ("prune", "read_pins", ["prune", "--keep-last", "1", "--yes"]),
    ("prune", "scan_names", ["prune", "--keep-last", "1", "--yes"]),
    ("prune", "capture_targets", ["prune", "--keep-last", "1", "--yes"]),
    ("prune", "move_to_trash", ["prune", "--keep-last", "1", "--yes"]),
    ("prune", "sessions_and_states", ["prune", "--keep-last", "1", "--yes"]),
    ("doctor", "plan_fixes", ["doctor", "--fix", "--yes"]), ("doctor", "fix", ["doctor", "--fix", "--yes"]),
    ("doctor", "examination", ["doctor"]), ("trash", "entries_of", ["trash"]), ("trash", "operations_of", ["log"]),
]  # fmt: skip


@pytest.mark.parametrize("number, remedy", [
    (errno.EIO, "then try again"), (errno.EACCES, "check its owner and its permissions"), (errno.ENOENT, "look again"),
    (errno.ENOSPC, "make room"), (errno.EROFS, "make it writable"),
], ids=["EIO", "EACCES", "ENOENT", "ENOSPC", "EROFS"])  # fmt: skip
@pytest.mark.parametrize(
    "module, name, command", ENTRIES, ids=[f"{one[2][0]}-{one[1]}" for one in ENTRIES]
)
def test_every_refusal_of_the_system_ends_in_words(
    filled: Root, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], module: str, name: str,
    command: list[str], number: int, remedy: str,
) -> None:  # fmt: skip
    def refuses(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), "context.md")

    room = "shared" if module in ("select", "entries") else "commands"
    monkeypatch.setattr(importlib.import_module(f"exito_tui.cli.{room}.{module}"), name, refuses)
    capsys.readouterr()
    assert run([*command, "--root", str(filled)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("exito-tui: ") and "Traceback" not in said
    assert os.path.realpath(str(filled)) in said
    if name not in ("entries_of", "operations_of"):  # of those the place is said, not the name
        assert "context.md" in said and remedy in said


def test_what_is_said_of_an_error() -> None:
    assert complaint(OSError(errno.EIO, "x", "a.md"), "/r") == (
        "a.md in /r: input/output error; the disk or the network gives errors: check it, then "
        "try again"
    )
    assert (
        complaint(OSError(errno.EACCES, "x", b"/r/a"), "/r")
        == "/r/a: permission denied; check its owner and its permissions"
    )
    assert complaint(OSError(errno.ENOSPC, "x"), "/r").startswith("/r: no space left on the disk; ")
    assert complaint(OSError("odd"), "") == "odd; check it, then try again"


def test_a_root_renamed_while_the_question_is_open_ends_in_words(filled: Root, monkeypatch: pytest.MonkeyPatch,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    def renames(*_: Any, **__: Any) -> None:
        filled.path.rename(filled.path.parent / "elsewhere")

    monkeypatch.setattr("exito_tui.cli.commands.prune.must_agree", renames)
    assert run(["prune", "--keep-last", "1", "--root", str(filled)]) == 1
    said = capsys.readouterr().err
    assert (
        "Traceback" not in said
        and "moved or removed meanwhile: look again" in said
        and str(filled) in said
    )


def test_a_folder_that_is_gone_under_the_user_ends_in_words(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    program = (
        "import os, shutil, sys; from exito_tui.cli import run; shutil.rmtree(os.getcwd()); "
        "sys.exit(run(['ls']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=here,
        env=environment_of(),
        capture_output=True,
        check=False,
    )
    assert (
        done.returncode == 1 and b"Traceback" not in done.stderr and b"--root PATH" in done.stderr
    )
    shutil.rmtree(here, ignore_errors=True)


def test_an_output_that_cannot_be_written_is_no_fault_of_the_root(filled: Root) -> None:
    for command in (["ls"], ["show", KEY, "context.md"], ["log"], ["status"], ["ls", "--help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [*COMMAND, *command, "--root", str(filled)], env=environment_of(), stdout=full, stderr=subprocess.PIPE, check=False,
            )  # fmt: skip
        assert done.returncode == 1 and b"Traceback" not in done.stderr
        assert done.stderr.startswith(b"exito-tui: the output cannot be written: no space left"), (
            done.stderr
        )
    assert run_apart("ls", "--root", str(filled)).returncode == 0


def test_what_was_done_is_not_called_undone_where_the_output_is_full(filled: Root) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, "rm", KEY, "--root", str(filled)], env=environment_of(), stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1 and not (filled.path / KEY).exists()
    assert b"what the command has done is done" in done.stderr
    assert b"nothing was lost" not in done.stderr and b"try again" not in done.stderr


def test_settings_that_could_not_be_written_whole_are_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(name: str, phase: str) -> None:
        if name == "write":
            raise OSError(errno.ENOSPC, "x")

    with monkeypatch.context() as patched:
        patched.setattr(mutations, "probe", full)
        assert run(["config", "init"]) == 1
    assert "make room" in capsys.readouterr().err
    assert run(["config", "init"]) == 0, "nothing is in the way"


def test_a_root_that_is_a_file_is_told_once() -> None:
    done = program("ls", "--root", "/etc/passwd")
    assert done.returncode == 1 and done.stderr.count(b"/etc/passwd") == 1
    assert b"exito-tui.toml" not in done.stderr
