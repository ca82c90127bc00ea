"""Finding any text that was ever written in the roots, while it is typed."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.text import Text
from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.documents.needle import Found, Needle
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import pluralize, short_age
from exito_tui.store.fs import safefs
from exito_tui.store.read.search import Match, search
from exito_tui.ui.dialogs.base import Dialog

_PAUSE = 0.12
"""Seconds without a key after which it is looked: who types on does not want the first letters."""
_MOST = 400
_BEFORE, _LONGEST = 40, 300


class Place(NamedTuple):
    """Where something was found; an empty file: in the session's title."""

    session: Session
    file: str
    line: int


class SearchScreen(Dialog[Place | None]):
    """An input, and what is found, by session; gives back the chosen place, or None."""

    AROUND = 7
    BINDINGS = [("escape", "dismiss(None)", "Close")]

    def __init__(self, snapshots: Sequence[Snapshot], now_ns: int, text: str = "") -> None:
        super().__init__()
        self._snapshots = snapshots
        self._now_ns = now_ns
        self._text = text
        self._places: list[Place] = []
        self._over = threading.Event()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog wide"):
            yield Static("Search everything", classes="dialog-title", markup=False)
            yield Input(
                self._text,
                placeholder="any word ever written here; an upper case letter makes case count",
                compact=True,
                classes="dialog-input",
            )
            yield OptionList(id="found")
            yield Static("", classes="dialog-foot", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._say("Type at least two letters.")
        self._look(self._text)

    def on_unmount(self) -> None:
        self._over.set()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(OptionList).action_select()

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

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._places[int(event.option.id or 0)])

    @work(exclusive=True, group="search")
    async def _look(self, text: str) -> None:
        self._over.set()  # what is being looked for is wanted no more
        over = self._over = threading.Event()
        await asyncio.sleep(_PAUSE)
        self._places = []
        self.query_one(OptionList).clear_options()
        if len(text.strip()) < 2:
            self._say("Type at least two letters.")
            return
        self._say("Looking ...")
        loop = asyncio.get_running_loop()

        def run() -> None:
            for match in self._matches(Needle(text), over):
                loop.call_soon_threadsafe(self._add, match, over)

        await asyncio.to_thread(run)
        if not over.is_set():
            self._say_end(text)

    def _matches(self, needle: Needle, over: threading.Event) -> Iterator[Match]:
        for snapshot in self._snapshots:
            try:
                with safefs.opened_root(snapshot.root) as root:
                    notes = [note.session for note in snapshot.notes]
                    sessions = in_order(snapshot.sessions.values(), "started")
                    yield from search(
                        root,
                        [*sessions, *notes],
                        needle,
                        title_of=lambda one: title_of(one, snapshot.layouts).text,  # noqa: B023
                        is_over=over.is_set,
                    )
            except OSError:
                continue

    def _add(self, match: Match, over: threading.Event) -> None:
        if over.is_set() or not self.is_mounted:
            return
        session = match.session
        found = self.query_one(OptionList)
        if not self._places or self._places[-1].session.key != session.key:
            found.add_option(Option(self._heading(session), disabled=True))
        for line in match.lines:
            self._places.append(Place(session, match.file, line.line))
            shown = _shown(match.file, line)
            found.add_option(Option(shown, id=str(len(self._places) - 1)))
        if found.highlighted is None:
            found.action_first()
        if len(self._places) >= _MOST:
            over.set()
            self._say(f"The first {_MOST} lines; type more to see fewer.")

    def _heading(self, session: Session) -> Text:
        layouts = next((one.layouts for one in self._snapshots if one.root == session.root), ())
        when = session.last_write_ns or session.started_ns
        age = f"  {short_age(self._now_ns - when)}" if when else ""
        title = title_of(session, layouts).text
        return Text(f"{title}  ", "bold").append(
            f"{one_line(session.command)}{age}", "not bold dim"
        )

    def _say_end(self, text: str) -> None:
        count = len(self._places)
        if count:
            sessions = len({(one.session.root, one.session.key) for one in self._places})
            self._say(
                f"{pluralize(count, 'line')} in {pluralize(sessions)}.   enter opens   esc closes"
            )
        else:
            self._say(f"Nowhere: {one_line(text)}")

    def _say(self, words: str) -> None:
        self.query_one(".dialog-foot", Static).update(words)


def _shown(file: str, line: Found) -> Text:
    """A line with what was found in it marked."""
    begin = max(0, line.start - _BEFORE)
    end = min(len(line.text), max(line.end, begin + _LONGEST))
    place = f"{one_line(decoded(file))}:{line.line}" if file else "title"
    made = Text(f"  {place}  ", "dim", no_wrap=True, overflow="ellipsis")
    made.append(
        ("…" if begin else "") + one_line(line.text[begin : line.start]).lstrip(), "not dim"
    )
    made.append(one_line(line.text[line.start : line.end]), "bold not dim reverse")
    return made.append(one_line(line.text[line.end : end]), "not dim")
