"""The shell commands inside a command's text, as Claude Code runs them before the model sees it.

Only `` !`command` `` at a line's start or after a blank, and the lines of a fence opened with
```` ```! ````, are run; each in a shell of its own, but for the lines of one fence (observed with
Claude Code 2.1.332).
"""

import re
from typing import NamedTuple

from exito_tui.domain.plugins.source import PluginFile

_INLINE = re.compile(r"(.?)!`([^`\n]+)`")
_BARE = re.compile(r"!\s*([A-Za-z_.$/][^`]*)\Z")
ASSIGNED = re.compile(r"(?:^|[;&|]\s*|\bexport\s+)([A-Za-z_]\w*)=")


class Inline(NamedTuple):
    """One shell command in a text. `runs`: Claude Code runs it; `group` is the same for those that
    share a shell."""

    line: int
    command: str
    runs: bool
    group: int


def inline_commands(file: PluginFile) -> list[Inline]:
    """The shell commands of a command's text, those included that are meant to be but are not
    run."""
    found: list[Inline] = []
    block = 0
    for line in file.lines:
        if line.fence is not None:
            opens = line.fence.startswith("!")
            if opens and line.text.lstrip().startswith(("```", "~~~")):
                block = line.number
            elif opens and line.text.strip():
                found.append(Inline(line.number, line.text.strip(), True, block))
            continue
        inline = [
            Inline(line.number, match[2], not match[1].strip(), line.number * 1000 + match.start())
            for match in _INLINE.finditer(line.text)
        ]
        if inline:
            found += inline
        elif bare := _BARE.match(line.text):
            found.append(Inline(line.number, bare[1].strip(), False, -line.number))
    return found
