"""Restoring what is in the trash, and taking operations back."""

import pytest

from exito_tui.store.fs.errors import CleanupError, NothingToUndoError, UnfitNameError
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.trash.contents import entries_of
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
    with pytest.raises(UnfitNameError, match="is no name for a session"):
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
    with pytest.raises(NothingToUndoError, match="there is nothing to undo"):
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
    assert said(outcome) == [(KEY, f"{KEY} was written since; it is left where it is")]
    assert (filled.path / KEY / "plan.md").exists()
