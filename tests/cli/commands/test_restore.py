"""`restore`: by the entry, by the session, and under another name."""

import json

from tests.cli.commands.support import KEY, OTHER, keys, out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root


def test_restore_by_id_by_session_and_under_another_name(filled: Root) -> None:
    out(filled, "rm", KEY)
    assert "nothing in the trash is called 'x'" in out(filled, "restore", "x", code=1)[1]
    out(filled, "restore", KEY)
    out(filled, "rm", KEY)
    entry = as_json(run("trash", "--json", "--root", str(filled)))["entries"][0]["id"]
    filled.write(f"{KEY}/context.md", "another\n")
    error = out(filled, "restore", entry, code=1)[1]
    assert "something is there already" in error and "--as NEW" in error
    out(filled, "restore", entry[:-1], "--as", "build_20250101_100001")
    assert {KEY, "build/build_20250101_100001"} <= keys(filled)
    assert "--as is for one entry" in out(filled, "restore", "a", "b", "--as", "c", code=2)[1]


def test_redo_does_again_what_undo_took_back(filled: Root) -> None:
    out(filled, "rm", KEY)
    out(filled, "undo")
    said = out(filled, "redo")
    assert KEY in said[0] and f"done again: rm of {KEY}; `exito-tui undo --root" in said[1]
    assert not (filled.path / KEY).exists()
    out(filled, "undo")
    assert "there is nothing to undo" in out(filled, "undo", code=1)[1]
    out(filled, "redo")
    assert "there is nothing to redo" in out(filled, "redo", code=1)[1]


def test_redo_of_a_pin_says_what_it_was_and_no_size(filled: Root) -> None:
    out(filled, "pin", KEY, OTHER)
    assert "undone: pin of 2 sessions" in out(filled, "undo")[1]
    said = out(filled, "redo")[1]
    assert "done again: pin of 2 sessions; `exito-tui undo --root" in said and "(0 B)" not in said
    out(filled, "undo")
    made = json.loads(out(filled, "redo", "--json")[0])
    assert (made["action"], made["redone"]) == ("pin", "pin")
