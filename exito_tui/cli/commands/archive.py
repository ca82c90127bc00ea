"""`exito-tui archive` and `unarchive`."""

import os

from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.options import Options
from exito_tui.cli.shared.change import (
    confirm_resolved,
    must_force_one,
    one_root,
    rules_for,
    settings,
)
from exito_tui.cli.shared.select import select_sessions
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.trash.targets import capture_targets


def run(options: Options) -> int:
    """Pack the named sessions, or unpack the named files."""
    roots, config = settings(options, work_trees=not hasattr(options, "file"))
    if hasattr(options, "file"):
        root = one_root(roots)
        with Outcomes(options, "put back") as outcomes:
            for path in options.file:
                outcomes.add(unarchive(root, os.path.abspath(path)), root)
        return outcomes.code
    must_force_one(options)
    chosen = select_sessions(options, roots, options.session)
    confirm_resolved(options, chosen, "Archive {} and move it to the trash?")
    folder = os.path.abspath(options.to) if options.to else ""
    with Outcomes(options, "archived") as outcomes:
        for one in chosen:
            rules = rules_for(config, one, force=options.force)
            targets = capture_targets(one.root, one.sessions)
            outcomes.add(archive(one.root, targets, folder, rules), one.root)
    return outcomes.code
