"""`exito-tui search`: where a text was ever written in the sessions. ripgrep begins to look before
what shows its answer is even imported."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import TYPE_CHECKING

from exito_tui.cli.ending import held_back
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    EXIT_FAILED,
    EXIT_USAGE,
    Failure,
    columns,
    complain,
    ellipsis,
    on_terminal,
    separated,
    shortened,
    wants_colour,
    write,
)
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.domain.documents.needle import FoundLine, Needle, NeedleError
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import short_age
from exito_tui.store.read.ripgrep import likely_files

if TYPE_CHECKING:
    from exito_tui.cli.json.schema import Object
    from exito_tui.cli.shared.found import Found
    from exito_tui.store.read.search import Match

_LONGEST_LOOK = 5
"""Seconds that a regular expression may take for one file: some would go on for ever."""


def run(options: Options) -> int:
    """Print what is found, newest sessions first; exit code 1 when nothing is."""
    try:
        needle = (_Expression if options.regex else Needle)(options.text, regex=options.regex)
    except NeedleError as error:
        raise Failure(str(error), EXIT_USAGE) from None
    if not options.text:
        raise Failure("the text to look for is empty", EXIT_USAGE)
    if options.trash and options.state:
        raise Failure("--state does not go with --trash: what lies there has none", EXIT_USAGE)
    if options.since is not None and (options.until or 0) > options.since:
        raise Failure("--until is before --since: nothing lies between", EXIT_USAGE)
    roots = existing_roots(options, work_trees=True)
    with ExitStack() as opened:
        with held_back():
            asked = opened.enter_context(likely_files(roots[0], needle, in_trash=options.trash))
        from exito_tui.cli.shared.found import found_in

        found = found_in(roots, needle, options, asked)
        if options.json:
            from exito_tui.cli.json.schema import document

            objects = [one for match in found for one in _objects(match, options.context)]
            write(document({"matches": objects}))
            return 0 if objects else EXIT_FAILED
        if _write(found):
            return 0
        if on_terminal():
            complain("nothing was found")
        return EXIT_FAILED


class _Expression(Needle):
    """A regular expression, which gives up on a file that it takes far too long for."""

    def is_in(self, text: str) -> bool:
        with _bounded():
            return super().is_in(text)

    def find(self, text: str) -> Iterator[FoundLine]:
        with _bounded():
            found = list(super().find(text))
        yield from found


@contextmanager
def _bounded() -> Iterator[None]:
    """Raises Failure when what is done in it takes too long, in the main thread."""

    def give_up(number: int, frame: object) -> None:
        raise Failure(
            f"the expression takes more than {_LONGEST_LOOK} s for one file, so the search ended "
            "there; make it simpler: a repeat of a repeat such as (a+)+ may go on for ever"
        )

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, _LONGEST_LOOK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _objects(found: "Found", context: int) -> "list[Object]":
    match = found.match
    place = {
        "root": decoded(match.session.root),
        "key": found.key,
        "file": decoded(match.file) or None,
        "title": found.title,
        "trash": found.entry.id if found.entry else None,
    }
    return [
        {
            **place,
            "line": line.line or None,
            "text": line.text,
            "around": [
                {"line": number, "text": text}
                for number, text in match.around.items()
                if abs(number - line.line) <= context
            ],
        }
        for line in match.lines
    ]


def _write(found: "Iterator[Found]") -> bool:
    """Print what is found as it comes: by session on a terminal, a line each when piped. Whether
    there was anything."""
    any_found = False
    for _, group in groupby(found, key=lambda one: one.match.session.key):
        any_found = True
        for number, one in enumerate(group):
            if not on_terminal():
                for line in _lines(one.match):
                    write(separated((one.key, decoded(one.match.file), str(line.line), line.text)))
                continue
            if not number:
                write(_heading(one))
            _show(one.match)
    return any_found


def _lines(match: "Match") -> list[FoundLine]:
    """The lines found, among those around them, in their order."""
    around = [FoundLine(number, text, 0, 0) for number, text in match.around.items()]
    return sorted([*match.lines, *around], key=lambda line: line.line)


def _heading(found: "Found") -> str:
    session = found.match.session
    bold, _, dim, plain = _styles()
    when = session.last_write_ns or session.started_ns
    age = short_age(time.time_ns() - when) if when else ""
    where = one_line(found.key)
    if found.entry:
        from exito_tui.cli.shared.entries import short_id

        where = f"in the trash as {short_id(found.entry)}"
    rest = "  ".join(one for one in (age, where) if one)
    title = shortened(one_line(found.title), max(20, columns() - len(rest) - 2))
    rest = shortened(rest, max(0, columns() - len(title) - 2))
    return f"{bold}{title}{plain}  {dim}{rest}{plain}\n"


def _styles() -> tuple[str, str, str, str]:
    """What makes words bold, marked, dim and plain again."""
    return ("\x1b[1m", "\x1b[1;33m", "\x1b[2m", "\x1b[0m") if wants_colour() else ("", "", "", "")


def _show(match: "Match") -> None:
    _, mark, dim, plain = _styles()
    before = 0
    for line in _lines(match):
        if match.around and before and line.line > before + 1:
            write(f"  {dim}--{plain}\n")
        before = line.line
        near = line.line in match.around
        head = f"{one_line(decoded(match.file))}{'-' if near else ':'}{line.line}: "
        head = f"  {head if match.file else 'title: '}"
        text = _shown(line, max(20, columns() - len(head) - 2), mark, plain)
        write(f"{head}{dim if near else ''}{text}{plain if near else ''}\n")
    if match.more:
        write(f"  {one_line(match.file)}: and more\n")


def _shown(line: FoundLine, room: int, mark: str, plain: str) -> str:
    """A line around what was found, in so many cells or about."""
    begin = max(0, line.start - room // 2) if len(line.text) > room else 0
    end = min(len(line.text), max(line.end, begin + room))
    before, after = one_line(line.text[begin : line.start]), one_line(line.text[line.end : end])
    found = one_line(line.text[line.start : line.end])
    lead, tail = (ellipsis() if begin else ""), (ellipsis() if end < len(line.text) else "")
    found = f"{mark}{found}{plain}" if found else ""
    return f"{lead}{before.lstrip() if not begin else before}{found}{after}{tail}"
