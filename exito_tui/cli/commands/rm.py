"""`exito-tui rm`: sessions to the trash."""

from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.cli.shared.change import confirm_resolved, rules_for, settings
from exito_tui.cli.shared.select import select_sessions
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.trash.targets import capture_targets


def run(options: Options) -> int:
    """Move the named sessions to the trash."""
    roots, config = settings(options, work_trees=True)
    if options.force and len(options.session) > 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own", EXIT_USAGE
        )
    chosen = select_sessions(options, roots, options.session)
    confirm_resolved(options, chosen, "Move {} to the trash?")
    with Outcomes(options, "moved to the trash") as outcomes:
        for one in chosen:
            rules = rules_for(config, one, force=options.force)
            outcomes.add(
                move_to_trash(one.root, capture_targets(one.root, one.sessions), rules), one.root
            )
    return outcomes.code
