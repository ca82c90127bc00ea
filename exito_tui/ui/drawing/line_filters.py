"""The last guard before the terminal: no control character of any text gets through."""

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


_DRAWN = {
    code: "-" if code < 0x2580 else "#" if code == 0x2588 else " " for code in range(0x2500, 0x25A0)
}


class AsciiFilter(LineFilter):
    """Replaces what widgets draw lines and bars with, for terminals without Unicode."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with `-`, `#` and blanks for lines, full blocks and partial ones."""
        return [
            segment if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(_DRAWN), segment.style)
            for segment in segments
        ]  # fmt: skip


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
