"""Operations as JSON: the journal, the lines of the log and the manifests of the trash, schema 1.

The keys are spelled out here, and nowhere else: what the code calls a thing may change, what lies
on disk may not. A record may come from anybody, so what it says is read strictly: paths stay below
the root, numbers within bounds.
"""

import json
from collections.abc import Mapping
from typing import Any

from exito_tui.domain.cleanup.operation import ACTIONS, Action, Item, Operation, Origin, Rename

SCHEMA = 1
_LARGEST_NUMBER = 2**63 - 1


class NotAnOperationError(ValueError):
    """The text is no record of an operation."""


def operation_text(operation: Operation) -> str:
    """An operation as one line of JSON."""
    redoes = {"redoes": operation.redoes} if operation.redoes else {}
    return json.dumps({
        "schema": SCHEMA,
        "id": operation.id,
        "action": operation.action,
        "at_ns": operation.at_ns,
        "units": [_item_object(item) for item in operation.items],
        "undoes": operation.undoes,
        "recovered": operation.recovered,
        "mark": operation.mark,
        **redoes,
    })  # fmt: skip


def _item_object(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {
        "what": item.what,
        "parts": [_rename_object(rename) for rename in item.renames],
        "entry": item.entry,
        "files": item.files,
        "size": item.size,
        "archive": item.archive,
        "makes": item.makes,
        "unmakes": item.unmakes,
    }
    return {**made, "origin": origin_object(item.origin)} if item.origin else made


def origin_object(origin: Origin) -> dict[str, str | bool]:
    """Where a recovered text comes from, as JSON."""
    return {
        "source": origin.source,
        "agent": origin.agent,
        "agent_id": origin.agent_id,
        "conversation": origin.conversation,
        "by_hook": origin.by_hook,
    }


def _rename_object(rename: Rename) -> dict[str, Any]:
    made: dict[str, Any] = {
        "source": rename.source,
        "target": rename.target,
        "inode": rename.inode,
        "swap": rename.swap,
    }
    return {**made, "digest": rename.digest} if rename.digest else made


def read_operation(text: str) -> Operation:
    """The operation that a line tells of.

    Raises:
        NotAnOperationError: it tells of none.
    """
    made = _object(text)
    try:
        return Operation(
            id=_text(made["id"]),
            action=_action(made["action"]),
            at_ns=_number(made["at_ns"]),
            items=tuple(map(_item, made["units"])),
            undoes=_text(made.get("undoes", "")),
            recovered=made.get("recovered") is True,
            mark=_text(made.get("mark", "")),
            redoes=_text(made.get("redoes", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnOperationError(f"not the record of an operation: {error}") from None


def _object(text: str) -> Mapping[str, Any]:
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAnOperationError(f"not JSON: {error}") from None
    if not isinstance(made, dict):
        raise NotAnOperationError("not a JSON object")
    return made


def _item(made: Mapping[str, Any]) -> Item:
    return Item(
        what=_text(made["what"]),
        renames=tuple(map(_rename, made["parts"])),
        entry=_name(made.get("entry", "")),
        files=_number(made.get("files", 0)),
        size=_number(made.get("size", 0)),
        archive=_text(made.get("archive", "")),
        makes=tuple(map(_path, made.get("makes", ()))),
        unmakes=tuple(map(_path, made.get("unmakes", ()))),
        origin=_origin(made.get("origin")),
    )


def _origin(made: object) -> Origin | None:
    if made is None:
        return None
    if not isinstance(made, dict):
        raise TypeError(f"{made!r} is not an object")
    return Origin(
        _text(made["source"]),
        _text(made["agent"]),
        _text(made["agent_id"]),
        _text(made["conversation"]),
        made.get("by_hook") is True,
    )


def _rename(made: Mapping[str, Any]) -> Rename:
    return Rename(
        source=_path(made["source"]),
        target=_path(made["target"]),
        inode=_number(made["inode"]),
        swap=_number(made.get("swap", 0)),
        digest=_text(made.get("digest", "")),
    )


def _path(value: object) -> str:
    """A path below the root; what a record says is not believed when it leads elsewhere."""
    path = _text(value)
    if not path or "\0" in path or any(name in ("", ".", "..") for name in path.split("/")):
        raise ValueError(f"{path!r} is not a path below the root")
    return path


def _name(value: object) -> str:
    """The id of an entry, which is one name, or none."""
    name = _text(value)
    if "/" in name or "\0" in name or name in (".", ".."):
        raise ValueError(f"{name!r} is not an id")
    return name


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _number(value: object) -> int:
    """A whole number within what a file system can count."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return max(0, min(value, _LARGEST_NUMBER))


def _action(value: object) -> Action:
    for action in ACTIONS:
        if action == value:
            return action
    raise ValueError(f"{value!r} is not an action")
