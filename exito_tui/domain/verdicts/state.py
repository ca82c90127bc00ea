"""The states that a session can be in."""

from typing import Literal

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
CHANGING: frozenset[State] = frozenset(("waiting", "stuck", "running"))
"""States that may change, or whose words do, without a write."""
