"""The other roots of a project's repository: those of its work trees, and of packages inside it.

Agents in isolation write to the `.claude/sessions` of their own work tree (Claude Code makes those
in `.claude/worktrees/`), so that the main checkout shows only a part of what goes on.
"""

import os
from collections.abc import Iterable, Iterator

from exito_tui.domain.root_paths import MARK
from exito_tui.safe_read import read_own_file
from exito_tui.store.read.roots import project_of

_LONGEST_PATH = 4096
_MOST_WORK_TREES = 100
_MOST_PACKAGES = 400
_PACKAGES = (".", "packages", "apps", "services", "libs", "crates", "modules")
"""Folders of a project whose folders may have sessions of their own; `.` is the project itself."""


def sibling_roots(root: str) -> list[str]:
    """The absolute paths of the other roots that belong to the repository of a root's project, in
    the order of their names. Only this user's: what git and a clone name may lie anywhere."""
    project = project_of(root)
    if project is None:
        return []
    found: dict[str, None] = {}
    inside = (place for place in _inside(project) if _lies_in(place, project))
    for folder in (*_work_trees(project), *inside):
        if place := _own_root(folder, root):
            found[place] = None
    return sorted(found)


def where_siblings_lie(roots: Iterable[str]) -> str:
    """Where the other roots of some roots lie, in words: there need not be a repository."""
    projects = [project for root in roots if (project := project_of(root))]
    has_git = any(os.path.lexists(os.path.join(one, ".git")) for one in projects)
    return "in this repository" if has_git else "in the folders below"


def own_work_trees(root: str) -> list[tuple[str, str]]:
    """(name, root) of the work trees that Claude Code made in the project of a root and that have
    sessions, in the order of their names."""
    project = project_of(root)
    if project is None:
        return []
    found = []
    for name, folder in _made_by_claude(project):
        if _lies_in(folder, project) and (place := _own_root(folder, root)):
            found.append((name, place))
    return found


def bare_work_trees(root: str) -> list[str]:
    """The roots that the work trees which Claude Code made in the project of a root, and in which
    there are no sessions yet, will have."""
    project = project_of(root)
    if project is None:
        return []
    found = []
    for _, folder in _made_by_claude(project):
        if _lies_in(folder, project) and _is_own_folder(folder):
            place = os.path.join(os.path.realpath(folder), MARK)
            if not os.path.lexists(place) and _lies_in(place, folder):
                found.append(place)
    return found


def _own_root(folder: str, root: str) -> str:
    """The root in a folder, if it is this user's, lies there, and is another one; else empty."""
    place = os.path.realpath(os.path.join(folder, MARK))
    is_other = place != os.path.realpath(root)
    return place if is_other and _lies_in(place, folder) and _is_own_folder(place) else ""


def _lies_in(path: str, folder: str) -> bool:
    """Whether no link leads from a folder's place out of it."""
    return os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)


def _work_trees(project: str) -> Iterator[str]:
    """The folders of all work trees of a repository, the main one included. Each must name the
    repository as the repository names it: an unpacked `.git` may name any folder."""
    git = _git_folder(project)
    if git:
        if os.path.basename(git) == ".git":
            yield os.path.dirname(git)
        for name in _names(os.path.join(git, "worktrees"))[:_MOST_WORK_TREES]:
            at = _line(os.path.join(git, "worktrees", name, "gitdir"))
            if os.path.isabs(at) and _points_to(at, os.path.join(git, "worktrees", name)):
                yield os.path.dirname(at)


def _inside(project: str) -> Iterator[str]:
    """The folders in a project that may have a root of their own."""
    yield from (folder for _, folder in _made_by_claude(project))
    yield from _packages(project)


def _made_by_claude(project: str) -> Iterator[tuple[str, str]]:
    """(name, path) of the work trees that Claude Code makes."""
    folder = os.path.join(project, ".claude", "worktrees")
    for name in _names(folder)[:_MOST_WORK_TREES]:
        yield name, os.path.join(folder, name)


def _git_folder(project: str) -> str:
    """The repository of a project, which its work trees share; empty when it has none."""
    git = os.path.join(project, ".git")
    if os.path.isdir(git):
        return git
    own = _line(git).removeprefix("gitdir:").strip()
    if not own:
        return ""
    own = os.path.join(project, own)
    if os.path.realpath(_line(os.path.join(own, "gitdir"))) != os.path.realpath(git):
        return ""
    common = _line(os.path.join(own, "commondir"))
    return os.path.normpath(os.path.join(own, common)) if common else ""


def _points_to(link: str, git: str) -> bool:
    """Whether a work tree's `.git` file names a folder of a repository."""
    named = _line(link).removeprefix("gitdir:").strip()
    return bool(named) and os.path.realpath(
        os.path.join(os.path.dirname(link), named)
    ) == os.path.realpath(git)


def _packages(project: str) -> Iterator[str]:
    for group in _PACKAGES:
        folder = os.path.join(project, group)
        for name in _names(folder)[:_MOST_PACKAGES]:
            if not name.startswith("."):
                yield os.path.join(folder, name)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _line(path: str) -> str:
    """The first line of a small file; empty when it cannot be read."""
    try:
        text = read_own_file(path, _LONGEST_PATH).decode(errors="surrogateescape")
    except OSError:
        return ""
    return text.partition("\n")[0].strip()


def _is_own_folder(path: str) -> bool:
    try:
        return os.path.isdir(path) and os.stat(path).st_uid == os.geteuid()
    except (OSError, ValueError):
        return False
