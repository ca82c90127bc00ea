"""How large the content of a view that scrolls is, and what its scroll bars show of that."""

from math import ceil

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar

_STEPS = 8
"""So many places are told apart in each cell of a scroll bar."""


def set_content_size(view: ScrollView, size: Size, y: float | None = None) -> None:
    """Say how many cells the content of a view takes, and to which line it is about to be scrolled,
    if to any. Only where a scroll bar comes or goes is the screen laid out anew: with Textual's own
    `virtual_size` each new line would draw all of it."""
    bars = _bars_for(view, size)
    if bars == (view.show_vertical_scrollbar, view.show_horizontal_scrollbar):
        view.set_reactive(ScrollView.virtual_size, size)
        view.scroll_x = view.validate_scroll_x(view.scroll_x)
        view.scroll_y = view.validate_scroll_y(view.scroll_y)
    else:
        view.virtual_size = size
    if bars[0]:  # one that comes does not hear of a scroll before it is there
        y = view.scroll_y if y is None else min(max(0, y), view.max_scroll_y)
        _show(view.vertical_scrollbar, size.height, y)
    if bars[1]:
        _show(view.horizontal_scrollbar, size.width, view.scroll_x)


def _bars_for(view: ScrollView, size: Size) -> tuple[bool, bool]:
    """Whether content of a size needs a vertical and a horizontal bar; each takes room from what
    the other one is for."""
    whole, room = view.size, view.scrollable_size
    if size.width <= whole.width and size.height <= whole.height:
        return False, False
    return size.height > room.height, size.width > room.width


def _show(bar: ScrollBar, content: int, position: float) -> None:
    """Make a scroll bar tell what is true; it is drawn anew only where that can be seen."""
    position = bar.validate_position(position)
    length = bar.size.height if bar.vertical else bar.size.width
    before = _thumb(bar, length, bar.window_virtual_size, bar.position)
    if _thumb(bar, length, content, position) != before:
        bar.window_virtual_size, bar.position = content, position
        return
    bar.set_reactive(ScrollBar.window_virtual_size, content)
    bar.set_reactive(ScrollBar.position, position)


def _thumb(bar: ScrollBar, length: int, content: int, position: float) -> tuple[int, int]:
    """From which step to which the thumb of a bar of `length` cells is drawn."""
    window = bar.window_size
    if not length or not window or content <= window:  # it is not there yet, or has nothing to tell
        return 0, 0
    thumb = max(1, window / (content / length))  # step by step as Textual does, to the last bit
    start = int((length - thumb) * (position / (content - window)) * _STEPS)
    return start, start + ceil(thumb * _STEPS)
