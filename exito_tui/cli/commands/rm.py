"""`exito-tui rm`: sessions to the trash."""

from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.options import Options
from exito_tui.cli.shared.change import confirm_resolved, must_force_one, rules_for, settings
from exito_tui.cli.shared.select import select_sessions
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.trash.targets import capture_targets


def run(options: Options) -> int:
    """Move the named sessions to the trash."""
    roots, config = settings(options, work_trees=True)
    must_force_one(options)
    chosen = select_sessions(options, roots, options.session)
    confirm_resolved(options, chosen, "Move {} to the trash?")
    with Outcomes(options, "moved to the trash") as outcomes:
        for one in chosen:
            rules = rules_for(config, one, force=options.force)
            outcomes.add(
                move_to_trash(one.root, capture_targets(one.root, one.sessions), rules), one.root
            )
    return outcomes.code
