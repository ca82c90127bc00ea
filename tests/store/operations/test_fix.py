"""Fixing what the doctor found: as the user's own writes are respected."""

import pytest

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from tests.store.operations.test_archive import split
from tests.store.support import tree
from tests.support import NOW, NOW_NS, Root, said


@pytest.mark.parametrize("how", ["pinned", "written"])
def test_mending_does_not_write_into_a_session_that_is_pinned_or_written(
    root: Root, how: str
) -> None:
    split(root)
    found = [
        one for one in findings([scan(str(root))], Judge(), NOW_NS) if one.code == "split-workflow"
    ]
    planned = plan_fixes(str(root), found)
    if how == "pinned":
        set_pins(str(root), ["build/build_20251106_120000"], pinned=True)
    else:
        root.write("build/build_20251106_120000/notes.md", "now\n")
    before = tree(root)
    outcome = fix(str(root), planned)
    assert not outcome.done and tree(root) == before
    assert ("is pinned" if how == "pinned" else "is being written") in said(outcome)[0][1]


def test_a_file_that_was_merged_is_not_taken_for_that_of_another_run(root: Root) -> None:
    """Its header names the folder that its agent had made, which is gone with it."""
    split(root)
    own = "validator_20251106_123000"
    text = f"# T\n\n**Session ID**: {own}\n"
    root.write(f"{own}/test_report.md", text, at=NOW - 29_000)

    def codes() -> list[str]:
        return [one.code for one in findings([scan(str(root))], Judge(), NOW_NS)]

    assert "split-workflow" in codes() and "shared-folder" not in codes()
    found = findings([scan(str(root))], Judge(), NOW_NS)
    fix(str(root), plan_fixes(str(root), found))
    assert (root.path / "build/build_20251106_120000/test_report.md").exists()
    assert codes() == []
