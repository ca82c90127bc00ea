"""Deeds as JSON: the journal, the lines of the log and the manifests of the trash, schema 1.

The keys are spelled out here, and nowhere else: what the code calls a thing may change, what lies on disk may not. A
record may come from anybody, so what it says is read strictly: paths stay below the root, numbers within bounds.
"""

import json
from collections.abc import Mapping
from typing import Any

from exito_tui.domain.cleanup.operation import ACTIONS, Action, Deed, Part, Unit

SCHEMA = 1
_LARGEST_NUMBER = 2**63 - 1


class NotADeedError(ValueError):
    """The text is no record of a deed."""


def deed_text(deed: Deed) -> str:
    """A deed as one line of JSON."""
    return json.dumps({
        "schema": SCHEMA,
        "id": deed.id,
        "action": deed.action,
        "at_ns": deed.at_ns,
        "units": [_unit_object(unit) for unit in deed.units],
        "undoes": deed.undoes,
        "recovered": deed.recovered,
        "mark": deed.mark,
    })  # fmt: skip


def _unit_object(unit: Unit) -> dict[str, Any]:
    return {
        "what": unit.what,
        "parts": [_part_object(part) for part in unit.parts],
        "entry": unit.entry,
        "files": unit.files,
        "size": unit.size,
        "archive": unit.archive,
        "makes": unit.makes,
        "unmakes": unit.unmakes,
    }


def _part_object(part: Part) -> dict[str, Any]:
    made: dict[str, Any] = {"source": part.source, "target": part.target, "inode": part.inode, "swap": part.swap}
    return {**made, "digest": part.digest} if part.digest else made


def read_deed(text: str) -> Deed:
    """The deed that a line tells of.

    Raises:
        NotADeedError: it tells of none.
    """
    made = _object(text)
    try:
        return Deed(
            id=_text(made["id"]),
            action=_action(made["action"]),
            at_ns=_number(made["at_ns"]),
            units=tuple(map(_unit, made["units"])),
            undoes=_text(made.get("undoes", "")),
            recovered=made.get("recovered") is True,
            mark=_text(made.get("mark", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotADeedError(f"not the record of a deed: {error}") from None


def _object(text: str) -> Mapping[str, Any]:
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotADeedError(f"not JSON: {error}") from None
    if not isinstance(made, dict):
        raise NotADeedError("not a JSON object")
    return made


def _unit(made: Mapping[str, Any]) -> Unit:
    return Unit(
        what=_text(made["what"]),
        parts=tuple(map(_part, made["parts"])),
        entry=_name(made.get("entry", "")),
        files=_number(made.get("files", 0)),
        size=_number(made.get("size", 0)),
        archive=_text(made.get("archive", "")),
        makes=tuple(map(_path, made.get("makes", ()))),
        unmakes=tuple(map(_path, made.get("unmakes", ()))),
    )


def _part(made: Mapping[str, Any]) -> Part:
    return Part(
        source=_path(made["source"]),
        target=_path(made["target"]),
        inode=_number(made["inode"]),
        swap=_number(made.get("swap", 0)),
        digest=_text(made.get("digest", "")),
    )


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
    """A whole number within what a file system can count."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return max(0, min(value, _LARGEST_NUMBER))


def _action(value: object) -> Action:
    for action in ACTIONS:
        if action == value:
            return action
    raise ValueError(f"{value!r} is no action")
