"""How the sessions of a root stand, where what is kept of them does not tell."""

import time
from collections.abc import Mapping, Sequence

from exito_tui.cli.shared.complaints import complain_of_unreadable
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.kept_standings import KeptStandings, SessionBasis, Stand
from exito_tui.store.read.scan import RACY_NS, newest_in

_FOR_GOOD_NS = 36_600 * DAY_NS
"""What is still so after as long, whatever is written meanwhile elsewhere, does not depend on the
clock."""


def judged_stands(
    root: int,
    names: Snapshot,
    judge: Judge,
    kept: KeptStandings,
    seen: Mapping[str, SessionBasis],
    stands: Mapping[str, Stand],
) -> list[Stand]:
    """How each session stands, when that is kept of those in `stands` alone: the others are judged,
    and those of which Claude Code's records tell. What stands for good is kept. `root` is the
    root's descriptor."""
    open_ones = _open(names, judge, stands)
    if not open_ones and kept.is_whole:
        return [*stands.values()]
    reader = CachingReader(root, names, judge, kept_of(names.root, judge))
    copied_at, behind_ns = reader.judge.clocks(names.root)
    clocks = f"{sorted(copied_at)} {behind_ns}"
    if clocks != kept.clocks:  # what was written elsewhere tells of each session's times
        stands, open_ones = {}, [*names.sessions.values()]
    now_ns = time.time_ns()
    judged = _judged(reader, open_ones, now_ns)
    lasting = {
        key: stand
        for key, (stand, lasts) in judged.items()
        if lasts and newest_in(seen[key].sign) < now_ns - RACY_NS
    }
    if lasting or clocks != kept.clocks or not kept.is_whole:
        kept.save(seen, {**stands, **lasting}, clocks)
    return [*{**stands, **{key: stand for key, (stand, _) in judged.items()}}.values()]


def _open(names: Snapshot, judge: Judge, known: Mapping[str, Stand]) -> list[Session]:
    """The sessions that have to be judged."""
    return [one for key, one in names.sessions.items() if key not in known or judge.knows(one)]


def _judged(
    reader: CachingReader, sessions: Sequence[Session], now_ns: int
) -> dict[str, tuple[Stand, bool]]:
    """How each session stands, and whether it does for good."""
    read = reader.with_files(sessions)
    complain_of_unreadable(read)
    made: dict[str, tuple[Stand, bool]] = {}
    open_ones = []
    for session in read:
        if reader.judge.knows(session) or not reader.is_verdict_kept(session):
            open_ones.append(session)
        else:
            made[session.key] = (Stand("completed", is_old=False), True)
    for session, verdict in reader.judged(open_ones, now_ns):
        stand = Stand(verdict.state, verdict.is_old, verdict.until_ns)
        later = reader.judge.verdict(session, now_ns + _FOR_GOOD_NS)
        newest_ns = max((one.modified_ns for one in session.artefacts or ()), default=0)
        lasts = stand[:2] == (later.state, later.is_old) and newest_ns < now_ns - RACY_NS
        if lasts:
            stand = stand._replace(until_ns=None)
        made[session.key] = (stand, lasts and not reader.judge.knows(session))
    return made
