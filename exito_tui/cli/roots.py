"""The roots that a command line means."""

import argparse
import os
from collections.abc import Sequence

from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.config import PREFIX
from exito_tui.domain.snapshot import Snapshot
from exito_tui.store.roots import candidates, discover, named


def wanted_roots(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """(the roots to open, where they were looked for).

    From `--root`, else $EXITO_TUI_ROOT (separated as in $PATH), else the nearest one from here upwards; when there
    is none, the one that a workflow started here would make.
    """
    given: Sequence[str] = getattr(options, "root", None) or []
    if not given and (variable := os.environ.get(PREFIX + "ROOT")):
        given = [path for path in variable.split(os.pathsep) if path]
    if any(not path for path in given):
        raise Failure("--root needs a path: a project or a sessions folder", EXIT_USAGE)
    if given:
        roots = list(dict.fromkeys(named(path) for path in given))
        return roots, roots
    here = os.getcwd()
    found = discover(here)
    if found:
        return [os.path.realpath(found)], [found]
    return [os.path.realpath(candidates(here)[0])], candidates(here)


def existing_roots(options: argparse.Namespace) -> list[str]:
    """The roots, each of which must be there.

    Raises:
        Failure: one of them is not.
    """
    roots, places = wanted_roots(options)
    for root in roots:
        if not os.path.isdir(root):
            if len(places) > 1:
                raise Failure(
                    f"no .claude/sessions folder in {os.getcwd()} or above it; name a project with --root PATH"
                )
            raise Failure(f"{root} is not a folder; name a project or a sessions folder with --root PATH")
    return roots


def must_be_read(snapshots: Sequence[Snapshot]) -> None:
    """Raises Failure if a root could not be read."""
    for snapshot in snapshots:
        if snapshot.state != "present":
            raise Failure(f"{snapshot.root} cannot be read: {snapshot.problem}; check its permissions")
