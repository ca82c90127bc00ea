"""What lies in the trash, however it came to be as it is."""

import pytest

from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.trash.contents import entries_of, operations_of
from tests.store.support import KEY, rm
from tests.support import Root


def test_an_entry_without_a_manifest_is_listed_and_never_taken_for_nothing(filled: Root) -> None:
    rm(filled, KEY, "patch")
    one = entries_of(str(filled))[0]
    (filled.path / ".trash" / f"{one.operation}.json").write_text("{")
    assert one in entries_of(str(filled)), "the log knows what it is"
    log = filled.path / ".trash" / "log.jsonl"
    text = log.read_text()
    log.write_text("")
    found = {
        entry.id: sentence(entry.problem) for entry in entries_of(str(filled)) if entry.problem
    }
    assert "nothing says where it came from" in found[one.id]
    assert restore(str(filled), [one.id]).failed[0][0] == one.id
    log.write_text(text)
    assert not undo(str(filled)).failed
    assert (filled.path / KEY / "plan.md").exists()


def test_a_torn_line_in_the_log_hides_nothing_else(filled: Root) -> None:
    rm(filled, KEY)
    with open(filled.path / ".trash" / "log.jsonl", "a") as log:
        log.write('{"id": "torn')
    rm(filled, "patch")
    assert [operation.items[0].what for operation in operations_of(str(filled))] == [KEY, "patch"]


def test_a_trash_that_somebody_emptied_by_hand_is_no_trouble(filled: Root) -> None:
    import shutil

    rm(filled, KEY)
    shutil.rmtree(filled.path / ".trash")
    assert entries_of(str(filled)) == [] and operations_of(str(filled)) == []
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))
    assert not rm(filled, "patch").failed


def test_entries_of_one_time_are_in_the_order_of_their_numbers(filled: Root) -> None:
    keys = [f"build/build_20250201_1000{at:02}" for at in range(12)]
    for key in keys:
        filled.write(f"{key}/plan.md", "x", at=1_735_700_000.0)
    rm(filled, *keys)
    numbers = [entry.id.rpartition("-")[2] for entry in entries_of(str(filled))]
    assert numbers == sorted(numbers, key=int) and len(numbers) == 12
