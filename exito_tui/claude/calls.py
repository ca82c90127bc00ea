"""What a call of a tool was given: what it is about, which file it writes, and where it works."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from exito_tui.claude.fields import SHORT, short_line, text_at
from exito_tui.domain.records.conversation import Call
from exito_tui.domain.records.places import places_in, places_told, places_written

_LAUNCHING = ("Agent", "Task")
_WRITING = ("Write", "Edit", "MultiEdit", "NotebookEdit")
_LONGEST_PATH = 4096


class OpenCall(NamedTuple):
    """A call without a result: of what it was given just what is asked for later."""

    call: Call
    path: str
    places: tuple[str, ...]
    question: str

    @property
    def launches(self) -> bool:
        """Whether it starts an agent."""
        return self.call.tool in _LAUNCHING

    @property
    def writes(self) -> bool:
        """Whether it writes the file at its path."""
        return self.call.tool in _WRITING and bool(self.path)


def open_call(tool: str, given: Mapping[str, Any], cwd: str, at_ns: int | None) -> OpenCall:
    """A call that has just been made, in a folder, at a moment (epoch ns)."""
    path = text_at(given, "file_path") or text_at(given, "notebook_path")
    call = Call(tool[:SHORT], target_of(given), at_ns)
    return OpenCall(
        call, path[:_LONGEST_PATH], tuple(_places_of(tool, given, path, cwd)), _question_in(given)
    )


def target_of(given: Mapping[str, Any]) -> str:
    """What a call is about: the path, the command, the description or the pattern it was given."""
    for name in ("file_path", "notebook_path", "command", "description", "pattern", "url", "query",
                 "skill", "path"):  # fmt: skip
        if text := text_at(given, name).strip():
            first, _, more = text.partition("\n")
            return short_line(first) + (" …" if more.strip() else "")
    return ""


def _places_of(tool: str, given: Mapping[str, Any], path: str, cwd: str) -> list[str]:
    """Where a call works: to read or look for something is not to use it, and what is written into
    a file may speak of anything."""
    if tool in _LAUNCHING:
        return places_told(text_at(given, "prompt"), cwd)
    if tool == "Bash":
        return places_written(text_at(given, "command"), cwd)
    return places_in(path, cwd) if tool in _WRITING else []


def _question_in(given: Mapping[str, Any]) -> str:
    """The first question that a call of AskUserQuestion was given, cut; empty: none."""
    questions = given.get("questions")
    first = questions[0] if isinstance(questions, list) and questions else None
    said = first.get("question") if isinstance(first, dict) else None
    return short_line(said)
