"""Reading the values of options: each raises `argparse.ArgumentTypeError` with what was
expected."""

import argparse

from exito_tui.domain.units import parse_duration
from exito_tui.domain.verdicts.state import State, states_called


def states(text: str) -> tuple[State, ...]:
    """States, separated by commas, in the order given; of each its beginning is enough."""
    try:
        return states_called(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def duration(text: str) -> float:
    """Seconds, of a text such as `90s` or `2h`."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def since(text: str) -> float:
    """Seconds ago, of a duration, or of the beginning of `today` or `yesterday`."""
    days = _DAYS.get(text.strip().lower())
    return _duration_or_day(text) if days is None else _since_midnight(days)


def until(text: str) -> float:
    """Seconds ago, of a duration, or of the end of `yesterday`; `today` goes on."""
    days = _DAYS.get(text.strip().lower())
    if days is None:
        return _duration_or_day(text)
    return _since_midnight(days - 1) if days else 0.0


_DAYS = {"today": 0, "yesterday": 1}


def _duration_or_day(text: str) -> float:
    """Seconds of a duration, where a day might have been named as well."""
    try:
        return duration(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, nor {' or '.join(_DAYS)}") from None


def _since_midnight(days: int) -> float:
    """Seconds since so many days ago began."""
    from datetime import datetime, timedelta

    now = datetime.now()
    midnight = datetime.combine(now.date() - timedelta(days), datetime.min.time())
    return now.timestamp() - midnight.timestamp()


def speed(text: str) -> float:
    """How many times faster than life; 0: at once."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100000")
    return number


def number_of_sessions(text: str) -> int:
    """A number of sessions, 10,000 at most."""
    number = int(text) if text.isdecimal() and len(text) < 6 else -1
    if not 0 <= number <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 10000")
    return number


def lines(text: str) -> int:
    """A number of lines, 9,999 at most."""
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of lines")
    return int(text)
