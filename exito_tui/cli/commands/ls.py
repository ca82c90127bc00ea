"""`exito-tui ls`: the sessions, for people, for pipes and as JSON."""

import argparse
import gc
import time
from collections.abc import Collection, Sequence

from exito_tui.cli.output import complain, on_terminal, separated, table, write
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.select import judge_for, judged_roots, verdicts_of
from exito_tui.domain.sessions.list_rows import Sort, in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, local_time, pluralize, short_age, short_size
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.sibling_roots import sibling_roots


def run(options: argparse.Namespace) -> int:
    """List the sessions of all roots, newest first."""
    # Nothing made here is garbage before the end; looking for some costs a third of the time
    gc.disable()
    roots = existing_roots(options)
    sort: Sort = options.sort or "started"
    if options.json:
        from exito_tui.cli.json.fast_listing import listing

        write(listing(roots, judge_for(roots), sort, options.state))
        return 0
    snapshots, judge = judged_roots(options)
    sessions, verdicts = _wanted(snapshots, judge, sort, options.state)
    (_write_table if on_terminal() else _write_separated)(sessions, verdicts)
    more = {one for root in roots for one in sibling_roots(root)} - set(roots)
    if more:
        complain(
            f"{pluralize(len(more), 'more root')} in this repository; see them with --worktrees"
        )
    return 0


def _write_separated(sessions: Sequence[Session], verdicts: Sequence[Verdict]) -> None:
    """A line for each session; where they are of several roots, the last field names it."""
    several = len({session.root for session in sessions}) > 1
    for session, verdict in zip(sessions, verdicts, strict=True):
        started, written = session.started_ns, session.last_write_ns
        write(separated((
            decoded(session.key),
            session.shape,
            "" if started is None else iso_utc(started),
            "" if written is None else iso_utc(written),
            str(session.size),
            str(len(session.artefacts or ())),
            verdict.state,
            *([decoded(session.root)] if several else ()),
        )))  # fmt: skip


def _write_table(sessions: Sequence[Session], verdicts: Sequence[Verdict]) -> None:
    now = time.time_ns()
    rows = []
    for session, verdict in zip(sessions, verdicts, strict=True):
        started, written = session.started_ns, session.last_write_ns
        rows.append((
            decoded(session.key),
            "" if started is None else local_time(started)[: 16 if session.tells_clock else 10],
            "" if written is None else short_age(now - written),
            str(len(session.artefacts or ())),
            short_size(session.size),
            verdict.state,
        ))  # fmt: skip
    if rows:
        write(
            table(
                ("SESSION", "STARTED", "WRITTEN", "FILES", "SIZE", "STATE"),
                rows,
                frozenset({2, 3, 4}),
                drop=(3, 1, 4, 2),
            )
        )


def _wanted(
    snapshots: Sequence[Snapshot], judge: Judge, sort: Sort, states: Collection[State]
) -> tuple[list[Session], list[Verdict]]:
    """The sessions in the wanted states (all, if none are named) in order, and the verdict on
    each."""
    sessions: list[Session] = []
    verdicts: list[Verdict] = []
    for snapshot in snapshots:
        known = verdicts_of(snapshot, judge)
        standings = {key: verdict.standing for key, verdict in known.items()}
        for session in in_order(snapshot.sessions.values(), sort, {snapshot.root: standings}):
            if not states or known[session.key].state in states:
                sessions.append(session)
                verdicts.append(known[session.key])
    return sessions, verdicts
