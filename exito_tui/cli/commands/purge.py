"""`exito-tui purge`: destroys what is in the trash."""

import time

from exito_tui.cli.json.cleanup import entries_object
from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, complain, write, write_rows
from exito_tui.cli.shared.change import must_agree, one_root, settings
from exito_tui.cli.shared.entries import entry_called
from exito_tui.domain.cleanup.operation import Entry
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, iso_utc, pluralize, short_size
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.operations.purge import capture_entries, purge, written_since
from exito_tui.store.trash.contents import entries_of


def run(options: Options) -> int:
    """Destroy the named entries (all, if none are named), after a yes."""
    roots, _ = settings(options)
    root = one_root(roots)
    entries = _entries(options, root)
    if not entries:
        if options.json:
            write(document(entries_object(root, []), dry_run=options.dry_run))
        else:
            complain("there is nothing to purge")
        return 0
    if options.force and len(options.entry) != 1:
        raise Failure(
            "--force is for one entry alone; name each in a command of its own", EXIT_USAGE
        )
    try:
        targets = capture_entries(root, entries)
    except OSError as error:
        raise Failure(f"{root} cannot be read: {describe_error(error)}") from None
    now_ns = time.time_ns()
    forced = {target.entry.id for target in targets} if options.force else set()
    going = [
        target
        for target in targets
        if target.entry.id in forced or not (target.problem or written_since(target, now_ns))
    ]
    if options.dry_run and options.json:
        write(document(entries_object(root, [one.entry for one in going]), dry_run=options.dry_run))
        return 0
    if not options.yes or options.dry_run:
        shown = [target.entry for target in going]
        rows = [(one.id, iso_utc(one.at_ns), decoded(one.item.what)) for one in shown]
        write_rows(rows, as_json=options.json)
    size = short_size(sum(target.tree.size for target in going))
    count = pluralize(len(going), "entry")
    if options.dry_run:
        complain(f"{count} would be destroyed ({size}); nothing was done")
        return 0
    if going:
        must_agree(f"Destroy {count} ({size}) for good? This cannot be undone.", yes=options.yes)
    with Outcomes(options, "destroyed for good", undoable=False) as outcomes:
        outcomes.add(purge(root, targets, forced=forced), root)
    return outcomes.code


def _entries(options: Options, root: str) -> list[Entry]:
    """The entries that are named, or all that can be read; of these, only what is old enough."""
    try:
        entries = [entry_called(root, name) for name in options.entry] or [
            entry for entry in entries_of(root) if not entry.problem
        ]
    except OSError as error:
        raise Failure(f"the trash of {root} cannot be read: {describe_error(error)}") from None
    if options.older_than is None:
        return entries
    limit_ns = time.time_ns() - int(options.older_than * SECOND_NS)
    return [entry for entry in entries if entry.at_ns < limit_ns]
