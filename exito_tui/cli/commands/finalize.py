"""`exito-tui finalize`: the end of sessions, written into them."""

import time
from collections.abc import Sequence

from exito_tui.cli.json.cleanup import closings_members, plan_object
from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, complain, write, write_rows
from exito_tui.cli.shared.change import (
    can_ask,
    confirm_resolved,
    must_agree,
    must_force_one,
    rules_for,
    settings,
    undo_command,
)
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.roots import must_be_read
from exito_tui.cli.shared.select import SelectedSessions, judge_for, select_sessions
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import scan_names

_ENDED = ("completed", "failed", "interrupted")


def run(options: Options) -> int:
    """Write status, end and summary into the named sessions, or all that have ended."""
    if bool(options.session) == options.ended:
        raise Failure("name sessions, or give --ended for all that have ended", EXIT_USAGE)
    must_force_one(options)
    roots, config = settings(options, work_trees=bool(options.session))
    wanted = (
        _ended(options, roots, judge_for(roots))
        if options.ended
        else select_sessions(options, roots, options.session)
    )
    count = sum(len(one.sessions) for one in wanted)
    if options.dry_run or not count:
        return _only_show(wanted, count, options)
    if options.ended or (count > 1 and can_ask()):
        if not options.yes:
            _list(wanted, as_json=options.json)
        must_agree(f"Write status, end and a summary into {pluralize(count)}?", yes=options.yes)
    else:
        confirm_resolved(options, wanted, "Write status, end and a summary into {}?")
    with Outcomes(options, "") as outcomes:
        for one in wanted:
            _finalize(one, rules_for(config, one, force=options.force), outcomes, options)
    return outcomes.code


def _list(wanted: Sequence[SelectedSessions], *, as_json: bool = False) -> None:
    """Show into which sessions something would be written."""
    for one in wanted:
        rows = [(decoded(each.key), one.states.get(each.key, "")) for each in one.sessions]
        write_rows(rows, as_json=as_json)


def _only_show(wanted: Sequence[SelectedSessions], count: int, options: Options) -> int:
    if options.json:
        made = [plan_object(one.root, one.states, one.sessions) for one in wanted]
        write(document(made, dry_run=options.dry_run))
        return 0
    _list(wanted)
    complain(
        f"{pluralize(count)} would be finalized; nothing was done"
        if count
        else "there is nothing to finalize"
    )
    return 0


def _finalize(
    one: SelectedSessions, rules: ChangeRules, outcomes: Outcomes, options: Options
) -> None:
    made = finalize(one.root, one.sessions, one.judge, rules)
    closings = {item.what: made.closings[item.what] for item in made.outcome.done}
    lines = [(decoded(what), one.status, one.message) for what, one in closings.items()]
    outcomes.add(made.outcome, one.root, closings_members(closings, made.same), lines)
    if options.json:
        return
    if closings:
        undo = undo_command(options, one.root)
        complain(f"{pluralize(len(closings))} finalized; `{undo}` takes it back")
    if made.same:
        complain(f"{pluralize(len(made.same))} finalized before; nothing changed")


def _ended(options: Options, roots: list[str], judge: Judge) -> list[SelectedSessions]:
    """All sessions that have a folder of their own and have ended, by root."""
    snapshots = [scan_names(root, layouts_for(root)) for root in roots]
    must_be_read(snapshots)
    _, judge = with_records(options, snapshots, judge)
    made = []
    for snapshot in snapshots:
        with safefs.opened_root(snapshot.root) as root:
            sessions = [one for one in snapshot.sessions.values() if one.form == "folder"]
            reader = JudgingReader(root, snapshot, judge)
            pairs = reader.judged(sessions, time.time_ns(), every=True)
        ended = [(session, verdict.state) for session, verdict in pairs if verdict.state in _ENDED]
        left = [session for session, _ in ended if session.key not in snapshot.pinned]
        made.append(
            SelectedSessions(
                snapshot.root, left, {session.key: state for session, state in ended}, reader.judge
            )
        )
    return made
