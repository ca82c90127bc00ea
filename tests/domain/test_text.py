"""Untrusted text becomes safe, and stays what it was otherwise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.text import (
    as_sentence,
    decoded,
    did_you_mean,
    one_line,
    sanitise,
    shorten,
    show_controls,
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\x9bJ", "a<U+009B>J"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\u2066b", "a<U+2066>b"),
        ("\x00\x7f", "␀␡"),
        ("\ud800", "<U+D800>"),
        ("\udcff", "\\xff"),
        ("a\u200bb\ufeff", "a<U+200B>b<U+FEFF>"),
        ("\U000e0041", "<U+E0041>"),
    ],
)
def test_what_a_terminal_obeys_is_made_visible(raw: str, shown: str) -> None:
    assert sanitise(raw) == shown


@pytest.mark.parametrize(
    "text",
    ["tab\tand\nnewline", "👩‍💻", "☎\ufe0f", "Ünïcödé 漢字 עברית", "[/red] [@click=app.quit]x[/]"],
)
def test_ordinary_text_stays(text: str) -> None:
    assert sanitise(text) == text


@given(st.text())
def test_nothing_that_controls_is_left(text: str) -> None:
    safe = one_line(text)
    assert not [character for character in safe if unicodedata.category(character) in ("Cc", "Cs")]
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029") & set(safe)
    assert sanitise(sanitise(text)) == sanitise(text)


def test_bytes_that_are_not_utf8_are_shown() -> None:
    assert decoded("caf\udce9.md") == "caf\\xe9.md"


def test_one_line_shows_breaks() -> None:
    assert one_line("a\nb\tc") == "a␊b␉c"


def test_nothing_is_cut_without_an_ellipsis() -> None:
    assert shorten("abcdef", 4) == "abc…"
    assert shorten("abcd", 4) == "abcd"


def test_control_characters_are_pictures_or_ascii_as_whoever_draws_chooses() -> None:
    text = "a\n\t\r\x1b[31m\x00\x7f\x9b\u202e"
    assert one_line(text) == "a␊␉␍␛[31m␀␡<U+009B><U+202E>"
    show_controls(in_ascii=True)
    assert one_line(text) == r"a\n\t\r^[[31m^@^?<U+009B><U+202E>"
    assert sanitise(text).startswith("a\n\t\\r")
    show_controls(in_ascii=False)
    assert one_line(text).startswith("a␊")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("it's not there", "It's not there."),
        ("half-written", "Half-written."),
        ("no, that is all.", "No, that is all."),
        ("plan.md is not there", "plan.md is not there."),
        ("~/app/x cannot be read", "~/app/x cannot be read."),
        ("build/build_20251106_153045: busy", "build/build_20251106_153045: busy."),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_a_name_stands_there(
    words: str, sentence: str
) -> None:
    assert as_sentence(words) == sentence


@pytest.mark.parametrize(
    ("word", "known", "end"),
    [
        ("bogus", ["layouts", "toast"], "; there are layouts, toast"),
        ("nope", ["open", "mode"], "; there are open, mode"),
        ("X_NOPE", ["X_OPEN", "X_BELL"], "; there are X_OPEN, X_BELL"),
        ("--bogus", ["--by", "--root"], "; there are --by, --root"),
        ("x", [], "; there are none"),
        ("", ["a", "b"], "; there are a, b"),
        ("X_BLEL", ["X_OPEN", "X_BELL"], "; did you mean X_BELL?"),
        ("shwo", ["rm", "show"], "; did you mean show?"),
        ("interupt", ["waiting", "interrupted"], "; did you mean interrupted?"),
        ("wait", ["stuck", "waiting"], "; did you mean waiting?"),
        ("weekyl", ["weekly"], "; did you mean weekly?"),
    ],
)
def test_only_a_slip_is_answered_with_what_was_meant(word: str, known: list[str], end: str) -> None:
    assert did_you_mean(word, known) == end
