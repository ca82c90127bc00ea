"""`exito-tui undo`, `redo` and `restore`."""

from collections.abc import Sequence

from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure, complain
from exito_tui.cli.shared.change import one_root, settings, undo_command
from exito_tui.cli.shared.select import verdicts_of
from exito_tui.config.settings import Config
from exito_tui.domain.cleanup.operation import Entry, told
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, operations_of
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


def entry_called(root: str, name: str) -> Entry:
    """The entry of the trash that the user names: by its id, a unique beginning of one or its last
    part, or what it was.

    Raises:
        Failure: none is called that, or several are.
    """
    try:
        entries = entries_of(root)
    except OSError as error:
        raise Failure(f"the trash of {root} cannot be read: {describe_error(error)}") from None
    found = [entry for entry in entries if entry.id == name] or [
        entry
        for entry in entries
        if name in (decoded(entry.item.what), decoded(entry.item.what).rpartition("/")[2])
    ]
    found = found or [
        entry for entry in entries if entry.id.startswith(name) or short_id(entry) == name
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(
            f"nothing in the trash is called {name!r}; `exito-tui trash` lists it", EXIT_FAILED
        )
    raise Failure(f"{name!r} may mean any of {len(found)} entries{_listed(found)}", EXIT_USAGE)


def short_id(entry: Entry) -> str:
    """An entry's id without its time, as people see and type it."""
    return entry.id.split("-", 2)[-1]


def _listed(entries: Sequence[Entry]) -> str:
    return "".join(
        f"\n  {entry.id}  {one_line(decoded(entry.item.what))}" for entry in entries[:20]
    )
