"""The states that a session can be in."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

from exito_tui.domain.text import did_you_mean

State = Literal["waiting", "stuck", "failed", "running", "interrupted", "completed", "unknown"]
STATES: tuple[State, ...] = (
    "waiting",
    "stuck",
    "failed",
    "running",
    "interrupted",
    "completed",
    "unknown",
)
"""The states, those that need the user first."""

NEEDS_USER: frozenset[State] = frozenset(("waiting", "stuck", "failed"))
COOLING: frozenset[State] = frozenset(("waiting", "failed"))
"""States that press less as time goes by."""
CHANGING: frozenset[State] = frozenset(("waiting", "stuck", "running"))
"""States that may change, or whose words do, without a write."""


def states_called(text: str) -> tuple[State, ...]:
    """The states that a text names, separated by commas, in its order; of each its beginning is
    enough. Raises ValueError with what was wrong."""
    words = [word.strip().lower() for word in text.split(",")]
    found: dict[State, None] = {}
    for word in [word for word in words if word] or [""]:
        begun = [state for state in STATES if word and state.startswith(word)]
        if not begun:
            raise ValueError(f"unknown state {word!r}{did_you_mean(word, STATES)}")
        found |= dict.fromkeys(begun)
    return tuple(found)


class Standing(NamedTuple):
    """How a session stands: its state, and since when it needs the user (epoch ns; None: it does
    not, or nobody knows). `is_old`: it has asked, or has failed, for so long that it presses no
    more."""

    state: State
    since_ns: int | None = None
    is_old: bool = False

    @property
    def presses(self) -> bool:
        """Whether the user is needed now."""
        return self.state in NEEDS_USER and not self.is_old

    def counts_from(self, written_ns: int | None, started_ns: int | None) -> int | None:
        """The moment that a session's age in a list counts from: since when it needs the user, else
        its last write, else its start."""
        times = (self.since_ns, written_ns, started_ns)
        return next((time_ns for time_ns in times if time_ns is not None), None)


def count_states(standings: Iterable[Standing]) -> tuple[Counter[State], int]:
    """How many sessions are in which state, without those whose question presses no more; and how
    many those are."""
    states: Counter[State] = Counter()
    old = 0
    for standing, number in Counter(standings).items():
        if standing.is_old and standing.state == "waiting":
            old += number
        else:
            states[standing.state] += number
    return states, old
