"""`exito-tui status`: how many sessions need you, as short as a status line wants it."""

import argparse
import gc
import time
from collections import Counter

from exito_tui.cli.output import EXIT_FINDINGS, write
from exito_tui.cli.shared.claude import opened_or_awaited, with_records_of
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.select import judge_for, tell_of_unreadable
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.cli.shared.signs import sign_of
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import NEEDS_USER, STATES, Standing, State
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.scan import scan_names

_SHOWN: tuple[State, ...] = ("waiting", "stuck", "failed", "running")


def run(options: argparse.Namespace) -> int:
    """Print the counts, as signs or as JSON; exit code 3 when anything needs the user."""
    gc.disable()  # it is over before there is garbage
    roots = existing_roots(options, awaited=True, work_trees=True)
    judge = judge_for(roots)
    now_ns = time.time_ns()
    counts: Counter[State] = Counter()
    old = 0
    for root in roots:
        for standing in _standings(options, root, judge, now_ns):
            counts[standing.state] += not standing.is_old
            old += standing.is_old
    if options.json:
        from exito_tui.cli.json.schema import document

        states = {state: counts[state] for state in STATES}
        write(document({"roots": roots, "states": states, "old": old}))
    else:
        shown = [f"{sign_of(state)}{counts[state]}" for state in _SHOWN if counts[state]]
        write(" ".join(shown) + "\n")
    return EXIT_FINDINGS if any(counts[state] for state in NEEDS_USER) else 0


def _standings(options: argparse.Namespace, root: str, judge: Judge, now_ns: int) -> list[Standing]:
    """How each session of a root stands; what is kept of a completed one is not judged again."""
    names, judge = with_records_of(options, scan_names(root, layouts_for(root)), judge)
    with opened_or_awaited(names) as folder:
        reader = CachingReader(folder, names, judge, kept_of(root, judge))
        sessions = reader.with_files(list(names.sessions.values()))
        tell_of_unreadable(sessions)
        open_ones = [
            one for one in sessions if judge.known(one) or not reader.is_kept_completed(one)
        ]
        found = [verdict.standing for _, verdict in reader.judged(open_ones, now_ns)]
    return found + [Standing("completed")] * (len(sessions) - len(open_ones))
