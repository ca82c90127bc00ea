"""Pins, which a scan sees and every operation respects."""

from exito_tui.store.operations.pin import set_pins
from exito_tui.store.read.scan import scan
from tests.store.support import KEY
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
