"""Which parts of our hooks for Claude Code there are, and which are on."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

ANSWERING = ("permission", "save", "begin", "brief", "tell")
"""The parts that answer Claude Code while it works."""
PARTS = (*ANSWERING, "session-end")
"""What can be switched on or off alone."""
HINDERING: Mapping[str, str] = {
    "auto": "in auto mode the check of Claude Code's server decides about writes",
    "plan": "in plan mode agents may not write",
    "dontAsk": "in dontAsk mode every write below .claude is refused unasked",
}
"""Permission modes in which the `permission` part is not asked (observed with 2.1.332)."""


class HookSetup(NamedTuple):
    """The parts that are on in a project, the permission mode that its conversations begin in
    (empty: the settings do not say), and whether the parts are on by the settings, without the
    plugin."""

    on: frozenset[str] = frozenset()
    mode: str = ""
    by_settings: bool = False

    def line_with(self, part: str) -> str:
        """The command that puts a part on beside those that are."""
        return install_line({part, *self.on}, "hook" if self.by_settings else "plugin")


def install_line(wanted: Collection[str], by: str = "plugin") -> str:
    """The command that has just these parts on, `by` the `plugin` or (`hook`) the settings."""
    parts = [part for part in PARTS if part in wanted]
    only = f" --only {','.join(parts)}" if len(parts) < len(PARTS) else ""
    return f"exito-tui {by} install{only}"
