"""`exito-tui pin` and `unpin`."""

import argparse

from exito_tui.cli.cleaning import chosen, failing, settings
from exito_tui.cli.output import complain
from exito_tui.domain.units import counted
from exito_tui.store.cleanup import set_pins
from exito_tui.store.errors import CleanupError


def run(options: argparse.Namespace) -> int:
    """Pin the named sessions, or take their pins off."""
    roots, config = settings(options)
    changed = 0
    for one in chosen(roots, config, options.session):
        try:
            changed += len(set_pins(one.root, [session.key for session in one.sessions], pinned=options.pinned))
        except CleanupError as error:
            raise failing(error) from None
    word = "pinned" if options.pinned else "unpinned"
    complain(f"{counted(changed)} {word}" if changed else f"already {word}; nothing changed")
    return 0
