"""The folder of a run is there before the model's first word, and the model is told.

UserPromptExpansion comes when the user types a plugin's command, PreToolUse of Skill when the model
starts it; what is answered as `additionalContext` stands beside the command's text (observed with
2.1.332)."""

import re
from collections.abc import Mapping
from typing import Any

from exito_tui.hooks.folders import NewFolder

Answer = dict[str, Any] | None
_NAME = re.compile(r"[\w-]{1,100}(?::[\w-]{1,100})?\Z")


def called_command(said: Mapping[str, Any]) -> tuple[str, str]:
    """The command that is about to run, as it was called, and what it was given; empty for none."""
    if said.get("hook_event_name") == "UserPromptExpansion":
        name, given = said.get("command_name"), said.get("command_args")
    else:
        tool_input = said.get("tool_input")
        tool_input = tool_input if isinstance(tool_input, Mapping) else {}
        name, given = tool_input.get("skill"), tool_input.get("args")
    if not isinstance(name, str) or not _NAME.match(name):
        return "", ""
    return name, given if isinstance(given, str) else ""


def told_of(made: NewFolder, event: str) -> Answer:
    """What the model is told of a folder that was made."""
    context = (
        "The session folder of this run exists already; do not make one:\n"
        f"{made.lines}"
        f"Where the command's text says $SESSION_ID, it means {made.id}. "
        "Give these two lines, word for word, in every agent's prompt."
    )
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": context}}
