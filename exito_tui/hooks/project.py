"""Where a hook works: the project of a conversation, and its sessions folder.

`CLAUDE_PROJECT_DIR` is the project as Claude Code sees it, the work tree where one was opened with
`-w`; it may be the folder that Claude Code was started in, below the project's own (observed with
2.1.332).
"""

import os
import stat
from collections.abc import Mapping

from exito_tui.domain.root_paths import MARK
from exito_tui.safe_read import read_own_file
from exito_tui.user_folders import config_folder


def project_folder(said: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> str:
    """The real path of the project: the folder that Claude Code names, or the nearest one above it
    that holds `.claude/sessions` or a repository; where Claude Code names none, and there is no
    such, the nearest with a `.claude`. Raises ValueError."""
    by_claude = environment.get("CLAUDE_PROJECT_DIR")
    named = by_claude or said.get("cwd")
    if not isinstance(named, str) or not os.path.isabs(named) or "\0" in named:
        raise ValueError("neither CLAUDE_PROJECT_DIR nor cwd names a folder")
    start = os.path.realpath(named)
    if not os.path.isdir(start):
        raise ValueError(f"{start} is not a folder")
    home = os.path.realpath(os.path.expanduser("~"))
    folder, otherwise = start, start if by_claude else ""
    while True:
        if not why_no_project(folder):
            if os.path.isdir(os.path.join(folder, MARK)) or _lies_in(folder, ".git"):
                return folder
            if not otherwise and _lies_in(folder, ".claude"):
                otherwise = folder
        parent = os.path.dirname(folder)
        if parent == folder or folder == home:
            return otherwise or start
        folder = parent


def is_claimed(project: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether anything says of a folder that it is a project: a repository or a `.claude` in it, or
    Claude Code, to which any folder that it works in is one. (Its hooks are given
    `CLAUDE_PROJECT_DIR`, its `!` lines and Bash calls `CLAUDE_CODE_SESSION_ID`: observed.)"""
    by_claude = environment.get("CLAUDE_PROJECT_DIR") or environment.get("CLAUDE_CODE_SESSION_ID")
    return bool(by_claude) or _lies_in(project, ".git") or _lies_in(project, ".claude")


def _lies_in(folder: str, name: str) -> bool:
    return os.path.lexists(os.path.join(folder, name))


def why_no_project(project: str) -> str:
    """Why a folder (a real path) cannot be a project, or nothing at all: sessions in HOME, in / or
    in a folder for everybody's files would be found by every project below."""
    home = os.path.realpath(os.path.expanduser("~"))
    if project in (home, os.sep) or _is_everybodys(project):
        return f"{project} is not a project: sessions in it would show up in every project below it"
    return ""


def _is_everybodys(folder: str) -> bool:
    """Whether a folder is one like /tmp, in which everybody may make files of their own."""
    try:
        mode = os.stat(folder).st_mode
    except OSError:
        return False
    return bool(mode & stat.S_ISVTX and mode & stat.S_IWOTH)


def is_only_read(project: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether nothing may be changed in the sessions of a project (a real path): by the user's
    settings, or because they belong to another user.

    Raises:
        ConfigError: the settings are wrong.
    """
    try:
        if os.stat(os.path.join(project, MARK)).st_uid != os.geteuid():
            return True
    except OSError:
        pass  # it is not there yet
    if "EXITO_TUI_READ_ONLY" not in environment and not _names_read_only(environment):
        return False
    from exito_tui.config.sources import load  # it takes longer than all else that a hook does

    return load(environment=environment).read_only


def _names_read_only(environment: Mapping[str, str]) -> bool:
    """Whether the user's settings say anything of `read_only`."""
    try:
        content = read_own_file(os.path.join(config_folder(environment), "config.toml"))
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return b"read_only" in content


def plain_root(project: str) -> str | None:
    """The sessions folder of a project (its real path), whether it is there or not; None where a
    link leads elsewhere."""
    root = os.path.join(project, MARK)
    return root if os.path.realpath(root) == root else None
