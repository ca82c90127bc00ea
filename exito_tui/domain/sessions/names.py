"""What a name in a sessions root means.

The shapes come from the exito plugin (its ADR 006, commands and agents), from its sister plugin
`cc`, and from folders seen in public repositories; models make up names too, so every name must
land somewhere.
"""

import re
import time
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Shape = Literal["canonical", "semantic", "epoch", "named", "fallback", "flat", "foreign"]

_MONTH = r"(?:19[789]\d|[2-9]\d{3})(?:0[1-9]|1[0-2])"
_DATE = _MONTH + r"(?:0[1-9]|[12]\d|3[01])"
_CLOCK = r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_STAMPED = re.compile(r"(?s)(.*)_(\d{8})_(\d{6})\Z")
_VALID_STAMP = re.compile(rf"{_DATE}{_CLOCK}\Z")
_EPOCH = re.compile(r"(?s)(.*)[-_]([1-9]\d{9})\Z")
_FOREIGN = re.compile(r"(?s)(\d{8})_(\d{6})_[0-9a-f]{8}(?:_.*)?\Z")
_FOREIGN_V2 = re.compile(r"(?s)v2-(\d{8})T(\d{6})-[A-Za-z2-7]{8}(?:-.*)?\Z")
_PULL_REQUEST = re.compile(r"pr_(\d+)_(.+)\Z", re.DOTALL)
_REGISTRY = re.compile(r"(?:pid-)?\d+\.json\Z|.*\.key\Z", re.DOTALL)

FOREIGN_COMMAND = "cc"
PULL_REQUESTS = "pr_reviews"
RESEARCH = "research"


class Name(NamedTuple):
    """A session folder's name, read: its command, its shape, and when it says it started."""

    command: str
    shape: Shape
    stamp: str
    """Local time as 14 digits (`20251106153045`), which sort as time does; empty when there is
    none."""


def _valid(date: str, clock: str) -> str:
    stamp = date + clock
    if not _VALID_STAMP.match(stamp):
        return ""
    if date[6:] > "28":
        from datetime import (
            datetime,
        )  # imported late: few names need it, and every command would wait for it

        try:
            datetime(int(date[:4]), int(date[4:6]), int(date[6:]))
        except ValueError:
            return ""
    return stamp


def stamp_of_epoch(seconds: float) -> str:
    """The stamp, in local time, of a moment given in epoch seconds."""
    return time.strftime("%Y%m%d%H%M%S", time.localtime(seconds))


def _utc_stamp(date: str, clock: str) -> str:
    stamp = _valid(date, clock)
    if not stamp:
        return ""
    from calendar import timegm

    return stamp_of_epoch(timegm(time.strptime(stamp, "%Y%m%d%H%M%S")))


def started_seconds(stamp: str) -> int | None:
    """Epoch seconds of a stamp in local time, or None for an empty one or one outside the clock's
    range."""
    if not stamp:
        return None
    numbers = (
        int(stamp[:4]),
        int(stamp[4:6]),
        int(stamp[6:8]),
        int(stamp[8:10]),
        int(stamp[10:12]),
    )
    try:
        return int(time.mktime((*numbers, int(stamp[12:]), 0, 0, -1)))
    except (OverflowError, ValueError):
        return None


_clocks: set[str] = set()
"""Clock times that were valid: looking one up is many times faster than reading it again."""


def folders_in_command(command: str, names: Iterable[str]) -> Iterator[tuple[str, Shape, str]]:
    """(name, shape, stamp) of each folder inside a command's folder.

    Quick for sorted names, of which many in a row differ in their clock time alone.
    """
    head: str | None = None
    date = ""
    shape: Shape = "named"
    for name in names:
        clock = name[-6:]
        if name[:-6] == head and clock in _clocks:
            yield name, shape, date + clock
        elif found := _STAMPED.match(name):
            shape = "canonical" if found[1] == command else "semantic"
            stamp = _valid(found[2], found[3])
            head, date = name[:-6] if stamp else None, found[2]
            if stamp:
                _clocks.add(clock)
            yield name, shape, stamp
        elif found := _EPOCH.match(name):
            yield name, "epoch", stamp_of_epoch(int(found[2]))
        else:
            yield name, "named", ""


def folder_in_root(name: str) -> Name | None:
    """Read the name of a folder right under the root; None when it is a command's folder."""
    found = _FOREIGN.match(name)
    if found:
        return Name(FOREIGN_COMMAND, "foreign", _valid(found[1], found[2]))
    found = _FOREIGN_V2.match(name)
    if found:
        return Name(FOREIGN_COMMAND, "foreign", _utc_stamp(found[1], found[2]))
    found = _STAMPED.match(name)
    if found:
        return Name(found[1].partition("_")[0] or found[1], "fallback", _valid(found[2], found[3]))
    found = _EPOCH.match(name)
    if found:
        return Name(
            found[1].partition("_")[0] or found[1], "fallback", stamp_of_epoch(int(found[2]))
        )
    return None


def flat_file(command: str, name: str) -> tuple[str, str] | None:
    """(session id, stamp) of a file in a folder that is flat by design; None for any other file.

    `pr_reviews/pr_<N>_*` is one session per pull request, `research/*.md` one per file.
    """
    if command == PULL_REQUESTS:
        found = _PULL_REQUEST.match(name)
        return (f"pr_{found[1]}", "") if found else None
    if command == RESEARCH and name.endswith(".md"):
        stem = name[:-3]
        found = _STAMPED.match(stem)
        return (stem, _valid(found[2], found[3]) if found else "")
    return None


def is_registry(name: str) -> bool:
    """Whether a file in the root belongs to Claude Code's own process registry: never a session,
    never opened."""
    return bool(_REGISTRY.match(name))


def meaningful_part(command: str, session_id: str) -> str:
    """A session's id without its time and without what its command says already."""
    found = _STAMPED.match(session_id) or _EPOCH.match(session_id)
    if found:
        part = found[1]
    elif foreign := _FOREIGN.match(session_id) or _FOREIGN_V2.match(session_id):
        part = session_id[foreign.end(2) :].lstrip("_-")
        part = re.split("[_-]", part, maxsplit=1)[-1]
    else:
        part = session_id
    return "" if part == command else part
