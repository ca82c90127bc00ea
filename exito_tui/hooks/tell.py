"""The main model is told whether an agent's file is on disk.

When an agent in the background has ended, UserPromptSubmit comes with a prompt that begins with
`<task-notification>`; when one in the foreground has, PostToolUse of Agent does (observed with
2.1.332)."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from exito_tui.safe_read import read_own_file

_TASK = re.compile(r"<task-id>([A-Za-z0-9_-]{1,100})</task-id>")
_LONGEST_META = 64 * 1024


def notified_agent(said: Mapping[str, Any]) -> str:
    """The type of the agent that has just ended, with the plugin's name; empty for none."""
    if said.get("hook_event_name") == "PostToolUse":
        given = said.get("tool_input")
        kind = given.get("subagent_type") if isinstance(given, Mapping) else None
        answer = said.get("tool_response")
        started = isinstance(answer, Mapping) and answer.get("status") == "async_launched"
        return kind if isinstance(kind, str) and not started else ""
    prompt, transcript = said.get("prompt"), said.get("transcript_path")
    if not isinstance(prompt, str) or not prompt.startswith("<task-notification>"):
        return ""
    found = _TASK.search(prompt[:10_000])
    if not found or not isinstance(transcript, str) or not transcript.endswith(".jsonl"):
        return ""
    meta = os.path.join(transcript[:-6], "subagents", f"agent-{found[1]}.meta.json")
    try:
        made = json.loads(read_own_file(meta, _LONGEST_META))
    except (OSError, ValueError, RecursionError):
        return ""
    kind = made.get("agentType") if isinstance(made, dict) else None
    return kind if isinstance(kind, str) else ""


def told_of_file(
    event: str, place: str, names: Sequence[str], there: Sequence[str]
) -> dict[str, Any]:
    """What the main model is told of the file that an agent owes, of which any one name will do;
    `there` are those that are in the session."""
    directory = f".claude/sessions/{place}"
    if there:
        words = f"{directory}/{there[0]} is on disk: give its path to the next agent."
    else:
        words = (
            f"{directory}/{names[0]} is NOT on disk: the agent did not write it, and its answer "
            "was no report."
        )
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": words}}
