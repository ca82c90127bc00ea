"""Which writes of agents need no question: those of plain files in a session's folder.

Claude Code asks before each write below `.claude`, whatever its permission rules say; only a
PermissionRequest hook can answer (observed with 2.1.332). The paths that it hands over have `..`
and `~` resolved already, links not. Here only what is plainly an agent's output is allowed, and
about all else nothing is said.
"""

import os
import re
import stat
from collections.abc import Mapping

from exito_tui.hooks.project import plain_root

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*\Z")
_ENDINGS = (".md", ".json", ".txt")
_INSTRUCTIONS = frozenset(("claude.md", "claude.local.md", "agents.md"))
"""Files that Claude Code obeys, and that are no output."""
_TOOLS = ("Write", "Edit")
_LONGEST = 4096


def is_allowed(tool: object, given: object, cwd: object, project: str) -> bool:
    """Whether a tool may write what it was given without a question. `project` is a real path."""
    if tool not in _TOOLS or not isinstance(given, Mapping) or not isinstance(cwd, str):
        return False
    path = given.get("file_path")
    return isinstance(path, str) and may_be_written(path, cwd, project)


def place_of(path: str, cwd: str, project: str) -> str:
    """The session, relative to the sessions folder, of a path that may be written."""
    real = os.path.realpath(os.path.join(cwd, path))
    below = real.removeprefix(f"{project}/.claude/sessions/")
    return "/".join(below.split("/")[:2])


def may_be_written(path: str, cwd: str, project: str) -> bool:
    """Whether a path is that of a plain new file, or of a plain one with a single name, inside
    `<project>/.claude/sessions/<command>/<session>/`, with no link on the way."""
    root = plain_root(project)
    if root is None or not path or len(path) > _LONGEST or path.startswith("~"):
        return False
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in path):
        return False
    raw = os.path.join(cwd, path)
    if not os.path.isabs(raw) or ".." in raw.split("/"):
        return False
    whole = os.path.normpath(raw)
    real = os.path.realpath(whole)
    if not real.startswith(root + os.sep):
        return False
    # a project may be opened through a link; below it there may be none
    below = real[len(root) :]
    if not whole.endswith(f"/.claude/sessions{below}"):
        return False
    parts = below[1:].split("/")
    if len(parts) < 3 or not all(map(_PART.match, parts)):
        return False
    name = parts[-1].lower()
    if name in _INSTRUCTIONS or not name.endswith(_ENDINGS):
        return False
    if not os.path.isdir(os.path.join(root, *parts[:2])):
        return False  # no session's folder
    return _is_new_or_plain(real)


def _is_new_or_plain(path: str) -> bool:
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
