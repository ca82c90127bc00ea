"""The one-cell signs of states, for terminals with Unicode and for others."""

import sys
from collections.abc import Mapping

from exito_tui.domain.verdicts.state import State

_SIGNS: Mapping[State, tuple[str, str]] = {
    "waiting": ("?", "?"), "stuck": ("!", "!"), "failed": ("✗", "X"), "running": ("◐", "*"),
    "interrupted": ("–", "-"), "completed": ("✓", "+"), "unknown": ("·", "."),
}  # fmt: skip


def sign_of(state: State) -> str:
    """The sign of a state, as far as stdout can show it."""
    unicode, plain = _SIGNS[state]
    return unicode if (sys.stdout.encoding or "").lower().startswith("utf") else plain
