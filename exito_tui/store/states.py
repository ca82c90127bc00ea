"""The states of all sessions of a root, judged again only where something changed or time may have changed it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from exito_tui.domain.judge import Judge
from exito_tui.domain.session import Session
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.verdict import CHANGING, State

_LEARN_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Turn:
    """A session whose state became another one while it was watched."""

    session: Session
    before: State
    now: State


class States:
    """Not thread-safe: one thread owns it; what `states` gave is never changed afterwards."""

    def __init__(self, judge: Judge, root: str) -> None:
        self.states: Mapping[str, State] = MappingProxyType({})
        self._judge = judge
        self._root = root
        self._judged: dict[str, Session] = {}
        self._followed: Mapping[str, Session] | None = None
        self._settled = False
        self._overdue = False
        self._learned_at = 0.0

    def let_time_pass(self) -> None:
        """Judge again, at the next `follow`, what time alone may change."""
        self._overdue = True

    def follow(self, snapshot: Snapshot, now_ns: int, *, settled: bool) -> list[Turn]:
        """Take a new snapshot in; returns what turned. Nothing turns before all was read once (`settled`)."""
        if settled and (not self._settled or time.monotonic() - self._learned_at > _LEARN_EVERY):
            if snapshot.sessions is not self._followed or not self._settled:
                self._judge.learn(self._root, snapshot.sessions.values())
            self._learned_at = time.monotonic()
            self._overdue = True
        if snapshot.sessions is self._followed and not self._overdue:
            return []
        fresh: dict[str, State] = {}
        turns: list[Turn] = []
        for key, session in snapshot.sessions.items():
            if session.artefacts is None:
                continue
            before = self.states.get(key)
            again = self._overdue and before in CHANGING
            if before is None or again or self._judged.get(key) is not session:
                state = self._judge.state(session, now_ns)
                self._judged[key] = session
                if before is not None and state != before and self._settled:
                    turns.append(Turn(session, before, state))
            else:
                state = before
            fresh[key] = state
        self._followed = snapshot.sessions
        self._overdue = False
        self._settled = self._settled or settled
        self._judged = {key: session for key, session in self._judged.items() if key in fresh}
        if fresh != self.states:
            self.states = MappingProxyType(fresh)
        return turns
