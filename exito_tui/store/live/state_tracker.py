"""The states of all sessions of a root, judged again only where something changed or time may have
changed it."""

import math
import time
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge, is_long_completed
from exito_tui.domain.verdicts.state import CHANGING, Standing
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.live.events import StateChange

_LEARN_EVERY = 60.0


class StateTracker:
    """Not thread-safe: one thread owns it; what `standings` and `verdicts` gave is never changed
    afterwards."""

    def __init__(self) -> None:
        self.standings: Mapping[str, Standing] = MappingProxyType({})
        self.verdicts: Mapping[str, tuple[Session, Verdict]] = MappingProxyType({})
        """Those that the last `follow` gave on sessions that are shown."""
        self._until: dict[str, int] = {}
        self._learned: Mapping[str, Session] | None = None
        self._checkouts: frozenset[int] = frozenset()
        self._learn_at = 0.0
        self._relearned = False
        self._complete = False
        self._otherwise_timed: set[str] = set()
        """Sessions of whose times another thing has been learned."""
        self._waits_for_learning: set[str] = set()
        """Sessions of which only what is learned will tell the state."""
        self._claims_due: set[str] = set()
        """Sessions that were judged before it was known what their files say: their next state is
        no turn."""

    @property
    def next_turn_ns(self) -> float:
        """The next moment (epoch ns) at which time alone may make a session stand otherwise."""
        return min(self._until.values(), default=math.inf)

    def teach(self, judge: Judge, snapshot: Snapshot, *, at_once: bool = False) -> Judge:
        """A judge that has learned from a snapshot whose files are all read; the same one if there
        is nothing to learn yet. `at_once`: so many sessions changed that they may be copies."""
        checked_out = snapshot.checkouts != self._checkouts
        due = at_once or checked_out or not self._complete or time.monotonic() >= self._learn_at
        if (snapshot.sessions is self._learned and not checked_out) or not due:
            return judge
        self._learned, self._learn_at = snapshot.sessions, time.monotonic() + _LEARN_EVERY
        self._checkouts = snapshot.checkouts
        self._relearned = True
        learned = judge.learned(snapshot.root, snapshot.sessions.values(), snapshot.checkouts)
        if learned.clocks(snapshot.root) != judge.clocks(snapshot.root):
            self._otherwise_timed |= {
                key
                for key, one in snapshot.sessions.items()
                if one.artefacts and learned.by_its_clocks(one) != judge.by_its_clocks(one)
            }
        return learned

    def follow(
        self,
        snapshot: Snapshot,
        judge: Judge,
        now_ns: int,
        touched: Iterable[str],
        *,
        complete: bool,
        shown: Collection[str] = (),
    ) -> list[StateChange]:
        """Take a new snapshot in, of which only the `touched` sessions may have changed; returns
        what turned.

        Nothing turns before all was read once (`complete`). Of sessions that are `shown` the whole
        verdict is kept.
        """
        state_changes: list[StateChange] = []
        fresh: dict[str, Standing] = {}
        gone: list[str] = []
        verdicts: dict[str, tuple[Session, Verdict]] = {}
        for key in self._to_judge(touched, now_ns):
            self._until.pop(key, None)
            session = snapshot.sessions.get(key)
            before = self.standings.get(key)
            if session is None or session.artefacts is None:
                gone += [key] if before else []
                continue
            verdict = self._judged(session, judge, now_ns, is_shown=key in shown)
            if verdict and key in shown:
                verdicts[key] = session, verdict
            standing = verdict.standing if verdict else Standing("completed")
            if standing != before:
                fresh[key] = standing
                if before and before.state != standing.state and self._may_turn(key):
                    state_changes.append(_change(session, before, standing))
            if session.claims is None:
                self._claims_due.add(key)
            else:
                self._claims_due.discard(key)
        self._complete = self._complete or complete
        self.verdicts = MappingProxyType(verdicts)
        self._replace_standings(fresh, gone)
        return state_changes

    def _judged(
        self, session: Session, judge: Judge, now_ns: int, *, is_shown: bool
    ) -> Verdict | None:
        """What is to be thought of a session now, and until when; None for one that is long
        completed, which need not be looked at."""
        if not is_shown and is_long_completed(session, judge.workflow_of(session), now_ns):
            return None
        verdict = judge.verdict(session, now_ns)
        if verdict.until_ns is not None:
            self._until[session.key] = verdict.until_ns
        if verdict.state == "unknown" and verdict.expected:
            self._waits_for_learning.add(session.key)
        return verdict

    def _may_turn(self, key: str) -> bool:
        return self._complete and key not in self._claims_due

    def _replace_standings(self, fresh: Mapping[str, Standing], gone: Collection[str]) -> None:
        if fresh or gone:
            merged = {**self.standings, **fresh}
            for key in gone:
                del merged[key]
            self.standings = MappingProxyType(merged)

    def _to_judge(self, touched: Iterable[str], now_ns: int) -> set[str]:
        """What changed, what time may have changed, and what depends on what has been learned."""
        wanted = {*touched, *(key for key, until_ns in self._until.items() if until_ns <= now_ns)}
        if self._relearned:
            self._relearned = False
            wanted.update(key for key, one in self.standings.items() if one.state in CHANGING)
            wanted |= self._waits_for_learning | self._otherwise_timed
            self._waits_for_learning.clear()
            self._otherwise_timed.clear()
        return wanted


def _change(session: Session, before: Standing, now: Standing) -> StateChange:
    return StateChange(session, before.state, now.state, now.is_old)
