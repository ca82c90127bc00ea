"""The parser of the command line. Importable alone: it imports no command before one is run."""

import argparse
import importlib
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from exito_tui import __version__
from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.cli.parser.argument_types import number_of_sessions, speed
from exito_tui.cli.parser.cleanup import add_cleanup
from exito_tui.cli.parser.inspect import add_inspect
from exito_tui.domain.sessions.list_rows import GROUPINGS, SORTS

_EPILOG = """\
SESSION is a key (build/build_20251106_153045), an id, a unique beginning of one, `latest`, or
`latest:build`.
STATE is one of waiting, stuck, failed, running, interrupted, completed, unknown.
Exit codes: 0 fine, 1 failed, 2 usage or configuration, 3 findings, 128 + n signal n (130: ctrl+c),
141 broken pipe."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        words = _unknown(message) or message
        raise Failure(f"{words}\nTry: {self.prog} --help", EXIT_USAGE)


_INVALID = re.compile(r"argument [^:]*: invalid choice: '(.*?)' \(choose from (.*)\)", re.DOTALL)


def _unknown(message: str) -> str:
    """What argparse says of a word that it does not know, shorter, with the one that was meant."""
    found = _INVALID.match(message)
    if not found:
        return ""
    import difflib

    known = [one.strip(" '") for one in found[2].split(",")]
    near = difflib.get_close_matches(found[1], known, n=1, cutoff=0.5)
    meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    return f"{found[1]!r} is not known here; {meant}"


def _command(module: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        code: int = importlib.import_module(f"exito_tui.cli.commands.{module}").run(options)
        return code

    return run


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse arguments; the result's `run` carries the command out.

    Raises:
        Failure: the usage is wrong.
    """
    return build_parser().parse_args(_with_filters(arguments))


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


def build_parser() -> argparse.ArgumentParser:
    """The whole parser, for the command line, its completions and its manual page."""
    shared = _shared_options()
    parser = _Parser(
        prog="exito-tui",
        parents=[shared],
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="See what your Claude Code sessions are about and how they stand, live. "
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
    parser.set_defaults(run=_command("browse"))
    commands = parser.add_subparsers(
        prog=parser.prog, metavar="COMMAND", title="commands", parser_class=_Parser
    )

    def add(name: str, module: str, summary: str, **extra: Any) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=summary, description=summary, parents=[shared], allow_abbrev=False, **extra
        )
        made.set_defaults(run=_command(module))
        return made

    add_inspect(add)

    demo = add("demo", "demo", "Play a simulated fleet of workflows, and browse it.")
    demo.add_argument(
        "--speed",
        type=speed,
        default=1.0,
        help="how many times faster than life (default 1; 0: at once)",
    )
    demo.add_argument("--seed", type=int, default=1, help="another number, another fleet")
    demo.add_argument(
        "--layout",
        choices=("exito", "files", "folders", "shelves"),
        default="exito",
        help="how its sessions are kept (default: exito)",
    )
    demo.add_argument(
        "--sessions",
        type=number_of_sessions,
        default=0,
        metavar="N",
        help="so many more sessions of each of five commands, such as 200",
    )
    demo.add_argument("--headless", metavar="DIR", help="only write, into this new or empty folder")

    add_cleanup(add)

    config = add("config", "config", "Show where the settings are, show them, or check them.")
    config.add_argument("what", metavar="{path,show,check}", choices=["path", "show", "check"])
    return parser


def _shared_options() -> "_Parser":
    """What may stand before a command and after it."""
    shared = _Parser(add_help=False)
    shared.add_argument(
        "--read-only",
        action="store_true",
        default=argparse.SUPPRESS,
        help="change nothing in the sessions, whatever is asked",
    )
    shared.add_argument(
        "--root",
        metavar="PATH",
        action="append",
        default=argparse.SUPPRESS,
        help="a project, or a sessions folder; may be given several times (default: looked for "
        "from here upwards)",
    )
    shared.add_argument(
        "--worktrees",
        action="store_true",
        default=argparse.SUPPRESS,
        help="also the roots of the repository's other work trees and packages",
    )
    return shared
