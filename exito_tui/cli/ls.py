"""`exito-tui ls`: the sessions, for people, for pipes and as JSON."""

import argparse
import gc
import time

from exito_tui.cli.output import on_terminal, separated, table, write
from exito_tui.cli.roots import existing_roots, must_be_read
from exito_tui.domain.listing import Sort, in_order
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, local_time, short_age, short_size
from exito_tui.store.scan import scan


def run(options: argparse.Namespace) -> int:
    """List the sessions of all roots, newest first."""
    gc.disable()  # nothing made here is garbage before the end; looking for some costs a third of the time
    roots = existing_roots(options)
    sort: Sort = options.sort or "started"
    if options.json:
        from exito_tui.cli.as_json import listing

        write(listing(roots, sort))
        return 0
    snapshots = [scan(root) for root in roots]
    must_be_read(snapshots)
    sessions = [session for snapshot in snapshots for session in in_order(snapshot.sessions.values(), sort)]
    if not on_terminal():
        for session in sessions:
            started, written = session.started_ns, session.last_write_ns
            write(separated((
                decoded(session.key), session.shape, "" if started is None else iso_utc(started),
                "" if written is None else iso_utc(written), str(session.size), str(len(session.artefacts or ())),
            )))  # fmt: skip
        return 0
    now = time.time_ns()
    rows = []
    for session in sessions:
        started, written = session.started_ns, session.last_write_ns
        rows.append((
            decoded(session.key),
            "" if started is None else local_time(started)[:16],
            "" if written is None else short_age(now - written),
            str(len(session.artefacts or ())),
            short_size(session.size),
        ))  # fmt: skip
    if rows:
        write(table(("SESSION", "STARTED", "WRITTEN", "FILES", "SIZE"), rows, frozenset({2, 3, 4})))
    return 0
