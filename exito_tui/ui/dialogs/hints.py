"""What can be done in a dialog, by key and by click."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.ui.drawing.strips import Part, line, tone

GAP = 3
"""Cells between two hints."""


class Hint(NamedTuple):
    """A key as it is shown, what it does in a few words, and the dialog's action behind both."""

    key: str
    words: str
    action: str

    @property
    def width(self) -> int:
        """In cells."""
        return cell_len(self.key) + 1 + cell_len(self.words)


CLOSE = Hint("esc", "close", "close")


class Hints(Widget):
    """A dialog's hints, each a button, on as many lines as they need."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key", "hints--words", "hints--hover"}

    def __init__(self, hints: Sequence[Hint], *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self.hints = tuple(hints)
        self._hover: Hint | None = None

    def show(self, hints: Sequence[Hint]) -> None:
        """Show other hints from now on."""
        if tuple(hints) != self.hints:
            self.hints = tuple(hints)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(rows(self.hints, width))

    def render_line(self, y: int) -> Strip:
        """One line of hints."""
        found = rows(self.hints, self.size.width)
        parts: list[Part] = []
        for at, hint in found[y] if y < len(found) else ():
            style = tone(self, "hints--hover" if self.hovers(hint) else "hints--words")
            parts.append((" " * (GAP if at else 0), Style()))
            parts += [(hint.key, tone(self, "hints--key")), (f" {hint.words}", style)]
        return line(self.size.width, parts, [], self.rich_style)

    def hovers(self, hint: Hint) -> bool:
        """Whether the mouse is over a hint."""
        return hint is self._hover

    def _at(self, event: events.MouseEvent) -> Hint | None:
        found = rows(self.hints, self.size.width)
        row = found[event.y] if 0 <= event.y < len(found) else []
        return next((one for at, one in row if at <= event.x < at + one.width), None)

    async def on_click(self, event: events.Click) -> None:
        if hint := self._at(event):
            event.stop()
            await self.app.run_action(hint.action, self.screen)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if (hint := self._at(event)) is not self._hover:
            self._hover = hint
            self.refresh()

    def on_leave(self) -> None:
        self._hover = None
        self.refresh()


def rows(hints: Sequence[Hint], width: int) -> list[list[tuple[int, Hint]]]:
    """Hints in lines of a width, each with the cell that it begins at."""
    made: list[list[tuple[int, Hint]]] = [[]]
    at = 0
    for hint in hints:
        if made[-1] and at + hint.width > width:
            made.append([])
            at = 0
        made[-1].append((at, hint))
        at += hint.width + GAP
    return made
