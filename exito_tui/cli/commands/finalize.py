"""`exito-tui finalize`: the end of sessions, written into them."""

import argparse
import time

from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure, complain, separated, write
from exito_tui.cli.shared.change import agreed, rules_for, settings, undo_command
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.roots import existing_roots, must_be_read
from exito_tui.cli.shared.select import Selection, select_sessions
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.config.settings import Config
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import safefs
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.finalize import finalize
from exito_tui.store.read.root_reader import JudgingReader
from exito_tui.store.read.scan import scan_names

_ENDED = ("completed", "failed", "interrupted")


def run(options: argparse.Namespace) -> int:
    """Write status, end and summary into the named sessions, or all that have ended."""
    if bool(options.session) == options.ended:
        raise Failure("name sessions, or give --ended for all that have ended", EXIT_USAGE)
    if options.force and len(options.session) != 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own", EXIT_USAGE
        )
    if options.yes and not options.ended:
        raise Failure("--yes goes with --ended", EXIT_USAGE)
    roots, config = settings(options) if not options.dry_run else _reading(options)
    wanted = (
        _ended(options, roots, Judge(config.judge_settings))
        if options.ended
        else select_sessions(options, roots, config, options.session)
    )
    if (options.ended or options.dry_run) and not _agreed(wanted, options):
        return (
            0
            if options.dry_run or not any(snapshot.sessions for snapshot in wanted)
            else EXIT_FAILED
        )
    code = 0
    for one in wanted:
        rules = rules_for(config, one, force=options.force)
        code = max(code, _finalize(one, rules, undo_command(options, one.root)))
    return code


def _reading(options: argparse.Namespace) -> tuple[list[str], Config]:
    roots = existing_roots(options)
    return roots, settings_for(roots[0])


def _agreed(wanted: list[Selection], options: argparse.Namespace) -> bool:
    """Show into which sessions something would be written; then, unless that is all, ask."""
    count = sum(len(snapshot.sessions) for snapshot in wanted)
    if not options.yes:
        for one in wanted:
            for session in one.sessions:
                complain(
                    separated((decoded(session.key), one.states.get(session.key, ""))).rstrip("\n")
                )
    if options.dry_run or not count:
        complain(
            f"{pluralize(count)} would be finalized; nothing was done"
            if count
            else "there is nothing to finalize"
        )
        return False
    if agreed(f"Write status, end and a summary into {pluralize(count)}?", yes=options.yes):
        return True
    complain("nothing was done")
    return False


def _finalize(snapshot: Selection, rules: ChangeRules, undo: str) -> int:
    made = finalize(snapshot.root, snapshot.sessions, snapshot.judge, rules)
    for item in made.outcome.done:
        closing = made.closings[item.what]
        write(separated((decoded(item.what), closing.status, closing.message)))
    for note in made.outcome.notes:
        complain(sentence(note))
    for what, why in made.outcome.failed:
        complain(f"{decoded(what)}: {sentence(why)}")
    done = len(made.outcome.done)
    if done:
        complain(f"{pluralize(done)} finalized; `{undo}` takes it back")
    if made.same:
        complain(f"{pluralize(len(made.same))} finalized before; nothing changed")
    return EXIT_FAILED if made.outcome.failed else 0


def _ended(options: argparse.Namespace, roots: list[str], judge: Judge) -> list[Selection]:
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
            Selection(
                snapshot.root, left, {session.key: state for session, state in ended}, reader.judge
            )
        )
    return made
