"""The work trees that Claude Code makes in a project, in `.claude/worktrees/`, and which of them it
deletes when their conversation ends: those in which git sees no change (observed with 2.1.332)."""

import os
import subprocess

from exito_tui.domain.doctor.finding import WorkTree
from exito_tui.domain.root_paths import MARK
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.store.read.commits import ask_git
from exito_tui.store.read.roots import project_of
from exito_tui.store.read.scan import scan
from exito_tui.store.read.sibling_roots import own_work_trees

_LONGEST = 5.0


def at_risk(root: str, layouts: Layouts) -> tuple[WorkTree, ...]:
    """The work trees in a root's project whose sessions git ignores, with their sessions."""
    if project_of(root) is None:
        return ()
    found = []
    for name, inner in own_work_trees(root):
        sessions = tuple(scan(inner, layouts).sessions.values())
        if sessions and _ignores(inner, sessions[0].key):
            found.append(WorkTree(name, inner, sessions))
    return tuple(found)


def _ignores(root: str, key: str) -> bool:
    """Whether git ignores a session, as far as it can be asked."""
    project = project_of(root)
    assert project is not None
    words = ("check-ignore", "--", f"{MARK}/{key}/x")
    own = (f"core.excludesFile={_own_excludes()}",)
    return any(ask_git(project, *words, settings=one, work_tree=True) for one in ((), own))


def _own_excludes() -> str:
    """The user's own file of what git ignores everywhere, by the user's own settings."""
    try:
        done = subprocess.run(
            # the user's own git, found on the search path
            ["git", "config", "--global", "--path", "--get", "core.excludesFile"],  # noqa: S607
            cwd=os.sep,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    named = os.fsdecode(done.stdout.strip(b"\n"))
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return named or os.path.join(base, "git", "ignore")
