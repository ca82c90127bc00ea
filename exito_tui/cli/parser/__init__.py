"""The parser of the command line. Importable alone: it imports no command before one is run."""

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from exito_tui import __version__
from exito_tui.cli.commands import runner
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, columns, flush, write
from exito_tui.cli.parser.cleanup import add_cleanup
from exito_tui.cli.parser.help import EXAMPLES, GROUPS, MAIN, epilog
from exito_tui.cli.parser.inspect import add_inspect
from exito_tui.cli.parser.own import add_own
from exito_tui.cli.parser.workflows import add_workflows
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS
from exito_tui.domain.text import did_you_mean


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        words = _unknown(message) or message.removeprefix("argument ")
        raise Failure(f"{words}\nTry: {self.prog} --help", EXIT_USAGE)

    def _print_message(self, message: str, file: object = None) -> None:
        """Print help or version; argparse would keep quiet where that cannot be written."""
        write(message)
        flush()


class _MainParser(_Parser):
    """Shows the commands first, by what they are for, and then the options."""

    commands: "argparse._SubParsersAction[_Parser] | None" = None

    def format_help(self) -> str:
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        if self.commands:
            known = {one.dest: one for one in self.commands._choices_actions}
            for title, names in GROUPS.items():
                formatter.start_section(title)
                formatter.add_arguments(known[name] for name in names)
                formatter.end_section()
        formatter.start_section("options")
        formatter.add_arguments(one for one in self._actions if one is not self.commands)
        formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal. One is made for every argument, and would import a fifth of what a
    command needs to find that out by itself."""

    def __init__(self, prog: str, max_help_position: int = 24) -> None:
        wanted = os.environ.get("COLUMNS", "")
        width = int(wanted) if wanted.isdecimal() and int(wanted) else columns()
        super().__init__(prog, max_help_position=max_help_position, width=width - 2)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Lines as they are; those that are too long go on below their own last column."""
        return "".join(f"{_folded(line, width)}\n" for line in text.splitlines())


def _folded(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    from exito_tui.render.wrapping import wrapped

    begin = len(line) - len(line.lstrip(" "))
    column = _COLUMN.match(line)
    hang = column.end() if column else begin + 2 if begin else 0
    return "\n".join(wrapped(line, width, " " * begin, " " * hang))


_COLUMN = regex(r" *.*\S {2,}")
"""What stands before the last column of a line."""


class _MainFormatter(_Formatter):
    """Leaves more room for what is said of a command."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=16)


_INVALID = regex(r"argument ([^:]*): invalid choice: '(.*?)' \(choose from (.*)\)", re.DOTALL)


def _unknown(message: str) -> str:
    """What argparse says of a word that it does not know, shorter, with the one that was meant."""
    found = _INVALID.match(message)
    if not found:
        return ""
    asked_for, word = found[1], found[2]
    known = [one.strip(" '") for one in found[3].split(",")]
    option = f"{asked_for}: " if asked_for.startswith("-") else ""
    return f"{option}{word!r} is not known here{did_you_mean(word, known)}"


def parse(arguments: Sequence[str]) -> Options:
    """Parse arguments; the result's `run` carries the command out.

    Raises:
        Failure: the usage is wrong.
    """
    first = arguments[0] if arguments else ""
    parser = build_parser(only=first if first in EXAMPLES else "")
    options, unknown = parser.parse_known_args(_with_filters(arguments), Options())
    if unknown:
        asked: argparse.ArgumentParser = options.parser
        asked.error(_unrecognised(unknown[0], asked))
    command = options.parser.prog.removeprefix(f"{parser.prog} ")
    if options.parser is not parser and command != "demo":
        before = [one.partition("=")[0] for one in arguments[: arguments.index(command)]]
        for option in _BROWSERS_OWN.intersection(before):
            takes_it = option in options.parser._option_string_actions
            options.parser.error(
                f"put {option} after `{command}`: before it, it is for the browser"
                if takes_it
                else f"`{command}` does not take {option}, which is for the browser"
            )
    return options


_BROWSERS_OWN = frozenset(("--theme", "--sort", "--by", "--no-motion"))


def _unrecognised(argument: str, parser: argparse.ArgumentParser) -> str:
    """What is said of an argument that a command does not take."""
    if not argument.startswith("-"):
        return f"{argument!r} is one argument too many"
    option = argument.partition("=")[0]
    known = [name for action in parser._actions for name in action.option_strings]
    return f"unknown option {option}{did_you_mean(option, known)}"


def _with_filters(arguments: Sequence[str]) -> list[str]:
    """The arguments, with a filter that begins with a minus bound to its option: argparse would
    take it for an option of its own."""
    made: list[str] = []
    for argument in arguments:
        if made and made[-1] == "--filter":
            made[-1] = f"--filter={argument}"
        else:
            made.append(argument)
    return made


class _Unwanted(argparse.ArgumentParser):
    """Stands for a command that is not asked for: making all of them takes longer than some
    commands."""

    def __init__(self) -> None:
        pass

    def add_argument(self, *_: Any, **__: Any) -> Any:
        pass

    def set_defaults(self, **_: Any) -> None:
        pass


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The whole parser, for the command line, its completions and its manual page; or with one
    command alone."""
    shared = _shared_options()
    parser = _main_parser(shared)
    parser.commands = commands = parser.add_subparsers(
        prog=parser.prog, metavar="COMMAND", title="commands", parser_class=_Parser
    )

    def add(
        name: str, module: str, summary: str, *, json: str = "one JSON object", more: str = ""
    ) -> argparse.ArgumentParser:
        if only and name != only:
            return _Unwanted()
        made = commands.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=more,
            parents=[_shared_options(_WITHOUT[name]) if name in _WITHOUT else shared],
            formatter_class=_Formatter,
            allow_abbrev=False,
        )
        made.set_defaults(run=runner(module), parser=made)
        if json:
            made.add_argument("--json", action="store_true", help=json)
        return made

    add_inspect(add)
    add_cleanup(add)
    add_workflows(add)
    add_own(add)
    for name, command in commands.choices.items():
        takes_session = any(action.metavar == "SESSION" for action in command._actions)
        command.epilog = epilog(name, takes_session=takes_session, more=command.epilog or "")
    return parser


