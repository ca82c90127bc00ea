"""The shell commands inside a text, as Claude Code runs them before the model sees it.

Only in a command, and there only `` !`command` `` at a line's start or after a blank, inside fences
too, and the lines of a fence opened with ```` ```! ````, are run; each in a shell of its own, but
for the lines of one such fence (observed with Claude Code 2.1.332).
"""

import re
from typing import NamedTuple

from exito_tui.domain.plugins.source import BodyLine, PluginFile

_INLINE = re.compile(r"(.?)!`([^`\n]+)`")
_BARE = re.compile(r"!\s*([A-Za-z_.$/][^`]*)\Z")
_BARE_IN_A_FENCE = re.compile(r"[ \t]*!([A-Za-z_.$/][^`]*)\Z")
"""In a script `! command` negates."""
_SHELLS = ("", "bash", "sh", "shell", "zsh")
ASSIGNED = re.compile(r"(?:^|[;&|]\s*|\bexport\s+)([A-Za-z_]\w*)=")


class Inline(NamedTuple):
    """One shell command in a text. `runs`: Claude Code runs it; `group` is the same for those that
    share a shell, and negative for the lines of a fence opened with ```` ```! ````; `fenced`: it
    stands in any fence."""

    line: int
    command: str
    runs: bool
    group: int
    fenced: bool


def inline_commands(file: PluginFile) -> list[Inline]:
    """The shell commands of a command's or an agent's text, those included that are meant to be
    but are not run."""
    found: list[Inline] = []
    block = 0
    runs = file.kind == "command"
    for line in file.lines:
        fenced = line.fence is not None
        if line.fence is not None and line.fence.startswith("!"):
            if line.text.lstrip().startswith(("```", "~~~")):
                block = -line.number
            elif line.text.strip():
                found.append(Inline(line.number, line.text.strip(), runs, block, fenced))
            continue
        inline = [
            Inline(
                line.number,
                match[2],
                runs and not match[1].strip(),
                line.number * 1000 + match.start(),
                fenced,
            )
            for match in _INLINE.finditer(line.text)
        ]
        found += inline or _bare(line)
    return found


def _bare(line: BodyLine) -> list[Inline]:
    """What is meant to be run, without the backticks."""
    if line.fence is None:
        bare = _BARE.match(line.text)
    else:
        bare = _BARE_IN_A_FENCE.match(line.text) if line.fence in _SHELLS else None
    if bare is None:
        return []
    return [Inline(line.number, bare[1].strip(), False, line.number * 1000, line.fence is not None)]
