"""`exito-tui pin` and `unpin`."""

import argparse

from exito_tui.cli.output import complain
from exito_tui.cli.shared.change import settings
from exito_tui.cli.shared.select import select_sessions
from exito_tui.domain.units import pluralize
from exito_tui.store.operations.pin import set_pins


def run(options: argparse.Namespace) -> int:
    """Pin the named sessions, or take their pins off."""
    roots, config = settings(options)
    changed = 0
    for snapshot in select_sessions(options, roots, config, options.session):
        changed += len(
            set_pins(
                snapshot.root, [session.key for session in snapshot.sessions], pinned=options.pinned
            )
        )
    word = "pinned" if options.pinned else "unpinned"
    complain(f"{pluralize(changed)} {word}" if changed else f"already {word}; nothing changed")
    return 0
