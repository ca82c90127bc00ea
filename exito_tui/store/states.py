"""The states of all sessions of a root, judged again only where something changed or time may have changed it."""

import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from exito_tui.domain.judge import Judge
from exito_tui.domain.session import Session
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.state import CHANGING, State
from exito_tui.store.update import Turn

_LEARN_EVERY = 60.0


class States:
    """Not thread-safe: one thread owns it; what `states` gave is never changed afterwards."""

    def __init__(self, judge: Judge, root: str) -> None:
        self.states: Mapping[str, State] = MappingProxyType({})
        self._judge = judge
        self._root = root
        self._learned: Mapping[str, Session] | None = None
        self._learn_at = 0.0
        self._settled = False
        self._unheard: set[str] = set()
        """Sessions that were judged before it was known what their files say: their next state is no turn."""
        self._overdue = False

    def let_time_pass(self) -> None:
        """Judge again, at the next `follow`, what time alone may change."""
        self._overdue = True

    def follow(self, snapshot: Snapshot, now_ns: int, touched: Iterable[str], *, settled: bool) -> list[Turn]:
        """Take a new snapshot in, of which only the `touched` sessions may have changed; returns what turned.

        Nothing turns before all was read once (`settled`).
        """
        changed = snapshot.sessions is not self._learned
        if settled and changed and (not self._settled or time.monotonic() >= self._learn_at):
            self._judge.learn(self._root, snapshot.sessions.values())
            self._learned, self._learn_at = snapshot.sessions, time.monotonic() + _LEARN_EVERY
            self._overdue = True
        wanted = set(touched)
        if self._overdue:
            wanted.update(key for key, state in self.states.items() if state in CHANGING)
            self._overdue = False
        turns: list[Turn] = []
        fresh: dict[str, State] = {}
        gone: list[str] = []
        for key in wanted:
            session = snapshot.sessions.get(key)
            before = self.states.get(key)
            if session is None or session.artefacts is None:
                gone += [key] if before else []
                continue
            state = self._judge.state(session, now_ns)
            if state != before:
                fresh[key] = state
                if before is not None and self._settled and key not in self._unheard:
                    turns.append(Turn(session, before, state))
            if session.claims is None:
                self._unheard.add(key)
            else:
                self._unheard.discard(key)
        self._settled = self._settled or settled
        if fresh or gone:
            merged = {**self.states, **fresh}
            for key in gone:
                del merged[key]
            self.states = MappingProxyType(merged)
        return turns
