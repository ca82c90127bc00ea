"""Moments as names tell them."""

import time
from datetime import date

import pytest

from exito_tui.domain.sessions.stamps import started_seconds, valid_stamp


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [
        ("20251106153045", 1762443045),
        ("19700101000000", 0),
        ("19991231235959", 946684799),
        ("20240229010203", 1709168523),
        ("", None),
    ],
)
def test_the_second_that_a_stamp_stands_for(stamp: str, seconds: int | None) -> None:
    assert started_seconds(stamp) == seconds


def test_summer_time_is_the_zones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    assert started_seconds("20250706120000") == 1751796000
    assert started_seconds("20250106120000") == 1736161200


@pytest.mark.parametrize("year", [1970, 1999, 2000, 2023, 2024, 2100, 2400, 9999])
def test_a_stamp_is_of_a_day_that_there_was(year: int) -> None:
    for month in range(14):
        for day in range(33):
            digits = f"{year}{month:02}{day:02}"
            try:
                date(year, month, day)
            except ValueError:
                assert valid_stamp(digits) == "", digits
            else:
                assert valid_stamp(digits) == digits
