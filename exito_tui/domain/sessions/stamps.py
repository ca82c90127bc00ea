"""Stamps: moments as names tell them, in local time, as digits that sort as time does.

A stamp has 14 digits when the second is known, 12 for a minute, 8 for a day.
"""

import time
from functools import lru_cache

from exito_tui.domain.regex import regex

_VALID = regex(
    r"(?:19[789]\d|[2-9]\d{3})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"(?:(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?\Z"
)
SECOND, MINUTE, DAY = 14, 12, 8
"""How many digits tell a moment to the second, to the minute, or only its day."""


def valid_stamp(digits: str) -> str:
    """The digits if they are a moment that there was or will be, else an empty text."""
    if not _VALID.match(digits):
        return ""
    return digits if digits[6:8] <= "28" or digits[6:8] <= _last_day(digits) else ""


def _last_day(digits: str) -> str:
    """The last day of the month of a stamp. What Python has for it takes long to import."""
    year, month = int(digits[:4]), digits[4:6]
    if month == "02":
        return "29" if year % 4 == 0 and (year % 100 or year % 400 == 0) else "28"
    return "30" if month in ("04", "06", "09", "11") else "31"


def stamp_of_epoch(seconds: float, precision: int = SECOND) -> str:
    """The stamp of a moment given in epoch seconds."""
    return time.strftime("%Y%m%d%H%M%S", time.localtime(seconds))[:precision]


def utc_stamp(digits: str) -> str:
    """The stamp of a moment whose digits are in UTC; empty when there never was such a moment."""
    if not valid_stamp(digits):
        return ""
    return stamp_of_epoch(seconds_in_utc(digits), len(digits)) if len(digits) > DAY else digits


def seconds_in_utc(stamp: str) -> int:
    """Epoch seconds of a stamp that is in UTC."""
    from calendar import timegm  # imported late: it costs as much as many names

    return timegm(_parts(stamp))


def started_seconds(stamp: str) -> int | None:
    """Epoch seconds of a stamp (of a day: of its beginning), or None for an empty one or one
    outside the clock's range."""
    return _seconds_in(time.tzname, stamp) if stamp else None


@lru_cache(maxsize=1024)  # of a session it is asked several times, one after the other
def _seconds_in(zone: tuple[str, str], stamp: str) -> int | None:
    """Epoch seconds of a stamp in the local time zone, which is this one."""
    try:
        return int(time.mktime((*_parts(stamp), 0, 0, -1)))
    except (OverflowError, ValueError):
        return None


def _parts(stamp: str) -> tuple[int, int, int, int, int, int]:
    """Year, month, day, hour, minute and second of a stamp; what it does not tell is 0."""
    date, clock = int(stamp[:DAY]), int(stamp[DAY:].ljust(SECOND - DAY, "0"))
    return (
        date // 10_000, date // 100 % 100, date % 100,
        clock // 10_000, clock // 100 % 100, clock % 100,
    )  # fmt: skip
