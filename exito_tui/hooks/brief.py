"""An agent gets its `Session:` and `Directory:` lines, even where the model forgot them.

PreToolUse of Agent answers with `updatedInput`, which must hold every key of the input: with the
prompt alone the agent is not started (observed with 2.1.332)."""

import re

from exito_tui.hooks.runs import told_folder

_VARIABLE = re.compile(r"\$(?:SESSION_ID\b|\{SESSION_ID\})")
_SESSION = re.compile(r"(?m)^[ \t>*-]*Session:[ \t]*\S")
_EMPTY = re.compile(r"(?m)^[ \t]*Session:[ \t]*(?:\n|\Z)")
_LINE = re.compile(r"(?m)^([ \t]*)(Session Directory|Directory|Session):.*$")


def briefed(prompt: str, place: str, project: str) -> str:
    """An agent's prompt with its lines put right, for the session at a place (relative to the
    sessions folder)."""
    own, directory = place.rpartition("/")[2], f".claude/sessions/{place}"
    values = {"Session Directory": directory, "Directory": directory, "Session": own}
    better = _VARIABLE.sub(own, prompt)
    if not told_folder(better, project):
        better = _LINE.sub(lambda line: f"{line[1]}{line[2]}: {values[line[2]]}", better)
    if not told_folder(better, project):
        better = f"{better.rstrip()}\nSession: {own}\nDirectory: {directory}"
    elif not _SESSION.search(better):
        better = f"{_EMPTY.sub('', better).rstrip()}\nSession: {own}"
    return better
