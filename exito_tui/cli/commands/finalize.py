"""`exito-tui finalize`: the end of sessions, written into them."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from exito_tui.cli.json.cleanup import closings_members, failed_object, plan_object
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
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import safefs
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize, finalize_blockers
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
    plans = [_plan(one, rules_for(config, one, force=options.force), options) for one in wanted]
    count = sum(len(plan.going) for plan in plans)
    if options.dry_run or not any(plan.wanted.sessions for plan in plans):
        return _only_show(plans, count, options)
    if options.ended or (count and can_ask() and sum(len(one.sessions) for one in wanted) > 1):
        if not options.yes:
            _list(plans, as_json=options.json)
        must_agree(f"Write status, end and a summary into {pluralize(count)}?", yes=options.yes)
    elif count:
        confirm_resolved(options, wanted, "Write status, end and a summary into {}?")
    with Outcomes(options, "") as outcomes:
        for plan in plans:
            _finalize(plan.wanted, plan.rules, outcomes, options)
    return outcomes.code


class _Plan(NamedTuple):
    """The sessions that are wanted of a root, the rules that hold, those of them into which
    something would be written, and those that would be left, with the reasons."""

    wanted: SelectedSessions
    rules: ChangeRules
    going: Sequence[Session]
    left: Sequence[tuple[str, Reason]]


def _plan(one: SelectedSessions, rules: ChangeRules, options: Options) -> _Plan:
    """What would be done to the sessions of a root. Of all that have ended those that would be left
    are not meant."""
    found = finalize_blockers(one.root, one.sessions, rules, time.time_ns())
    left = {key: blocker.reason for key, blocker in found.items() if rules.hold_back(key, blocker)}
    going = [session for session in one.sessions if session.key not in left]
    if options.ended:
        return _Plan(one._replace(sessions=going), rules, going, ())
    return _Plan(one, rules, going, tuple(left.items()))


def _list(plans: Sequence[_Plan], *, as_json: bool = False) -> None:
    """Show into which sessions something would be written."""
    for plan in plans:
        states = plan.wanted.states
        rows = [(decoded(each.key), states.get(each.key, "")) for each in plan.going]
        write_rows(rows, as_json=as_json)


def _only_show(plans: Sequence[_Plan], count: int, options: Options) -> int:
    if options.json:
        made = [
            {
                **plan_object(plan.wanted.root, plan.wanted.states, plan.going),
                "failed": failed_object(plan.left),
            }
            for plan in plans
        ]
        write(document(made, dry_run=options.dry_run))
        return 0
    _list(plans)
    for what, why in [one for plan in plans for one in plan.left]:
        complain(f"{decoded(what)}: {sentence(why)}")
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
        states = {session.key: state for session, state in ended}
        sessions = [session for session, _ in ended]
        made.append(SelectedSessions(snapshot.root, sessions, states, reader.judge))
    return made
