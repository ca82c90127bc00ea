"""Painting one line of cells: parts from the left, parts from the right, nothing cut without a
sign."""

import os
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.text import one_line

Part = tuple[str, Style]


def tone(widget: Widget, name: str, *, ground: bool = False) -> Style:
    """A component class's style with its colours blended; its background only when `ground` asks
    for it."""
    style = widget.get_component_rich_style(name)
    kept = Style(color=style.color, bold=style.bold, italic=style.italic, underline=style.underline)
    return kept + Style(bgcolor=style.bgcolor) if ground else kept


def home_path(path: str) -> str:
    """A path as people write it, safe to show: `~` for the home folder."""
    home = os.path.expanduser("~")
    return one_line(
        "~" + path[len(home) :] if home != "/" and path.startswith(home + "/") else path
    )


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if text.isascii():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + ellipsis
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + ellipsis


def fit_right(text: str, width: int) -> str:
    """As `fit`, with the text at the right."""
    return " " * (width - cell_len(text)) + text if cell_len(text) <= width else fit(text, width)


def line(
    width: int, left: Sequence[Part], right: Sequence[Part], ground: Style, ellipsis: str = "…"
) -> Strip:
    """A strip of exactly `width` cells. When there is no room for all, the left parts give way."""
    right_width = sum(cell_len(text) for text, _ in right)
    room = width - right_width
    if room < 0:
        return Strip([Segment(text, ground + style) for text, style in right]).adjust_cell_length(
            width, ground
        )
    segments: list[Segment] = []
    for text, style in left:
        size = cell_len(text)
        if size > room:
            text = fit(text, room, ellipsis)
            size = room
        if size:
            segments.append(Segment(text, ground + style))
        room -= size
        if not room:
            break
    segments.append(Segment(" " * room, ground))
    segments += [Segment(text, ground + style) for text, style in right]
    return Strip(segments, width)


def painted(strip: Strip, cells: tuple[int, int], style: Style) -> Strip:
    """A row with some of its cells, from one to before another, in a style."""
    before, within, after = strip.divide([*cells, max(strip.cell_length, cells[1])])
    painted = [Segment(part.text, (part.style or Style()) + style) for part in within]
    return Strip.join([before, Strip(painted, within.cell_length), after])
