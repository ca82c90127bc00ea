"""Which of Claude Code's events each part listens to: for the plugin, and for settings.json.

Without a timeout Claude Code waits 600 s for most hooks (observed with 2.1.332): each has one.
"""

import re
from collections.abc import Collection, Mapping
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
    ("session-end", "SessionEnd", "", 10),
)
"""Part, event, the tools that it is about (empty: it is about none), and the timeout in seconds."""


COMMAND = "! command -v exito-tui >/dev/null || exito-tui hook"
"""What settings.json runs; silent where the program is gone."""
_OWN = re.compile(r"(?:! command -v exito-tui >/dev/null \|\| )?exito-tui hook [a-z -]+\Z")


def hooks_table(command: str, parts: Collection[str] = PARTS) -> Any:
    """The `hooks` table of Claude Code for some parts. `command` is what is run, to which the name
    of a part is added."""
    table: dict[str, list[Any]] = {}
    for part, event, tools, timeout in _LISTENS:
        if part in parts:
            hook = {"type": "command", "command": f"{command} {part}", "timeout": timeout}
            entry = {"matcher": tools, "hooks": [hook]} if tools else {"hooks": [hook]}
            table.setdefault(event, []).append(entry)
    return table


def with_hooks(settings: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """Claude Code's settings with our hooks as in a table, in the place of those that are there;
    all else stays, in its order.

    Raises:
        ValueError: the settings do not have the form that hooks have.
    """
    before = settings.get("hooks", {})
    if not isinstance(before, dict):
        raise ValueError('"hooks" is not an object')
    made: dict[str, Any] = {}
    for event, entries in before.items():
        if not isinstance(entries, list):
            raise ValueError(f'"hooks" has no list for "{event}"')
        left = [kept for entry in entries if (kept := _without_own(entry)) is not None]
        if left or not entries:
            made[event] = left
    for event, entries in table.items():
        made[event] = [*made.get(event, ()), *entries]
    rest = {key: value for key, value in settings.items() if key != "hooks"}
    if not made and "hooks" in settings and before:
        return rest
    return {**settings, "hooks": made} if made or "hooks" in settings else rest


def _without_own(entry: Any) -> Any:
    """An entry without our hooks; None when there were no others in it."""
    hooks = entry.get("hooks") if isinstance(entry, dict) else None
    if not isinstance(hooks, list):
        return entry
    left = [one for one in hooks if not _is_own(one)]
    if len(left) == len(hooks):
        return entry
    return {**entry, "hooks": left} if left else None


def _is_own(hook: Any) -> bool:
    command = hook.get("command") if isinstance(hook, dict) else None
    return isinstance(command, str) and _OWN.match(command) is not None
