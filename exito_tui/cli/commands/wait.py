"""`exito-tui wait`: for scripts, until a session gets into a state."""

import argparse
import time

from exito_tui.cli.output import EXIT_FAILED, Failure, complain, write
from exito_tui.cli.shared.select import judged_roots, session_called
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.store.live.session_index import SessionIndex

_EVERY = 0.5


def run(options: argparse.Namespace) -> int:
    """Print the state when it is one of those waited for; exit code 1 when the time runs out
    first."""
    snapshots, judge = judged_roots(options)
    session = session_called(snapshots, options.session)
    if session.is_note:
        raise Failure(f"{one_line(session.key)} is a note: it has no state to wait for")
    index = SessionIndex(next(one for one in snapshots if one.root == session.root), judge)
    deadline = time.monotonic() + options.timeout if options.timeout else None
    name = one_line(decoded(session.key))
    while True:
        index.refresh([session.key])
        index.read_claims_due()
        current = index.snapshot.sessions.get(session.key)
        if current is None:
            raise Failure(f"{name} is not there any more", EXIT_FAILED)
        verdict = judge.verdict(current, time.time_ns())
        if verdict.state in options.states:
            write(f"{verdict.state}\n")
            return 0
        left = deadline - time.monotonic() if deadline is not None else _EVERY
        if left <= 0:
            waited = duration(int(options.timeout * 1e9))
            complain(f"{name} is still {verdict.state} after {waited}: {one_line(verdict.reason)}")
            return EXIT_FAILED
        time.sleep(min(_EVERY, left))
