"""How large the content of a view that scrolls is."""

from textual.geometry import Size
from textual.scroll_view import ScrollView


def set_content_size(view: ScrollView, size: Size) -> None:
    """Say how many cells the content of a view takes. Only where a scroll bar comes or goes is the
    screen laid out anew: with Textual's own `virtual_size` each new line would draw all of it."""
    shown = view.show_vertical_scrollbar, view.show_horizontal_scrollbar
    if shown != (size.height > view.size.height, size.width > view.size.width):
        view.virtual_size = size
        return
    view.set_reactive(ScrollView.virtual_size, size)
    if view.show_vertical_scrollbar:
        view.vertical_scrollbar.window_virtual_size = size.height
    if view.show_horizontal_scrollbar:
        view.horizontal_scrollbar.window_virtual_size = size.width
