"""Painting the rows of a document: what is looked for, what the mouse selected, what is new."""

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.ui.document.changes import Changes
from exito_tui.ui.document.layout import DocumentLayout
from exito_tui.ui.document.matches import Matches
from exito_tui.ui.document.selection import selected_cells
from exito_tui.ui.drawing.strips import painted, tone

MARGIN = 2
"""How many cells stand before the text of each line."""
BLANK = Strip.blank(MARGIN)
_NONE = (-1, -1, -1)
_MOST_KEPT = 1_000


class Unmarked:
    """Rows with nothing but the margin before them. They are kept from frame to frame: of one that
    only moved, nothing that is made of it is made anew."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Strip, Strip]] = {}

    def row(self, strip: Strip) -> Strip:
        """A row of a block, with its margin."""
        kept = self._kept.get(id(strip))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[id(strip)] = strip, Strip.join([BLANK, strip])
        return kept[1]


class Painter:
    """Paints the rows of one frame; its styles are looked up once."""

    def __init__(
        self,
        view: Widget,
        layout: DocumentLayout,
        matches: Matches,
        changes: Changes,
        unmarked: Unmarked,
        bar: str,
    ) -> None:
        """`bar` is the sign that stands before what is new."""
        self.ground: Style = view.rich_style  # put together from all that lies below
        self._layout = layout
        self._matches = matches
        self._changes = changes
        self._unmarked = unmarked
        self._current = matches.drawn(layout) if matches.current >= 0 else _NONE
        if matches.needle:
            names = ("document--match", "document--current-match")
            self._match, self._current_match = (tone(view, name, ground=True) for name in names)
        self._selection: Selection | None = view.text_selection
        if self._selection:
            self._selected = view.screen.get_component_rich_style("screen--selection")
        self._margin = BLANK
        if changes.any:
            self._margin = Strip([Segment(bar.ljust(MARGIN), tone(view, "document--new"))], MARGIN)

    def paint(self, index: int, row: int, strip: Strip) -> Strip:
        """A row of a block, with its margin."""
        unmarked = strip
        if self._matches.needle:
            strip = self._highlighted(strip, is_current=self._current[:2] == (index, row))
        if self._selection and (
            cells := selected_cells(self._selection, self._layout, index, row, MARGIN)
        ):
            strip = painted(strip, cells, self._selected)
        if self._changes.any and self._changes.is_new(
            index, lambda: self._layout.line_shown(index, row)
        ):
            return Strip.join([self._margin, strip])
        return self._unmarked.row(strip) if strip is unmarked else Strip.join([BLANK, strip])

    def _highlighted(self, strip: Strip, *, is_current: bool) -> Strip:
        """A row with what is looked for in colour; the current match stands out."""
        text = strip.text
        for number, (start, end) in enumerate(self._matches.spans(text)):
            here = is_current and number == self._current[2]
            cells = cell_len(text[:start]), cell_len(text[:end])
            strip = painted(strip, cells, self._current_match if here else self._match)
        return strip
