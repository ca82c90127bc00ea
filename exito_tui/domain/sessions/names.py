"""What a name in a sessions root means.

The shapes come from the exito plugin (its ADR 006, commands and agents), from its sister plugin
`cc`, and from folders seen in public repositories; models make up names too, so every name must
land somewhere.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.layouts import (
    DATED,
    SHELVES,
    Layouts,
    Outcome,
    Reading,
    Where,
    builtin_layouts,
    own_suffix,
    read_name,
)
from exito_tui.domain.sessions.stamps import stamp_of_epoch, utc_stamp, valid_stamp

Shape = Literal[
    "canonical", "semantic", "epoch", "named", "fallback", "flat", "foreign", "dated", "shelved"
]

_STAMPED = regex(r"(?s)(.*)_(\d{8})_(\d{6})\Z")
_EPOCH = regex(r"(?s)(.*)[-_]([1-9]\d{9})\Z")
_FOREIGN = regex(r"(?s)(\d{8})_(\d{6})_[0-9a-f]{8}(?:_.*)?\Z")
_FOREIGN_V2 = re.compile(r"(?s)v2-(\d{8})T(\d{6})-[A-Za-z2-7]{8}(?:-.*)?\Z")
_PULL_REQUEST = regex(r"pr_(\d+)_(.+)\Z", re.DOTALL)
_REGISTRY = regex(r"(?:pid-)?\d+\.json\Z|.*\.key\Z", re.DOTALL)
_ABOUT = regex(
    r"(?:readme|index|_?template|latest|\.gitkeep|changelog|license)(?:\.[a-z]+)?\Z", re.IGNORECASE
)

FOREIGN_COMMAND = "cc"
PULL_REQUESTS = "pr_reviews"
RESEARCH = "research"
PLUGIN = "exito"
POINTER = ".current-session"
"""The file in a root that names its current session."""
PINS = ".pins.json"
"""The file in a root that names the sessions that are pinned."""


class Name(NamedTuple):
    """A session folder's name, read: its command, its shape, and when it says it started."""

    command: str
    shape: Shape
    stamp: str
    """The start in local time (see stamps.py); empty when the name tells none."""


_YEAR = regex(r"[0-9]{4}")


def _read(name: str, where: Where, layouts: Layouts) -> Reading | None:
    """What a name says, if it tells a time. One without a year costs nothing: most roots need no
    layouts, and reading them takes a tenth of the start."""
    if not _YEAR.search(name):
        return None
    return read_name(name, where, layouts or builtin_layouts())


_clocks: set[str] = set()
"""Clock times that were valid: looking one up is many times faster than reading it again."""


def folders_in_command(
    command: str, names: Iterable[str], layouts: Layouts = ()
) -> Iterator[tuple[str, Shape, str]]:
    """(name, shape, stamp) of each folder inside a command's folder.

    The plugin's own forms are read first: quick for sorted names, of which many in a row differ in
    their clock time alone. `layouts` (none: the built-in ones) read the others.
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
            stamp = valid_stamp(found[2] + found[3])
            head, date = name[:-6] if stamp else None, found[2]
            if stamp:
                _clocks.add(clock)
            yield name, shape, stamp
        elif found := _EPOCH.match(name):
            yield name, "epoch", stamp_of_epoch(int(found[2]))
        elif reading := _read(name, "command", layouts):
            yield name, "dated" if reading.stamp else "named", reading.stamp
        else:
            yield name, "named", ""


def folder_in_root(name: str, layouts: Layouts = ()) -> Name | None:
    """Read the name of a folder right under the root; None when it is a command's folder."""
    found = _FOREIGN.match(name)
    if found:
        return Name(FOREIGN_COMMAND, "foreign", valid_stamp(found[1] + found[2]))
    found = _FOREIGN_V2.match(name)
    if found:
        return Name(FOREIGN_COMMAND, "foreign", utc_stamp(found[1] + found[2]))
    found = _STAMPED.match(name)
    if found:
        return Name(
            found[1].partition("_")[0] or found[1], "fallback", valid_stamp(found[2] + found[3])
        )
    found = _EPOCH.match(name)
    if found:
        return Name(
            found[1].partition("_")[0] or found[1], "fallback", stamp_of_epoch(int(found[2]))
        )
    reading = _read(name, "root-folder", layouts)
    if reading and reading.stamp:
        return Name(reading.layout.command or DATED, "dated", reading.stamp)
    return None


def file_in_root(name: str, layouts: Layouts = ()) -> Name | None:
    """Read the name of a file right under the root; None when it holds no time."""
    stem = name.removesuffix(own_suffix(name))
    reading = _read(stem, "root-file", layouts)
    if reading and reading.stamp and not name.startswith("."):
        return Name(reading.layout.command or DATED, "dated", reading.stamp)
    return None


def on_shelf(name: str, *, is_file: bool, layouts: Layouts = ()) -> str:
    """The stamp of a file or folder on a shelf; empty when its name tells none."""
    stem = name.removesuffix(own_suffix(name)) if is_file else name
    reading = _read(stem, "shelf", layouts)
    return reading.stamp if reading else ""


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
        return (stem, valid_stamp(found[2] + found[3]) if found else "")
    return None


def is_registry(name: str) -> bool:
    """Whether a file in the root belongs to Claude Code's own process registry: never a session,
    never opened."""
    return bool(_REGISTRY.match(name))


_DATED_PLACES: tuple[Where, ...] = ("root-folder", "root-file", "shelf", "command")


def outcome_of(key: str, session_id: str, layouts: Layouts = ()) -> Outcome:
    """What a dated name, or the shelf that it lies on, says of how a session ended."""
    for folder in reversed(key.split("/")[:-1]):
        if folder.lower() in SHELVES:
            return SHELVES[folder.lower()]
    for where in _DATED_PLACES:
        if reading := _read(session_id, where, layouts):
            return reading.outcome
    return ""


def is_about(name: str) -> bool:
    """Whether a file says something about its folder, and is nobody's work: README, INDEX,
    TEMPLATE, a link `latest.md`."""
    return bool(_ABOUT.match(name))


def command_of(folder: str) -> str:
    """The command that a folder is named after: without the plugin's name before it (Claude Code
    writes `/exito:build`)."""
    return folder.rpartition(":")[2] or folder


def meaningful_part(command: str, session_id: str, layouts: Layouts = ()) -> str:
    """A session's id without its time and without what its command says already."""
    found = _STAMPED.match(session_id) or _EPOCH.match(session_id)
    if found:
        part = found[1]
    elif foreign := _FOREIGN.match(session_id) or _FOREIGN_V2.match(session_id):
        part = session_id[foreign.end(2) :].lstrip("_-")
        part = re.split("[_-]", part, maxsplit=1)[-1]
    else:
        part = session_id
        for where in _DATED_PLACES:
            if reading := _read(session_id, where, layouts):
                only_a_time = not reading.parts.keys() & {"number", "hex", "state"}
                part = reading.title or ("" if only_a_time else session_id)
                break
    return "" if part == command else part
