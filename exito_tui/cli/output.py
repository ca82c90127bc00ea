"""What all commands share: exit codes, data on stdout, words on stderr, nothing that a terminal
would obey."""

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TextIO

from exito_tui.config.ascii import Ascii, is_ascii_wanted
from exito_tui.domain.text import one_line, sanitise, shorten, show_controls
from exito_tui.store.fs.errors import bare_error

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_FINDINGS = 3
EXIT_BROKEN_PIPE = 141

COMMAND_WIDTH = 12
"""Cells of a command's name in a table, at the most."""


class Failure(Exception):  # noqa: N818 it ends a command; it is no error of the program
    """Ends a command with a message and an exit code."""

    def __init__(self, message: str, exit_code: int = EXIT_FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UnwritableError(Exception):
    """The output cannot be written."""

    exit_code = EXIT_FAILED


_complained: list[bool] = [False]
"""Whether anything was said on stderr."""


def complain(message: str) -> None:
    """Say something to the user, on stderr, where that can still be written to."""
    _complained[:] = [True]
    with contextlib.suppress(OSError):
        for line in f"exito-tui: {sanitise(message)}".split("\n"):
            sys.stderr.write(f"{folded(line, sys.stderr)}\n")


def write(text: str) -> None:
    """Write data to stdout; what its encoding cannot take is escaped.

    Raises:
        BrokenPipeError: the reader went away.
        UnwritableError: it cannot be written.
    """
    try:
        sys.stdout.write(writable(text))
    except OSError as error:
        raise _told_apart(error) from None


def writable(text: str) -> str:
    """A text with what the encoding of stdout cannot take escaped."""
    if text.isascii():
        return text
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def write_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are. Raises as `write` does."""
    flush()
    try:
        sys.stdout.buffer.write(content)
    except OSError as error:
        raise _told_apart(error) from None


def flush() -> None:
    """Have written what is left. Raises as `write` does."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _told_apart(error) from None


def _told_apart(error: OSError) -> Exception:
    """An error of the output, which is none of what the command does."""
    gone = isinstance(error, BrokenPipeError)
    return (
        error
        if gone
        else UnwritableError(
            f"the output cannot be written: {bare_error(error)}; what the command has done is done"
        )
    )


def on_terminal() -> bool:
    """Whether stdout is a terminal that people look at."""
    return sys.stdout.isatty()


def wants_colour(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours: on a terminal that has them, unless NO_COLOR is set."""
    return on_terminal() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


_ascii: list[Ascii] = ["auto"]
"""What the settings say; `auto` as long as none were read."""


_people: list[bool] = [False]
"""Whether what is written here is for people: in data nothing depends on how a terminal draws, and
the app draws for itself."""


def draw_as(wanted: Ascii) -> None:
    """Draw signs as the setting `ascii` says, from now on."""
    _ascii[:] = [wanted]
    _draw_controls()


def has_complained() -> bool:
    """Whether anything was said on stderr since this command began."""
    return _complained[0]


def write_for(*, people: bool) -> None:
    """Write for people from now on; or data, or nothing, as the app draws."""
    _people[:] = [people]
    _complained[:] = [False]
    show_controls(in_ascii=False)
    _draw_controls()


def _draw_controls() -> None:
    if _people[0]:
        show_controls(in_ascii=not draws_unicode())


def draws_unicode() -> bool:
    """Whether signs may be other than ASCII: stdout can take them, and setting and locale do not
    say otherwise."""
    is_utf = (sys.stdout.encoding or "").lower().startswith("utf")
    return is_utf and not is_ascii_wanted(_ascii[0])


def ellipsis() -> str:
    """The sign of what was cut."""
    return "…" if draws_unicode() else "~"


def shortened(text: str, width: int) -> str:
    """A text in so many characters, with a sign where it was cut."""
    return shorten(text, width, ellipsis=ellipsis())


def brief(phrase: str, width: int) -> str:
    """A phrase of a verdict in so many cells: in fewer words, and only then cut with a sign."""
    from exito_tui.render.wrapping import cut_by_parts

    return cut_by_parts(phrase, width, ellipsis())


def separated(fields: Iterable[str]) -> str:
    """One tab-separated line; tabs and newlines in the fields are made visible."""
    return "\t".join(map(one_line, fields)) + "\n"


def write_rows(rows: Iterable[Sequence[str]], *, as_json: bool = False) -> None:
    """Write tab-separated lines to stdout; where that is for JSON (`as_json`), to stderr."""
    for row in rows:
        if as_json:
            complain(separated(row).rstrip("\n"))
        else:
            write(separated(row))


def table(
    heading: Sequence[str] | None,
    rows: Sequence[Sequence[str]],
    right: frozenset[int],
    *,
    cut: Sequence[int] = (),
    drop: Sequence[int] = (),
    phrases: Sequence[int] = (),
    colours: Sequence[str] = (),
) -> str:
    """Columns aligned for reading, no wider than the terminal; those in `right` stand at the right.
    `colours` are those of the first cell of each row, as SGR codes (empty: none).

    For want of room the cells of the columns in `cut` are cut, those of the widest first; then the
    columns in `drop` are left out, one by one. The columns in `phrases` hold phrases of verdicts,
    which are said in fewer words before they are cut.
    """
    from rich.cells import cell_len

    safe = [[one_line(cell) for cell in row] for row in rows]
    shown = [list(heading), *safe] if heading else safe
    natural = [max(cell_len(row[at]) for row in shown) for at in range(len(shown[0]))]
    widths = _fitting(natural, columns(), cut, drop)
    inks = [*(["1"] if heading else []), *(colours or [""] * len(safe))]
    lines = []
    for row, ink in zip(shown, inks, strict=True):
        cells = []
        for at, width in widths.items():
            cell = _cut(row[at], width, is_phrase=at in phrases)
            space = " " * (width - cell_len(cell))
            cells.append(space + cell if at in right else cell + space)
        is_heading = heading is not None and row is shown[0]
        if ink and wants_colour():
            if is_heading:
                lines.append(f"\x1b[{ink}m{'  '.join(cells).rstrip()}\x1b[0m")
                continue
            cells[0] = f"\x1b[{ink}m{cells[0]}\x1b[0m"
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def paragraph(text: str, indent: int = 0, hang: int = 2) -> str:
    """Words on a line of stdout, `indent` cells in; on a terminal on as many lines as they need,
    those after the first `hang` cells further in."""
    return f"{folded(' ' * indent + one_line(text), sys.stdout, indent + hang)}\n"


def folded(line: str, stream: TextIO, hang: int = 2) -> str:
    """A line as it is; on a terminal that is narrower, in lines of its width, those after the first
    `hang` cells in. One with tabs is for a program, and stays."""
    width = columns(stream)
    if not stream.isatty() or "\t" in line or len(line) <= width // 2:  # no character has 3 cells
        return line
    from exito_tui.render.wrapping import wrapped

    indent = len(line) - len(line.lstrip(" "))
    return "\n".join(wrapped(line, width, " " * indent, " " * hang))


class TableRow(NamedTuple):
    """One row of a table, and the colour of its first cell as an SGR code (empty: none)."""

    cells: tuple[str, ...]
    ink: str = ""


def sections(
    groups: Sequence[tuple[str, Sequence[TableRow]]],
    right: frozenset[int],
    *,
    cut: Sequence[int] = (),
    drop: Sequence[int] = (),
    phrases: Sequence[int] = (),
) -> str:
    """Rows in groups under headings (empty: none), their columns laid out together as `table` does;
    empty when there are no rows."""
    every = [line for _, lines in groups for line in lines]
    if not every:
        return ""
    inks = [line.ink for line in every]
    laid_out = table(
        None,
        [line.cells for line in every],
        right,
        cut=cut,
        drop=drop,
        phrases=phrases,
        colours=inks,
    ).splitlines(keepends=True)
    bold, plain = ("\x1b[1m", "\x1b[0m") if wants_colour() else ("", "")
    made = []
    for heading, lines in groups:
        rows, laid_out = laid_out[: len(lines)], laid_out[len(lines) :]
        title = f"{bold}{one_line(heading)}{plain}\n" if heading else ""
        made.append(title + "".join(rows))
    return "\n".join(made)


_LEAST = 12
"""Cells below which nothing of a sentence is understood."""
_GAP = 2


def columns(stream: TextIO | None = None) -> int:
    """Cells of a line of the terminal that a stream (None: stdout) is; 80 where it is none."""
    try:
        return os.get_terminal_size((stream or sys.stdout).fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _fitting(
    natural: Sequence[int], room: int, cut: Sequence[int], drop: Sequence[int]
) -> dict[int, int]:
    """The columns that are shown, with their widths."""
    widths = dict(enumerate(natural))
    for gone in (None, *drop):
        if gone is not None:
            del widths[gone]
        over = sum(widths.values()) + _GAP * (len(widths) - 1) - room
        spare = {at: widths[at] - _LEAST for at in cut if widths.get(at, 0) > _LEAST}
        if over <= sum(spare.values()):
            for _ in range(over):
                widest = max(spare, key=lambda at: widths[at])
                widths[widest] -= 1
            return widths
    widest = max(widths, key=lambda at: widths[at])
    widths[widest] = max(1, widths[widest] - over)
    return widths


def _cut(cell: str, width: int, *, is_phrase: bool) -> str:
    from rich.cells import cell_len, set_cell_size

    if cell_len(cell) <= width:
        return cell
    if is_phrase:
        return brief(cell, width)
    return set_cell_size(cell, width - 1).rstrip() + ellipsis()
