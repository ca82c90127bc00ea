"""`exito-tui new`: a session's folder that nobody else can have."""

import argparse
import os
import time

from exito_tui.cli.json.schema import document
from exito_tui.cli.output import EXIT_FAILED, Failure, write
from exito_tui.domain.text import decoded
from exito_tui.hooks.folders import NewFolderError, facts_of, new_folder
from exito_tui.hooks.project import project_folder


def run(options: argparse.Namespace) -> int:
    """Make the folder and print the two lines that agents are told, or its path, or JSON."""
    said = {"cwd": _here()}
    try:
        project = project_folder(said)
        facts = facts_of(os.environ, options.title)
        made = new_folder(project, options.command, facts, time.time())
    except (NewFolderError, ValueError) as error:
        raise Failure(str(error), EXIT_FAILED) from None
    if options.json:
        write(document({"id": made.id, "directory": made.directory, "path": decoded(made.path)}))
    elif options.path:
        write(f"{decoded(made.path)}\n")
    else:
        write(made.lines)
    return 0


def _here() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise Failure("the folder that you are in is not there any more") from None
