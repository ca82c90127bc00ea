"""`doctor`: what it would fix, and that it can be taken back."""

import json
import time

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.cli.commands.support import KEY, OLD, OTHER, keys, out
from tests.programs import run
from tests.support import Root


def test_doctor_fix_shows_asks_and_can_be_undone(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    before = keys(root)
    shown, error = out(root, "doctor", "--fix", "--dry-run")
    assert (
        "move validator_" in shown
        and "8 problems would be fixed; nothing was done" in error
        and keys(root) == before
    )
    assert "without a terminal it needs --yes" in out(root, "doctor", "--fix", code=2)[1]
    out(root, "doctor", "--fix", "--yes")
    assert keys(root) != before
    codes = {
        one["code"]
        for one in json.loads(run("doctor", "--json", "--root", str(root)).stdout)["findings"]
    }
    assert not codes & {
        "nested-root",
        "split-workflow",
        "misplaced-output",
        "unexpanded-variable",
        "leftover-probe",
    }
    out(root, "undo")
    assert keys(root) == before
    assert "--dry-run and --yes go with --fix" in out(root, "doctor", "--yes", code=2)[1]


def test_doctor_tells_of_pins_and_metadata_that_cannot_be_read(root: Root) -> None:
    for key in (KEY, OTHER):
        root.write(f"{key}/context.md", "# x\n", at=OLD)
    root.write(".pins.json", "{")
    root.write(f"{KEY}/session_metadata.json", '{"title": "x', at=OLD)
    root.write(f"{OTHER}/session_metadata.json", '{"title": "x')  # it is being written
    found = json.loads(out(root, "doctor", "--json", code=3)[0])["findings"]
    assert [(one["code"], one["place"]) for one in found if "-pins" in one["code"] or "torn" in one["code"]] == [
        ("damaged-pins", ".pins.json"), ("torn-metadata", f"{KEY}/session_metadata.json"),
    ]  # fmt: skip
    assert all(
        "emove it" in one["remedy"]
        for one in found
        if one["code"] in ("damaged-pins", "torn-metadata")
    )
    (root.path / ".pins.json").write_text('{"pinned": []}')
    (root.path / KEY / "session_metadata.json").unlink()
    codes = {
        one["code"]
        for one in json.loads(run("doctor", "--json", "--root", str(root)).stdout)["findings"]
    }
    assert not codes & {"damaged-pins", "torn-metadata"}
