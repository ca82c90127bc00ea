"""Where each block of a document stands: known heights, guessed ones, and the lines already
rendered."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from operator import is_

from textual.strip import Strip

from exito_tui.domain.documents.blocks import Block, BlockKind, Blocks
from exito_tui.domain.documents.document import Document
from exito_tui.render.blocks import TAB, has_label, render_block
from exito_tui.render.theme import RenderTheme

_MOST_CACHED = 4_000
"""How many rendered lines are kept: a few dozen screens, however long the document is."""

_TIGHT: tuple[BlockKind, ...] = ("numbered", "plain", "log")
_UNSPLIT: tuple[BlockKind, ...] = ("numbered",)


class DocumentLayout:
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

    @property
    def gutter(self) -> int:
        """The width of the line numbers, in cells."""
        return self._gutter

    def place(self, document: Blocks, width: int, theme: RenderTheme, gutter: int) -> int:
        """Take a document, keeping what is known of blocks that stayed as they were. Returns how
        many these are, at its beginning."""
        if theme != self._theme or document.references != self._document.references:
            self._cache.clear()
            self._cached = 0
        same_shape = (width, gutter, theme) == (self._width, self._gutter, self._theme)
        old, heights, known = self._document.blocks, self._heights, self._known
        self._document, self._width, self._gutter, self._theme = document, width, gutter, theme
        same = _same_at_start(old, document.blocks)
        kept = same if same_shape else 0
        self._heights = heights[:kept]
        self._known = known[:kept]
        for block in document.blocks[kept:]:
            lines = self._cache.get(self._key(block))
            self._known.append(lines is not None or block.kind in _UNSPLIT)
            self._heights.append(
                self._guess(block) if lines is None else len(lines) + gap_below(block)
            )
        if self._tops and 0 < kept <= len(self._tops) - 1:
            self._tops = self._tops[: kept + 1]
            self._tops += list(accumulate(self._heights[kept:], initial=self._tops.pop()))
        else:
            self._tops = None
        return same

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
        height = len(lines) + gap_below(block)
        if self._heights[index] != height:
            self._heights[index] = height
            self._tops = None
        self._known[index] = True
        return lines

    def rows(self, index: int) -> int:
        """How many rows a block takes, without the gap below it; 0 where there is none."""
        return len(self.lines(index)) if index < len(self._heights) else 0

    def same_row(self, index: int, row: int, before: int) -> int:
        """Which row of a block shows the words that `row` showed when it took `before` rows; the
        gap below it stays the gap."""
        rows = self.rows(index)
        if row >= before:
            return rows
        return min(round(row * rows / before), rows - 1)

    def unwrapped(self, index: int) -> list[str]:
        """The lines of a block as they would be if there were room for each of them."""
        block = self.blocks[index]
        room = 3 * len(block.text) + self._width  # wide letters, and the address of a link
        rendered = render_block(block, room, self._theme, self._document.references, self._gutter)
        return ["".join(segment.text for segment in line) for line in rendered]

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

    def source_line(self, line: int) -> int:
        """The source line (counted from 0) that a line shows, or one near it."""
        return self.source_line_of(*self.at(line)) if self._heights else 0

    def source_line_of(self, index: int, row: int) -> int:
        """The source line (counted from 0) that a row of a block shows, or one near it."""
        if not self._heights:
            return 0
        block, label, rows, count = self._measures(min(index, len(self._heights) - 1))
        return block.line + max(0, min(row - label, rows - 1)) * count // rows

    def place_of(self, line: int) -> tuple[int, int]:
        """(index of the block, row in it) that shows a source line (counted from 0), or is near it:
        where `source_line_of` tells that line, or a later one."""
        index = max(0, bisect_right(self.blocks, line, key=lambda one: one.line) - 1)
        if not self._heights or line <= self.blocks[index].line:
            return index, 0
        block, label, rows, count = self._measures(index)
        below = -(-(line - block.line) * rows // count)
        return index, label + min(below, rows - 1)

    def line_shown(self, index: int, row: int) -> int | None:
        """Which source line of a block (counted from its first) a row shows; None where rows and
        lines are not the same."""
        _, label, rows, count = self._measures(index)
        return max(0, row - label) if rows == count else None

    def _measures(self, index: int) -> tuple[Block, int, int, int]:
        """(a block, how many of its rows are a label, how many show text, its source lines)."""
        block = self.blocks[index]
        label = int(has_label(block))
        return block, label, max(1, len(self.lines(index)) - label), block.text.count("\n") + 1

    @property
    def unwrapped_width(self) -> int:
        """How many cells the longest line needs where lines are not wrapped, or about so many."""
        lines = (line for block in self.blocks for line in block.text.split("\n"))
        return max(map(len, lines), default=0) + self._gutter + 2

    def strip(self, index: int, row: int) -> Strip | None:
        """The strip of a row of a block, or None for the gap below it and beyond the end."""
        if not self._heights:
            return None
        lines = self.lines(index)
        return lines[row] if row < len(lines) else None

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
            return lines + gap_below(block)
        return max(lines, len(block.text) // max(1, self._width - TAB) + 1) + gap_below(block)


def gap_below(block: Block) -> int:
    """How many blank lines stand below a block."""
    return 1 if block.last and block.kind not in _TIGHT else 0


def gutter_of(document: Document) -> int:
    """The width that the line numbers of a document need, in cells."""
    return max(3, len(str(document.text.count("\n") + 1)))


def _same_at_start(old: Sequence[Block], new: Sequence[Block]) -> int:
    """How many blocks at the beginning are the very same ones."""
    same = [*map(is_, old, new)]
    return same.index(False) if False in same else len(same)


def new_place(old: Sequence[Block], new: Sequence[Block], index: int) -> int:
    """Where the block that the reader is at has gone: by what is unchanged before it, or else after
    it."""
    if index >= len(old):
        return max(0, min(index, len(new) - 1))
    before = _same_at_start(old, new)
    while before < min(len(old), len(new)) and old[before].content == new[before].content:
        before += 1
    if before > index:
        return index
    after = 0
    while (
        after < min(len(old), len(new)) - before
        and old[-1 - after].content == new[-1 - after].content
    ):
        after += 1
    if index >= len(old) - after:
        return index + len(new) - len(old)
    return max(0, min(index, len(new) - 1))
