"""The parser of the command line. Importable alone: it imports no command before one is run."""

import argparse
import importlib
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from exito_tui import __version__
from exito_tui.cli.output import EXIT_USAGE, Failure
from exito_tui.cli.parser_cleanup import add_cleanup
from exito_tui.cli.reading import duration, speed, states
from exito_tui.domain.listing import SORTS

_EPILOG = """\
SESSION is a key (build/build_20251106_153045), an id, a unique beginning of one, `latest` or `latest:build`.
STATE is one of waiting, stuck, failed, running, interrupted, completed, unknown.
Exit codes: 0 fine, 1 failed, 2 usage or configuration, 3 findings, 128 + n signal n (130: ctrl+c), 141 broken pipe."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Failure(f"{message}\nTry: {self.prog} --help", EXIT_USAGE)


def _command(module: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        code: int = importlib.import_module(f"exito_tui.cli.{module}").run(options)
        return code

    return run


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse arguments; the result's `run` carries the command out.

    Raises:
        Failure: the usage is wrong.
    """
    return build_parser().parse_args(arguments)


def build_parser() -> argparse.ArgumentParser:
    """The whole parser, for the command line, its completions and its manual page."""
    shared = _Parser(add_help=False)
    shared.add_argument(
        "--read-only",
        action="store_true",
        default=argparse.SUPPRESS,
        help="change nothing in the sessions, whatever is asked",
    )
    shared.add_argument(
        "--root", metavar="PATH", action="append", default=argparse.SUPPRESS,
        help="a project, or a sessions folder; may be given several times (default: looked for from here upwards)",
    )  # fmt: skip
    parser = _Parser(
        prog="exito-tui", parents=[shared], epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="See what your multi-agent Claude Code workflows are doing, live. Without a command: the browser.",
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"exito-tui {__version__}")
    parser.add_argument("--theme", help="the colours, by the name of a Textual theme")
    parser.add_argument("--sort", choices=SORTS, help="the list's order")
    parser.add_argument("--flat", action="store_true", help="one list by time instead of groups")
    parser.set_defaults(run=_command("browse"))
    commands = parser.add_subparsers(prog=parser.prog, metavar="COMMAND", title="commands", parser_class=_Parser)

    def add(name: str, module: str, summary: str, **extra: Any) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=summary, description=summary, parents=[shared], allow_abbrev=False, **extra
        )
        made.set_defaults(run=_command(module))
        return made

    _add_reading(add)

    demo = add("demo", "demo", "Play a simulated fleet of workflows, and browse it.")
    demo.add_argument(
        "--speed", type=speed, default=1.0, help="how many times faster than life (default 1; 0: at once)"
    )
    demo.add_argument("--seed", type=int, default=1, help="another number, another fleet")
    demo.add_argument("--headless", metavar="DIR", help="only write, into this new or empty folder")

    add_cleanup(add)

    config = add("config", "config", "Show where the settings are, or check them.")
    config.add_argument("what", choices=["path", "check"])
    return parser


def _add_reading(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that read: what there is, why it stands where it does, and what is wrong."""
    ls = add("ls", "ls", "List the sessions: a table on a terminal, tab-separated when piped.")
    ls.add_argument("--json", action="store_true", help="one JSON object, schema 1")
    ls.add_argument("--sort", choices=SORTS, default=None, help="the order (default: started)")

    ls.add_argument("--state", metavar="STATE,...", type=states, default=(), help="only sessions in these states")

    why = add("why", "why", "Say why a session waits, runs, is stuck or done, with the evidence.")
    why.add_argument("session", metavar="SESSION")
    why.add_argument("--json", action="store_true", help="one JSON object")

    wait = add("wait", "wait", "Wait until a session gets into a state (exit code 1 when the time runs out).")
    wait.add_argument("session", metavar="SESSION")
    wait.add_argument(
        "--for", dest="states", metavar="STATE,...", type=states, default=states("completed,waiting,failed"),
        help="the states to wait for (default: completed,waiting,failed)",
    )  # fmt: skip
    wait.add_argument("--timeout", metavar="TIME", type=duration, help="such as 90s or 2h (default: for ever)")

    stats = add("stats", "stats", "Figures per session and per command: states, durations, sizes, commits, tokens.")
    stats.add_argument("--json", action="store_true", help="one JSON object")

    doctor = add("doctor", "doctor", "Say what is wrong with a root's folders and files (exit code 3 if anything is).")
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.add_argument("--fix", action="store_true", help="carry out the moves that mend what was found")
    doctor.add_argument("--dry-run", action="store_true", help="with --fix: only show the moves")
    doctor.add_argument("--yes", action="store_true", help="with --fix: without asking")

    show = add("show", "show", "Show one file of a session: rendered on a terminal, its very bytes when piped.")
    show.add_argument("session", metavar="SESSION")
    show.add_argument("file", metavar="FILE", nargs="?", help="default: the file written last")
    show.add_argument("--json", action="store_true", help="the session, or the file's text, as JSON")

    watch = add("watch", "watch", "Tell of every change, until interrupted.")
    watch.add_argument("--json", action="store_true", help="one JSON object a line")
