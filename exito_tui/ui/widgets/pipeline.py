"""A session's workflow across the top: its steps and how long each took, then the reason and what
to do."""

from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.render.wrapping import wrapped
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, line, tone
from exito_tui.ui.messages import FileChosen
from exito_tui.ui.widgets.step_cells import Cell, step_cells

_INDENT = 2
_WIDE = 90
"""From here on a reason, and a next step, have a line each; below they have two. On a tall screen
one more keeps them apart from what is below."""


class Pipeline(Widget):
    """The steps in one line with how long each took below, the reason, and the next step: the last
    two are never cut."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pipeline--done",
        "pipeline--active",
        "pipeline--due",
        "pipeline--alarm",
        "pipeline--muted",
        "pipeline--reason",
        "pipeline--next",
    }

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="pipeline")
        self._glyphs = glyphs
        self._verdict: Verdict | None = None
        self._now_ns = 0
        self._cells: list[Cell] = []
        self._gap = f" {glyphs.rule * 2} "
        self._words: list[tuple[str, str]] = []
        self._above = 0
        self._height = 0
        self._spans: list[tuple[int, int, str]] = []

    def show(self, verdict: Verdict | None, now_ns: int) -> None:
        """Show a verdict as it stands at a moment; None: there is none, and nothing is shown."""
        self._verdict, self._now_ns = verdict, now_ns
        if self.display != (verdict is not None):
            self.display = verdict is not None
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Fold the steps and wrap the words. The height depends on the screen's size alone as long
        as the words have room, so that nothing below moves from one session to the next."""
        verdict, width = self._verdict, max(20, self.size.width - 2 * _INDENT)
        if verdict is None or not self.is_attached:
            return
        self._cells = step_cells(verdict, self._now_ns, self._glyphs, width, len(self._gap))
        self._spans, at = [], _INDENT
        for cell in self._cells:
            self._spans.append((at, at + cell.width, cell.file))
            at += cell.width + len(self._gap)
        mark = f"{self._glyphs.next} "
        reason = wrapped(verdict.reason, width)
        following = wrapped(verdict.next_step, width, mark, " " * len(mark))
        self._words = [
            *((text, "reason") for text in reason), *((text, "next") for text in following)
        ]  # fmt: skip
        short = self.screen.has_class("-short")
        self._above = 1 if short else 2
        room = 2 if short else 3 if width >= _WIDE else 5
        height = self._above + max(room, len(self._words))
        if self._height != height:  # setting it lays out the whole screen
            self._height = height
            self.styles.height = height
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        verdict, width, ground = self._verdict, self.size.width, self.rich_style
        if verdict is None:
            return Strip.blank(width, ground)
        parts: list[Part] = []
        word = y - self._above
        if word < 0:
            parts = self._steps(under=y == 1)
        elif word < len(self._words):
            text, name = self._words[word]
            parts = [(text, tone(self, f"pipeline--{name}"))]
        lead = (" " * _INDENT, Style())
        return line(width, [lead, *parts], [], ground, self._glyphs.ellipsis)

    def _steps(self, *, under: bool) -> list[Part]:
        muted = tone(self, "pipeline--muted")
        parts: list[Part] = []
        for cell in self._cells:
            text = cell.below if under else cell.text
            style = muted if under else tone(self, f"pipeline--{cell.tone}")
            gap = cell.width - cell_len(text) + len(self._gap)
            between = " " * gap if under else f" {self._glyphs.rule * (gap - 2)} "
            parts += [(text, style), (between, muted)]
        return parts[:-1]

    def on_click(self, event: events.Click) -> None:
        for start, stop, name in self._spans:
            if name and event.y < self._above and start <= event.x < stop:
                self.post_message(FileChosen(name))
