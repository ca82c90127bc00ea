"""Things that are switched on and off, by key and by click."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip

from exito_tui.ui.dialogs.hints import GAP, Hint, Hints, rows
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, line, tone


class Chips(Hints):
    """Hints of which some are on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chips--on", "chips--on-key"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(())
        self._signs = f"{glyphs.missing} ", f"{glyphs.there} "
        self._on: frozenset[str] = frozenset()

    def show_chips(self, chips: Sequence[Hint], on: Collection[str]) -> None:
        """Show chips, those on whose actions are in `on`."""
        self._on = frozenset(on)
        self.show([one._replace(words=self._signs[one.action in on] + one.words) for one in chips])
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of chips."""
        found = rows(self.hints, self.size.width)
        parts: list[Part] = []
        for _, hint in found[y] if y < len(found) else ():
            on = hint.action in self._on
            words = "chips--on" if on else "hints--hover" if self.hovers(hint) else "hints--words"
            parts.append((hint.key, tone(self, "hints--key")))
            parts += [(f" {hint.words}", tone(self, words)), (" " * GAP, Style())]
        return line(self.size.width, parts, [], self.rich_style)
