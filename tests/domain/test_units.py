"""Ages, sizes, times and durations in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.units import (
    SECOND_NS,
    iso_utc,
    local_clock,
    parse_duration,
    parse_size,
    pluralize,
    short_age,
    short_size,
)
from tests.support import NOW_NS


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "ahead"), (-1, "now"), (0, "now"), (42, "42 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"),
     (86_400, "1 d"), (7 * 86_400, "7 d"), (100 * 86_400, "100 d"), (730 * 86_400, "2 y")],
)  # fmt: skip
def test_ages(seconds: int, shown: str) -> None:
    assert short_age(seconds * SECOND_NS) == shown


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9_949, "9.9 kB"), (9_950, "10 kB"),
                        (34_567, "35 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (10**15, "1000 TB")]
)  # fmt: skip
def test_sizes(size: int, shown: str) -> None:
    assert short_size(size) == shown


@given(st.integers(min_value=0, max_value=10**16))
def test_sizes_fit_their_column(size: int) -> None:
    assert len(short_size(size)) <= 8


def test_times_are_utc_and_clamped() -> None:
    assert iso_utc(NOW_NS) == "2025-11-06T20:30:00Z"
    assert iso_utc(0) == "1970-01-01T00:00:00Z"
    assert iso_utc(-1) == "1969-12-31T23:59:59Z"
    assert iso_utc(10**30).startswith("9999-12-31T23:59")
    assert iso_utc(-(10**30)).startswith("0001-01-01T00:00")


@pytest.mark.parametrize(
    ("seconds_ago", "shown"),
    [(60, "20:29"), (86_400, "Wed"), (7 * 86_400, "30 Oct"), (700 * 86_400, "2023")],
)
def test_start_times_as_people_say_them(seconds_ago: int, shown: str) -> None:
    assert local_clock(NOW_NS - seconds_ago * SECOND_NS, NOW_NS) == shown


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15min", 900),
        ("2h", 7200),
        ("1.5d", 129_600),
        ("4w", 2_419_200),
        ("9 d", 777_600),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "5", "s", "-5s", "0s", "5 parsecs", "nan s", "1e99d", "infs", "1_0d", "1e2d", "１d", "٣d"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@pytest.mark.parametrize(
    ("number", "what", "words"),
    [(1, "session", "1 session"), (3, "session", "3 sessions"), (2, "entry", "2 entries"), (1200, "", "1,200")],
)  # fmt: skip
def test_a_number_of_things(number: int, what: str, words: str) -> None:
    assert pluralize(number, what) == words


@pytest.mark.parametrize(
    "text", ["1.2.3G", "G", "-1M", "0k", "1e3", "9999999TB", "3 apples", "1_0M", "３G"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        parse_size(text)
