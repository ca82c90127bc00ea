"""What every operation on sessions is given, and what keeps it from some of them."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from exito_tui.domain.cleanup.protection import QUIET_SECONDS, Blocker, find_blocker, when_ns
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.names import POINTER
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import State
from exito_tui.store.fs import safefs
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.journal import Outcome
from exito_tui.store.trash.opening import open_for_change
from exito_tui.store.trash.targets import Target
from exito_tui.store.trash.trash import Trash


class ChangeRules(NamedTuple):
    """What holds for an operation: for how long nothing may have been written (ns), the keys of the
    sessions that are moved though they are active or pinned, and the states that are known, by
    key."""

    quiet_ns: int = int(QUIET_SECONDS * SECOND_NS)
    forced: Collection[str] = frozenset()
    states: Mapping[str, State] = {}

    def hold_back(self, key: str, blocker: Blocker) -> bool:
        """Whether a blocker keeps a session as it is: the user does not insist, or in vain."""
        return blocker.final or key not in self.forced


class Progress(NamedTuple):
    """How a long operation is followed: `on_progress` hears how many have been dealt with,
    `should_stop` is asked between two."""

    on_progress: Callable[[int], None] = lambda count: None
    should_stop: Callable[[], bool] = lambda: False


AT_ONCE = Progress()
NO_CHANGE_RULES = ChangeRules()


def recover(root: str) -> list[Reason]:
    """Put right what was left half done; returns what is to be told of it. Raises CleanupError."""
    with open_for_change(root) as (_, notes):
        return notes


def blockers(
    root: str, targets: Iterable[Target], rules: ChangeRules, now_ns: int
) -> dict[str, Blocker]:
    """Why sessions are to be left alone, by key.

    Raises:
        CleanupError: nobody knows what is pinned.
        OSError: the root cannot be opened.
    """
    pins = pins_in(root)
    found = {target.session.key: _blocker(target, pins, rules, now_ns) for target in targets}
    return {key: blocker for key, blocker in found.items() if blocker}


def pins_in(root: str) -> frozenset[str]:
    """The keys of the sessions that are pinned in a root, its path.

    Raises:
        CleanupError: nobody knows.
        OSError: the root cannot be opened.
    """
    with safefs.opened_root(root) as descriptor:
        return read_pins(descriptor)


def pointers_left(targets: Iterable[Target], outcome: Outcome) -> list[Reason]:
    """What is to be told of a current session that was moved away all the same: the root's pointer
    still names it."""
    gone = {item.what for item in outcome.done}
    return [
        Reason("pointer-left", {"pointer": POINTER, "name": target.session.key})
        for target in targets
        if target.session.is_current and target.session.key in gone
    ]


def refuse_blocked(
    trash: Trash, targets: Iterable[Target], rules: ChangeRules
) -> tuple[list[Target], list[tuple[str, Reason]]]:
    """(the sessions that may be moved, those that may not with the reason). Raises CleanupError."""
    pins, now_ns = read_pins(trash.root), time.time_ns()
    fit, left = [], []
    for target in targets:
        key = target.session.key
        blocker = _blocker(target, pins, rules, now_ns)
        if blocker and rules.hold_back(key, blocker):
            left.append((key, blocker.reason))
        else:
            fit.append(target)
    return fit, left


def _blocker(
    target: Target, pins: Collection[str], rules: ChangeRules, now_ns: int
) -> Blocker | None:
    session: Session = target.session
    if target.problem:
        return Blocker(target.problem)
    return find_blocker(
        session,
        rules.states.get(session.key),
        pinned=session.key in pins,
        when=when_ns(session),
        now_ns=now_ns,
        quiet_ns=rules.quiet_ns,
    )
