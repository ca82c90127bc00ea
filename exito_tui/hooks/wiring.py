"""Which of Claude Code's events each part listens to: for the plugin, and for settings.json.

Without a timeout Claude Code waits 600 s for most hooks (observed with 2.1.332): each has one.
"""

from collections.abc import Collection
from typing import Any

from exito_tui.domain.hook_setup import PARTS

_LISTENS: tuple[tuple[str, str, str, int], ...] = (
    ("permission", "PermissionRequest", "Write|Edit", 5),
    ("begin", "UserPromptExpansion", "", 5),
    ("begin", "PreToolUse", "Skill", 5),
    ("brief", "PreToolUse", "Agent|Task", 5),
    ("save", "SubagentStop", "", 10),
    ("tell", "UserPromptSubmit", "", 5),
    ("tell", "PostToolUse", "Agent|Task", 5),
)
"""Part, event, the tools that it is about (empty: it is about none), and the timeout in seconds."""


def hooks_table(command: str, parts: Collection[str] = PARTS, *, ends: bool = True) -> Any:
    """The `hooks` table of Claude Code for some parts. `command` is what is run, to which the words
    for a part are added; `ends`: with the SessionEnd hook."""
    table: dict[str, list[Any]] = {}
    for part, event, tools, timeout in _LISTENS:
        if part in parts:
            hook = {"type": "command", "command": f"{command} {part}", "timeout": timeout}
            entry = {"matcher": tools, "hooks": [hook]} if tools else {"hooks": [hook]}
            table.setdefault(event, []).append(entry)
    if ends:
        hook = {"type": "command", "command": f"{command} session-end", "timeout": 10}
        table["SessionEnd"] = [{"hooks": [hook]}]
    return table
