"""Pins, which a scan sees and every operation respects."""

from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import undo
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import operations_of
from tests.store.support import KEY, rm
from tests.support import Root


def test_pins_survive_and_are_seen_by_a_scan(filled: Root) -> None:
    assert set_pins(str(filled), [KEY, "patch"], pinned=True) == [KEY, "patch"]
    assert set_pins(str(filled), [KEY], pinned=True) == []
    assert scan(str(filled)).pinned == {KEY, "patch"}
    assert set_pins(str(filled), [KEY], pinned=False) == [KEY]
    snapshot = scan(str(filled))
    assert snapshot.pinned == {"patch"} and all(
        note.name != ".pins.json" for note in snapshot.notes
    )


def test_a_pin_is_written_down_and_taken_back(filled: Root) -> None:
    rm(filled, KEY)
    set_pins(str(filled), ["patch"], pinned=True)
    assert [operation.action for operation in operations_of(str(filled))] == ["rm", "pin"]
    assert [item.what for item in undo(str(filled)).done] == ["patch"] and scan(
        str(filled)
    ).pinned == frozenset()
    assert [item.what for item in undo(str(filled)).done] == [KEY]
