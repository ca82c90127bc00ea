"""`exito-tui rm`: sessions to the trash."""

import argparse

from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.cli.shared.change import report, rules_for, settings, undo_command
from exito_tui.cli.shared.select import select_sessions
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.trash.targets import capture_targets


def run(options: argparse.Namespace) -> int:
    """Move the named sessions to the trash."""
    roots, config = settings(options)
    if options.force and len(options.session) > 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own", EXIT_USAGE
        )
    code = 0
    for snapshot in select_sessions(options, roots, config, options.session):
        rules = rules_for(config, snapshot, force=options.force)
        outcome = move_to_trash(
            snapshot.root, capture_targets(snapshot.root, snapshot.sessions), rules
        )
        code = max(
            code,
            report(outcome, done="moved to the trash", undo=undo_command(options, snapshot.root)),
        )
    return code
