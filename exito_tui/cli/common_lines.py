"""The command lines that are typed all day, or run by a status line every few seconds, read by
hand: to make the parser takes longer than to carry them out. They mean what it takes them to
mean."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from exito_tui.cli.commands import runner
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS

_BROWSER: Mapping[str, Any] = {"theme": None, "sort": None, "by": None, "motion": None}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "browse": _BROWSER,
    "ls": {**_BROWSER, "json": False, "filter": "", "state": ()},
    "status": {**_BROWSER, "json": False},
}
"""The options of each of these commands, as they are when they are not given."""

_SWITCHES = {
    "--json": "json", "--no-claude": "no_claude", "--read-only": "read_only",
    "--worktrees": "worktrees",
}  # fmt: skip
_CHOICES: Mapping[str, Sequence[str]] = {"--by": GROUPINGS, "--sort": SORTS}


def read_common(arguments: Sequence[str]) -> Namespace | None:
    """The options of a command line that opens the browser or is `ls` or `status`, with no other
    options than switches, roots and the list's order; its `run` carries it out. None for any other
    line, which is the parser's."""
    command = arguments[0] if arguments and arguments[0] in ("ls", "status") else "browse"
    options = Namespace(**_DEFAULTS[command], run=runner(command))
    rest = iter(arguments if command == "browse" else arguments[1:])
    for argument in rest:
        if argument in _SWITCHES and (argument != "--json" or command != "browse"):
            setattr(options, _SWITCHES[argument], True)
        elif argument == "--root" and not (path := next(rest, "-")).startswith("-"):
            options.root = [*getattr(options, "root", ()), path]
        elif argument in _CHOICES and command != "status":
            value = next(rest, "")
            if value not in _CHOICES[argument]:
                return None
            setattr(options, argument.removeprefix("--"), value)
        else:
            return None
    return options
