"""`exito-tui search`: where a text was ever written in the sessions."""

import argparse
import math
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.cli.output import (
    EXIT_FAILED,
    EXIT_USAGE,
    Failure,
    columns,
    ellipsis,
    on_terminal,
    separated,
    shortened,
    wants_colour,
    write,
)
from exito_tui.cli.shared.claude import judge_of
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.cli.shared.told import tell_of_unknown_commands, tell_of_unreadable
from exito_tui.domain.documents.needle import FoundLine, Needle, NeedleError
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, short_age
from exito_tui.store.fs import safefs
from exito_tui.store.read.scan import read_session, scan, scan_names
from exito_tui.store.read.search import MOST_LINES, Match, likely_files, search

if TYPE_CHECKING:
    from exito_tui.cli.json.schema import Object
    from exito_tui.domain.cleanup.operation import Entry
    from exito_tui.domain.verdicts.judge import Judge

_LONGEST_LOOK = 5
"""Seconds that a regular expression may take for one file: some would go on for ever."""


def run(options: argparse.Namespace) -> int:
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
    found = (match for root in roots for match in _Place(root, needle, options).matches())
    if options.json:
        from exito_tui.cli.json.schema import document

        objects = [one for match in found for one in _objects(match, options.context)]
        write(document({"matches": objects}))
        return 0 if objects else EXIT_FAILED
    return 0 if _write(found) else EXIT_FAILED


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


class _Found(NamedTuple):
    """What was found in a file, with the title of its session, and its entry if it lies in the
    trash."""

    match: Match
    title: str
    entry: "Entry | None"

    @property
    def key(self) -> str:
        """What the session is called, or was."""
        return decoded(self.entry.item.what if self.entry else self.match.session.key)


class _Place:
    """A root, and its trash, in which a text is looked for."""

    def __init__(self, root: str, needle: Needle, options: argparse.Namespace) -> None:
        self._root, self._needle, self._options = root, needle, options
        self._layouts = layouts_for(root)
        self._entries: dict[str, Entry] = {}
        self._titles: dict[str, str] = {}

    @cached_property
    def _judge(self) -> "Judge":
        return judge_of(settings_for(self._root))

    def matches(self) -> Iterator[_Found]:
        """What is found in the sessions, then what is in the trash if that is wanted."""
        options = self._options
        is_titled = options.json or on_terminal()  # a line for a pipe has no title
        with safefs.opened_root(self._root) as folder:
            likely_later = likely_files(self._root, self._needle, in_trash=options.trash)
            try:  # while it is asked in which files it is worth looking
                wanted = self._wanted(folder, is_every_file_read=likely_later is None)
                sessions = in_order(wanted, "started")
                if options.trash:
                    sessions += self._in_trash(folder)
                titles = {one.key: self._known_title(folder, one) for one in sessions}
            finally:
                likely = likely_later() if likely_later else None
            for match in search(
                folder,
                sessions,
                self._needle,
                title_of=lambda session: titles[session.key],
                wants_file=lambda name: _fits(name, options.file),
                most=MOST_LINES if on_terminal() and not options.json else sys.maxsize,
                context=options.context,
                likely=likely,
            ):
                title = self._title(folder, match.session) if is_titled else ""
                yield _Found(match, title, self._entries.get(match.session.key))

    def _known_title(self, folder: int, session: Session) -> str:
        """The title of a session by its name alone, whose files are searched anyway."""
        if entry := self._entries.get(session.key):
            from exito_tui.store.trash.preview import title_in_trash

            return title_in_trash(self._root, folder, entry, self._layouts)
        return title_of(session, self._layouts).text

    def _title(self, folder: int, session: Session) -> str:
        """The title of a session in which something was found; read once."""
        if session.key not in self._titles:
            self._titles[session.key] = self._read_title(folder, session)
        return self._titles[session.key]

    def _read_title(self, folder: int, session: Session) -> str:
        if session.key in self._entries:
            return self._known_title(folder, session)
        from exito_tui.store.read.titles import read_title

        return read_title(folder, session, self._layouts, self._judge.own_files(session))

    def _wanted(self, folder: int, *, is_every_file_read: bool) -> Iterator[Session]:
        """The sessions that are asked for; read only where files tell which these are, or where any
        of them may hold the text."""
        options = self._options
        is_read = is_every_file_read or options.since or options.until or options.state
        snapshot = (scan if is_read else scan_names)(self._root, self._layouts)
        tell_of_unreadable(snapshot.sessions.values())
        every = [*snapshot.sessions.values(), *(note.session for note in snapshot.notes)]
        if options.command and not options.trash:
            tell_of_unknown_commands(options.command.split(","), every)
        if options.state:
            from exito_tui.store.read.caching_reader import CachingReader, kept_of

            kept = kept_of(snapshot.root, self._judge)
            reader = CachingReader(folder, snapshot, self._judge, kept)
            pairs = reader.judged(every, time.time_ns())
            every = [session for session, verdict in pairs if verdict.state in options.state]
        return (session for session in every if _is_asked_for(session, options))

    def _in_trash(self, folder: int) -> list[Session]:
        """What lies in the trash, what came there last first."""
        from exito_tui.store.trash.contents import entries_of
        from exito_tui.store.trash.preview import session_in_trash

        found = []
        for entry in entries_of(self._root)[::-1]:
            session = read_session(folder, session_in_trash(self._root, entry))
            self._entries[session.key] = entry
            if _is_asked_for(session, self._options):
                found.append(session)
        return found


def _is_asked_for(session: Session, options: argparse.Namespace) -> bool:
    if options.command and session.command not in options.command.split(","):
        return False
    if options.since is options.until is None:
        return True
    when = session.last_write_ns or session.started_ns
    if when is None:
        return False
    age = (time.time_ns() - when) / SECOND_NS
    return (options.until or 0) <= age <= (math.inf if options.since is None else options.since)


def _fits(name: str, wanted: str | None) -> bool:
    if not wanted:
        return True
    return fnmatchcase(name, wanted) if set(wanted) & set("*?") else wanted in name


def _objects(found: _Found, context: int) -> "list[Object]":
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


def _write(found: Iterator[_Found]) -> bool:
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


def _lines(match: Match) -> list[FoundLine]:
    """The lines found, among those around them, in their order."""
    around = [FoundLine(number, text, 0, 0) for number, text in match.around.items()]
    return sorted([*match.lines, *around], key=lambda line: line.line)


def _heading(found: _Found) -> str:
    session = found.match.session
    bold, _, dim, plain = _styles()
    when = session.last_write_ns or session.started_ns
    age = short_age(time.time_ns() - when) if when else ""
    where = one_line(found.key)
    if found.entry:
        from exito_tui.cli.commands.restore import short_id

        where = f"in the trash as {short_id(found.entry)}"
    rest = "  ".join(one for one in (age, where) if one)
    title = shortened(one_line(found.title), max(20, columns() - len(rest) - 2))
    rest = shortened(rest, max(0, columns() - len(title) - 2))
    return f"{bold}{title}{plain}  {dim}{rest}{plain}\n"


def _styles() -> tuple[str, str, str, str]:
    """What makes words bold, marked, dim and plain again."""
    return ("\x1b[1m", "\x1b[1;33m", "\x1b[2m", "\x1b[0m") if wants_colour() else ("", "", "", "")


def _show(match: Match) -> None:
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
