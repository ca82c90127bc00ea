"""What is in the trash, with a look into it, and the log of all that was done."""

import asyncio
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.cleanup.operation import Entry, Operation, has_wrapper
from exito_tui.domain.text import decoded, one_line, sanitise
from exito_tui.domain.units import local_day, pluralize, short_age, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.trash.preview import preview

_TWO_PANES_FROM = 100

TrashWish = Literal["restore", "purge"]


class TrashRequest(NamedTuple):
    """What the user wants done with which entries."""

    wish: TrashWish
    entries: tuple[Entry, ...]


class TrashScreen(ModalScreen[TrashRequest | None]):
    """Gives back what the user wants, or None."""

    BINDINGS = [
        ("escape,q,T", "dismiss(None)", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
        ("r", "restore", "Restore"),
        ("X", "purge", "Purge"),
        ("ctrl+x", "purge_all", "Purge all"),
        ("l", "log", "Log"),
    ]

    def __init__(
        self,
        root: str,
        entries: Sequence[Entry],
        operations: Sequence[Operation],
        now_ns: int,
        *,
        read_only: bool,
    ) -> None:
        super().__init__()
        self._root = root
        self._entries = list(entries)[::-1]
        self._operations = list(operations)[::-1]
        self._now_ns = now_ns
        self._read_only = read_only
        self._shows_log = False

    def compose(self) -> ComposeResult:
        size = short_size(sum(entry.item.size for entry in self._entries))
        count = pluralize(len(self._entries), "entry")
        title = (
            f"Trash: {count}, {size}, which only a purge frees" if self._entries else "Trash: empty"
        )
        with Vertical(classes="dialog wide"):
            yield Static(title, classes="dialog-title", markup=False)
            with Horizontal(id="trash-body"):
                yield OptionList(
                    *(Option(self._line(entry)) for entry in self._entries), id="trash-entries"
                )
                with VerticalScroll(id="trash-preview", can_focus=False):
                    yield Static(id="trash-files", markup=False)
            with VerticalScroll(id="trash-log"):
                yield Static(self._log(), markup=False)
            yield Static(self._foot(), classes="dialog-foot", markup=False)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width < _TWO_PANES_FROM, "-narrow")

    def _foot(self) -> Text:
        foot = Text()
        keys = [("l", "log" if not self._shows_log else "entries"), ("esc", "closes")]
        if self._entries and not self._read_only:
            keys = [("r", "restore"), ("X", "purge"), ("ctrl+x", "purge all"), *keys]
        for key, word in keys:
            foot.append(key, style="bold")
            foot.append(f" {word}   ")
        return foot

    def _line(self, entry: Entry) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(
            f"{short_age(self._now_ns - entry.at_ns):>7}  {short_size(entry.item.size):>7}  ",
            style="dim",
        )
        text.append(one_line(decoded(entry.item.what)))
        action = "" if entry.action == "rm" else entry.action
        text.append(f"  {sentence(entry.problem) if entry.problem else action}", style="dim")
        return text

    def _log(self) -> Text:
        text = Text()
        for operation in self._operations:
            text.append(
                f"{local_day(operation.at_ns, self._now_ns)}  {operation.action:<10}", style="dim"
            )
            names = [one_line(decoded(item.what)) for item in operation.items]
            text.append(
                ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            )
            text.append("  after an interruption\n" if operation.recovered else "\n", style="dim")
        return text if self._operations else Text("Nothing was done here yet.")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._preview(self._entries[event.option_index])

    @work(exclusive=True)
    async def _preview(self, entry: Entry) -> None:
        """What the entry keeps: where it came from, its files, and the beginning of the newest
        text."""
        seen = await asyncio.to_thread(preview, self._root, entry)
        text = Text()
        origin = ", ".join(
            dict.fromkeys(
                decoded(rename.source).rpartition("/")[0] for rename in entry.item.renames
            )
        )
        text.append(
            f"from {one_line(origin) or 'the root'}, {local_day(entry.at_ns, self._now_ns)}\n",
            style="dim",
        )
        text.append(f"id {entry.id}\n\n", style="dim")
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

    def _chosen(self) -> Entry | None:
        at = self.query_one(OptionList).highlighted
        return self._entries[at] if at is not None and not self._read_only else None

    def action_restore(self) -> None:
        if (entry := self._chosen()) and not self._shows_log:
            self.dismiss(TrashRequest("restore", (entry,)))

    def action_purge(self) -> None:
        if (entry := self._chosen()) and not self._shows_log:
            self.dismiss(TrashRequest("purge", (entry,)))

    def action_purge_all(self) -> None:
        fit = tuple(entry for entry in self._entries if not entry.problem)
        if fit and not self._shows_log and not self._read_only:
            self.dismiss(TrashRequest("purge", fit))

    def action_log(self) -> None:
        self._shows_log = not self._shows_log
        self.set_class(self._shows_log, "-log")
        self.query_one(".dialog-foot", Static).update(self._foot())

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
