"""Where a hook works: the project of a conversation, and its sessions folder.

`CLAUDE_PROJECT_DIR` is the project as Claude Code sees it, the work tree where one was opened with
`-w`; it may be the folder that Claude Code was started in, below the project's own (observed with
2.1.332).
"""

import os
from collections.abc import Mapping

MARK = ".claude/sessions"


def project_folder(said: Mapping[str, object], environment: Mapping[str, str] = os.environ) -> str:
    """The real path of the project: the folder that Claude Code names, or the nearest one above it
    that holds `.claude/sessions` or a repository. Raises ValueError."""
    named = environment.get("CLAUDE_PROJECT_DIR") or said.get("cwd")
    if not isinstance(named, str) or not os.path.isabs(named) or "\0" in named:
        raise ValueError("neither CLAUDE_PROJECT_DIR nor cwd names a folder")
    start = os.path.realpath(named)
    if not os.path.isdir(start):
        raise ValueError(f"{start} is not a folder")
    home = os.path.realpath(os.path.expanduser("~"))
    folder = start
    while True:
        if folder != home and os.path.isdir(os.path.join(folder, MARK)):
            return folder
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder or folder == home:
            return start
        folder = parent


def plain_root(project: str) -> str | None:
    """The sessions folder of a project (its real path), whether it is there or not; None where a
    link leads elsewhere."""
    root = os.path.join(project, MARK)
    return root if os.path.realpath(root) == root else None
