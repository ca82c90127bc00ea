"""Finding a text in roots and in their trash, as the app does: what is told are plain values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from exito_tui.domain.documents.needle import FoundLine, Needle
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.store.fs import safefs
from exito_tui.store.read.ripgrep import likely_files
from exito_tui.store.read.scan import read_session
from exito_tui.store.read.search import Match, search, titles_with
from exito_tui.store.trash.contents import entries_of
from exito_tui.store.trash.preview import session_in_trash, title_in_trash

_AROUND = 2
"""How many lines before and after one that was found are told with it."""

Progress = Callable[[int, int], None]
"""Told before each session: how many are done, and how many there are."""


class SearchedRoot(NamedTuple):
    """A root to be searched: its sessions in their order, and what each is called, by its key."""

    root: str
    sessions: Sequence[Session]
    titles: Mapping[str, str]
    layouts: Layouts = ()


class Hit(NamedTuple):
    """A line in which the text stands. An empty `file` and line 0 stand for the title; `key` names
    the session, or what lies in the trash when there is an `entry`. `around` are the lines near it,
    by their numbers."""

    root: str
    key: str
    entry: str
    command: str
    title: str
    when_ns: int | None
    file: str
    line: FoundLine
    around: Mapping[int, str]
    leaves_more: bool = False
    """Whether it is the last that is told of its file, and there are more."""


def search_all(
    places: Sequence[SearchedRoot],
    needle: Needle,
    *,
    trash: bool = False,
    is_over: Callable[[], bool] = lambda: False,
    on_progress: Progress = lambda done, count: None,
) -> Iterator[Hit]:
    """What is found, as it is found: of each root its sessions, then its trash if that is wanted.
    A root that cannot be read holds nothing."""
    done, count = 0, sum(len(place.sessions) for place in places)
    for place in places:
        try:
            with ExitStack() as opened:
                root = opened.enter_context(safefs.opened_root(place.root))
                lying = _in_trash(place, root) if trash else {}
                count += len(lying)

                def told(sessions: Sequence[Session], count: int = count) -> Iterator[Session]:
                    nonlocal done
                    for session in sessions:
                        on_progress(done, count)
                        done += 1
                        yield session

                asked = opened.enter_context(
                    likely_files(place.root, needle, in_trash=trash, is_over=is_over)
                )
                sessions = [*place.sessions, *(one.session for one in lying.values())]
                titles = {one.key: place.titles.get(one.key, one.id) for one in sessions}
                titles.update({key: one.title for key, one in lying.items()})
                for match in search(
                    root,
                    told(sessions),
                    needle,
                    titles=titles_with(needle, titles),
                    is_over=is_over,
                    context=_AROUND,
                    likely=asked.answer(),
                ):
                    yield from _hits(place.root, match, titles, lying)
        except OSError:
            continue


def _hits(
    root: str, match: Match, titles: Mapping[str, str], lying: "Mapping[str, _Lying]"
) -> Iterator[Hit]:
    session, entry = match.session, lying.get(match.session.key)
    for line in match.lines:
        near = range(line.line - _AROUND, line.line + _AROUND + 1)
        yield Hit(
            root,
            decoded(entry.what) if entry else session.key,
            entry.id if entry else "",
            session.command,
            titles.get(session.key, session.id),
            session.last_write_ns or session.started_ns,
            match.file,
            line,
            {at: match.around[at] for at in near if at in match.around},
            bool(match.more) and line is match.lines[-1],
        )


class _Lying(NamedTuple):
    id: str
    what: str
    session: Session
    title: str


def _in_trash(place: SearchedRoot, root: int) -> dict[str, _Lying]:
    """What lies in the trash of a root, what came there last first, by its place there."""
    found = {}
    for entry in entries_of(place.root)[::-1]:
        session = read_session(root, session_in_trash(place.root, entry))
        title = title_in_trash(place.root, root, entry, place.layouts)
        found[session.key] = _Lying(entry.id, entry.item.what, session, title)
    return found
