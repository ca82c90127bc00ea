"""What every command prints as JSON: one object of schema 1 on stdout, and words on stderr."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.programs import run
from tests.support import Root

KEY = "build/build_20250101_100000"
OTHER = "build/build_20250102_100000"


@pytest.fixture
def filled(root: Root) -> Root:
    old = time.time() - 40 * 86_400
    for key in (KEY, OTHER):
        root.write(f"{key}/context.md", "# Context: Saved carts\n", at=old)
    return root


def said(root: Root, *arguments: str, code: int = 0) -> Any:
    done = run(*arguments, "--json", "--root", str(root))
    assert done.returncode == code, done.stderr
    made = json.loads(done.stdout)
    assert made["schema"] == 1
    return made


def test_what_moves_sessions_says_what_became_of_them(filled: Root, tmp_path: Path) -> None:
    made = said(filled, "rm", KEY)
    entry = made["done"][0]["entry"]
    assert (made["action"], made["done"][0]["what"], made["failed"]) == ("rm", KEY, [])
    assert made["undo"] == f"exito-tui undo --root {filled}"
    made = said(filled, "restore", entry)
    assert (made["action"], made["done"][0]["what"]) == ("restore", KEY)
    made = said(filled, "undo")
    assert (made["action"], made["undone"], made["undo"]) == ("undo", "restore", None)
    assert [one["id"] for one in said(filled, "purge", "--dry-run")["entries"]] == [entry]
    assert said(filled, "purge", "--yes")["done"][0]["what"] == KEY
    assert said(filled, "purge", "--yes")["entries"] == []
    made = said(filled, "archive", OTHER, "--to", str(tmp_path / "away"))
    path = made["done"][0]["archive"]
    assert path.endswith(".tar.gz")
    said(filled, "purge", "--yes")
    assert said(filled, "unarchive", path)["done"][0]["what"] == OTHER


def test_what_is_left_is_told_with_its_reason(filled: Root) -> None:
    filled.write(f"{KEY}/plan.md", "now")
    made = said(filled, "rm", KEY, OTHER, code=1)
    assert [one["what"] for one in made["done"]] == [OTHER]
    ((what, reason),) = [(one["what"], one["reason"]) for one in made["failed"]]
    assert what == KEY and reason.startswith("it was written")


def test_pins_and_ends(filled: Root) -> None:
    made = said(filled, "pin", KEY)
    assert (made["pinned"], made["changed"]) == (True, [KEY])
    assert said(filled, "pin", KEY)["changed"] == []
    assert said(filled, "unpin", KEY)["pinned"] is False
    made = said(filled, "finalize", KEY, "--dry-run")
    assert made["dry_run"] and made["sessions"] == [{"key": KEY, "state": "interrupted"}]
    made = said(filled, "finalize", KEY)
    assert made["closings"][0]["status"] == "interrupted" and made["unchanged"] == []
    assert said(filled, "finalize", KEY)["unchanged"] == [KEY]


def test_waiting_ends_with_the_states_and_whether_the_time_was_up(filled: Root) -> None:
    made = said(filled, "wait", KEY, "--for", "interrupted")
    assert not made["timed_out"] and made["sessions"][0]["reached"]
    made = said(filled, "wait", KEY, "--timeout", "0.1s", code=1)
    assert made["timed_out"] and made["sessions"][0]["state"] == "interrupted"


def test_the_doctors_moves(root: Root) -> None:
    root.write("build/session/plan.md", "# Plan\n", at=time.time() - 86_400)
    made = said(root, "doctor", "--fix", "--dry-run")
    assert made["dry_run"] and made["fixes"][0]["code"] == "reusable-id"
    assert said(root, "doctor", "--fix", "--yes")["done"][0]["what"].startswith("reusable-id")
    assert said(root, "doctor", "--fix", "--yes")["fixes"] == []


def test_the_settings(root: Root) -> None:
    path = os.path.join(os.environ["XDG_CONFIG_HOME"], "exito-tui", "config.toml")
    made = said(root, "config", "path")
    assert made["files"][0] == {"path": path, "exists": False}
    made = said(root, "config", "show")
    by_name = {one["name"]: one for one in made["settings"]}
    assert by_name["writing"] == {"name": "writing", "value": 20.0, "source": "default"}
    assert "nord" in made["themes"]
    assert {"name": "nord", "dark": True} in said(root, "config", "themes")["themes"]
    assert said(root, "config", "init")["path"] == path
    assert said(root, "config", "check")["problems"] == []
    Path(path).write_text('theme = "nrod"\nsort = 1\n')
    (root.project / ".claude" / "exito-tui.toml").write_text("quiet = '1s'\n")
    made = said(root, "config", "check", code=2)
    assert [one["key"] for one in made["problems"]] == ["theme", "sort", "quiet"]


def test_piped_settings_are_as_the_file_has_them() -> None:
    lines = [line.split("\t") for line in run("config", "show").stdout.decode().splitlines()]
    values = {name: value for name, value, _ in lines}
    assert (values["polling"], values["writing"], values["quiet"]) == ("false", "20s", "15min")
    assert (values["layouts"], values["theme"]) == ("[]", "")


def test_a_settings_file_is_never_written_over(root: Root) -> None:
    path = Path(os.environ["XDG_CONFIG_HOME"], "exito-tui", "config.toml")
    assert run("config", "init", "--stdout").stdout.startswith(b"# Settings of exito-tui.")
    assert not path.exists()
    done = run("config", "init")
    assert (done.returncode, done.stdout.decode()) == (0, f"{path}\n")
    path.write_text('sort = "name"\n')
    done = run("config", "init")
    assert done.returncode == 1 and b"is there already and was left" in done.stderr
    assert path.read_text() == 'sort = "name"\n'


def test_a_settings_file_that_cannot_be_written_is_an_error_in_words(root: Root) -> None:
    Path(os.environ["XDG_CONFIG_HOME"]).write_text("in the way")
    done = run("config", "init", "--root", str(root))
    assert done.returncode == 1 and b"config.toml cannot be written: " in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("ls",), ("ls", "--filter", "saved"), ("status",), ("search", "Saved"), ("show", KEY),
        ("show", KEY, "context.md"), ("why", KEY), ("wait", KEY, "--for", "stuck,interrupted,waiting"),
        ("stats",), ("doctor",), ("doctor", "--fix", "--dry-run"), ("agents",), ("new", "build"),
        ("rm", KEY), ("trash",), ("log",), ("archive", KEY), ("pin", KEY),
        ("purge", "--dry-run"), ("prune", "--keep-last", "1", "--dry-run"), ("layouts",),
        ("finalize", "--ended", "--dry-run"), ("config", "path"), ("config", "show"),
        ("config", "check"), ("recover", KEY, "--dry-run"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_bytes_of_a_path_that_are_not_utf_8_are_visible(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    root = Root(tmp_path / os.fsdecode(b"sh\xffop"))
    (root.project / ".claude/exito-tui.toml").write_text("colour = 1\n")
    old = time.time() - 40 * 86_400
    root.write(f"{KEY}/context.md", "# Context: Saved carts\n", at=old)
    root.write(b"build/\xfe/plan.md", "# Saved\n", at=old)
    done = run(*arguments, "--json", "--root", str(root))
    made = json.loads(done.stdout)
    assert made["schema"] == 1
    assert json.dumps(made, ensure_ascii=False).encode(), "no half of a sign"
    assert arguments[0] not in ("ls", "status") or r"sh\\xffop" in json.dumps(made)
