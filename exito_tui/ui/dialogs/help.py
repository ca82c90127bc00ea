"""Help, from the same declarations as the keys themselves, filtered as one types."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from exito_tui.actions import COMMANDS, Command, Pane, shown_keys
from exito_tui.domain.documents.needle import Needle
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint

_INTRODUCTIONS = {
    "list": "The list: what needs you on top, the oldest question first; then what runs, today, "
    "and everything earlier. • marks what was written since you last looked.",
    "document": "The document: at its end it follows what is written; anywhere else your place "
    "holds.",
}
_TITLES = {"list": "In the list", "document": "In the document", "anywhere": "Everywhere"}
_FOUND = "bold reverse"
_KEYS = 14
"""Cells for the keys."""
_DIGITS = " ".join("123456789")


class _Filter(Input):
    """An input that `/` does not begin, for it is where `/` leads, and that `?` closes again."""

    async def on_key(self, event: events.Key) -> None:
        if not self.value and event.key in ("slash", "question_mark"):
            event.stop()
            event.prevent_default()
            if event.key == "question_mark":
                await self.app.run_action("close", self.screen)


class _LaidOutOnce:
    """A renderable whose lines are kept: to know its height, Textual draws it several times."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable
        self._lines: dict[int, list[list[Segment]]] = {}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width not in self._lines:
            self._lines[options.max_width] = console.render_lines(self._renderable, options)
        for line in self._lines[options.max_width]:
            yield from line
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, self._renderable)


class HelpScreen(Dialog[None]):
    """The keys of the pane in focus first, then those that work everywhere, then the others."""

    AROUND = 8
    WIDEST = 90
    BINDINGS = [
        ("escape,f1,enter", "close", "Close"),
        ("down", "scroll(1)", "Down"),
        ("up", "scroll(-1)", "Up"),
        ("pagedown", "scroll(10)", "Down"),
        ("pageup", "scroll(-10)", "Up"),
    ]

    def __init__(self, pane: Pane, keys: Mapping[str, str]) -> None:
        super().__init__()
        other: Pane = "document" if pane == "list" else "list"
        self._panes: tuple[Pane, ...] = (pane, "anywhere", other)
        self._keys = keys

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog help"):
            yield self.title_bar("Help")
            yield _Filter(
                placeholder="type a word or a key", compact=True, select_on_focus=False,
                classes="dialog-input",
            )  # fmt: skip
            with VerticalScroll(classes="dialog-rows", can_focus=False):
                yield Static(id="help-keys", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return Hint("pgdn", "more", "scroll(10)"), Hint("pgup", "back", "scroll(-10)"), CLOSE

    def on_mount(self) -> None:
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value.strip())
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_close()

    def action_close(self) -> None:
        """Let go of the filter; without any, close."""
        typed = self.query_one(_Filter)
        if typed.value:
            typed.value = ""
        else:
            super().action_close()

    def action_scroll(self, lines: int) -> None:
        """Scroll down, or up."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _show(self, typed: str) -> None:
        whole = Table.grid(expand=True)
        whole.add_column(overflow="fold")
        if not typed:
            whole.add_row(Text(f"{_INTRODUCTIONS[self._panes[0]]}\n"))
        found = list(self._sections(typed))
        for title, commands in found:
            whole.add_row(Text(title, "bold"))
            whole.add_row(self._table(commands, typed))
        if not found:
            whole.add_row(Text("No key does that."))
        self.query_one("#help-keys", Static).update(_LaidOutOnce(whole))

    def _table(self, commands: Sequence[Command], typed: str) -> Table:
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(width=_KEYS, overflow="fold")
        table.add_column(ratio=1, overflow="fold")
        needles = [Needle(word) for word in typed.split()]
        for command in commands:
            words = Text(command.help)
            for needle in needles:
                for start, stop in needle.spans(words.plain):
                    words.stylize(_FOUND, start, stop)
            table.add_row(Text(f" {self._shown(command)}", "bold"), words)
        table.add_row(Text(), Text())
        return table

    def _sections(self, typed: str) -> Iterator[tuple[str, list[Command]]]:
        """(title, commands) of what is shown: first the keys that are just what is typed."""
        exact = [one for one in COMMANDS if typed and typed in self._shown(one).split()]
        if exact:
            yield f"The key {typed}", exact
        fits = _fitting(typed)
        for pane in self._panes:
            commands = [
                one for one in COMMANDS if one.pane == pane and one not in exact and fits(one)
            ]
            if commands:
                yield _TITLES[pane], commands

    def _shown(self, command: Command) -> str:
        shown = shown_keys(self._keys.get(command.id) or ",".join(command.keys))
        return shown.replace(_DIGITS, "1…9")


def _fitting(typed: str) -> Callable[[Command], bool]:
    """Whether a command is about all the words that are typed."""
    needles = [Needle(word) for word in typed.split()]
    return lambda one: all(needle.is_in(f"{one.title} {one.help} {one.id}") for needle in needles)
