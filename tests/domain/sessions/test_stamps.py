"""Moments as names tell them."""

import time

import pytest

from exito_tui.domain.sessions.stamps import started_seconds


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
