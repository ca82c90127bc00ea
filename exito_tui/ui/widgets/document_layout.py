"""Where each block of a document stands: known heights, guessed ones, and the lines already
rendered."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate

from textual.strip import Strip

from exito_tui.domain.documents.blocks import Block, BlockKind, Blocks
from exito_tui.render.blocks import TAB, render_block
from exito_tui.render.theme import RenderTheme

_MOST_CACHED = 4_000
"""How many rendered lines are kept: a few dozen screens, however long the document is."""

_TIGHT: tuple[BlockKind, ...] = ("numbered", "plain", "log")
_UNSPLIT: tuple[BlockKind, ...] = ("numbered",)


class Layout:
    """The blocks of one document at one width. Heights are guessed until a block has been
    rendered."""

    def __init__(self, theme: RenderTheme) -> None:
        self._theme = theme
        self._cache: OrderedDict[tuple[object, ...], list[Strip]] = OrderedDict()
        self._cached = 0
        self._document = Blocks((), {})
        self._width = 80
        self._gutter = 0
        self._heights: list[int] = []
        self._known: list[bool] = []
        self._tops: list[int] | None = None

    @property
    def blocks(self) -> Sequence[Block]:
        """The document's blocks."""
        return self._document.blocks

    @property
    def height(self) -> int:
        """Of the whole document, in lines, as far as it is known."""
        return self._all_tops()[-1]

    def place(self, document: Blocks, width: int, theme: RenderTheme, gutter: int) -> None:
        """Take a document, keeping what is known of blocks that stayed as they were."""
        if theme != self._theme or document.references != self._document.references:
            self._cache.clear()
            self._cached = 0
        same_shape = (width, gutter, theme) == (self._width, self._gutter, self._theme)
        old, heights, known = self._document.blocks, self._heights, self._known
        self._document, self._width, self._gutter, self._theme = document, width, gutter, theme
        kept = 0
        if same_shape:
            while kept < min(len(old), len(document.blocks)) and old[kept] is document.blocks[kept]:
                kept += 1
        self._heights = heights[:kept]
        self._known = known[:kept]
        for block in document.blocks[kept:]:
            lines = self._cache.get(self._key(block))
            self._known.append(lines is not None or block.kind in _UNSPLIT)
            self._heights.append(self._guess(block) if lines is None else len(lines) + _gap(block))
        if self._tops and 0 < kept <= len(self._tops) - 1:
            self._tops = self._tops[: kept + 1]
            self._tops += list(accumulate(self._heights[kept:], initial=self._tops.pop()))
        else:
            self._tops = None

    def lines(self, index: int) -> list[Strip]:
        """The rendered lines of a block, without the gap below it."""
        block = self._document.blocks[index]
        key = self._key(block)
        lines = self._cache.get(key)
        if lines is None:
            rendered = render_block(
                block, self._width, self._theme, self._document.references, self._gutter
            )
            lines = [Strip(segments) for segments in rendered]
            self._keep(key, lines)
        else:
            self._cache.move_to_end(key)
        height = len(lines) + _gap(block)
        if self._heights[index] != height:
            self._heights[index] = height
            self._tops = None
        self._known[index] = True
        return lines

    @property
    def kept_lines(self) -> int:
        """How many rendered lines are kept."""
        return self._cached

    def _keep(self, key: tuple[object, ...], lines: list[Strip]) -> None:
        """Keep the lines of a block, and let go of those that were not looked at for longest."""
        self._cache[key] = lines
        self._cached += len(lines)
        while self._cached > _MOST_CACHED and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._cached -= len(dropped)

    def measure(self, first: int, lines: int) -> None:
        """Make the heights true from a block downwards until `lines` lines are filled."""
        index = first
        while lines > 0 and index < len(self._heights):
            self.lines(index)
            lines -= self._heights[index]
            index += 1

    def measure_back(self, last: int, lines: int) -> None:
        """Make the heights true from a block upwards until `lines` lines are filled."""
        index = last
        while lines > 0 and index >= 0:
            self.lines(index)
            lines -= self._heights[index]
            index -= 1

    def first_guess(self, near: int) -> int | None:
        """A block whose height is still guessed, at or after `near` if there is one; None when all
        are known."""
        try:
            return self._known.index(False, near)
        except ValueError:
            pass
        try:
            return self._known.index(False)
        except ValueError:
            return None

    def top(self, index: int) -> int:
        """The line at which a block starts."""
        return self._all_tops()[max(0, min(index, len(self._heights)))]

    def at(self, line: int) -> tuple[int, int]:
        """(index of the block that covers a line, the line within it)."""
        tops = self._all_tops()
        index = max(0, min(bisect_right(tops, line) - 1, len(self._heights) - 1))
        return index, line - tops[index]

    def strip(self, line: int) -> Strip | None:
        """The strip of a line, or None for a gap or beyond the end."""
        if not self._heights or line >= self.height:
            return None
        index, offset = self.at(line)
        lines = self.lines(index)
        return lines[offset] if offset < len(lines) else None

    def _all_tops(self) -> list[int]:
        if self._tops is None:
            self._tops = list(accumulate(self._heights, initial=0))
        return self._tops

    def _key(self, block: Block) -> tuple[object, ...]:
        at = block.line if block.kind == "numbered" else 0
        return (*block.content, at, self._width, self._gutter)

    def _guess(self, block: Block) -> int:
        lines = block.text.count("\n") + 1
        if block.kind in _UNSPLIT:
            return lines + _gap(block)
        return max(lines, len(block.text) // max(1, self._width - TAB) + 1) + _gap(block)


def _gap(block: Block) -> int:
    return 1 if block.last and block.kind not in _TIGHT else 0
