"""The report of an agent that could not write its file, saved as that file.

SubagentStop comes before the main model is told, with the agent's last words whole (observed with
2.1.332). What anybody refused is never saved."""

import json
import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # which takes its time, and most answers are no report
    from exito_tui.domain.cleanup.operation import Origin

_HEADING = re.compile(r"(?m)^#{1,6} \S")
_SHORTEST, _FEWEST_LINES = 200, 3
_LARGEST = 4 * 1024 * 1024
_MOST_TRANSCRIPT = 64 * 1024 * 1024
_PATIENCE = 6.0
"""For so many seconds another process that changes the root is waited for; the hook has ten."""
_MISSING_TOOL = (None, "automode-unavailable")
"""Why a Write may have failed without anybody having said no."""


class Tried(NamedTuple):
    """What an agent tried to write: the text of the last Write of a file that failed, and whether
    somebody, or a rule, said no."""

    text: str = ""
    was_refused: bool = False
    task: str = ""


def is_report(text: str) -> bool:
    """Whether a last word is a report, and not "done, see plan.md"."""
    if not text.strip() or len(text) > _LARGEST:
        return False
    return bool(_HEADING.search(text)) or (
        len(text) >= _SHORTEST and text.count("\n") >= _FEWEST_LINES
    )


def tried_to_write(transcript: str, names: Sequence[str]) -> Tried:
    """What an agent's transcript tells of its own attempts, and the task it was given."""
    uses: dict[str, str | None] = {}  # by id; None: a command of a shell, whose text is not known
    found = Tried()
    for record in _records(transcript):
        message = record.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if not found.task and record.get("type") == "user":
            found = found._replace(task=_task(content))
        for block in content if isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            given = block.get("input")
            if block.get("type") == "tool_use" and isinstance(given, dict):
                path, command = given.get("file_path"), given.get("command")
                is_own = isinstance(path, str) and path.rpartition("/")[2] in names
                if is_own and block.get("name") in ("Write", "Edit"):
                    text = given.get("content")
                    uses[str(block.get("id"))] = text if isinstance(text, str) else ""
                elif isinstance(command, str) and any(name in command for name in names):
                    uses[str(block.get("id"))] = None
            elif block.get("type") == "tool_result" and block.get("tool_use_id") in uses:
                found = _judged(found, record, block, uses[str(block["tool_use_id"])])
    return found


def _judged(
    before: Tried, record: dict[str, Any], block: dict[str, Any], text: str | None
) -> Tried:
    """What holds after a call: a refusal, until the file was written all the same."""
    if block.get("is_error") is not True:
        return before if text is None else before._replace(text="", was_refused=False)
    decision = record.get("permissionDecision")
    rejected = isinstance(decision, dict) and decision.get("decision") == "reject"
    kind = record.get("toolDenialKind")
    refused = kind not in _MISSING_TOOL or (rejected and kind is None)
    if refused or before.was_refused:
        return before._replace(text="", was_refused=True)
    return before if text is None else before._replace(text=text)


def _task(content: object) -> str:
    if isinstance(content, str):
        return content
    texts = [
        block["text"]
        for block in (content if isinstance(content, list) else ())
        if isinstance(block, dict) and isinstance(block.get("text"), str)
    ]
    return "\n".join(texts)


def _records(path: str) -> list[dict[str, Any]]:
    """The records of a transcript in which somebody speaks; others repeat their blocks without the
    verdict."""
    found: list[dict[str, Any]] = []
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with open(descriptor, "rb") as file:
            for line in file.read(_MOST_TRANSCRIPT).split(b"\n"):
                if b'"tool_' not in line and found:
                    continue
                record = json.loads(line) if line else None
                if isinstance(record, dict) and record.get("type") in ("user", "assistant"):
                    found.append(record)
    except (OSError, ValueError, RecursionError):
        return found
    return found


class AgentAnswer(NamedTuple):
    """The text of an agent that is saved as the file it owes, and where it comes from."""

    name: str
    content: bytes
    origin: "Origin"


def save(root: str, place: str, answer: AgentAnswer) -> bool:
    """Save an answer as a file of the session at a place in a root, as `exito-tui recover` does: in
    the log, to be undone, and never over anything; whether it was.

    Raises:
        CleanupError: nothing was done.
        OSError: it cannot be written.
    """
    from exito_tui.store.operations.recover import save_texts

    outcome = save_texts(root, place, [answer], _PATIENCE, by_hand=False)
    for what, why in outcome.failed:
        if why.code == "exists":
            return False
        raise OSError(f"{what} was not saved: {why.code} {dict(why.values)}")
    return True


def content_of(text: str) -> bytes:
    """The content of the file that a text becomes. Half a pair of surrogates, which JSON can name,
    is no letter."""
    return (text.rstrip("\n") + "\n").encode(errors="replace")
