"""Finding any text that was ever written in the roots, while it is typed."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.documents.needle import Needle, NeedleError
from exito_tui.domain.sessions.list_rows import TitleOf
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.trash.search_all import Hit, Progress, SearchedRoot, search_all
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint
from exito_tui.ui.dialogs.search_rows import heading, lines_around, more_of, row

_PAUSE = 0.12
"""Seconds without a key after which it is looked: who types on does not want the first letters."""
_MOST = 400
_SHORT = 30
"""Lines of a screen below which less is shown around a line."""
_LEAST = 2
_WAITING = f"Type at least {_LEAST} letters."


class SearchResult(NamedTuple):
    """Where something was found; an empty file: in the session's title. `text` is what stands
    there, and `in_trash` tells that the session lies in the trash, and there is none."""

    session: Session | None
    file: str
    line: int
    text: str
    in_trash: bool = False


class SearchScreen(Dialog[SearchResult | None]):
    """An input, what is found, by session, and the lines around it; gives back the chosen place, or
    None."""

    WIDEST = 150
    BINDINGS = [
        ("escape", "close", "Close"),
        ("ctrl+r", "regex", "Regular expression"),
        ("ctrl+t", "trash", "The trash as well"),
    ]

    def __init__(self, snapshots: Sequence[Snapshot], title: TitleOf, now_ns: int) -> None:
        super().__init__()
        self._snapshots = snapshots
        self._title = title
        self._now_ns = now_ns
        self._regex = False
        self._trash = False
        self._hits: list[Hit] = []
        self._sessions: set[tuple[str, str, str]] = set()
        self._leaves_more = False
        self._over = threading.Event()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield self.title_bar("Search everything")
            yield Input(
                placeholder="any word ever written here; an upper case letter makes case count",
                compact=True,
                classes="dialog-input",
            )
            yield OptionList(id="found")
            yield Static("", id="found-around", markup=False)
            yield Static(_WAITING, classes="dialog-remark", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        regex, trash = ("on" if one else "off" for one in (self._regex, self._trash))
        return (
            Hint("enter", "open", "select"),
            Hint("ctrl+r", f"regex {regex}", "regex"),
            Hint("ctrl+t", f"trash {trash}", "trash"),
            CLOSE,
        )

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def fit(self) -> None:
        """The list takes what room there is."""
        self.set_class(self.size.height < _SHORT, "-short")

    def on_unmount(self) -> None:
        self._over.set()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_select()

    def on_key(self, event: events.Key) -> None:
        found = self.query_one(OptionList)
        moves: dict[str, Callable[[], None]] = {
            "down": found.action_cursor_down,
            "up": found.action_cursor_up,
            "pagedown": found.action_page_down,
            "pageup": found.action_page_up,
        }
        if event.key in moves and self.focused is not found:
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def action_regex(self) -> None:
        self._regex = not self._regex
        self.show_hints()
        self._look()

    def action_trash(self) -> None:
        self._trash = not self._trash
        self.show_hints()
        self._look()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        hit = self._hits[int(event.option.id)] if event.option.id else None
        most = 1 if self.has_class("-short") else 2
        self.query_one("#found-around", Static).update(lines_around(hit, most))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        hit = self._hits[int(event.option.id or 0)]
        snapshot = next(one for one in self._snapshots if one.root == hit.root)
        session = None if hit.entry else snapshot.session(hit.key)
        typed = self.query_one(Input).value
        text = hit.line.text[hit.line.start : hit.line.end] if self._regex else typed
        text = text if any(one.isupper() for one in typed) else text.lower()
        self.dismiss(SearchResult(session, hit.file, hit.line.line, text, in_trash=bool(hit.entry)))

    @work(exclusive=True, group="search")
    async def _look(self) -> None:
        self._over.set()  # what is being looked for is wanted no more
        over = self._over = threading.Event()
        await asyncio.sleep(_PAUSE)
        text = self.query_one(Input).value
        self._hits, self._sessions, self._leaves_more = [], set(), False
        self.query_one(OptionList).clear_options()
        self.query_one("#found-around", Static).update("")
        if len(text.strip()) < _LEAST:
            self._say(_WAITING)
            return
        loop = asyncio.get_running_loop()

        def progress(done: int, count: int) -> None:
            if not done % 16:
                loop.call_soon_threadsafe(self._say_progress, done, count, over)

        def run() -> None:
            for hit in self._found(text, over, progress):
                loop.call_soon_threadsafe(self._add, hit, over)

        try:
            await asyncio.to_thread(run)
        except NeedleError as error:
            over.set()
            self._say(one_line(str(error)))
        if not over.is_set():
            self._say(self._count or f"Nowhere: {one_line(text)}")

    def _found(self, text: str, over: threading.Event, progress: Progress) -> Iterator[Hit]:
        """In a thread: what is found. Raises NeedleError."""
        needle = Needle(text, regex=self._regex)
        places = [_searched(one, self._title) for one in self._snapshots]
        if not self._regex:
            return search_all(
                places, needle, trash=self._trash, is_over=over.is_set, on_progress=progress
            )
        from exito_tui.store.trash.search_apart import search_apart

        return search_apart(
            places, text, trash=self._trash, is_over=over.is_set, on_progress=progress
        )

    def _add(self, hit: Hit, over: threading.Event) -> None:
        if over.is_set() or not self.is_mounted:
            return
        found = self.query_one(OptionList)
        session = hit.root, hit.key, hit.entry
        if session not in self._sessions:
            self._sessions.add(session)
            found.add_option(Option(heading(hit, self._now_ns), disabled=True))
        self._hits.append(hit)
        found.add_option(Option(row(hit), id=str(len(self._hits) - 1)))
        if hit.leaves_more:
            self._leaves_more = True
            found.add_option(Option(more_of(hit), disabled=True))
        if found.highlighted is None:
            found.action_first()
        if len(self._hits) >= _MOST:
            over.set()
            self._say(f"The first {_MOST} lines; type more to see fewer.")

    @property
    def _count(self) -> str:
        """`41 lines in 12 sessions`; empty when nothing was found."""
        if not self._hits:
            return ""
        more = ", and more" if self._leaves_more else ""
        return f"{pluralize(len(self._hits), 'line')}{more} in {pluralize(len(self._sessions))}"

    def _say_progress(self, done: int, count: int, over: threading.Event) -> None:
        if not over.is_set() and self.is_mounted:
            words = f"Looking … {done} of {pluralize(count)}"
            self._say(f"{words}; {self._count} so far" if self._count else words)

    def _say(self, words: str) -> None:
        self.query_one(".dialog-remark", Static).update(words)


def _searched(snapshot: Snapshot, title: TitleOf) -> SearchedRoot:
    notes = [note.session for note in snapshot.notes]
    sessions = [*newest_first(snapshot.sessions.values()), *notes]
    titles = {one.key: title(one) for one in sessions}
    plain = [one._replace(claims=None) for one in sessions]
    return SearchedRoot(snapshot.root, plain, titles, snapshot.layouts)
