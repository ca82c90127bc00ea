"""What all commands share: exit codes, data on stdout, words on stderr, nothing that a terminal would obey."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from exito_tui.domain.text import one_line, sanitise

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_FINDINGS = 3
EXIT_BROKEN_PIPE = 141


class Failure(Exception):  # noqa: N818 it ends a command; it is no error of the program
    """Ends a command with a message and an exit code."""

    def __init__(self, message: str, code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.code = code


def complain(message: str) -> None:
    """Say something to the user, on stderr."""
    sys.stderr.write(f"exito-tui: {sanitise(message)}\n")


def write(text: str) -> None:
    """Write data to stdout; what its encoding cannot take is escaped."""
    if not text.isascii():
        encoding = sys.stdout.encoding or "utf-8"
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text)


def on_terminal() -> bool:
    """Whether stdout is a terminal that people look at."""
    return sys.stdout.isatty()


def wants_colour(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours: on a terminal that has them, unless NO_COLOR is set."""
    return on_terminal() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def separated(fields: Iterable[str]) -> str:
    """One tab-separated line; tabs and newlines in the fields are made visible."""
    return "\t".join(map(one_line, fields)) + "\n"


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]) -> str:
    """Columns aligned for reading; those in `right` stand at the right."""
    from rich.cells import cell_len

    safe = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[at]) for row in (heading, *safe)) for at in range(len(heading))]
    bold, plain = ("\x1b[1m", "\x1b[0m") if wants_colour() else ("", "")
    lines = []
    for row in (heading, *safe):
        cells = []
        for at, cell in enumerate(row):
            space = " " * (widths[at] - cell_len(cell))
            cells.append(space + cell if at in right else cell + space)
        text = "  ".join(cells).rstrip()
        lines.append(f"{bold}{text}{plain}" if row is heading else text)
    return "\n".join(lines) + "\n"
