"""The log that older agents keep: `<ISO time>Z | START|SUCCESS|ERROR | <agent> [| message]`."""

import re
from typing import NamedTuple

_LINE = re.compile(
    r"\s*(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)\s*\|\s*([A-Za-z_]+)\s*\|\s*([^|]*?)\s*(?:\|\s*(.*?)\s*)?\Z"
)


class LogEntry(NamedTuple):
    """One entry; `status` is upper case, `message` may be empty."""

    time: str
    status: str
    agent: str
    message: str


def read_entry(line: str) -> LogEntry | None:
    """Read one line, or None when it is no entry."""
    found = _LINE.match(line)
    return LogEntry(found[1], found[2].upper(), found[3], found[4] or "") if found else None


def is_agent_log(text: str) -> bool:
    """Whether a text begins as such a log does."""
    first = text.lstrip("\n").partition("\n")[0]
    return read_entry(first) is not None
