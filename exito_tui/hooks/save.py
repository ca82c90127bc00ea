"""The report of an agent that could not write its file, saved as that file.

SubagentStop comes before the main model is told, with the agent's last words whole (observed with
2.1.332). What anybody refused is never saved."""

import json
import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from exito_tui.hooks.folders import METADATA
from exito_tui.hooks.runs import metadata_of
from exito_tui.store.fs import mutations, safefs

_HEADING = re.compile(r"(?m)^#{1,6} \S")
_SHORTEST, _FEWEST_LINES = 200, 3
_LARGEST = 4 * 1024 * 1024
_MOST_TRANSCRIPT = 64 * 1024 * 1024
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
    uses: dict[str, str] = {}
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
                path = given.get("file_path")
                is_own = isinstance(path, str) and path.rpartition("/")[2] in names
                if is_own and block.get("name") in ("Write", "Edit"):
                    text = given.get("content")
                    uses[str(block.get("id"))] = text if isinstance(text, str) else ""
            elif block.get("type") == "tool_result" and block.get("tool_use_id") in uses:
                found = _judged(found, record, block, uses[str(block["tool_use_id"])])
    return found


def _judged(before: Tried, record: dict[str, Any], block: dict[str, Any], text: str) -> Tried:
    if block.get("is_error") is not True:
        return before._replace(text="", was_refused=False)
    decision = record.get("permissionDecision")
    rejected = isinstance(decision, dict) and decision.get("decision") == "reject"
    kind = record.get("toolDenialKind")
    refused = kind not in _MISSING_TOOL or (rejected and kind is None)
    return before._replace(text="" if refused else text, was_refused=refused)


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


def save(root: int, place: str, name: str, text: str, agent: str) -> bool:
    """Save a report as a file of the session at a place below a root's descriptor; whether it was.
    Never over anything: a file that is there, or that comes meanwhile, stays.

    Raises:
        OSError: it cannot be written.
    """
    content = (text.rstrip("\n") + "\n").encode(errors="surrogatepass")
    draft = f".{name}.{os.getpid()}"
    with safefs.opened_folder(root, place) as folder:
        if safefs.is_there(folder, name):
            return False
        mutations.write_new(folder, draft, content, 0o644)
        try:
            mutations.move(folder, draft, folder, name)
        except FileExistsError:
            mutations.remove_file(folder, draft)
            return False
        except OSError:
            mutations.remove_file(folder, draft)
            raise
        mutations.sync(folder)
        _note(root, folder, place, name, agent)
    return True


def _note(root: int, folder: int, place: str, name: str, agent: str) -> None:
    """Note in the metadata that a file was saved from an answer; where that cannot be, the file is
    there all the same."""
    before = metadata_of(root, place)
    if not before:
        return
    saved = before.get("saved_from_answers")
    saved = {**saved, name: agent} if isinstance(saved, dict) else {name: agent}
    text = json.dumps({**before, "saved_from_answers": saved}, indent=2) + "\n"
    draft = f".{METADATA}.{os.getpid()}"
    try:
        mutations.write_new(folder, draft, text.encode(errors="surrogatepass"), 0o644)
        mutations.replace(folder, draft, folder, METADATA)
    except OSError:
        return
