"""The sessions that a conversation has: by what its metadata says, or what an agent was told."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from exito_tui.hooks.project import plain_root
from exito_tui.store.fs import safefs
from exito_tui.store.operations.hook_notes import METADATA

_DIRECTORY = re.compile(r"(?m)^[ \t>*-]*(?:Session )?Directory:[ \t]*[`\"']?([^\s`\"']+)")
_ID = re.compile(r"[A-Za-z0-9_][\w.+-]*\Z")
_LARGEST = 64 * 1024
_MOST_LOOKED_AT = 200


def told_folder(prompt: str, project: str) -> str | None:
    """The path, relative to the sessions folder, of the session that a prompt's `Directory:` line
    names, if it is a folder of a session that is there."""
    root = plain_root(project)
    for match in _DIRECTORY.finditer(prompt[:_LARGEST]):
        path = os.path.normpath(os.path.join(project, match[1]))
        if root and path.startswith(root + os.sep) and os.path.realpath(path) == path:
            parts = path[len(root) + 1 :].split("/")
            if len(parts) == 2 and all(map(_ID.match, parts)) and os.path.isdir(path):
                return "/".join(parts)
    return None


def own_folder(conversation: object, project: str) -> str | None:
    """The path, relative to the sessions folder, of the newest session whose metadata names a
    conversation."""
    root = plain_root(project)
    if root is None or not isinstance(conversation, str) or not conversation:
        return None
    found: list[tuple[str, str]] = []
    try:
        with safefs.opened_root(root) as descriptor:
            for place in _newest_first(descriptor):
                metadata = metadata_of(descriptor, place)
                if metadata.get("claude_session_id") == conversation:
                    found.append((str(metadata.get("created_at")), place))
    except OSError:
        return None
    return max(found)[1] if found else None


def metadata_of(root: int, place: str) -> Mapping[str, Any]:
    """What a session's metadata says; nothing where it cannot be read."""
    try:
        with safefs.opened_file(root, f"{place}/{METADATA}") as (descriptor, status):
            if status.st_size > _LARGEST:
                return {}
            made = json.loads(safefs.pread_all(descriptor, 0, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return made if isinstance(made, dict) else {}


def _newest_first(root: int) -> Iterator[str]:
    """The folders of sessions, those made last first, as far as anyone would look."""
    found: list[tuple[float, str]] = []
    for command in filter(_ID.match, safefs.names_in(root)):
        try:
            with safefs.opened_folder(root, command) as folder:
                for name in filter(_ID.match, safefs.names_in(folder)):
                    when = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime
                    found.append((when, f"{command}/{name}"))
        except OSError:
            continue
    found.sort(reverse=True)
    yield from (place for _, place in found[:_MOST_LOOKED_AT])
