"""`doctor`: what it would fix, and that it can be taken back."""

import json
import time

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from tests.cli.commands.support import keys, out
from tests.programs import run
from tests.support import Root


def test_doctor_fix_shows_asks_and_can_be_undone(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    before = keys(root)
    shown, error = out(root, "doctor", "--fix", "--dry-run")
    assert (
        "move: validator_" in shown
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
