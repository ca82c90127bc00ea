"""What is done to sessions, as data: a deed is made of units, a unit of renames that all happen or none.

The same record is the journal before a deed, its line in the log after it, and what undo reads.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

Action = Literal["rm", "prune", "archive", "restore", "unarchive", "finalize", "fix", "pin", "unpin", "purge", "undo"]
ACTIONS: tuple[Action, ...] = get_args(Action)

TRASH = ".trash"
"""The trash's folder, in the root."""

SCRATCH = f"{TRASH}/scratch"
"""Where things lie that nobody will miss: what is being made, and what is being purged."""


class Part(NamedTuple):
    """One rename; both paths are relative to the root, `inode` is that of what is moved. `swap` is the inode of what
    lies at the target, which then goes to the source in the same instant; 0 when nothing may lie there."""

    source: str
    target: str
    inode: int
    swap: int = 0


class Unit(NamedTuple):
    """What is moved as one: `what` it is (a session's key, or a file's path), its parts, and its size.

    `entry` is the id of the entry of the trash that it goes to or comes from; `archive` is the path of the archive that
    holds a copy, with its inode and size in bytes. `makes` are the folders that have to be made first, `unmakes` those
    that go afterwards if nothing is in them.
    """

    what: str
    parts: tuple[Part, ...]
    entry: str = ""
    files: int = 0
    size: int = 0
    archive: str = ""
    archive_inode: int = 0
    archive_size: int = 0
    makes: tuple[str, ...] = ()
    unmakes: tuple[str, ...] = ()


class Deed(NamedTuple):
    """Something done to a root: `at_ns` epoch nanoseconds, `undoes` the id of the deed that it takes back."""

    id: str
    action: Action
    at_ns: int
    units: tuple[Unit, ...]
    undoes: str = ""
    recovered: bool = False
    """Whether it was interrupted, and finished at a later start."""


class Entry(NamedTuple):
    """One entry of the trash: a unit, when and by which deed it came there. `problem` says why it cannot be read."""

    id: str
    deed: str
    action: Action
    at_ns: int
    unit: Unit
    problem: str = ""


class NotADeedError(ValueError):
    """The text is no record of a deed."""


def payload(entry: str) -> str:
    """Where an entry of the trash keeps what it does: a session's own folder, or a folder that holds its files."""
    return f"{TRASH}/{entry}"


def enters_trash(unit: Unit) -> bool:
    """Whether a unit puts something into its entry of the trash."""
    return bool(unit.entry) and any(f"{part.target}/".startswith(payload(unit.entry) + "/") for part in unit.parts)


def has_holder(unit: Unit) -> bool:
    """Whether the entry of a unit is a folder of ours that holds what was moved, and not the session's own folder."""
    inside = payload(unit.entry) + "/"
    return bool(unit.entry) and any(
        part.source.startswith(inside) or part.target.startswith(inside) for part in unit.parts
    )


def reverse(unit: Unit) -> Unit:
    """The unit that takes another one back."""
    back = tuple(
        part._replace(inode=part.swap, swap=part.inode)
        if part.swap
        else part._replace(source=part.target, target=part.source)
        for part in unit.parts
    )
    return unit._replace(parts=back[::-1], makes=unit.unmakes, unmakes=unit.makes)


def places(unit: Unit) -> tuple[dict[str, int], dict[str, int]]:
    """What lies where before and after a unit: inodes by path, 0 for nothing."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for part in unit.parts:
        before.setdefault(part.source, part.inode)
        before.setdefault(part.target, part.swap)
        after[part.source], after[part.target] = part.swap, part.inode
    return before, after


def deed_text(deed: Deed) -> str:
    """A deed as one line of JSON."""
    return json.dumps({"schema": 1, **deed._asdict(), "units": [_unit_object(unit) for unit in deed.units]})


def read_deed(text: str) -> Deed:
    """The deed that a line tells of.

    Raises:
        NotADeedError: it tells of none.
    """
    made = _object(text)
    try:
        deed = Deed(
            _text(made["id"]), _action(made["action"]), _number(made["at_ns"]),
            tuple(_unit(unit) for unit in made["units"]), _text(made.get("undoes", "")), made.get("recovered") is True,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotADeedError(f"not the record of a deed: {error}") from None
    return deed


def entry_of(deed: Deed, unit: Unit) -> Entry:
    """The entry of the trash that a unit of a deed fills."""
    return Entry(unit.entry, deed.id, deed.action, deed.at_ns, unit)


def _object(text: str) -> Mapping[str, Any]:
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotADeedError(f"not JSON: {error}") from None
    if not isinstance(made, dict):
        raise NotADeedError("not a JSON object")
    return made


def _unit_object(unit: Unit) -> dict[str, Any]:
    return {**unit._asdict(), "parts": [part._asdict() for part in unit.parts]}


def _unit(made: Mapping[str, Any]) -> Unit:
    return Unit(
        _text(made["what"]), tuple(_part(part) for part in made["parts"]), _name(made.get("entry", "")),
        _number(made.get("files", 0)), _number(made.get("size", 0)), _text(made.get("archive", "")),
        _number(made.get("archive_inode", 0)), _number(made.get("archive_size", 0)),
        tuple(map(_path, made.get("makes", ()))), tuple(map(_path, made.get("unmakes", ()))),
    )  # fmt: skip


def _part(made: Mapping[str, Any]) -> Part:
    return Part(_path(made["source"]), _path(made["target"]), _number(made["inode"]), _number(made.get("swap", 0)))


def _path(value: object) -> str:
    """A path below the root; what a record says is not believed when it leads elsewhere."""
    path = _text(value)
    if not path or "\0" in path or any(part in ("", ".", "..") for part in path.split("/")):
        raise ValueError(f"{path!r} is no path below the root")
    return path


def _name(value: object) -> str:
    """The id of an entry, which is one name, or none."""
    name = _text(value)
    if "/" in name or "\0" in name or name in (".", ".."):
        raise ValueError(f"{name!r} is no id")
    return name


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _action(value: object) -> Action:
    for action in ACTIONS:
        if action == value:
            return action
    raise ValueError(f"{value!r} is no action")
