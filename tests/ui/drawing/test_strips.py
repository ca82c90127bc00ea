"""One line of cells, and texts in as many cells as there are."""

import os

import pytest
from rich.style import Style
from textual.strip import Strip

from exito_tui.ui.drawing.strips import Part, fit, fit_right, home_path, line, painted

PLAIN = Style()


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("plan", 6, "plan  "), ("plan", 4, "plan"), ("plan.md", 5, "plan…"), ("plan", 0, ""),
        ("plan", -3, ""), ("計画", 6, "計画  "), ("計画書", 5, "計画…"), ("計画書", 4, "計 …"),
    ],
)  # fmt: skip
def test_a_text_fills_its_cells_and_is_cut_with_a_sign(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


def test_a_text_at_the_right_is_padded_before_it_and_cut_as_any_other() -> None:
    assert (fit_right("9m", 4), fit_right("plan.md", 4)) == ("  9m", "pla…")


def test_an_escape_sequence_is_made_visible() -> None:
    assert home_path("/srv/\x1b]0;x") == "/srv/␛]0;x"


def test_the_home_folder_is_a_tilde_and_nothing_else_is() -> None:
    home = os.path.expanduser("~")
    assert home_path(f"{home}/shop") == "~/shop"
    assert home_path(f"{home}-other/shop") == f"{home}-other/shop"


@pytest.mark.parametrize(
    ("width", "text"),
    [(16, "left part   12 m"), (14, "left part 12 m"), (9, "left 12 m"), (8, "le… 12 m")],
)
def test_the_left_gives_way_to_the_right(width: int, text: str) -> None:
    left: list[Part] = [("left", PLAIN), (" part", PLAIN)]
    assert line(width, left, [(" 12 m", PLAIN)], PLAIN).text == text


def test_where_there_is_no_room_for_the_right_it_is_cut() -> None:
    made = line(3, [("left", PLAIN)], [("12 min", PLAIN)], PLAIN)
    assert (made.text, made.cell_length) == ("12 ", 3)


def test_some_cells_of_a_row_are_painted_and_the_text_stays() -> None:
    made = painted(Strip.blank(4), (1, 3), Style(bold=True))
    assert made.text == "    "
    assert [len(one.text) for one in made if one.style and one.style.bold] == [2]
