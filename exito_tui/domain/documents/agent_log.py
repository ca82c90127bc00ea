"""The log that older agents keep: `<ISO time>Z | START|SUCCESS|ERROR | <agent> [| message]`."""

from typing import NamedTuple

from exito_tui.domain.regex import regex

_TIME = regex(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?")
_FIRST_LINE = regex(r"\n*(.*)")
_STATUS = regex(r"[A-Za-z_]+")


class LogEntry(NamedTuple):
    """One entry; `status` is upper case, `message` may be empty."""

    time: str
    status: str
    agent: str
    message: str


def read_entry(line: str) -> LogEntry | None:
    """Read one line, or None when it is no entry."""
    time, *parts = (part.strip() for part in line.split("|", 3))
    if len(parts) < 2 or not _TIME.fullmatch(time) or not _STATUS.fullmatch(parts[0]):
        return None
    return LogEntry(time, parts[0].upper(), parts[1], parts[2] if len(parts) > 2 else "")


def is_agent_log(text: str) -> bool:
    """Whether a text begins as such a log does."""
    first = _FIRST_LINE.match(text)
    return first is not None and read_entry(first[1]) is not None
