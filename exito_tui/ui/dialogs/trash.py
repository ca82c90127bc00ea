"""What is in the trash, with a look into it, and the log of all that was done."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.cleanup.operation import Entry, Operation, has_wrapper
from exito_tui.domain.documents.needle import Needle
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.text import decoded, one_line, sanitise
from exito_tui.domain.units import local_day, pluralize, short_age, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.trash.preview import preview, titles_in_trash
from exito_tui.ui.dialogs.base import Dialog, titled
from exito_tui.ui.dialogs.hints import CLOSE, Hint
from exito_tui.ui.messages import QueryChanged, QueryEnded
from exito_tui.ui.widgets.input_bar import InputBar

_TWO_PANES_FROM = 100
_AT_ONCE = 200
"""How many titles are read before they are shown."""

TrashWish = Literal["restore", "purge"]


class TrashRequest(NamedTuple):
    """What the user wants done with which entries."""

    wish: TrashWish
    entries: tuple[Entry, ...]


class TrashContent(NamedTuple):
    """What a trash holds, and what was done, each oldest first; how names are read; the titles of
    the sessions that are in place, by key (empty: not known); and those of the entries, by id, as
    far as they were read: the screen adds what it reads."""

    root: str
    entries: Sequence[Entry]
    operations: Sequence[Operation]
    layouts: Layouts
    title_in_place: Callable[[str], str]
    titles: dict[str, str]


class TrashScreen(Dialog[TrashRequest | None]):
    """Gives back what the user wants, or None."""

    WIDEST = 150
    BINDINGS = [
        ("escape,q,T", "close", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
        ("r", "restore", "Restore"),
        ("X", "purge", "Purge"),
        ("ctrl+x", "purge_all", "Purge all"),
        ("slash", "filter", "Filter"),
        ("l", "log", "Log"),
    ]

    def __init__(
        self, content: TrashContent, now_ns: int, *, read_only: bool, where: str = ""
    ) -> None:
        """`where` is what the root is called where there are several."""
        super().__init__()
        self._where = where
        self._content = content
        self._entries = list(content.entries)[::-1]
        self._shown = self._entries
        self._titles = content.titles
        self._now_ns = now_ns
        self._read_only = read_only
        self._shows_log = False
        self._filter = ""

    def compose(self) -> ComposeResult:
        size = short_size(sum(entry.item.size for entry in self._entries))
        count = pluralize(len(self._entries), "entry")
        what = f"{count}, {size}, which only a purge frees" if self._entries else "empty"
        title = f"{titled('Trash', self._where)}: {what}"
        with Vertical(classes="dialog wide"):
            yield self.title_bar(title)
            yield Static("Nothing is in the trash.", id="trash-empty", markup=False)
            with Horizontal(id="trash-body"):
                yield OptionList(id="trash-entries")
                with VerticalScroll(id="trash-preview", can_focus=False):
                    yield Static(id="trash-files", markup=False)
            with VerticalScroll(id="trash-log", can_focus=False):
                yield Static(id="trash-log-lines", markup=False)
            yield self.foot()

    def on_mount(self) -> None:
        self.set_class(not self._entries, "-empty")
        self._show()
        self._read_titles()

    def fit(self) -> None:
        """Show the look into the entry beside the list, or below it."""
        self.set_class(self.size.width < _TWO_PANES_FROM, "-narrow")

    def hints(self) -> Sequence[Hint]:
        found = []
        if self._entries and not self._read_only and not self._shows_log:
            found = [
                Hint("r", "restore", "restore"),
                Hint("X", "purge", "purge"),
                Hint("ctrl+x", "purge all", "purge_all"),
            ]
        if self._content.operations if self._shows_log else self._entries:
            found.append(Hint("/", "filter", "filter"))
        return *found, Hint("l", "entries" if self._shows_log else "log", "log"), CLOSE

    # ── what is listed ───────────────────────────────────────────────────────────────────────────

    @work(exclusive=True, group="titles")
    async def _read_titles(self) -> None:
        """Read what the entries are about, off the event loop."""
        content = self._content
        unread = [entry for entry in self._entries if entry.id not in self._titles]
        reading = titles_in_trash(content.root, unread, content.layouts)
        while found := await asyncio.to_thread(lambda: list(islice(reading, _AT_ONCE))):
            self._titles.update(found)
            self._show()

    def _title(self, entry: Entry) -> str:
        return self._titles.get(entry.id) or one_line(decoded(entry.item.what))

    def _show(self) -> None:
        """List the entries and the log's lines that fit the filter."""
        needle = Needle(self._filter) if self._filter else None
        before = self._chosen_entry()
        self._shown = [
            entry
            for entry in self._entries
            if needle is None or needle.is_in(self._line(entry).plain + entry.item.what)
        ]
        listed = self.query_one("#trash-entries", OptionList)
        listed.clear_options()
        listed.add_options([Option(self._line(entry)) for entry in self._shown])
        if self._shown:
            listed.highlighted = self._shown.index(before) if before in self._shown else 0
        else:
            self.query_one("#trash-files", Static).update("Nothing here fits.")
        lines = self._log(needle)
        self.query_one("#trash-log-lines", Static).update(lines)

    def _line(self, entry: Entry) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(
            f"{short_age(self._now_ns - entry.at_ns):>7}  {short_size(entry.item.size):>7}  ",
            style="dim",
        )
        text.append(self._title(entry))
        command = entry.item.what.partition("/")[0] if entry.id in self._titles else ""
        action = "" if entry.action == "rm" else entry.action
        remark = sentence(entry.problem) if entry.problem else action
        words = [one for one in (one_line(decoded(command)), remark) if one]
        text.append(f"  {', '.join(words)}", style="dim")
        return text

    def _log(self, needle: Needle | None) -> Table | Text:
        in_trash = {
            entry.item.what: title
            for entry in self._entries
            if (title := self._titles.get(entry.id))
        }
        log = Table.grid()  # so that what is too long goes on below its own column
        for operation in reversed(self._content.operations):
            head = f"{local_day(operation.at_ns, self._now_ns)}  {operation.action:<10}"
            line = Text()
            names = [
                in_trash.get(item.what)
                or self._content.title_in_place(item.what)
                or one_line(decoded(item.what))
                for item in operation.items
            ]
            line.append(
                ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            )
            line.append("  after an interruption" if operation.recovered else "", style="dim")
            if needle is None or needle.is_in(f"{head}{line.plain}"):
                log.add_row(Text(head, style="dim", no_wrap=True), line)
        return log if self._content.operations else Text("Nothing was done here yet.")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index < len(self._shown):
            self._preview(self._shown[event.option_index])

    @work(exclusive=True, group="preview")
    async def _preview(self, entry: Entry) -> None:
        """What the entry keeps: where it came from, its files, and the beginning of the newest
        text."""
        seen = await asyncio.to_thread(preview, self._content.root, entry)
        text = Text()
        text.append(f"{one_line(decoded(entry.item.what))}\n", style="bold")
        text.append(f"here since {local_day(entry.at_ns, self._now_ns)}, as {entry.id}\n\n", "dim")
        whole = len(entry.item.renames) == 1 and has_wrapper(
            entry.item
        )  # one folder in it, whose name is said already
        for file in seen.files:
            name = file.path.partition("/")[2] or file.path if whole else file.path
            text.append(f"{short_size(file.size):>8}  {one_line(decoded(name))}\n")
        if seen.more:
            text.append(f"          and {seen.more:,} more\n", style="dim")
        if seen.problem:
            text.append(one_line(sentence(seen.problem)), style="bold")
        if seen.text:
            name = seen.name.partition("/")[2] or seen.name if whole else seen.name
            text.append(f"\n{one_line(decoded(name))}\n", style="bold")
            text.append(sanitise(seen.text), style="dim")
        self.query_one("#trash-files", Static).update(text)

    # ── what the user wants ──────────────────────────────────────────────────────────────────────

    def _chosen_entry(self) -> Entry | None:
        at = self.query_one("#trash-entries", OptionList).highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def _ask_for(self, wish: TrashWish) -> None:
        entry = self._chosen_entry()
        if entry and not self._shows_log and not self._read_only:
            self.dismiss(TrashRequest(wish, (entry,)))

    def action_restore(self) -> None:
        self._ask_for("restore")

    def action_purge(self) -> None:
        self._ask_for("purge")

    def action_purge_all(self) -> None:
        """All that the list shows: what a filter hides is left."""
        fit = tuple(entry for entry in self._shown if not entry.problem)
        if fit and not self._shows_log and not self._read_only:
            self.dismiss(TrashRequest("purge", fit))

    def action_log(self) -> None:
        self._shows_log = not self._shows_log
        self.set_class(self._shows_log, "-log")
        self.show_hints()

    def action_down(self) -> None:
        self._move(1)

    def action_up(self) -> None:
        self._move(-1)

    def _move(self, step: int) -> None:
        if self._shows_log:
            self.query_one("#trash-log").scroll_relative(y=step, animate=False)
        elif step > 0:
            super().action_down()
        else:
            super().action_up()

    # ── the filter ───────────────────────────────────────────────────────────────────────────────

    async def action_filter(self) -> None:
        """Open the filter, or go to it."""
        if not self.query(InputBar):
            bar = InputBar("trash", "/", self._filter, "title, name or command; esc clears")
            await self.mount(bar, before=self.query_one(".dialog-hints"))
        self.set_focus(self.query_one("#trash-bar Input"))

    def on_query_changed(self, event: QueryChanged) -> None:
        event.stop()
        self._filter = event.text.strip()
        self._show()

    async def on_query_ended(self, event: QueryEnded) -> None:
        event.stop()
        if not event.kept:
            self._filter = ""
            self._show()
        await self.query(InputBar).remove()
        self.set_focus(self.query_one("#trash-entries"))

    def action_close(self) -> None:
        """Let go of the filter; without any, close."""
        if self._filter:
            self._filter = ""
            self._show()
        else:
            super().action_close()
