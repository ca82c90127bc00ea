"""Words on lines of a width."""

from rich.cells import cell_len

from exito_tui.render.wrapping import headed, wrapped

PATH = "implement/implement_20261109_163356/session_metadata.json:3"


def test_words_are_wrapped_under_their_lead() -> None:
    assert wrapped("one two three", 9, first="- ", rest="  ") == ["- one two", "  three"]
    assert wrapped("  ", 9, first="- ") == []


def test_spaces_between_words_stay_but_for_those_where_a_line_ends() -> None:
    assert wrapped("one  two  three", 9) == ["one  two", "three"]


def test_a_number_and_its_unit_stay_together() -> None:
    assert wrapped("waited 12 min (of 1 h)", 9) == ["waited", "12 min", "(of 1 h)"]
    assert wrapped("now 12 minutes", 7) == ["now 12", "minutes"]


def test_a_path_that_fits_a_line_is_never_broken() -> None:
    assert wrapped(f"It lies in {PATH}.", 62) == ["It lies in", f"{PATH}."]


def test_a_path_that_no_line_can_hold_goes_on_after_a_slash() -> None:
    assert wrapped(f"Says that it runs: {PATH}", 48, "  ", "    ") == [
        "  Says that it runs: implement/",
        "    implement_20261109_163356/",
        "    session_metadata.json:3",
    ]


def test_a_word_of_more_than_a_line_is_cut_and_nothing_of_it_is_lost() -> None:
    lines = wrapped("a" * 50, 20, "- ", "  ")
    assert "".join(line[2:] for line in lines) == "a" * 50
    assert lines[0].startswith("- a") and max(map(len, lines)) <= 20
    wide = wrapped("日本語" * 9, 10, "  ", "  ")
    assert "".join(line[2:] for line in wide) == "日本語" * 9
    assert max(map(cell_len, wide)) <= 10


def test_what_has_a_head_goes_on_below_it() -> None:
    text, head = headed("plan.md:3", "says that it is Blocked", 24, "  ", "    ")
    assert text == "  plan.md:3  says that\n    it is Blocked"
    assert text[:head] == "  plan.md:3"
    text, head = headed(f"./{PATH}", "contradicts it", 34, "! ", "    ")
    assert text.splitlines() == [
        "! ./implement/", "    implement_20261109_163356/", "    session_metadata.json:3", "    contradicts it",
    ]  # fmt: skip
    assert text[head:] == "\n    contradicts it"
    assert headed("", "is Blocked", 34, "  ", "    ") == ("  is Blocked", 0)
    assert headed("plan.md", "", 34, "  ", "    ") == ("  plan.md", 9)


def test_an_escape_sequence_is_made_visible() -> None:
    assert wrapped("a\x1b[31mb", 20) == ["a␛[31mb"]
