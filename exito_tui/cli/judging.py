"""What the commands that give verdicts share."""

import argparse
import time
from collections.abc import Sequence

from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure
from exito_tui.cli.roots import existing_roots, must_be_read
from exito_tui.cli.settings import settings_for
from exito_tui.domain.judge import Judge
from exito_tui.domain.lookup import LookupFailedError, find_session
from exito_tui.domain.session import Session
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.text import one_line
from exito_tui.domain.verdict import Verdict
from exito_tui.store.scan import scan
from exito_tui.store.survey import examined

_MOST_CANDIDATES = 20


def judge_for(roots: Sequence[str]) -> Judge:
    """A judge with the settings that hold for the first root. Raises ConfigError."""
    return Judge(settings_for(roots[0]).bench)


def judged_roots(options: argparse.Namespace) -> tuple[list[Snapshot], Judge]:
    """The roots with what their files say, and a judge that has learned from them. Raises Failure."""
    roots = existing_roots(options)
    judge = judge_for(roots)
    snapshots = [scan(root) for root in roots]
    must_be_read(snapshots)
    for at, snapshot in enumerate(snapshots):
        snapshots[at], judge = examined(snapshot, judge)
    return snapshots, judge


def verdicts_of(snapshot: Snapshot, judge: Judge) -> dict[str, Verdict]:
    """The verdict on every session of a root, by key."""
    now_ns = time.time_ns()
    return {key: judge.verdict(session, now_ns) for key, session in snapshot.sessions.items()}


def session_called(snapshots: Sequence[Snapshot], name: str) -> Session:
    """The session that the user names.

    Raises:
        Failure: none is called that, or several may be: then they are listed.
    """
    try:
        return find_session(snapshots, name)
    except LookupFailedError as error:
        shown = "".join(f"\n  {one_line(key)}" for key in error.candidates[:_MOST_CANDIDATES])
        more = len(error.candidates) - _MOST_CANDIDATES
        tail = f"\n  and {more} more" if more > 0 else ""
        hint = "" if error.candidates else "; `exito-tui ls` lists them"
        raise Failure(f"{error}{hint}{shown}{tail}", EXIT_USAGE if error.candidates else EXIT_FAILED) from None
