"""Containers of which nothing shows but their ground."""

from rich.style import Style
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Ground(Widget):
    """A widget that draws nothing of its own: one blank line serves for all of them. Textual draws
    each line of it in every frame, though other widgets cover them.

    It comes last among the bases of a class: Textual takes the style of the first one."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The same line for all of a part of it."""
        _, background = self.background_colors
        strip = Strip.blank(crop.width, Style(bgcolor=background.rich_color))
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return [strip] * crop.height


class Columns(Horizontal, Ground):
    """Widgets side by side."""


class Rows(Vertical, Ground):
    """Widgets one below the other."""
