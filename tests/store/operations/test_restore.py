"""Restoring what is in the trash, and taking operations back."""

import shutil
from pathlib import Path

import pytest

from exito_tui.store.fs.errors import CleanupError, NothingToUndoError, UnfitNameError
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.trash.contents import entries_of
from tests.store.operations.test_archive import end
from tests.store.support import KEY, OLD, rm, tree
from tests.support import Root, destroy, said


def test_restoring_onto_what_is_there_keeps_both(filled: Root) -> None:
    rm(filled, KEY)
    filled.write(f"{KEY}/plan.md", "another\n", at=OLD)
    (entry,) = entries_of(str(filled))
    assert said(restore(str(filled), [entry.id])) == [(KEY, "something is there already")]
    assert (filled.path / KEY / "plan.md").read_text() == "another\n" and entries_of(
        str(filled)
    ) == [entry]
    outcome = restore(str(filled), [entry.id], "build_20250101_100001")
    assert [item.what for item in outcome.done] == ["build/build_20250101_100001"]
    assert (filled.path / "build" / "build_20250101_100001" / "sub" / "deep.md").exists()


def test_restoring_an_empty_folders_place_does_not_replace_it(filled: Root) -> None:
    rm(filled, KEY)
    filled.folder(KEY)
    (entry,) = entries_of(str(filled))
    assert said(restore(str(filled), [entry.id])) == [(KEY, "something is there already")]


@pytest.mark.parametrize(
    ("key", "new", "made"),
    [
        (KEY, "ui/ui_20250101_100000", "ui/ui_20250101_100000/plan.md"),
        ("pr_reviews/pr_7", "pr_9", "pr_reviews/pr_9_context.md"),
        (
            "research/topic_20250101_100000",
            "other_20250101_100000",
            "research/other_20250101_100000.md",
        ),
        ("2025-01-01-a.md", "2025-01-02-b", "2025-01-02-b.md"),
        ("2025-01-01-a.md", "2025-01-02-b.md", "2025-01-02-b.md"),
        (
            "validator_20250101_100000",
            "validator_20250101_100001",
            "validator_20250101_100001/test_report.md",
        ),
    ],
)
def test_another_name_for_every_shape(filled: Root, key: str, new: str, made: str) -> None:
    if key.endswith(".md"):
        filled.write(key, at=1_735_700_000)
    rm(filled, key)
    (entry,) = entries_of(str(filled))
    assert not restore(str(filled), [entry.id], new).failed
    assert (filled.path / made).exists()


@pytest.mark.parametrize("new", ["../x", "/x", "a/b/c", ".trash", ".trash/x", "a/..", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(filled: Root, new: str) -> None:
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    with pytest.raises(UnfitNameError, match="is not a valid session name"):
        restore(str(filled), [entry.id], new)


def test_a_command_folder_that_is_gone_is_made_and_unmade(filled: Root) -> None:
    rm(filled, KEY)
    (filled.path / "build").rmdir()
    (entry,) = entries_of(str(filled))
    assert not restore(str(filled), [entry.id]).failed and (filled.path / KEY / "plan.md").exists()
    assert not undo(str(filled)).failed and not (filled.path / "build").exists()


def test_undo_goes_further_back_each_time(filled: Root) -> None:
    before = tree(filled)
    rm(filled, KEY)
    rm(filled, "patch")
    assert [item.what for item in undo(str(filled)).done] == ["patch"]
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert tree(filled) == before
    with pytest.raises(NothingToUndoError, match="nothing that was done here can be taken back"):
        undo(str(filled))


def test_where_nothing_was_done_that_is_why_there_is_nothing_to_undo(filled: Root) -> None:
    with pytest.raises(NothingToUndoError, match="undo: nothing was done here yet"):
        undo(str(filled))


def test_undo_of_a_restore_and_then_of_the_removal(filled: Root) -> None:
    before = tree(filled)
    rm(filled, KEY)
    restore(str(filled), [entries_of(str(filled))[0].id])
    assert not undo(str(filled)).failed and not (filled.path / KEY).exists()
    assert entries_of(str(filled))[0].item.what == KEY
    assert not undo(str(filled)).failed and tree(filled) == before
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))


def test_undo_leaves_what_was_purged_and_takes_back_the_rest(filled: Root) -> None:
    rm(filled, KEY, "patch")
    first = next(entry for entry in entries_of(str(filled)) if entry.item.what == KEY)
    destroy(filled, [first])
    assert [item.what for item in undo(str(filled)).done] == ["patch"]


def test_undo_leaves_what_was_written_since(filled: Root) -> None:
    rm(filled, KEY)
    restore(str(filled), [entries_of(str(filled))[0].id])
    filled.append(f"{KEY}/plan.md", "resumed\n")
    outcome = undo(str(filled))
    assert said(outcome) == [(KEY, "it was written since; it is left where it is")]
    assert (filled.path / KEY / "plan.md").exists()


def test_what_is_left_for_good_is_behind_us_and_nothing_to_redo(filled: Root) -> None:
    rm(filled, "patch")
    rm(filled, KEY)
    restore(str(filled), [next(one.id for one in entries_of(str(filled)) if one.item.what == KEY)])
    filled.append(f"{KEY}/plan.md", "resumed\n")
    assert not undo(str(filled)).done
    with pytest.raises(CleanupError, match="nothing to redo"):
        redo(str(filled))
    assert [item.what for item in undo(str(filled)).done] == ["patch"]
    assert (filled.path / KEY / "plan.md").read_text().endswith("resumed\n")


def test_restoring_what_finalize_replaced_does_not_destroy_what_was_written_since(
    filled: Root,
) -> None:
    filled.write(f"{KEY}/session_metadata.json", '{"a": 1}\n', at=OLD)
    end(filled, KEY)
    filled.append(f"{KEY}/session_summary.md", "my notes\n")
    (entry,) = entries_of(str(filled))
    assert "is not what was written there" in said(restore(str(filled), [entry.id]))[0][1]
    assert (filled.path / KEY / "session_summary.md").read_text().endswith("my notes\n")


def test_restoring_what_finalize_replaced_is_no_deed_that_undo_could_take_back(
    filled: Root,
) -> None:
    rm(filled, "patch")
    filled.write(f"{KEY}/session_metadata.json", '{"a": 1}\n', at=OLD)
    end(filled, KEY)
    entry = next(one for one in entries_of(str(filled)) if one.action == "finalize")
    outcome = restore(str(filled), [entry.id])
    assert not outcome.failed and outcome.operation.action == "undo"
    assert (filled.path / KEY / "session_metadata.json").read_text() == '{"a": 1}\n'


def test_what_an_undo_could_not_take_back_is_the_next_to_be_taken_back(filled: Root) -> None:
    rm(filled, "research/topic_20250101_100000")
    rm(filled, KEY, "patch")
    filled.folder(KEY)
    assert [what for what, _ in undo(str(filled)).failed] == [KEY]
    (filled.path / KEY).rmdir()
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert [item.what for item in undo(str(filled)).done] == ["research/topic_20250101_100000"]


def test_the_trash_of_a_copied_root_is_as_good(filled: Root, tmp_path: Path) -> None:
    before = tree(filled)
    rm(filled, KEY)
    rm(filled, "pr_reviews/pr_7")
    copied = Root(tmp_path / "copy")
    copied.path.rmdir()
    shutil.copytree(filled.path, copied.path, symlinks=True)
    shutil.rmtree(filled.path)
    assert not undo(str(copied)).failed
    assert not restore(str(copied), [entries_of(str(copied))[0].id]).failed
    assert tree(copied) == before
