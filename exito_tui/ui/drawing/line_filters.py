"""The last guard before the terminal: no control character of any text gets through, and all text
can be read on its ground."""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from exito_tui.render.theme import IN_ASCII
from exito_tui.ui.drawing.contrast import legible_style

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class AsciiFilter(LineFilter):
    """Replaces the signs of our own that are no ASCII, for terminals without Unicode."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with `-`, `#` and blanks for lines, full blocks and partial ones,
        `*` for marks, `~` for what is left out, and `-` and `>` between words."""
        return [
            segment if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(IN_ASCII), segment.style)
            for segment in segments
        ]  # fmt: skip


_LINES = re.compile("[ \u2500-\u25a0]*")
"""What is drawn to divide, and may be fainter than text."""


class LegibleFilter(LineFilter):
    """Makes the colour of text legible on its ground, whatever the theme."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, those with too little contrast in a lighter or darker colour."""
        return [
            segment
            if segment.style is None or segment.control or _LINES.fullmatch(segment.text)
            else Segment(segment.text, legible_style(segment.style))
            for segment in segments
        ]


class ControlFilter(LineFilter):
    """Replaces control characters and direction overrides in everything that is drawn as text."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments, with a `?` for each character a terminal or a reader must not
        meet."""
        if not any(_CONTROL.search(segment.text) for segment in segments if not segment.control):
            return segments
        return [
            segment if segment.control else Segment(_CONTROL.sub("?", segment.text), segment.style)
            for segment in segments
        ]
