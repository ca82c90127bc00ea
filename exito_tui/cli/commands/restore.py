"""`exito-tui undo`, `redo` and `restore`."""

from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, complain
from exito_tui.cli.shared.change import one_root, settings, undo_command
from exito_tui.cli.shared.entries import entry_called
from exito_tui.cli.shared.select import verdicts_of
from exito_tui.config.settings import Config
from exito_tui.domain.cleanup.operation import told
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import operations_of
from exito_tui.store.trash.journal import Outcome


def run(options: Options) -> int:
    """Take the last operation back, do it again, or bring entries back."""
    roots, config = settings(options)
    root = one_root(roots)
    if getattr(options, "again", False):
        return _redo(options, root, config)
    if not hasattr(options, "entry"):
        return _undo(root, options)
    if options.new and len(options.entry) > 1:
        raise Failure("--as is for one entry", EXIT_USAGE)
    entries = [entry_called(root, name) for name in options.entry]
    outcome = restore(root, [entry.id for entry in entries], options.new or "")
    with Outcomes(options, "restored") as outcomes:
        outcomes.add(outcome, root)
    if any(why.involves("exists") for _, why in outcome.failed):
        raise Failure(
            "what is there was left, and so was the trash; give another name with --as NEW"
        )
    return outcomes.code


def _undo(root: str, options: Options) -> int:
    outcome = undo(root)
    action = next(
        (one.action for one in operations_of(root) if one.id == outcome.operation.undoes), "it"
    )
    with Outcomes(options, "", undoable=False) as outcomes:
        outcomes.add(outcome, root, {"undone": action})
    if outcome.done and not options.json:
        complain(f"undone: {_told(action, outcome)}")
    return outcomes.code


def _redo(options: Options, root: str, config: Config) -> int:
    snapshot, judge = examined(scan(root, config.layouts_in_force), Judge(config.judge_settings))
    states = {key: verdict.state for key, verdict in verdicts_of(snapshot, judge).items()}
    rules = ChangeRules(int(config.quiet * SECOND_NS), states=states)
    outcome = redo(root, rules, config.layouts_in_force)
    action = outcome.operation.action
    with Outcomes(options, "") as outcomes:
        outcomes.add(outcome, root, {"redone": action})
    if outcome.done and not options.json:
        undo = undo_command(options, root)
        complain(f"done again: {_told(action, outcome)}; `{undo}` takes it back")
    return outcomes.code


def _told(action: str, outcome: Outcome) -> str:
    return told(action, [one_line(decoded(item.what)) for item in outcome.done])
