"""Operations as data: what takes one back, what an entry holds, and the record on disk."""

import json
from typing import Any

import pytest

from exito_tui.domain.cleanup.operation import (
    Entry,
    Item,
    Operation,
    Rename,
    enters_trash,
    entry_of,
    has_wrapper,
    only_brings_back,
    places,
    reverse,
)
from exito_tui.domain.cleanup.operation_json import (
    NotAnOperationError,
    operation_text,
    read_operation,
)

AWAY = Item(
    "build/a",
    (Rename("build/a", ".trash/e1", 7),),
    "e1",
    2,
    30,
    makes=(".trash",),
    unmakes=("build",),
)
FILES = Item("pr_reviews/pr_7", (Rename("pr_reviews/pr_7_x.md", ".trash/e2/pr_7_x.md", 8),), "e2")
SWAP = Item("build/a", (Rename("new", "build/a", 3, swap=4, digest="ab"), Rename("b", "c", 5)))
OPERATION = Operation("o1", "archive", 5, (AWAY, FILES, SWAP), "o0", True, "m")


def test_what_takes_an_item_back_goes_the_other_way_in_the_other_order() -> None:
    back = reverse(AWAY)
    assert back.renames == (Rename(".trash/e1", "build/a", 7),)
    assert (back.makes, back.unmakes) == (("build",), (".trash",))
    assert reverse(SWAP).renames == (Rename("c", "b", 5), Rename("new", "build/a", 4, 3, "ab"))
    assert [reverse(reverse(item)) for item in OPERATION.items] == [AWAY, FILES, SWAP]


@pytest.mark.parametrize(
    ("item", "enters", "wrapped", "brings_back"),
    [
        (AWAY, True, False, False),
        (FILES, True, True, False),
        (SWAP, False, False, False),
        (reverse(AWAY), False, False, True),
        (reverse(FILES), False, True, True),
        (Item("x", (Rename(".trash/e1", ".trash/e3", 1),), "e1"), False, False, False),
        (Item("x", (Rename(".trash/e1", "12.json", 1),), "e1"), False, False, False),
    ],
)
def test_what_an_item_does_with_its_entry(
    item: Item, enters: bool, wrapped: bool, brings_back: bool
) -> None:
    assert (enters_trash(item), has_wrapper(item), only_brings_back(item)) == (
        enters, wrapped, brings_back,
    )  # fmt: skip


def test_what_lies_where_before_and_after() -> None:
    assert places(SWAP) == (
        {"new": 3, "build/a": 4, "b": 5, "c": 0},
        {"new": 4, "build/a": 3, "b": 0, "c": 5},
    )


def test_an_entry_knows_the_operation_that_filled_it() -> None:
    assert entry_of(OPERATION, AWAY) == Entry("e1", "o1", "archive", 5, AWAY, mark="m")


def test_a_record_is_read_as_it_was_written() -> None:
    assert read_operation(operation_text(OPERATION)) == OPERATION


@pytest.mark.parametrize(
    "change",
    [
        {"id": 1}, {"action": "burn"}, {"at_ns": "now"}, {"at_ns": True}, {"units": [7]}, {"units": None},
        {"units": [{"what": "x"}]}, {"units": [{"what": "x", "parts": [], "entry": "a/b"}]},
        {"units": [{"what": "x", "parts": [], "entry": ".."}]}, {"units": [{"what": "x", "parts": [], "makes": ["../x"]}]},
        {"units": [{"what": "x", "parts": [{"source": "/x", "target": "y", "inode": 1}]}]},
        {"units": [{"what": "x", "parts": [{"source": "x", "target": "", "inode": 1}]}]},
        {"units": [{"what": "x", "parts": [{"source": "x", "target": "a\0", "inode": 1}]}]},
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_not_believed(change: dict[str, Any]) -> None:
    record = {**json.loads(operation_text(OPERATION)), **change}
    with pytest.raises(NotAnOperationError, match="not the record of an operation"):
        read_operation(json.dumps(record))


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000])
def test_what_is_no_object_is_no_record(text: str) -> None:
    with pytest.raises(NotAnOperationError, match=r"not (JSON|a JSON object)"):
        read_operation(text)


@pytest.mark.parametrize(("number", "read"), [(-1, 0), (2**80, 2**63 - 1), (9, 9)])
def test_numbers_stay_within_what_a_file_system_counts(number: int, read: int) -> None:
    record = {**json.loads(operation_text(OPERATION)), "at_ns": number}
    assert read_operation(json.dumps(record)).at_ns == read


def test_an_operation_is_the_same_after_it_was_written_down() -> None:
    item = Item(
        "a\udcff",
        (Rename("x/\udcff", ".trash/e/y", 7, 8, "d"),),
        "e",
        1,
        2,
        "/z\udcff",
        ("m",),
        ("u",),
    )
    operation = Operation("id", "finalize", 5, (item,), "other", True, "m")
    assert read_operation(operation_text(operation)) == operation
