"""`exito-tui wait`: for scripts, until sessions get into a state."""

import argparse
import time

from exito_tui.cli.ending import go_on
from exito_tui.cli.json.schema import document, waited_object
from exito_tui.cli.output import EXIT_FAILED, Failure, complain, separated, write
from exito_tui.cli.shared.select import judged_roots, session_called
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.live.session_index import SessionIndex

_EVERY = 0.5


def run(options: argparse.Namespace) -> int:
    """Print the states when all sessions (with `any`: one of them) are in one of those waited for;
    exit code 1 when the time runs out first."""
    snapshots, judge = judged_roots(options)
    sessions = [session_called(snapshots, name) for name in options.sessions]
    for session in sessions:
        if session.is_note:
            raise Failure(f"{one_line(session.key)} is a note: it has no state to wait for")
    roots = {session.root for session in sessions}
    indexes = {one.root: SessionIndex(one, judge) for one in snapshots if one.root in roots}
    deadline = time.monotonic() + options.timeout if options.timeout else None
    while True:
        go_on()
        verdicts = [_verdict(indexes[one.root], judge, one) for one in sessions]
        there = [verdict.state in options.states for verdict in verdicts]
        is_over = any(there) if options.any else all(there)
        left = deadline - time.monotonic() if deadline is not None else _EVERY
        if options.json and (is_over or left <= 0):
            pairs = zip(sessions, verdicts, there, strict=True)
            made = [waited_object(*pair) for pair in pairs]
            write(document({"timed_out": not is_over, "sessions": made}))
            return 0 if is_over else EXIT_FAILED
        if is_over:
            for session, verdict, is_there in zip(sessions, verdicts, there, strict=True):
                if len(sessions) == 1:
                    write(f"{verdict.state}\n")
                elif is_there:
                    write(separated((decoded(session.key), verdict.state)))
            return 0
        if left <= 0:
            waited = duration(int(options.timeout * 1e9))
            for session, verdict, is_there in zip(sessions, verdicts, there, strict=True):
                if not is_there:
                    name, reason = one_line(decoded(session.key)), one_line(verdict.reason)
                    complain(f"{name} is still {verdict.state} after {waited}: {reason}")
            return EXIT_FAILED
        time.sleep(min(_EVERY, left))


def _verdict(index: SessionIndex, judge: Judge, session: Session) -> Verdict:
    """The verdict on a session as it is now."""
    index.refresh([session.key])
    index.read_claims_due()
    current = index.snapshot.sessions.get(session.key)
    if current is None:
        raise Failure(f"{one_line(decoded(session.key))} is not there any more", EXIT_FAILED)
    return judge.verdict(current, time.time_ns())
