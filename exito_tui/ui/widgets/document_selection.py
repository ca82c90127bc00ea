"""What the mouse selects in a document: from a character of one of its lines to one of another.

A line is named by its block and its row in the block, put together into one number, for the height
of what is above it may change while the document grows or is measured.
"""

from collections.abc import Callable, Iterator

from rich.cells import cell_len
from textual.geometry import Offset
from textual.selection import Selection

from exito_tui.render.blocks import drawn_before, is_ornament
from exito_tui.ui.widgets.document_layout import DocumentLayout, gap_below

_ROWS = 1 << 20
"""More than any block has."""
_END = (1 << 40, 0)


def line_number(index: int, row: int) -> int:
    """The number of a row of a block, by which selections name it."""
    return index * _ROWS + row


def moved(selection: Selection, where: Callable[[int], int]) -> Selection:
    """A selection whose blocks went elsewhere: `where` tells the new index of a block."""
    return Selection(*(end and Offset(end.x, _moved(end.y, where)) for end in selection))


def _moved(line: int, where: Callable[[int], int]) -> int:
    index, row = divmod(line, _ROWS)
    return line_number(where(index), row)


def selected_cells(
    selection: Selection, layout: DocumentLayout, index: int, row: int, margin: int
) -> tuple[int, int] | None:
    """From which cell to which one a row is selected, counted from its text; None when it is
    not. `margin` is how many cells stand before the text."""
    lines = layout.lines(index)
    begin, end = _span(selection, layout, index, row, margin)
    text = lines[row].text
    begin, end = cell_len(text[:begin]), cell_len(text[:end])
    return (begin, end) if begin < end else None


def _span(
    selection: Selection, layout: DocumentLayout, index: int, row: int, margin: int
) -> tuple[int, int]:
    """The selected characters of a row, without blanks at its end and what is drawn before its
    text."""
    block = layout.blocks[index]
    span = selection.get_span(line_number(index, row))
    lines = layout.lines(index)
    if span is None or is_ornament(block, row, len(lines)):
        return 0, 0
    text = lines[row].text.rstrip()
    length = len(text)
    begin, end = max(0, span[0] - margin), length if span[1] < 0 else span[1] - margin
    return max(begin, drawn_before(block, layout.gutter, text)), min(end, length)


def selected_text(selection: Selection, layout: DocumentLayout, margin: int) -> str:
    """The text that is selected, line by line as it is drawn."""
    return "\n".join(_selected_lines(selection, layout, margin)).strip("\n")


def _selected_lines(selection: Selection, layout: DocumentLayout, margin: int) -> Iterator[str]:
    first, begin = divmod(selection.start.y, _ROWS) if selection.start else (0, 0)
    last, end = divmod(selection.end.y, _ROWS) if selection.end else _END
    for index in range(first, min(last + 1, len(layout.blocks))):
        lines = layout.lines(index)
        for row, strip in enumerate(lines):
            if (first, begin) <= (index, row) <= (last, end) and not (
                is_ornament(layout.blocks[index], row, len(lines))
            ):
                left, right = _span(selection, layout, index, row, margin)
                yield strip.text[left:right]
        if gap_below(layout.blocks[index]) and (index, len(lines)) <= (last, end):
            yield ""
