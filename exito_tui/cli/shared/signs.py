"""The one-cell signs of states, for terminals with Unicode and for others, and their colours."""

from collections.abc import Mapping

from exito_tui.cli.output import draws_unicode
from exito_tui.domain.verdicts.state import State

_SIGNS: Mapping[State, tuple[str, str]] = {
    "waiting": ("?", "?"), "stuck": ("!", "!"), "failed": ("✗", "X"), "running": ("◐", "*"),
    "interrupted": ("–", "-"), "completed": ("✓", "+"), "unknown": ("·", "."),
}  # fmt: skip


def sign_of(state: State) -> str:
    """The sign of a state, as far as the terminal can show it."""
    unicode, plain = _SIGNS[state]
    return unicode if draws_unicode() else plain


_INKS: Mapping[State, str] = {"waiting": "33", "stuck": "31", "failed": "31", "running": "32"}


def ink_of(state: State, *, is_old: bool = False) -> str:
    """The colour of a state, as an SGR code; empty for one that asks for no attention."""
    return "" if is_old else _INKS.get(state, "")
