"""`exito-tui purge`: destroys what is in the trash."""

import argparse
import time

from exito_tui.cli.cleaning import agreed, one_root, report, settings
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, separated
from exito_tui.cli.restore import entry_called
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, counted, iso_utc, short_size
from exito_tui.store.cleanup import purge
from exito_tui.store.errors import words
from exito_tui.store.trashed import entries_of


def run(options: argparse.Namespace) -> int:
    """Destroy the named entries (all, if none are named), after a yes."""
    roots, _ = settings(options)
    root = one_root(roots)
    try:
        entries = [entry_called(root, name) for name in options.entry] or [
            entry for entry in entries_of(root) if not entry.problem
        ]
    except OSError as error:
        raise Failure(f"the trash of {root} cannot be read: {words(error)}") from None
    if options.older_than is not None:
        limit_ns = time.time_ns() - int(options.older_than * SECOND_NS)
        entries = [entry for entry in entries if entry.at_ns < limit_ns]
    if not entries:
        complain("there is nothing to purge")
        return 0
    if not options.yes:
        for entry in entries:
            complain(separated((entry.id, iso_utc(entry.at_ns), decoded(entry.unit.what))).rstrip("\n"))
    size = short_size(sum(entry.unit.size for entry in entries))
    count = counted(len(entries), "entry")
    if not agreed(f"Destroy {count} ({size}) for good? This cannot be undone.", yes=options.yes):
        complain("nothing was done")
        return EXIT_FAILED
    return report(purge(root, entries), done="destroyed for good")
