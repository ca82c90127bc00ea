"""What the names below a root mean, as data: known_layouts.toml and the settings say which
names there are, and this module reads names by them.

The forms were counted in public repositories: dated files, dated folders, shelves, the exito
plugin's folders (its ADR 006) and those of its sister plugin `cc`.
"""

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, get_args

from exito_tui.domain.own_toml import own_tables
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.stamps import DAY, MINUTE, stamp_of_epoch, utc_stamp, valid_stamp

Where = Literal["root-folder", "root-file", "command", "flat", "shelf"]
WHERE: tuple[Where, ...] = get_args(Where)
Outcome = Literal["", "completed", "open"]
"""What a name says of how a session ended, if anything."""

DATED = "sessions"
"""The group of all dated files and folders that lie in the root itself."""

_KEYS = frozenset(("name", "in", "pattern", "zone", "command"))
_DATE = r"(?<!\d)(?:20\d\d)(?:[-_.][01]\d[-_.][0-3]\d|[01]\d[0-3]\d)(?!\d)"
_TIME = (
    r"(?:[0-2]\d[0-5]\d(?:[0-5]\d(?:\d{3})?)?"
    r"|[0-2]\d[-_.:h][0-5]\d(?:[-_.:m][0-5]\d(?:[-_.,]\d{3,9})?)?)(?:Z|(?!\d))"
)
_PARTS: Mapping[str, str] = {
    "stamp": r"\d{8}_\d{6}",
    "date": _DATE,
    "time": _TIME,
    "epoch": r"(?<!\d)[1-9]\d{9}(?:\d{3})?(?!\d)",
    "number": r"\d+",
    "hex": r"[0-9a-f]{6,40}",
    "state": r"(?:completed?|done|finished|archived|closed|active|parked|paused|open|current|"
    r"in[-_ ]?progress|wip|blocked)",
    "command": r".+?",
    "agent": r".*?",
    "slug": r".+?",
}
_TIMES = regex(r"\{(?:date|stamp|epoch)\}")
_COMPLETED = frozenset(("complete", "completed", "done", "finished", "archived", "closed"))
_TOKEN = regex(r"\{([a-z]+)(?::(\d+))?\}|([\[\]])|(-)|(.)", re.DOTALL)
_SEPARATOR, _BEFORE_TIME = "[-_. ]", "[-_. T]"

_LONGEST, _MOST_OPTIONAL = 200, 8
_PLUGINS_OWN = frozenset(
    (
        "canonical",
        "semantic",
        "epoch",
        "pull-request",
        "cc",
        "cc-v2",
        "agents-own",
        "agents-own-epoch",
    )
)
"""Layouts that are read before all others, and quickly; names.py has them in code as well."""

SHELVES: Mapping[str, Outcome] = {
    "active": "open", "current": "open", "backlog": "", "completed": "completed",
    "done": "completed", "archive": "completed", "archived": "completed",
}  # fmt: skip
"""Folders that hold sessions of any layout, by what lying there says of them."""


