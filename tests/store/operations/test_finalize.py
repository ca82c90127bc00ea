"""What finalize writes, and what becomes of edits when it is taken back."""

import os
import time

from exito_tui.store.fs import mutations
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize_blockers
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import undo
from tests.store.operations.test_archive import end
from tests.store.support import KEY, seen
from tests.support import Root, said


def test_undo_of_finalize_keeps_an_edit_whose_time_is_no_newer(filled: Root) -> None:
    from tests.store.operations.test_archive import end

    end(filled, KEY)
    summary = filled.path / KEY / "session_summary.md"
    before = summary.stat().st_mtime_ns
    with open(summary, "r+") as file:
        file.write("my own")
    os.utime(summary, ns=(before, before))
    assert "is not what was written there" in said(undo(str(filled)))[0][1]
    assert summary.read_text().startswith("my own")


def test_undo_of_finalize_puts_back_what_is_written_while_it_is_taken_away(filled: Root) -> None:
    from tests.store.operations.test_archive import end

    end(filled, KEY)
    agent = open(filled.path / KEY / "session_summary.md", "a")  # noqa: SIM115 it stays open

    def write(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "before") and not agent.closed:
            agent.write("more\n")
            agent.close()

    mutations.probe = write
    try:
        outcome = undo(str(filled))
    finally:
        mutations.probe = None
    assert "was written just now, so it was put back" in said(outcome)[0][1]
    assert (filled.path / KEY / "session_summary.md").read_text().endswith("more\n")


def test_finalize_leaves_what_nobody_knows_and_was_written_just_now(filled: Root) -> None:
    key = "validator_20250101_100000"
    filled.write(f"{key}/test_report.md", "now\n")
    why = said(end(filled, key, rules=ChangeRules(states={key: "unknown"})).outcome)[0][1]
    assert why == "it was written just now, and nobody knows whether it has ended"


def test_what_finalize_would_leave_is_known_before(filled: Root) -> None:
    fresh, loose, runs = "validator_20250101_100000", "2025-01-01-cart.md", "patch/patch_1"
    filled.write(f"{fresh}/test_report.md", "now\n")
    filled.write(loose, "# Cart\n")
    filled.write(f"{runs}/context.md")
    set_pins(str(filled), [KEY], pinned=True)
    rules = ChangeRules(states={fresh: "unknown", runs: "running"})
    sessions = seen(filled, KEY, fresh, loose, runs)
    found = finalize_blockers(str(filled), sessions, rules, time.time_ns())
    assert {key: (one.reason.code, one.final) for key, one in found.items()} == {
        KEY: ("pinned", False),
        fresh: ("perhaps-running", False),
        loose: ("loose", True),
        runs: ("running", False),
    }
