"""`exito-tui new`: a session's folder that nobody else can have."""

import os
import time

from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, write
from exito_tui.cli.shared.change import must_be_allowed, one_root
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.domain.root_paths import MARK
from exito_tui.domain.text import decoded, one_line
from exito_tui.hooks.folders import NewFolder, NewFolderError, RunFacts, facts_of, new_folder
from exito_tui.hooks.project import is_claimed, project_folder, why_no_project
from exito_tui.store.read.roots import project_of, why_only_read


def run(options: Options) -> int:
    """Make the folder and print the two lines that agents are told, or its path, or JSON."""
    try:
        made = _made(options)
    except (NewFolderError, ValueError) as error:
        raise Failure(str(error), EXIT_FAILED) from None
    if options.json:
        write(document({"id": made.id, "directory": made.directory, "path": decoded(made.path)}))
    elif options.path:
        write(f"{decoded(made.path)}\n")
    else:
        write(made.lines)
    return 0


def _made(options: Options) -> NewFolder:
    """The new folder: in the root that the user named, else in the project that they are in.
    Raises NewFolderError, ValueError and Failure."""
    must_be_allowed(options)
    facts = facts_of(os.environ, options.title)
    wanted = wanted_roots(options)
    if wanted.named:
        root = one_root(wanted.roots)
        project = project_of(root) or root
        return new_folder(project, options.command, facts, time.time(), named=root)
    project = project_folder({"cwd": _start_folder(facts, os.getcwd())})
    root = os.path.join(project, MARK)
    if why := _why_not_here(project, root):
        raise Failure(f"nothing was made: {why}")
    is_first = not os.path.lexists(root)
    made = new_folder(project, options.command, facts, time.time())
    if is_first:
        complain(f"{one_line(decoded(root))} is new: this project had no sessions yet")
    return made


def _start_folder(facts: RunFacts, here: str) -> str:
    """The folder that Claude Code was started in, where it calls this from below that: its shell
    stays where the last `cd` has led it. Else the folder that the user is in."""
    if not facts.conversation:
        return here
    from exito_tui.claude.folders import config_folder  # only Claude Code needs it
    from exito_tui.claude.registry import processes

    for one in processes(config_folder()):
        calls = one.pid == facts.pid and one.conversation == facts.conversation
        if calls and one.life != "dead" and _is_below(here, one.cwd):
            return one.cwd
    return here


def _is_below(folder: str, other: str) -> bool:
    """Whether a folder lies below another one or is it."""
    above = os.path.realpath(other)
    return os.path.isabs(other) and os.path.commonpath((os.path.realpath(folder), above)) == above


def _why_not_here(project: str, root: str) -> str:
    """Why no session may be made in the project that was found, with the remedy; empty where it
    may."""
    if why := why_no_project(project):
        return f"{why}; name a project with --root PATH"
    if not is_claimed(project):
        return (
            f"there is no project here, since no .git and no .claude lies in {project} or above "
            "it; name one with --root PATH"
        )
    return why_only_read(root, named=False)
