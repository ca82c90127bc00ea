"""`exito-tui search`: where a text was ever written in the sessions."""

import argparse
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import groupby

from exito_tui.cli.json.schema import document
from exito_tui.cli.output import (
    EXIT_FAILED,
    EXIT_USAGE,
    Failure,
    on_terminal,
    separated,
    wants_colour,
    write,
)
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.select import judge_for, tell_of_unreadable
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.documents.needle import Found, Needle, NeedleError
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, short_age
from exito_tui.store.fs import safefs
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.scan import scan
from exito_tui.store.read.search import MOST_LINES, Match, search

_AROUND = 160


def run(options: argparse.Namespace) -> int:
    """Print what is found, newest sessions first; exit code 1 when nothing is."""
    try:
        needle = Needle(options.text, regex=options.regex)
    except NeedleError as error:
        raise Failure(str(error), EXIT_USAGE) from None
    if not options.text:
        raise Failure("the text to look for is empty", EXIT_USAGE)
    roots = existing_roots(options, work_trees=True)
    found = (match for root in roots for match in _matches(root, needle, options))
    if options.json:
        objects = [
            {**_place(match), "line": line.line or None, "text": line.text}
            for match in found
            for line in match.lines
        ]
        write(document({"matches": objects}))
        return 0 if objects else EXIT_FAILED
    return 0 if _write(found) else EXIT_FAILED


def _matches(root: str, needle: Needle, options: argparse.Namespace) -> Iterator[Match]:
    snapshot = scan(root, layouts_for(root))
    with safefs.opened_root(root) as folder:
        sessions = in_order(_wanted(folder, snapshot, options), "started")
        yield from search(
            folder,
            sessions,
            needle,
            title_of=lambda session: _title(session, snapshot),
            wants_file=lambda name: _fits(name, options.file),
            most=MOST_LINES if on_terminal() and not options.json else sys.maxsize,
        )


def _wanted(folder: int, snapshot: Snapshot, options: argparse.Namespace) -> Iterator[Session]:
    now_ns = time.time_ns()
    tell_of_unreadable(snapshot.sessions.values())
    every = [*snapshot.sessions.values(), *(note.session for note in snapshot.notes)]
    if options.state:
        judge = judge_for([snapshot.root])
        reader = CachingReader(folder, snapshot, judge, kept_of(snapshot.root, judge))
        pairs = reader.judged(every, now_ns)
        every = [session for session, verdict in pairs if verdict.state in options.state]
    for session in every:
        when = session.last_write_ns or session.started_ns
        if options.command and session.command not in options.command.split(","):
            continue
        if options.since and (when is None or now_ns - when > options.since * SECOND_NS):
            continue
        yield session


def _fits(name: str, wanted: str | None) -> bool:
    if not wanted:
        return True
    return fnmatchcase(name, wanted) if set(wanted) & set("*?") else wanted in name


def _title(session: Session, snapshot: Snapshot) -> str:
    return title_of(session, snapshot.layouts).text


def _place(match: Match) -> dict[str, object]:
    session = match.session
    return {
        "root": decoded(session.root),
        "key": decoded(session.key),
        "file": decoded(match.file) or None,
    }


def _write(found: Iterator[Match]) -> bool:
    """Print matches as they are found: grouped on a terminal, a line each when piped. Whether there
    were any."""
    bold, mark, plain = ("\x1b[1m", "\x1b[1;33m", "\x1b[0m") if wants_colour() else ("", "", "")
    any_found = False
    for session, matches in groupby(found, key=lambda match: match.session):
        any_found = True
        if not on_terminal():
            for match in matches:
                for line in match.lines:
                    key, file = decoded(session.key), decoded(match.file)
                    write(separated((key, file, str(line.line), line.text)))
            continue
        when = session.last_write_ns or session.started_ns
        age = f"  {short_age(time.time_ns() - when)}" if when else ""
        write(f"{bold}{one_line(decoded(session.key))}{plain}{age}\n")
        for match in matches:
            for line in match.lines:
                write(f"  {_head(match, line)}{_shown(line, mark, plain)}\n")
            if match.more:
                write(f"  {one_line(match.file)}: and more\n")
    return any_found


def _head(match: Match, line: Found) -> str:
    return f"{one_line(decoded(match.file))}:{line.line}: " if match.file else "title: "


def _shown(line: Found, mark: str, plain: str) -> str:
    """A line around what was found, on one line."""
    begin = max(0, line.start - _AROUND // 2)
    end = min(len(line.text), max(line.end, begin + _AROUND))
    before, after = one_line(line.text[begin : line.start]), one_line(line.text[line.end : end])
    found = one_line(line.text[line.start : line.end])
    lead, tail = ("…" if begin else ""), ("…" if end < len(line.text) else "")
    return f"{lead}{before.lstrip() if not begin else before}{mark}{found}{plain}{after}{tail}"
