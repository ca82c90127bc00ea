"""`exito-tui archive` and `unarchive`."""

import argparse
import os

from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.cli.shared.change import one_root, report, rules_for, settings, undo_command
from exito_tui.cli.shared.select import select_sessions
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.trash.targets import capture_targets


def run(options: argparse.Namespace) -> int:
    """Pack the named sessions, or unpack the named files."""
    roots, config = settings(options)
    code = 0
    if hasattr(options, "file"):
        root = one_root(roots)
        undo = undo_command(options, root)
        for path in options.file:
            code = max(
                code, report(unarchive(root, os.path.abspath(path)), done="put back", undo=undo)
            )
        return code
    if options.force and len(options.session) > 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own", EXIT_USAGE
        )
    for snapshot in select_sessions(options, roots, config, options.session):
        folder = os.path.abspath(options.to) if options.to else ""
        rules = rules_for(config, snapshot, force=options.force)
        outcome = archive(
            snapshot.root, capture_targets(snapshot.root, snapshot.sessions), folder, rules
        )
        code = max(
            code, report(outcome, done="archived", undo=undo_command(options, snapshot.root))
        )
    return code
