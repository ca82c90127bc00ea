"""The roots that a command line means."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.domain.root_paths import project_folder
from exito_tui.store.read.roots import candidates, discover, named, why_only_read

if TYPE_CHECKING:
    from exito_tui.domain.sessions.snapshot import Snapshot


class RootChoice(NamedTuple):
    """The roots to open, and whether the user named them. `places` is where one was looked for when
    none was found, the nearest first. `work_trees` are the roots of the work trees that Claude Code
    made in their projects."""

    roots: list[str]
    named: bool
    places: list[str]
    work_trees: Sequence[str] = ()

    @property
    def all(self) -> list[str]:
        """The roots with those of the work trees."""
        return [*self.roots, *self.work_trees]


def wanted_roots(options: Options) -> RootChoice:
    """The roots that are named by `--root`, else by $EXITO_TUI_ROOT (separated as in $PATH); else
    the nearest one from here upwards; when there is none, the one that a workflow started here
    would make.

    Raises:
        Failure: a path is empty, or the folder that the user is in is gone.
    """
    given: Sequence[str] = getattr(options, "root", None) or []
    if not given and (variable := os.environ.get("EXITO_TUI_ROOT")):
        given = [path for path in variable.split(os.pathsep) if path]
    if any(not path for path in given):
        raise Failure("--root needs a path: a project or a sessions folder", EXIT_USAGE)
    if given:
        roots = list(dict.fromkeys(named(path) for path in given))
        return _choice(_with_siblings(options, roots), named=True)
    try:
        here = os.getcwd()
    except FileNotFoundError:
        raise Failure(
            "the folder that you are in is not there any more; name a project with --root PATH"
        ) from None
    found = discover(here)
    if found:
        roots = _with_siblings(options, [os.path.realpath(found)])
        return _choice(roots, named=False)
    places = [os.path.realpath(place) for place in candidates(here)]
    for place in places:  # whoever always works in work trees has sessions there alone
        if trees := _work_trees([place]) or awaited_work_trees(options, [place]):
            return RootChoice(trees, named=False, places=[])
    return RootChoice(
        places[:1], named=False, places=[place for place in places if not os.path.isdir(place)]
    )


def _choice(roots: list[str], *, named: bool) -> RootChoice:
    return RootChoice(roots, named, [], _work_trees(roots))


def _work_trees(roots: Sequence[str]) -> list[str]:
    """The roots of the work trees that Claude Code made in the projects of some roots."""
    from exito_tui.store.read.sibling_roots import own_work_trees

    found = (tree for root in roots for _, tree in own_work_trees(root))
    return [tree for tree in dict.fromkeys(found) if tree not in roots]


def _with_siblings(options: Options, roots: list[str]) -> list[str]:
    """The roots, and with `--worktrees` the others of their repositories."""
    if not getattr(options, "worktrees", False):
        return roots
    from exito_tui.store.read.sibling_roots import sibling_roots

    return list(dict.fromkeys([*roots, *(one for root in roots for one in sibling_roots(root))]))


def existing_roots(
    options: Options, *, awaited: bool = False, work_trees: bool = False
) -> list[str]:
    """The roots, each of which must be there, or (`awaited`) about to be; `work_trees`: also those
    of the work trees that Claude Code made in their projects, there or about to be likewise.

    Raises:
        Failure: one of them is not.
    """
    wanted = wanted_roots(options)
    if wanted.places and not (awaited and _are_awaited(options, wanted.roots)):
        raise Failure(
            f"no .claude/sessions folder in {os.getcwd()} or above it; name a project with "
            "--root PATH"
        )
    for root in wanted.roots:
        if not os.path.isdir(root) and not (awaited and _are_awaited(options, [root])):
            raise Failure(
                f"{_what_is_missing(root)}; name a project or a sessions folder with --root PATH"
            )
    if not work_trees:
        return wanted.roots
    return [*wanted.all, *(awaited_work_trees(options, wanted.roots) if awaited else ())]


def _what_is_missing(root: str) -> str:
    """Which part of a path that was named is not what it has to be."""
    place = next((one for one in (project_folder(root), root) if not os.path.isdir(one)), root)
    return f"{place} is not {'a folder' if os.path.lexists(place) else 'there'}"


def awaited_work_trees(options: Options, roots: Sequence[str]) -> list[str]:
    """The roots, which are not there yet, of work trees that Claude Code made in the projects of
    some roots and runs a workflow in."""
    from exito_tui.store.read.sibling_roots import bare_work_trees

    bare = [tree for root in roots for tree in bare_work_trees(root)]
    if not bare or getattr(options, "no_claude", False):
        return []
    from exito_tui.claude.registry import is_worked_in

    used = [tree for tree in dict.fromkeys(bare) if is_worked_in(project_folder(tree))]
    return [tree for tree in used if tree not in roots and _are_awaited(options, [tree])]


def _are_awaited(options: Options, roots: Sequence[str]) -> bool:
    """Whether Claude Code is about to make the roots, which are not there yet."""
    from exito_tui.cli.shared.claude import is_awaited

    return any(is_awaited(options, root) for root in roots)


def changeable_roots(options: Options, *, work_trees: bool = False) -> list[str]:
    """As `existing_roots`, of roots in each of which something may be changed.

    Raises:
        Failure: one of them is not there, or is only read.
    """
    roots = existing_roots(options, work_trees=work_trees)
    for root in roots:
        if why := why_only_read(root, named=wanted_roots(options).named):
            raise Failure(f"nothing was done: {why}")
    return roots


def must_be_read(snapshots: "Sequence[Snapshot]") -> None:
    """Raises Failure if a root could not be read."""
    for snapshot in snapshots:
        if snapshot.state != "present":
            raise Failure(
                f"{snapshot.root} cannot be read: {snapshot.problem}; check its permissions"
            )
