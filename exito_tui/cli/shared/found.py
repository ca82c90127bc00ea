"""What a text is found in, root by root, with the titles of the sessions."""

import sys
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.cli.options import Options
from exito_tui.cli.output import on_terminal
from exito_tui.cli.shared.complaints import complain_of_unknown_commands, complain_of_unreadable
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.documents.needle import Needle
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.fs import safefs
from exito_tui.store.read.ripgrep import Asked, likely_files
from exito_tui.store.read.scan import read_session, scan, scan_names
from exito_tui.store.read.search import MOST_LINES, Match, search, titles_with

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.operation import Entry
    from exito_tui.domain.sessions.layouts import Layouts
    from exito_tui.domain.verdicts.judge import Judge


def found_in(
    roots: Sequence[str], needle: Needle, options: Options, first: Asked
) -> "Iterator[Found]":
    """What is found in some roots, one after the other; in each in the sessions, then in the trash
    if that is wanted. `first` will answer where it is worth looking in the first of them."""
    yield from _Place(roots[0], needle, options).matches(first)
    for root in roots[1:]:
        with likely_files(root, needle, in_trash=options.trash) as asked:
            yield from _Place(root, needle, options).matches(asked)


class Found(NamedTuple):
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

    def __init__(self, root: str, needle: Needle, options: Options) -> None:
        self._root, self._needle, self._options = root, needle, options
        self._entries: dict[str, Entry] = {}
        self._titles: dict[str, str] = {}

    @cached_property
    def _layouts(self) -> "Layouts":
        return layouts_for(self._root)

    @cached_property
    def _judge(self) -> "Judge":
        from exito_tui.cli.shared.claude import judge_of
        from exito_tui.cli.shared.settings import settings_for

        return judge_of(settings_for(self._root))

    def matches(self, asked: Asked) -> Iterator[Found]:
        """What is found here; `asked` will answer where it is worth looking."""
        options = self._options
        is_titled = options.json or on_terminal()  # a line for a pipe has no title
        with safefs.opened_root(self._root) as folder:
            sessions = newest_first(self._wanted(folder, is_every_file_read=not asked.is_going_on))
            if options.trash:
                sessions += self._in_trash(folder)
            titles = {}  # of a file that was named, no title is
            if not options.file:
                titles = {one.key: self._known_title(folder, one) for one in sessions}
            for match in search(
                folder,
                sessions,
                self._needle,
                titles=titles_with(self._needle, titles),
                wants_file=lambda name: _fits(name, options.file),
                most=MOST_LINES if on_terminal() and not options.json else sys.maxsize,
                context=options.context,
                likely=asked.answer(),
            ):
                title = self._title(folder, match.session) if is_titled else ""
                yield Found(match, title, self._entries.get(match.session.key))

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
        complain_of_unreadable(snapshot.sessions.values())
        every = [*snapshot.sessions.values(), *(note.session for note in snapshot.notes)]
        if options.command and not options.trash:
            complain_of_unknown_commands(options.command.split(","), every)
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


def _is_asked_for(session: Session, options: Options) -> bool:
    if options.command and session.command not in options.command.split(","):
        return False
    if options.since is options.until is None:
        return True
    when = session.last_write_ns or session.started_ns
    if when is None:
        return False
    age = (time.time_ns() - when) / SECOND_NS
    return (options.until or 0) <= age and (options.since is None or age <= options.since)


def _fits(name: str, wanted: str | None) -> bool:
    if not wanted:
        return True
    from fnmatch import fnmatchcase

    return fnmatchcase(name, wanted) if set(wanted) & set("*?") else wanted in name
