"""Findings and their moves have the same words everywhere."""

from exito_tui.domain.doctor.finding import Finding, Move
from exito_tui.render.findings import (
    first_moves_in_words,
    fix_in_words,
    move_in_words,
    place_in_words,
)

MOVES = (Move("a/x.md", "b/x.md"), Move("a/y.md"), Move("b", "b", "/far"))


def finding(place: str, line: int = 0) -> Finding:
    return Finding("split-workflow", place, "f", "c", "r", MOVES, line)


def test_a_place_has_its_line_and_the_root_is_not_named() -> None:
    assert place_in_words(finding("build/x.md", 7)) == "build/x.md:7"
    assert place_in_words(finding("build")) == "build" and place_in_words(finding(".")) == ""


def test_a_move_says_what_goes_and_where_to() -> None:
    assert [move_in_words(move) for move in MOVES] == [
        ("move a/x.md", "to b/x.md"), ("move a/y.md", "to the trash"), ("copy /far/b", "to b"),
    ]  # fmt: skip
    assert fix_in_words(MOVES[:1], "a") == [
        ("move a/x.md", "to b/x.md"), ("move a", "to the trash, once it is empty"),
    ]  # fmt: skip
    assert fix_in_words(MOVES[:1], "") == [("move a/x.md", "to b/x.md")]


def test_of_many_moves_the_first_are_told_and_the_others_counted() -> None:
    told = ["move a/x.md to b/x.md", "move a/y.md to the trash", "copy /far/b to b"]
    assert first_moves_in_words(finding("a"), 3) == told
    assert first_moves_in_words(finding("a"), 2) == [*told[:2], "and 1 more move"]
    assert first_moves_in_words(finding("a"), 1) == [*told[:1], "and 2 more moves"]
