"""The one-line bars at the top and the bottom of the screen."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.actions import Command
from exito_tui.domain.text import one_line
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, line, tone
from exito_tui.ui.messages import CommandChosen, FilterChosen


class Count(NamedTuple):
    """One thing that the title bar says: its text, its tone (`strong`, `warn`, `alarm` or `muted`),
    the filter that a click on it chooses (empty: none), and what it says where there is little
    room."""

    text: str
    tone: str
    filter: str = ""
    short: str = ""


class TitleBar(Widget):
    """The projects by name, and a count of what goes on; a click on a count shows just that."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "bar--name",
        "bar--muted",
        "bar--strong",
        "bar--warn",
        "bar--alarm",
    }

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="title")
        self._glyphs = glyphs
        self._place = ""
        self._counts: list[Count] = []
        self._spans: list[tuple[int, int, str]] = []

    def show(self, place: str, counts: Sequence[Count]) -> None:
        """Show where we are, and what is counted."""
        if (place, list(counts)) != (self._place, self._counts):
            self._place, self._counts = place, list(counts)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar."""
        muted = tone(self, "bar--muted")
        right: list[Part] = []
        counts = _fitting(self._counts, self.size.width - 3 - min(_NAME, cell_len(self._place)))
        for count in counts:
            style = muted if count.tone == "muted" else tone(self, f"bar--{count.tone}")
            right += [("  ", Style()), (count.text, style)]
        at = self.size.width - 1
        self._spans = []
        for count in reversed(counts):
            begin = at - cell_len(count.text)
            self._spans.append((begin, at, count.filter))
            at = begin - 2
        room = self.size.width - 3 - sum(cell_len(text) for text, _ in right)
        place = fit(one_line(self._place), max(0, room), self._glyphs.ellipsis).rstrip()
        left: list[Part] = [(f" {place}", tone(self, "bar--name"))]
        return line(
            self.size.width, left, [*right, (" ", Style())], self.rich_style, self._glyphs.ellipsis
        )

    def on_click(self, event: events.Click) -> None:
        for start, stop, text in self._spans:
            if start <= event.x < stop and text:
                self.post_message(FilterChosen(text))


_NAME = 12
"""So much of the projects' names is kept as long as anything else can be said shorter."""


def _fitting(counts: Sequence[Count], width: int) -> list[Count]:
    """The counts in at most `width` cells: what nobody must act on goes first, then words are said
    shorter from the right on, and at last the rightmost go."""

    def too_wide() -> bool:
        return sum(cell_len(count.text) + 2 for count in fitting) > width

    fitting = list(counts)
    if too_wide():
        fitting = [count for count in fitting if count.tone != "muted"]
    for at in range(len(fitting) - 1, -1, -1):
        if too_wide() and (short := fitting[at].short):
            fitting[at] = fitting[at]._replace(text=short)
    while fitting and too_wide():
        fitting.pop()
    return fitting


class StatusBar(Widget):
    """What can be done here, by key and by click, and how the watching goes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key", "bar--muted", "bar--warn"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="status")
        self._glyphs = glyphs
        self._hints: list[tuple[str, Command]] = []
        self._state = ""
        self._warn = False
        self._spans: list[tuple[int, int, Command]] = []

    def show_hints(self, hints: Sequence[tuple[str, Command]]) -> None:
        """Show commands with the keys they have now."""
        if list(hints) != self._hints:
            self._hints = list(hints)
            self.refresh()

    def show_state(self, state: str, *, warn: bool) -> None:
        """Show how the watching goes; `warn` when not well."""
        if (state, warn) != (self._state, self._warn):
            self._state, self._warn = state, warn
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar. As many hints as there is room for; never half of one."""
        muted = tone(self, "bar--muted")
        key_style = tone(self, "bar--key")
        state_style = tone(self, "bar--warn") if self._warn else muted
        room = self.size.width // 2 if self._warn else self.size.width
        state = one_line(self._state)
        state = fit(state, min(cell_len(state), room - 2), self._glyphs.ellipsis)
        left: list[Part] = [(" ", muted)]
        used = 1
        self._spans = []
        for key, command in _fitting_hints(self._hints, self.size.width - cell_len(state) - 3):
            size = _hint_width(key, command)
            self._spans.append((used, used + size - 3, command))
            left += [(key, key_style), (f" {command.hint}   ", muted)]
            used += size
        return line(
            self.size.width,
            left,
            [(state + " ", state_style)],
            self.rich_style,
            self._glyphs.ellipsis,
        )

    def on_click(self, event: events.Click) -> None:
        for start, stop, command in self._spans:
            if start <= event.x < stop:
                self.post_message(CommandChosen(command))


def _hint_width(key: str, command: Command) -> int:
    """Cells of a hint and the space after it."""
    return cell_len(key) + cell_len(command.hint) + 4


def _fitting_hints(
    hints: Sequence[tuple[str, Command]], room: int
) -> Iterator[tuple[str, Command]]:
    """The first hints that so many cells hold, and that of the help, which tells of the others."""
    room -= sum(_hint_width(key, command) for key, command in hints if command.id == "help")
    is_full = False
    for key, command in hints:
        if command.id == "help":
            yield key, command
            continue
        room -= _hint_width(key, command)
        is_full = is_full or room < 0
        if not is_full:
            yield key, command
