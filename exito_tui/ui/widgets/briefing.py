"""What the highlighted session is at and what to do, below the list where the session's own pane is
not on the screen."""

from typing import TYPE_CHECKING, ClassVar

from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.text import one_line
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import line, tone

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.verdict import Verdict


class Briefing(Widget):
    """A rule, the reason, and the next step."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"briefing--rule", "briefing--next"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="briefing")
        self._glyphs = glyphs
        self._words = ("", "")

    def show(self, verdict: "Verdict | None") -> None:
        """Show what a verdict says; None: there is nothing to say."""
        words = (verdict.reason, verdict.next_step) if verdict else ("", "")
        if words != self._words:
            self._words = words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the three lines."""
        width, ground = self.size.width, self.rich_style
        if y == 0:
            rule = self._glyphs.rule * width
            return line(width, [(rule, tone(self, "briefing--rule"))], [], ground)
        text = one_line(self._words[y - 1])
        style = tone(self, "briefing--next") if y == 2 else ground
        mark = f"{self._glyphs.next} " if y == 2 and text else "" if y == 1 else "  "
        return line(width, [(f" {mark}{text}", style)], [], ground, self._glyphs.ellipsis)
