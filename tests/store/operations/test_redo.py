"""What undo took back is done again, by the same checks."""

import time
from collections.abc import Callable

import pytest

from exito_tui.domain.cleanup.operation_json import operation_text, read_operation
from exito_tui.domain.doctor.finding import Finding, Move
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.fs.errors import CleanupError, NothingToRedoError, OvertakenError
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo, undoable
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.store.trash.trash import locked
from tests.store.operations.test_archive import pack
from tests.store.support import EVERY, KEY, rm, targets, tree
from tests.support import Root, said

NOW = time.time()
LEAK, SMALL = "patch", "pr_reviews/pr_7"


def actions(root: Root) -> list[str]:
    return [operation.action for operation in operations_of(str(root))]


def test_every_shape_goes_again_and_comes_back_again(filled: Root) -> None:
    before = tree(filled)
    rm(filled, *EVERY)
    gone = tree(filled)
    undo(str(filled))
    outcome = redo(str(filled))
    assert {item.what for item in outcome.done} == set(EVERY) and not outcome.failed
    assert tree(filled) == gone and len(entries_of(str(filled))) == len(EVERY)
    assert actions(filled) == ["rm", "undo", "rm"]
    assert not undo(str(filled)).failed and tree(filled) == before
    assert not redo(str(filled)).failed and tree(filled) == gone


def test_as_far_as_was_undone_it_goes_again_and_no_further(filled: Root) -> None:
    rm(filled, KEY)
    rm(filled, LEAK)
    undo(str(filled))
    undo(str(filled))
    assert [item.what for item in redo(str(filled)).done] == [KEY]
    assert [item.what for item in redo(str(filled)).done] == [LEAK]
    with pytest.raises(NothingToRedoError, match="there is nothing to redo"):
        redo(str(filled))
    assert undoable(str(filled)).items[0].what == LEAK


@pytest.mark.parametrize("other", [
    lambda root: rm(root, SMALL), lambda root: set_pins(str(root), [SMALL], pinned=True),
])  # fmt: skip
def test_what_was_done_since_ends_what_could_be_redone(
    filled: Root, other: Callable[[Root], object]
) -> None:
    rm(filled, KEY)
    undo(str(filled))
    other(filled)
    with pytest.raises(NothingToRedoError):
        redo(str(filled))
    assert (filled.path / KEY).exists()


def test_a_prune_stays_one_and_a_pin_and_a_restore_and_a_fix_are_redone(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, KEY), action="prune")
    undo(str(filled))
    redo(str(filled))
    assert actions(filled) == ["prune", "undo", "prune"]

    restore(str(filled), [entries_of(str(filled))[0].id])
    undo(str(filled))
    assert not redo(str(filled)).failed and (filled.path / KEY / "plan.md").exists()
    assert entries_of(str(filled)) == []

    set_pins(str(filled), [LEAK], pinned=True)
    undo(str(filled))
    redo(str(filled))
    with locked(str(filled)) as trash:
        assert read_pins(trash.root) == {LEAK}

    move = Move(f"{KEY}/sub/deep.md", f"{KEY}/deep.md")
    finding = Finding("misplaced-output", KEY, "", "", "", (move,))
    fix(str(filled), plan_fixes(str(filled), [finding]))
    undo(str(filled))
    assert (filled.path / KEY / "sub" / "deep.md").exists()
    assert not redo(str(filled)).failed and (filled.path / KEY / "deep.md").exists()
    assert not undo(str(filled)).failed and (filled.path / KEY / "sub" / "deep.md").exists()


def test_what_was_written_since_is_pinned_runs_or_is_gone_is_left(filled: Root) -> None:
    rm(filled, KEY, LEAK, SMALL, "pr_reviews/pr_70")
    undo(str(filled))
    filled.append(f"{KEY}/plan.md", "resumed\n")
    (filled.path / "pr_reviews" / "pr_70_context.md").unlink()
    (filled.path / ".pins.json").write_text(f'{{"schema": 1, "pinned": [{{"key": "{LEAK}"}}]}}')
    outcome = redo(str(filled), ChangeRules(0, frozenset(), {SMALL: "running"}))
    assert dict(said(outcome)) == {
        KEY: "it was written since; it is left where it is", LEAK: "it is pinned",
        SMALL: "it is running", "pr_reviews/pr_70": "it is not there any more",
    }  # fmt: skip
    assert not outcome.done and entries_of(str(filled)) == []


def test_what_is_still_quiet_too_short_is_left(filled: Root) -> None:
    rm(filled, KEY)
    undo(str(filled))
    rules = ChangeRules(int((NOW + 10) * SECOND_NS))
    assert "it was written" in said(redo(str(filled), rules))[0][1]
    assert (filled.path / KEY).exists()


def test_a_record_of_somebody_else_is_not_redone(filled: Root) -> None:
    rm(filled, KEY)
    undo(str(filled))
    log = filled.path / ".trash" / "log.jsonl"
    lines = [read_operation(line) for line in log.read_text().splitlines()]
    log.write_text("".join(operation_text(one._replace(mark="x")) + "\n" for one in lines))
    with pytest.raises(CleanupError):
        redo(str(filled))
    assert (filled.path / KEY).exists()


def test_undo_takes_back_what_the_user_was_asked_about_or_nothing(filled: Root) -> None:
    rm(filled, KEY)
    asked = undoable(str(filled))
    assert (asked.action, [item.what for item in asked.items]) == ("rm", [KEY])
    rm(filled, LEAK)
    with pytest.raises(OvertakenError, match="something else was done here meanwhile"):
        undo(str(filled), asked.id)
    assert len(entries_of(str(filled))) == 2


def test_what_makes_files_is_not_redone(filled: Root) -> None:
    pack(filled, KEY)
    undo(str(filled))
    with pytest.raises(NothingToRedoError, match="archive makes files anew; do it once more"):
        redo(str(filled))
    assert (filled.path / KEY).exists()
