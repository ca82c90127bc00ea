"""What the highlighted session is at and what to do, below the list where the session's own pane is
not on the screen."""

from typing import ClassVar

from textual.strip import Strip
from textual.widget import Widget

from exito_tui.render.wrapping import wrapped
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import line, tone


class Briefing(Widget):
    """A rule, the reason, and the next step; where they are long, it grows: nothing of them is
    cut."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"briefing--rule", "briefing--next"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="briefing")
        self._glyphs = glyphs
        self._words = ("", "")
        self._lines = [""]
        self._reason = 1
        self._height = 3

    @property
    def growth(self) -> int:
        """How many lines it takes from the list beyond its usual three."""
        return max(0, self.size.height - 3)

    def show(self, reason: str = "", next_step: str = "") -> None:
        """Show what a verdict says, if there is one."""
        words = (reason, next_step)
        if words != self._words:
            self._words = words
            if self.size.width:  # where it has no place it is wrapped once it gets one
                self._wrap()

    def on_resize(self) -> None:
        self._wrap()

    def _wrap(self) -> None:
        mark = f" {self._glyphs.next} "
        reason, following = self._words
        width = max(20, self.size.width - 1)
        self._lines = wrapped(reason, width, " ", " ") or [""]
        self._reason = len(self._lines)
        self._lines += wrapped(following, width, mark, " " * len(mark))
        height = 1 + max(2, len(self._lines))
        if self._height != height:  # setting it lays out the whole screen
            self._height = height
            self.styles.height = height
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        width, ground = self.size.width, self.rich_style
        if y == 0:
            rule = self._glyphs.rule * width
            return line(width, [(rule, tone(self, "briefing--rule"))], [], ground)
        text = self._lines[y - 1] if y <= len(self._lines) else ""
        style = tone(self, "briefing--next") if y > self._reason else ground
        return line(width, [(text, style)], [], ground, self._glyphs.ellipsis)
