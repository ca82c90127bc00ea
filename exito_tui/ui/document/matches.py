"""Where a text stands in the document on show, and which of these places the reader is at."""

from bisect import bisect_left
from collections.abc import Sequence

from exito_tui.domain.documents.blocks import Block
from exito_tui.domain.documents.needle import Needle
from exito_tui.ui.document.layout import DocumentLayout

_FLOWING = ("markdown", "paragraph", "heading")
"""Blocks whose lines are put together: what stands at the end of one and the beginning of the next
is one text."""


class Matches:
    """The places of a text in a document, in order, each by its block and its number in it. They
    are those of the source, so the rendered and the raw view have the same ones."""

    def __init__(self) -> None:
        self._needle: Needle | None = None
        self._blocks: Sequence[Block] = ()
        self._places: list[tuple[int, int]] = []
        self.current = -1
        """The number of the place that the reader is at, from 0; -1 for none."""

    def __len__(self) -> int:
        return len(self._places)

    @property
    def needle(self) -> Needle | None:
        """What is looked for."""
        return self._needle

    @property
    def position(self) -> str:
        """`3 of 17` while searching, in words when nothing is found, else empty."""
        if self._needle is None:
            return ""
        return f"{self.current + 1} of {len(self)}" if self._places else "no match"

    def look_for(self, needle: Needle | None) -> None:
        """Look for something else from now on, or for nothing."""
        self._needle = needle
        self._places, self.current = [], -1
        self.update(self._blocks, 0)

    def update(self, blocks: Sequence[Block], kept: int) -> None:
        """Take the document's blocks, of which the first `kept` are those of before: only the rest
        is searched."""
        self._blocks = blocks
        del self._places[bisect_left(self._places, (kept, 0)) :]
        if self._needle is not None:
            for index in range(kept, len(blocks)):
                count = len(self._needle.spans(_searched(blocks[index])))
                self._places += [(index, number) for number in range(count)]
        # What is written may hold the first place.
        self.current = min(max(self.current, 0), len(self._places) - 1)

    def go_to_block(self, index: int) -> None:
        """Make the first place from a block on the current one, going round."""
        at = bisect_left(self._places, (index, 0))
        self.current = at if at < len(self._places) else min(0, len(self._places) - 1)

    def step(self, step: int) -> None:
        """Go on by some places, going round."""
        if self._places:
            self.current = (self.current + step) % len(self._places)

    @property
    def block(self) -> int:
        """The index of the current place's block; there must be one."""
        return self._places[self.current][0]

    @property
    def spot(self) -> tuple[int, int] | None:
        """(source line, its number among those of that line) of the current place, or None."""
        if self.current < 0:
            return None
        line = self._line(self.current)
        first = self.current
        while first and self._line(first - 1) == line:
            first -= 1
        return line, self.current - first

    def go_to_spot(self, line: int, number: int = 0) -> None:
        """Make the place at a source line the current one, or the next one below."""
        at = self._first_from(line)
        same = [
            one for one in range(at, min(at + number + 1, len(self))) if self._line(one) == line
        ]
        self.current = same[-1] if same else min(at, len(self) - 1)

    def _first_from(self, line: int) -> int:
        """The number of the first place at a source line or below."""
        low, high = 0, len(self._places)
        while low < high:
            middle = (low + high) // 2
            if self._line(middle) < line:
                low = middle + 1
            else:
                high = middle
        return low

    def _line(self, at: int) -> int:
        """The source line of a place."""
        index, number = self._places[at]
        block = self._blocks[index]
        start, _ = self._spans(block)[number]
        return block.line + block.text.count("\n", 0, start)

    def _spans(self, block: Block) -> list[tuple[int, int]]:
        return self._needle.spans(_searched(block)) if self._needle else []

    def drawn(self, layout: DocumentLayout) -> tuple[int, int, int]:
        """Where the current place is drawn: (block, row in it, number among the row's matches). The
        number is -1 when no row shows it whole, for it is wrapped or has markup in it."""
        index, number = self._places[self.current]
        rows = layout.lines(index)
        shown = [
            (row, nth)
            for row, strip in enumerate(rows)
            for nth in range(len(self.spans(strip.text)))
        ]
        if shown:
            return index, *shown[min(number, len(shown) - 1)]
        block = self._blocks[index]
        start, _ = self._spans(block)[number]
        return index, start * len(rows) // max(1, len(block.text)), -1

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where what is looked for stands in a row of the screen."""
        return self._needle.spans(text) if self._needle else []


def _searched(block: Block) -> str:
    return block.text.replace("\n", " ") if block.kind in _FLOWING else block.text
