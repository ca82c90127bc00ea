"""Durations, sizes and times in words. Times are epoch nanoseconds unless a name says otherwise."""

import re
import time
from functools import lru_cache

from exito_tui.domain.regex import regex

SECOND_NS = 1_000_000_000
DAY_NS = 86_400 * SECOND_NS
_YEAR = 365 * 86_400
_STEPS = ((60, "s"), (3600, "min"), (86_400, "h"), (2 * _YEAR, "d"))
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
EARLIEST_NS, LATEST_NS = _FIRST_SECOND * SECOND_NS, _LAST_SECOND * SECOND_NS
"""The first moment of the year 1 and the last of 9999: no calendar goes further."""

_SECONDS = tuple(f":{second:02}Z" for second in range(60))
_DIVISORS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}


def short_age(age_ns: int) -> str:
    """An age for a narrow column: `now`, `42 s`, `7 min`, `3 h`, `16 d`, `2 y`; `ahead` when
    negative."""
    seconds = age_ns // SECOND_NS
    if seconds < -1:
        return "ahead"
    if seconds < 5:
        return "now"
    for limit, unit in _STEPS:
        if seconds < limit:
            return f"{seconds // _DIVISORS[unit]} {unit}"
    return f"{seconds // _YEAR} y"


def short_length(length_ns: int) -> str:
    """How long something has lasted, as `short_age` says it: `0 s`, `42 s`, `7 min`, `16 d`."""
    age = short_age(max(0, length_ns))
    return f"{max(0, length_ns) // SECOND_NS} s" if age == "now" else age


def duration(length_ns: int) -> str:
    """A length of time in at most two units: `42 s`, `7 min`, `1 h 4 min`, `3 d 2 h`."""
    seconds = max(0, length_ns) // SECOND_NS
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours and days < 7 else f"{days} d"


def short_size(size: int) -> str:
    """A size in bytes for a narrow column: `0 B`, `812 B`, `3.4 kB`, `34 kB`, `1.2 MB`."""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 9.95:
            return f"{value:.1f} {unit}"
        if value < 999.5 or unit == "TB":
            return f"{value:.0f} {unit}"
    raise AssertionError("unreachable: the last unit takes every value")


def iso_utc(epoch_ns: int) -> str:
    """`2025-11-06T20:30:45Z`; times beyond the calendar are clamped to its first or last minute."""
    minute, second = divmod(epoch_ns // SECOND_NS, 60)
    return f"{_minute(minute)}{_SECONDS[second]}"


@lru_cache(maxsize=4096)
def _minute(minutes: int) -> str:
    seconds = min(max(minutes * 60, _FIRST_SECOND), _LAST_SECOND)
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(seconds)).rjust(16, "0")


def time_or_none(epoch_ns: int | None) -> str | None:
    """As `iso_utc`, of a moment that may not be known."""
    return None if epoch_ns is None else iso_utc(epoch_ns)


def _local(epoch_ns: int) -> time.struct_time:
    """Local time; a moment beyond the calendar is its first or last second."""
    return time.localtime(min(max(epoch_ns // SECOND_NS, _FIRST_SECOND), _LAST_SECOND))


def day_of(epoch_ns: int) -> tuple[int, str]:
    """When a moment's day began in local time (epoch ns), and its digits: `20251106`."""
    then = _local(epoch_ns)
    began = time.mktime((then.tm_year, then.tm_mon, then.tm_mday, 0, 0, 0, 0, 0, -1))
    return int(began) * SECOND_NS, time.strftime("%Y%m%d", then)


def local_clock(epoch_ns: int, now_ns: int) -> str:
    """A start time as a person says it, five or six characters wide: `15:30`, `Mon`, `6 Nov`,
    `2023`."""
    then, today = _local(epoch_ns), _local(now_ns)
    if then[:3] == today[:3]:
        return time.strftime("%H:%M", then)
    if 0 <= now_ns - epoch_ns < 6 * 86_400 * SECOND_NS:
        return time.strftime("%a", then)
    if then.tm_year == today.tm_year:
        return f"{then.tm_mday} {time.strftime('%b', then)}"
    return str(then.tm_year)


def local_day(epoch_ns: int, now_ns: int) -> str:
    """A moment in local time, no longer than needed: `6 Nov 15:30`, or `2023-11-06 15:30` when most
    of a year away."""
    then = _local(epoch_ns)
    if abs(now_ns - epoch_ns) > 300 * DAY_NS:
        return time.strftime("%Y-%m-%d %H:%M", then)
    return f"{then.tm_mday} {time.strftime('%b %H:%M', then)}"


def local_time(epoch_ns: int) -> str:
    """`2025-11-06 15:30:45` in local time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", _local(epoch_ns))


def stamp_id(stamp: str) -> str:
    """A stamp (`20251106153045`) as it stands in a session's id: `20251106_153045`."""
    return f"{stamp[:8]}_{stamp[8:]}"


_NUMBER_AND_UNIT = regex(r"(-?\d{1,15}(?:\.\d{1,15})?) ?([A-Za-z]+)\Z", re.ASCII)


def _number_and_unit(text: str) -> tuple[float, str]:
    """The two parts of `2.5h`. As plain as people write them: what Python takes besides, such as
    `1_0`, is a slip. An empty unit where it is nothing of the kind."""
    found = _NUMBER_AND_UNIT.match(text.strip())
    return (float(found[1]), found[2]) if found else (0.0, "")


_DURATIONS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def parse_duration(text: str) -> float:
    """Seconds in a duration such as `90s`, `15min`, `2h`, `30d`, `4w`.

    Raises:
        ValueError: no number, no unit, an unknown unit, or not above zero.
    """
    number, unit = _number_and_unit(text)
    if unit not in _DURATIONS:
        raise ValueError(f"{text!r} is not a duration such as 90s, 15min, 2h or 30d")
    seconds = number * _DURATIONS[unit]
    if not 0 < seconds < 1e10:
        raise ValueError(f"{text!r} is not a duration above zero")
    return seconds


def pluralize(number: int, what: str = "session") -> str:
    """`1 session`, `3 sessions`, `2 entries`; the number alone for nothing in particular."""
    if not what or number == 1:
        return f"{number:,} {what}".rstrip()
    return f"{number:,} {what[:-1]}ies" if what.endswith("y") else f"{number:,} {what}s"


_SIZES = {
    "k": 10**3,
    "kB": 10**3,
    "K": 10**3,
    "KB": 10**3,
    "M": 10**6,
    "MB": 10**6,
    "G": 10**9,
    "GB": 10**9,
    "T": 10**12,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}


def parse_size(text: str) -> int:
    """Bytes in a size such as `500M`, `2G`, `1.5GB` (powers of 1000) or `2GiB` (of 1024).

    Raises:
        ValueError: no number, no unit, an unknown unit, or not above zero.
    """
    number, unit = _number_and_unit(text)
    if unit not in _SIZES:
        raise ValueError(f"{text!r} is not a size with its unit, such as 500M or 2G")
    size = number * _SIZES[unit]
    if not 1 <= size < 1e18:
        raise ValueError(f"{text!r} is not a size above zero")
    return int(size)