class LayoutError(Exception):
    """A layout's definition is broken; `place` says where, as `layouts[2].pattern`."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place}: {expected}")
        self.place = place
        self.expected = expected


class Layout(NamedTuple):
    """One form of names: where it applies, its pattern, and what it says besides. `source` is where
    it was defined; empty for a built-in one."""

    name: str
    where: tuple[Where, ...]
    pattern: str
    zone: Literal["local", "utc"] = "local"
    command: str = ""
    source: str = ""


Layouts = tuple[Layout, ...]


class Reading(NamedTuple):
    """A name as its layout reads it. `stamp` is the start in local time (empty: the name tells
    none), `parts` holds each part of the pattern that was there."""

    layout: Layout
    stamp: str
    parts: Mapping[str, str]

    @property
    def title(self) -> str:
        """What the name calls the session."""
        return self.parts.get("slug", "")

    @property
    def outcome(self) -> Outcome:
        """What the name says of how it ended."""
        state = self.parts.get("state", "").lower()
        return ("completed" if state in _COMPLETED else "open") if state else ""

    @property
    def zone(self) -> Literal["local", "utc"]:
        """The zone that its time is in."""
        return "utc" if self.parts.get("time", "").endswith(("Z", "z")) else self.layout.zone


@cache
def builtin_layouts() -> Layouts:
    """The layouts of known_layouts.toml; read when the first unusual name is met, not when the
    program starts."""
    return read_layouts(own_tables(__file__, "known_layouts.toml")["layouts"])


def read_layouts(tables: object, source: str = "") -> Layouts:
    """Layouts from the tables of a settings file or of known_layouts.toml.

    Raises:
        LayoutError: for the first of them that is broken.
    """
    if not isinstance(tables, list):
        raise LayoutError("layouts", "expected a list of tables: [[layouts]]")
    return tuple(read_layout(table, f"layouts[{at}]", source) for at, table in enumerate(tables, 1))


def with_own_layouts(own: Layouts) -> Layouts:
    """The built-in layouts with those of the settings: one of the same name takes the place of a
    built-in one, the others go first. Without any, the built-in ones (and nothing is read yet)."""
    if not own:
        return ()
    named = {layout.name: layout for layout in own}
    builtin = builtin_layouts()
    kept = tuple(named.pop(layout.name, layout) for layout in builtin)
    return (*named.values(), *kept)


def read_layout(table: object, place: str, source: str = "") -> Layout:
    """One layout; `place` is where it stands. Raises LayoutError at the first thing that is
    wrong."""
    if not isinstance(table, dict):
        raise LayoutError(place, "expected a table with `name`, `in` and `pattern`")
    for key in table:
        if key not in _KEYS:
            raise LayoutError(
                f"{place}.{key}", f"no such key; there are {', '.join(sorted(_KEYS))}"
            )
    for key in ("name", "pattern"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise LayoutError(f"{place}.{key}", "expected a string")
    where = table.get("in")
    if not isinstance(where, list) or not where or not all(one in WHERE for one in where):
        raise LayoutError(f"{place}.in", f"expected a list of {', '.join(WHERE)}")
    zone = table.get("zone", "local")
    if zone not in ("local", "utc"):
        raise LayoutError(f"{place}.zone", 'expected "local" or "utc"')
    command = table.get("command", "")
    if not isinstance(command, str) or "/" in command:
        raise LayoutError(f"{place}.command", "expected the name of a group")
    if source and table["name"] in _PLUGINS_OWN:
        raise LayoutError(
            f"{place}.name", f"{table['name']} is the plugin's own and stays as it is"
        )
    layout = Layout(table["name"], tuple(where), table["pattern"], zone, command, source)
    _compiled(layout.pattern, place)
    if any(one.startswith("root-") for one in where) and not _TIMES.search(table["pattern"]):
        words = "in the root a name must tell a time: {date}, {stamp} or {epoch}"
        raise LayoutError(f"{place}.pattern", words)
    return layout


@lru_cache(maxsize=256)
def _compiled(pattern: str, place: str = "") -> re.Pattern[str]:
    """The regular expression of a pattern. Raises LayoutError."""
    if len(pattern) > _LONGEST or pattern.count("[") > _MOST_OPTIONAL:
        raise LayoutError(
            f"{place}.pattern",
            f"expected at most {_LONGEST} characters and {_MOST_OPTIONAL} optional parts",
        )
    made, depth = "", 0
    seen: set[str] = set()
    for found in _TOKEN.finditer(pattern):
        part, count, bracket, separator, literal = found.groups()
        if part:
            if part not in _PARTS:
                known = ", ".join(f"{{{name}}}" for name in _PARTS)
                raise LayoutError(
                    f"{place}.pattern", f"{{{part}}} is not a part; there are {known}"
                )
            if part in seen:
                raise LayoutError(f"{place}.pattern", f"{{{part}}} stands in it twice")
            seen.add(part)
            if part == "time" and made.endswith(_SEPARATOR):
                made = made.removesuffix(_SEPARATOR) + _BEFORE_TIME
            made += f"(?P<{part}>{_sized(part, count, place)})"
        elif bracket == "[":
            depth += 1
            made += "(?:"
        elif bracket:
            depth -= 1
            if depth < 0:
                raise LayoutError(f"{place}.pattern", "a ] has no [")
            made += ")?"
        else:
            made += _SEPARATOR if separator else re.escape(literal)
    if depth:
        raise LayoutError(f"{place}.pattern", "a [ is not closed")
    if not seen & {"stamp", "date", "epoch", "number", "slug"}:
        raise LayoutError(f"{place}.pattern", "it names neither a time nor a {number} or {slug}")
    return re.compile(made, re.IGNORECASE | re.DOTALL | re.ASCII)


def _sized(part: str, count: str | None, place: str) -> str:
    if count is None:
        return _PARTS[part]
    if part not in ("hex", "number") or not 1 <= int(count) <= 64:
        raise LayoutError(
            f"{place}.pattern", f"{{{part}:{count}}}: only hex and number are counted"
        )
    digit = "[0-9]" if part == "number" else "[0-9a-f]"
    return f"{digit}{{{count}}}"


def readings(name: str, where: Where, layouts: Layouts) -> Iterator[Reading]:
    """Each layout that fits a name, in order. One whose time never was does not fit."""
    for layout in layouts:
        if where in layout.where and (found := _compiled(layout.pattern).fullmatch(name)):
            parts = {part: text for part, text in found.groupdict().items() if text is not None}
            stamp = _stamp(parts, layout.zone)
            if stamp or not parts.keys() & {"stamp", "date", "epoch"}:
                yield Reading(layout, stamp, parts)


@lru_cache(maxsize=4096)
def read_name(name: str, where: Where, layouts: Layouts) -> Reading | None:
    """What a name says by the first layout that fits it; None when none does."""
    return next(readings(name, where, layouts), None)


def _stamp(parts: Mapping[str, str], zone: str) -> str:
    if epoch := parts.get("epoch"):
        return stamp_of_epoch(int(epoch[:10]))
    if stamp := parts.get("stamp"):
        digits = stamp.replace("_", "")
    else:
        digits = _digits(parts.get("date", ""))
        clock = _digits(parts.get("time", ""))[:6]
        if digits and clock:
            digits += clock if len(clock) == 6 else clock[: MINUTE - DAY]
    if zone == "utc" or parts.get("time", "").endswith(("Z", "z")):
        return utc_stamp(digits)
    return valid_stamp(digits)


def _digits(text: str) -> str:
    return "".join([character for character in text if character.isdecimal()])


def own_suffix(name: str) -> str:
    """The ending of a dated file's name that belongs to its kind, not to its title."""
    suffix = os.path.splitext(name)[1]
    return suffix if suffix.lower() in _SUFFIXES else ""


_SUFFIXES = frozenset(
    (".md", ".markdown", ".txt", ".tmp", ".json", ".jsonl", ".log", ".org", ".rst", ".yaml", ".yml")
)
