"""The filter's language: what fits, what is wrong with it, and how it is completed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.filters import FilterFacts, completion, parse_filter
from exito_tui.domain.sessions.session import NOTES, Session, sessions_of_folders
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import STATES, Standing
from tests.support import NOW_NS

HOUR = 3600 * SECOND_NS


def session() -> Session:
    [made] = sessions_of_folders("/r", "build", "build", ["build_20251106_100000"])
    files = (
        Artefact("context.md", "markdown", 1_500_000, NOW_NS - 2 * HOUR, 1),
        Artefact("review.md", "markdown", 9, NOW_NS - HOUR, 2),
    )
    return made._replace(artefacts=files)


FACTS = FilterFacts("Rate limits per API key", Standing("stuck", NOW_NS - HOUR), pinned=True)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", True), ("limits", True), ("LIMITS build", True), ("limits patch", False),
        ('"rate limits"', True), ('"limits rate"', False), ("2025-11-06", True), ("review.md", True),
        ("stuck", True), ("waiting", False), ("-waiting", True), ("-limits", False), ("-", True),
        ("state:stuck", True), ("state:waiting,stuck", True), ("state:failed", False), ("-state:failed", True),
        ("command:build", True), ("command:bu", True), ("command:patch,build", True), ("command:uild", False),
        ("age:<2h", True), ("age:>2h", False), ("age:>30min", True),
        ("size:>1M", True), ("size:<1MB", False), ("has:review.md", True), ("has:rev", True),
        ("has:*.md", True), ("has:*.txt", False), ("missing:plan.md", True), ("missing:context.md", False),
        ("is:pinned", True), ("-is:pinned", False), ("is:new", False), ("is:current", False), ("is:old", False),
        ("is:copied", False), ("state:stuck is:pinned limits", True), ('title:"x', True),
    ],
)  # fmt: skip
def test_what_fits(text: str, fits: bool) -> None:
    assert parse_filter(text).matches(session(), FACTS, NOW_NS) is fits


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('"2025-11-06 12:34"', True), ('"06 12:345"', False), ("12:345", False), ("20251106", True),
        ("has:eview", True), ("has:*.m", False), ("has:?eview.md", True), ("missing:*.m", True),
        ("age:>1h", False), ("age:<1h", False), ("age:<61min", True), ("size:>1M", False), ("size:<1M", False),
        ("state:unknown", True), ("is:new", False), ("is:pinned", False), ("mutant", False), ("build:", False), ("states", False),
    ],
)  # fmt: skip
def test_limits_are_no_part_and_nothing_is_known_unasked(text: str, fits: bool) -> None:
    [made] = sessions_of_folders("/r", "build", "build", ["build_20251106_123456"])
    files = (Artefact("review.md", "markdown", 1_000_000, NOW_NS - HOUR, 1),)
    read = parse_filter(text)
    assert not read.problem
    assert read.matches(made._replace(artefacts=files), FilterFacts(), NOW_NS) is fits


def test_what_has_no_time_has_no_date_and_no_age() -> None:
    [made] = sessions_of_folders("/r", "build", "build", ["made-up"])
    for text in ("-", "age:>1s", "age:<9d", '"- :"', "mutant"):
        assert parse_filter(text).matches(made, FilterFacts(), NOW_NS) is (text == "-")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("state:wating", "unknown state 'wating'; did you mean waiting?"),
        ("stat:waiting", "stat: is not a key; did you mean state?"),
        ("zzz:1", "zzz: is not a key; there are state, command, age, size, has, missing, is"),
        ("age:soon", "age:soon is not understood; write age:<2d or age:>1h"),
        ("age:2h", "age:2h is not understood; write age:<2d or age:>1h"),
        ("age:<=2h", "age:<=2h is not understood; write age:<2d or age:>1h"),
        ("has:", "has: wants a value"),
        ("size:>3", "size:>3 is not understood; write size:>1M or size:<10k"),
        ('is:""', "is: means nothing; there are pinned, new, current, old, copied"),
        ("is:pined", "is:pined means nothing; did you mean pinned?"),
    ],
)
def test_what_is_wrong_is_said_and_the_other_terms_hold(text: str, problem: str) -> None:
    read = parse_filter(f"{text} nothing-like-it")
    assert read.problem == problem and parse_filter("limits").problem == ""
    assert not read.matches(session(), FACTS, NOW_NS)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("state:w", "state:waiting"),
        ("state:Stu,comp", "state:stuck,completed"),
        ("is:p", "is:pinned"),
    ],
)
def test_the_beginning_of_a_word_is_enough(typed: str, whole: str) -> None:
    """Nothing is called wrong while it is typed."""
    assert parse_filter(typed).problem == ""
    for state in STATES:
        facts = FACTS._replace(standing=Standing(state))
        for pinned in (True, False):
            seen = facts._replace(pinned=pinned)
            both = [parse_filter(one).matches(session(), seen, NOW_NS) for one in (typed, whole)]
            assert both[0] == both[1]


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("st", "state:"), ("state:wa", "state:waiting"), ("state:waiting,st", "state:waiting,stuck"),
        ("limits is:p", "limits is:pinned"), ("-sta", "-state:"), ("command:bu", "command:build"),
        ("has:re", "has:review.md"), ("limits", ""), ("", ""), ("state:", ""), ("state:zz", ""),
    ],
)  # fmt: skip
def test_the_last_term_is_completed(text: str, completed: str) -> None:
    assert completion(text, ("build", "review.md")) == completed


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    read = parse_filter(text)
    read.matches(session(), FACTS, NOW_NS)
    completion(text, ("build",))


def test_a_note_misses_no_file() -> None:
    """As on the command line, which lists none."""
    note = Session("/r", "lessons.md", NOTES, "lessons.md", "named", "", (), form="file")
    assert not parse_filter("missing:context.md").matches(note, FilterFacts(), 0)
    assert parse_filter("lessons").matches(note, FilterFacts(), 0)