def _main_parser(shared: "_Parser") -> _MainParser:
    """The parser of what stands without a command: the browser's own options."""
    parser = _MainParser(
        prog="exito-tui",
        parents=[shared],
        epilog=MAIN,
        formatter_class=_MainFormatter,
        description="See what your Claude Code sessions are about and how they stand, live.\n"
        "Without a command: the browser.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"exito-tui {__version__}")
    parser.add_argument("--theme", help="the colours, by the name of a Textual theme")
    parser.add_argument("--sort", choices=SORTS, help="the list's order")
    parser.add_argument("--by", choices=GROUPINGS, help="by need, by command, or flat by time")
    parser.add_argument(
        "--no-motion", action="store_const", const="never", dest="motion", help="no sign turns"
    )
    parser.set_defaults(run=runner("browse"), parser=parser)
    return parser


_NO_ROOTS = frozenset(("--no-claude", "--root", "--worktrees"))
_ONE_ROOT = frozenset(("--no-claude", "--worktrees"))
_NO_RECORDS = frozenset(("--no-claude",))
_WITHOUT = {
    "new": _ONE_ROOT, "hook": _ONE_ROOT, "config": _ONE_ROOT, "layouts": _ONE_ROOT,
    "lint": _NO_ROOTS, "plugin": _NO_ROOTS, "workflows": _NO_ROOTS, "demo": _NO_ROOTS,
    "search": _NO_RECORDS, "trash": _NO_RECORDS, "log": _NO_RECORDS, "undo": _NO_RECORDS,
    "redo": _NO_RECORDS, "restore": _NO_RECORDS, "purge": _NO_RECORDS, "unarchive": _NO_RECORDS,
}  # fmt: skip
"""The options that would do nothing for a command, and so are none of its own."""


def _shared_options(without: frozenset[str] = frozenset()) -> "_Parser":
    """What may stand before a command and after it, without some."""
    shared = _Parser(add_help=False, formatter_class=_Formatter)
    shared.add_argument(
        "--read-only",
        action="store_true",
        default=argparse.SUPPRESS,
        help="change nothing in the sessions, whatever is asked",
    )
    if "--no-claude" not in without:
        shared.add_argument(
            "--no-claude",
            action="store_true",
            default=argparse.SUPPRESS,
            help="read the sessions' files alone, not Claude Code's own records",
        )
    if "--root" not in without:
        shared.add_argument(
            "--root",
            metavar="PATH",
            action="append",
            default=argparse.SUPPRESS,
            help="a project, or a sessions folder; may be given several times (default: looked for "
            "from here upwards)",
        )
    if "--worktrees" not in without:
        shared.add_argument(
            "--worktrees",
            action="store_true",
            default=argparse.SUPPRESS,
            help="also the roots of the repository's other work trees and packages",
        )
    return shared
