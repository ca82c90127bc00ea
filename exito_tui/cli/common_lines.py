"""The command lines that are typed all day, or run by a status line every few seconds, read by
hand: to make the parser takes longer than to carry them out. They mean what it takes them to
mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from exito_tui.cli.commands import runner
from exito_tui.cli.options import Options
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS

_BROWSER: Mapping[str, Any] = {"theme": None, "sort": None, "by": None, "motion": None}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "browse": _BROWSER,
    "ls": {**_BROWSER, "json": False, "filter": "", "state": ()},
    "status": {**_BROWSER, "json": False},
    "search": {
        **_BROWSER, "json": False, "regex": False, "state": (), "command": None, "file": None,
        "since": None, "until": None, "context": 0, "trash": False,
    },
}  # fmt: skip
"""The options of each of these commands, as they are when they are not given."""

_SWITCHES = {
    "--json": "json", "--no-claude": "no_claude", "--read-only": "read_only",
    "--worktrees": "worktrees",
}  # fmt: skip
_CHOICES: Mapping[str, Sequence[str]] = {"--by": GROUPINGS, "--sort": SORTS}
_TAKEN = {
    "browse": {"--by", "--no-claude", "--read-only", "--sort", "--worktrees"},
    "ls": {"--by", "--json", "--no-claude", "--read-only", "--sort", "--worktrees"},
    "status": {"--json", "--no-claude", "--read-only", "--worktrees"},
    "search": {"--json", "--read-only", "--worktrees"},
}
"""The switches and choices that each of them takes."""


def read_common(arguments: Sequence[str]) -> Options | None:
    """The options of a command line that opens the browser or is `ls`, `status` or `search TEXT`,
    with no other options than switches, roots and the list's order; its `run` carries it out. None
    for any other line, which is the parser's."""
    is_named = arguments and arguments[0] in ("ls", "status", "search")
    command = arguments[0] if is_named else "browse"
    options = Options(**_DEFAULTS[command], run=runner(command))
    texts = []
    rest = iter(arguments[1:] if is_named else arguments)
    for argument in rest:
        if argument == "--root" and not (path := next(rest, "-")).startswith("-"):
            options.root = [*getattr(options, "root", ()), path]
        elif argument in _SWITCHES and argument in _TAKEN[command]:
            setattr(options, _SWITCHES[argument], True)
        elif argument in _CHOICES and argument in _TAKEN[command]:
            value = next(rest, "")
            if value not in _CHOICES[argument]:
                return None
            setattr(options, argument.removeprefix("--"), value)
        elif command == "search" and not argument.startswith("-"):
            texts.append(argument)
        else:
            return None
    if command == "search":
        if len(texts) != 1:
            return None
        (options.text,) = texts
    return options
