"""Where an agent's text takes its task for arguments: `$1`, `$ARGUMENTS`.

Claude Code replaces these in a command's text alone (observed with 2.1.332).
"""

import re

from exito_tui.domain.plugins.source import BodyLine, PluginFile

_NAMED = re.compile(r"\$(?:ARGUMENTS\b|\{ARGUMENTS\})")
_NUMBERED = re.compile(r"\$\{?([1-9])\b\}?(?![.,]\d)")
_NOT_OURS = re.compile(r"\A[ \t]*#.*|'[^'\n]*'")
"""A comment, and another program's words (awk)."""
_CODE = re.compile(r"`[^`\n]+`")
_HEADED = re.compile(r"[ \t]*(?:[-*]|\d+\.)[ \t]+(?:\*\*)?(\$[1-9])\+?(?:\*\*)?[ \t]*:")
_SETS = re.compile(r"\A[ \t]*(?:function[ \t]+\w+|\w+[ \t]*\(\)|set[ \t]+--)")
"""What gives a script parameters of its own."""
_SHELLS = ("bash", "sh", "shell", "zsh")


def argument_uses(file: PluginFile) -> list[tuple[BodyLine, list[str]]]:
    """The lines that name arguments, each with their names (`$1`). In prose `$5` is a price, unless
    it stands in backticks or heads an item of a list."""
    uses: list[tuple[BodyLine, list[str]]] = []
    own = False
    for line in file.lines:
        if line.fence is None:
            own = False
            names = _in_prose(line.text)
        elif line.fence in _SHELLS:
            own = own or bool(_SETS.match(line.text))
            names = [] if own else _numbered(_NOT_OURS.sub("", line.text))
        else:
            names = []
        if _NAMED.search(line.text):
            names.append("$ARGUMENTS")
        if names:
            uses.append((line, names))
    return uses


def _in_prose(text: str) -> list[str]:
    names = [name for code in _CODE.findall(text) for name in _numbered(_NOT_OURS.sub("", code))]
    headed = _HEADED.match(text)
    return [*names, headed[1]] if headed else names


def _numbered(text: str) -> list[str]:
    return [f"${digit}" for digit in _NUMBERED.findall(text)]
