"""JSON is objects until the last line, and `ls` says the same piece by piece."""

import json
import re
from pathlib import Path

import pytest

from exito_tui.cli.json.fast_listing import listing
from exito_tui.cli.json.schema import SCHEMA, document, note_object, session_object
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import scan
from tests.support import NOW_NS, Root

CLI = Path(__file__).parents[2] / "exito_tui" / "cli"


def test_one_root_has_its_members_on_top_and_several_have_objects() -> None:
    one, two = {"root": "a"}, {"root": "b\udcff"}
    assert document(one) == document([one]) == '{"schema": 1, "root": "a"}\n'
    made = document([one, two], formula="x")
    assert made == '{"schema": 1, "formula": "x", "roots": [{"root": "a"}, {"root": "b\\\\xff"}]}\n'


def test_the_schema_is_named_in_one_place() -> None:
    assert SCHEMA == 1
    naming = {
        path.name
        for path in CLI.rglob("*.py")
        if re.search(r"""["']schema["']|SCHEMA\b""", path.read_text(encoding="utf-8"))
    }
    assert naming == {"schema.py"}


def test_ls_gives_the_objects_of_the_schema(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: NOW_NS)
    root.write("build/build_20251106_153045/plan.md", "# Plan\n", at=NOW_NS / 1e9 - 60)
    root.write(b'build/b\xff\x1b"x/w\xfe.md', "x", at=NOW_NS / 1e9 - 90)
    root.folder("patch/patch_20251106_153045")
    root.folder("patch/patch_20251106_153046").chmod(0)
    root.write("lessons.md", "x", at=NOW_NS / 1e9)
    made = json.loads(listing([str(root)], Judge()))
    snapshot = scan(str(root))
    with safefs.opened_root(str(root)) as folder:
        reader = JudgingReader(folder, snapshot, Judge())
        pairs = reader.judged(list(snapshot.sessions.values()), NOW_NS, every=True)
    objects = [session_object(session, verdict, pinned=False) for session, verdict in pairs]
    assert len(objects) == 4
    by_key = {one["key"]: one for one in made["sessions"]}
    assert by_key == {one["key"]: json.loads(json.dumps(one)) for one in objects}
    assert all(list(by_key[one["key"]]) == list(one) for one in objects), "in the same order"
    assert made["notes"] == [note_object(note) for note in snapshot.notes]
