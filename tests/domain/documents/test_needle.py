"""What is looked for in texts, found line by line."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exito_tui.domain.documents.needle import FoundLine, Needle, NeedleError

TEXT = "one\ntwo one\n\nOne, three ones\nfour"


def test_each_line_is_found_once_with_its_number_and_place() -> None:
    assert list(Needle("one").find(TEXT)) == [
        FoundLine(1, "one", 0, 3),
        FoundLine(2, "two one", 4, 7),
        FoundLine(4, "One, three ones", 0, 3),
    ]
    assert list(Needle("four").find(TEXT)) == [FoundLine(5, "four", 0, 4)]
    assert list(Needle("four\n").find(TEXT)) == []


def test_an_upper_case_letter_makes_case_count() -> None:
    assert [found.line for found in Needle("One").find(TEXT)] == [4]
    assert Needle("größe").is_in("GRÖSSE") is False and Needle("größe").is_in("GRÖßE")
    assert Needle("ONE").may_be_in(b"one") is False and Needle("one").may_be_in(b"ONE")


def test_what_goes_over_lines_is_found_in_its_first() -> None:
    assert list(Needle("wo one\\n+one", regex=True).find(TEXT)) == [FoundLine(2, "two one", 1, 7)]
    assert list(Needle("one\n").find("one\n")) == [FoundLine(1, "one", 0, 3)]


def test_blank_first_lines_count() -> None:
    assert list(Needle("one").find("\none")) == [FoundLine(2, "one", 0, 3)]
    assert list(Needle("\n").find("\none")) == [FoundLine(1, "", 0, 0)]


@pytest.mark.parametrize(
    ("expression", "lines"),
    [("^one", [1, 4]), ("one$", [1, 2]), ("^$", [3]), ("^four$", [5])],
)
def test_an_expression_begins_and_ends_with_its_line(expression: str, lines: list[int]) -> None:
    assert [one.line for one in Needle(expression, regex=True).find(TEXT)] == lines


def test_an_expression_that_matches_nothing_ends() -> None:
    assert [found.line for found in Needle("x*", regex=True).find("a\n\nb\n")] == [1, 2, 3]


def test_a_text_is_no_expression_and_a_broken_expression_is_refused() -> None:
    assert Needle("o.e").is_in("one") is False and Needle("o.e", regex=True).is_in("one")
    with pytest.raises(NeedleError, match=r"^'\(' is not a valid regular expression: .*position 0"):
        Needle("(", regex=True)
    for broken in ("x{99999999999}", "(" * 5000 + "a" + ")" * 5000):
        with pytest.raises(NeedleError, match="regular expression"):
            Needle(broken, regex=True)


@given(st.text(min_size=1), st.text())
@example("k", "\u212a")  # what Unicode folds to a plain letter
def test_the_quick_look_misses_nothing(wanted: str, text: str) -> None:
    """It may be wrong one way alone."""
    needle = Needle(wanted)
    assert needle.may_be_in(text.encode(errors="replace")) or not needle.is_in(text)


def test_the_quick_look_says_no_where_it_can() -> None:
    assert not Needle("one").may_be_in(b"two") and not Needle("One").may_be_in(b"one")
    assert Needle("größe").may_be_in(b"") and Needle("a+", regex=True).may_be_in(b"")
