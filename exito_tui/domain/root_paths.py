"""What the path of a root tells, and what lies where in one."""

from exito_tui.domain.regex import regex

MARK = ".claude/sessions"
"""Where a root lies in a project."""
TRASH = ".trash"
"""The trash's folder, in the root."""
WORK_TREES = "/.claude/worktrees/"
"""Where in a project Claude Code makes work trees."""

_WORK_TREE = regex(r"/\.claude/worktrees/([^/]+)/\.claude/sessions\Z")


def work_tree_of(root: str) -> str:
    """The name of the work tree, made by Claude Code in a project, that a root lies in; else empty.
    Not safe to show as it is."""
    found = _WORK_TREE.search(root)
    return found[1] if found else ""


def project_folder(root: str) -> str:
    """The folder of the project that a root belongs to; the root itself where it lies in none. Not
    safe to show as it is."""
    return root.removesuffix(f"/{MARK}") or root


def project_name(root: str) -> str:
    """What a root is called: the folder of its project, or its own where it lies in none. Not safe
    to show as it is."""
    return project_folder(root).rpartition("/")[2] or root


def root_title(root: str) -> str:
    """What a root is called where several are told apart: the name of the work tree that it lies
    in, else of its project. Not safe to show as it is."""
    work_tree = work_tree_of(root)
    return f"work tree {work_tree}" if work_tree else project_name(root)
