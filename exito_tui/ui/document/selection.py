"""What the mouse selects in a document: from a character of one of its lines to one of another.

A line is named by its block and its row in the block, put together into one number, for the height
of what is above it may change while the document grows or is measured.
"""

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from textual.geometry import Offset
from textual.selection import Selection

from exito_tui.render.blocks import QUOTE_BAR, drawn_before, is_ornament
from exito_tui.ui.document.layout import DocumentLayout, gap_below

_ROWS = 1 << 20
"""More than any block has."""
_END = (1 << 40, 0)
_DRAWN = f"{QUOTE_BAR} "
"""What stands before the text of a row."""
_LAID_OUT = ("table", "log", "numbered")
"""Kinds of blocks whose rows are no wrapped lines: they are copied as they are drawn."""


def line_number(index: int, row: int) -> int:
    """The number of a row of a block, by which selections name it."""
    return index * _ROWS + row


def moved(selection: Selection, where: Callable[[int], int]) -> Selection:
    """A selection whose blocks went elsewhere: `where` tells the new index of a block."""
    return Selection(
        *(None if end is None else Offset(end.x, _moved(end.y, where)) for end in selection)
    )


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
    """The text that is selected: a line that was wrapped to be drawn is one line again."""
    return "\n".join(_selected_lines(selection, layout, margin)).strip("\n")


def _selected_lines(selection: Selection, layout: DocumentLayout, margin: int) -> Iterator[str]:
    first, begin = (0, 0) if selection.start is None else divmod(selection.start.y, _ROWS)
    last, end = _END if selection.end is None else divmod(selection.end.y, _ROWS)
    for index in range(first, min(last + 1, len(layout.blocks))):
        height = len(layout.lines(index))
        rows = range(
            begin if index == first else 0, min(end + 1, height) if index == last else height
        )
        yield from _whole_lines(selection, layout, index, rows, margin)
        if gap_below(layout.blocks[index]) and (index, height) <= (last, end):
            yield ""


def _whole_lines(
    selection: Selection, layout: DocumentLayout, index: int, rows: range, margin: int
) -> Iterator[str]:
    """The selected text of some rows of a block, those of a wrapped line put together."""
    block, lines = layout.blocks[index], layout.lines(index)
    between: Sequence[str | None] = [None] * len(lines)
    if block.kind not in _LAID_OUT:
        between = _between([strip.text for strip in lines], layout.unwrapped(index))
    whole: str | None = None
    for row in rows:
        if is_ornament(block, row, len(lines)):
            continue
        left, right = _span(selection, layout, index, row, margin)
        text = lines[row].text[left:right]
        joint = between[row]
        if whole is not None and joint is not None:
            whole += joint + text.lstrip()
            continue
        if whole is not None:
            yield whole
        whole = text
    if whole is not None:
        yield whole


def _between(rows: Sequence[str], unwrapped: Sequence[str]) -> list[str | None]:
    """What a line that was wrapped has between each row and the one before; None where the row
    begins a line."""
    made: list[str | None] = []
    whole = iter(unwrapped)
    rest = ""
    for row in rows:
        text = row.lstrip(_DRAWN).rstrip()
        found = rest.lstrip()
        if text and found.startswith(text):
            made.append(rest[: len(rest) - len(found)])
        else:
            made.append(None)
            lines = (line.lstrip(_DRAWN) for line in whole) if text else iter(())
            found = next((line for line in lines if line.startswith(text)), "")
        rest = found[len(text) :].rstrip()
    return made
