"""From the constructs of Markdown to blocks.

A construct is what a CommonMark parser, run without its inline half, finds at the top of a
document: what a block means is never guessed. One that is short is a block; a long one is cut:
between items, rows and lines, and inside of quotes and items, whose parts remember what they stand
in. Markup that spans a cut within a paragraph shows as text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from exito_tui.domain.documents.block import (
    CHUNK_LINES,
    MOST_CHARACTERS,
    Block,
    Frame,
    Head,
    chunks,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MOST_LINES = 40
_PART_LINES = CHUNK_LINES // 2
_DEEPEST = 5
_QUOTE_MARK = re.compile(r"([ \t]*>)([ \t]*)")
_ITEM_MARK = re.compile(r"([ \t]*(?:[-+*]|(\d{1,9})[.)]))([ \t]*)")
_NEWLINE = re.compile(r"\r\n?|\n")
"""What the parser takes for the end of a line."""

_INDENT = re.compile(r"[ \t]*")
_BEGINS_SOMETHING = re.compile(
    r"(\s*)(?=[-+*](?:\s|\Z)|#{1,6}(?:\s|\Z)|>|<|```|~~~|[-=|:][-=|: "
    r"\t]*\Z)|(\s*\d{1,9})(?=[.)](?:\s|\Z))"
)


@cache
def block_parser() -> "MarkdownIt":
    """A CommonMark parser, with tables and strikethrough, that stops after the block structure."""
    from exito_tui.domain.documents.parser import make_parser

    parser = make_parser()
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def blocks_of(text: str, offset: int, environment: dict[str, Any]) -> list[Block]:
    """The blocks of a text that starts at line `offset` (from 0) of its document. Link definitions
    are put into the parser's `environment`."""
    tokens = block_parser().parse(text, environment)
    lines = _NEWLINE.split(text)
    return [
        block
        for index, token in enumerate(tokens)
        if token.level == 0 and token.nesting >= 0 and token.map
        for block in _Construct(tokens, index, lines, offset).blocks()
    ]


@dataclass(frozen=True, slots=True)
class _Construct:
    """One construct: `tokens[index]` opens it. `lines` are those of its text, whose first is line
    `offset` of the document; `depth` is the number of quotes and items around it that are being
    cut."""

    tokens: "Sequence[Token]"
    index: int
    lines: Sequence[str]
    offset: int
    depth: int = 0

    @property
    def opening(self) -> "Token":
        return self.tokens[self.index]

    @property
    def span(self) -> tuple[int, int]:
        """Its first line, and the one after its last."""
        start, end = self.opening.map or (0, 0)
        return start, end

    def source(self, start: int, end: int) -> str:
        """Some of its lines, without the blank ones at their end."""
        while end > start and not self.lines[end - 1].strip(" \t"):
            end -= 1
        return "\n".join(self.lines[start:end])

    def blocks(self) -> Iterator[Block]:
        """The construct as one block, or cut."""
        token, (start, end), at = self.opening, self.span, self.offset + self.span[0]
        if token.type in ("fence", "code_block"):
            code = token.content.removesuffix("\n").split("\n")
            first_code_line = at + (token.type == "fence")
            yield from chunks(
                "code", code, first_code_line, at, token.info.strip().partition(" ")[0]
            )
            return
        source = self.source(start, end)
        if token.type == "html_block":
            yield from chunks("html", source.split("\n"), at, at)
        elif token.type == "heading_open" and len(source) <= MOST_CHARACTERS:
            content = self.tokens[self.index + 1].content
            yield Block("heading", content, at, at, level=int(token.tag[1]))
        elif not _is_long(source, end - start):
            yield Block("markdown", source, at, at)
        else:
            yield from _closed(list(self._cut(source)), at)

    def _cut(self, source: str) -> Iterator[Block]:
        start, _ = self.span
        kind, lines, line = self.opening.type, source.split("\n"), self.offset + start
        if kind == "table_open":
            yield from self._rows()
        elif kind in ("paragraph_open", "heading_open"):
            words = self.tokens[self.index + 1].content.split("\n")
            yield from chunks("paragraph", [one.lstrip(" \t") for one in words], line, line)
        elif self.depth == _DEEPEST:
            yield from chunks("plain", lines, line, line)
        elif kind == "blockquote_open":
            for block in self._inside([_unquoted(one) for one in lines], start):
                yield replace(block, frames=(Frame("quote"), *block.frames))
        else:
            yield from self._items()

    def _inside(self, lines: Sequence[str], start: int) -> Iterator[Block]:
        """What the inner lines of a quote or an item hold."""
        tokens = block_parser().parse("\n".join(lines), {})
        for index, token in enumerate(tokens):
            if token.level == 0 and token.nesting >= 0 and token.map:
                inner = _Construct(tokens, index, lines, self.offset + start, self.depth + 1)
                yield from inner.blocks()

    def _items(self) -> Iterator[Block]:
        """A list, cut between items a few dozen lines at a time; an item that is long alone is cut
        inside."""
        number = self._first_number()
        for place, first, stop, is_long in self._runs():
            source, line = self.source(first, stop), self.offset + first
            own = None if number is None else number + place
            if is_long:
                yield from self._item(source, first, own)
            else:
                loose = not self.lines[stop - 1].strip()
                yield Block("markdown", source, line, line, last=loose, number=own)

    def _runs(self) -> Iterator[tuple[int, int, int, bool]]:
        """(number of the first item, its first line, the line after the last, whether it is one
        that is long) of items that stay together."""
        start, end = self.span
        firsts = [
            start,
            *[token.map[0] for token in self._below("list_item_open") if token.map][1:],
        ]
        begun, size = 0, 0
        for at, (first, stop) in enumerate(pairwise([*firsts, end])):
            source = self.source(first, stop)
            is_long = _is_long(source, stop - first)
            is_full = first - firsts[begun] >= _PART_LINES or size + len(source) > MOST_CHARACTERS
            if begun < at and (is_long or is_full):
                yield begun, firsts[begun], first, False
                begun, size = at, 0
            size += len(source)
            if is_long:
                yield at, first, stop, True
                begun, size = at + 1, 0
        if begun < len(firsts):
            yield begun, firsts[begun], end, False

    def _first_number(self) -> int | None:
        if self.opening.type != "ordered_list_open":
            return None
        return int(self.opening.attrs.get("start", 1))

    def _item(self, source: str, start: int, number: int | None) -> Iterator[Block]:
        lines = source.split("\n")
        mark = _ITEM_MARK.match(lines[0])
        indent = len(mark[1].expandtabs(4)) if mark else 0
        room = len(mark[0].expandtabs(4)) - indent if mark else 0
        first = lines[0][mark.end() :] if mark else lines[0]
        if room > 4 or not first:  # code begins the item, or nothing does
            first, room = " " * max(0, room - 1) + first, 1
        inner = [first, *(_dedented(line, indent + room) for line in lines[1:])]
        label = "" if number is None else f"{number}."
        for at, block in enumerate(self._inside(inner, start)):
            yield replace(block, frames=(Frame("item", label, at == 0), *block.frames))

    def _rows(self) -> Iterator[Block]:
        """A table, cut between rows; each part knows the header and the widths of all cells."""
        start, end = self.span
        source = self.source(start, start + 2)
        rows = [
            token.map[0]
            for token in self._below("tr_open", 2)
            if token.map and token.map[0] > start
        ]
        widths = self._widths()
        cuts = [start, *(row for at, row in enumerate(rows) if at and at % _PART_LINES == 0), end]
        for first, stop in pairwise(cuts):
            text = self.source(first + 2 if first == start else first, stop)
            line = self.offset + first
            if len(text) + len(source) > 4 * MOST_CHARACTERS:
                yield from chunks("plain", self.source(first, stop).split("\n"), line, line)
            elif first == start:
                yield Block("table", f"{source}\n{text}", line, line, head=Head("", widths, True))
            else:
                yield Block("table", text, line, line, head=Head(source, widths, False))

    def _widths(self) -> tuple[int, ...]:
        widths: list[int] = []
        column = 0
        for token in self.tokens[self.index + 1 :]:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                column = 0
            elif token.type == "inline":
                if column == len(widths):
                    widths.append(0)
                widths[column] = max(widths[column], _cells(token.content))
                column += 1
        return tuple(widths)

    def _below(self, kind: str, deeper: int = 1) -> "Iterator[Token]":
        """Its tokens of a kind, so many levels below it."""
        level = self.opening.level
        for token in self.tokens[self.index + 1 :]:
            if token.level == level:
                return
            if token.type == kind and token.level == level + deeper:
                yield token


def _is_long(source: str, lines: int) -> bool:
    return lines > _MOST_LINES or len(source) > MOST_CHARACTERS


def _closed(parts: Sequence[Block], construct: int) -> Iterator[Block]:
    """Parts as those of one construct. Within a list whose items stand apart those that end with a
    gap keep it."""
    for at, part in enumerate(parts):
        gap = part.last and part.kind == "markdown" and not part.frames
        yield replace(
            part, construct=construct,
            first=at == 0 if part.kind in ("markdown", "paragraph", "table") else part.first,
            last=at == len(parts) - 1 or gap,
        )  # fmt: skip


def _cells(text: str) -> int:
    return len(text) if text.isascii() else sum(1 + (east_asian_width(one) in "WF") for one in text)


def _unquoted(line: str) -> str:
    """A line of a quote without the mark; one that goes on without it begins nothing new."""
    mark = _QUOTE_MARK.match(line)
    if not mark:
        return _continuing(line)
    indent = (mark[1] + mark[2]).expandtabs(4)[len(mark[1].expandtabs(4)) :]
    return indent[1:] + line[mark.end() :]


def _dedented(line: str, columns: int) -> str:
    """A line of an item without its indentation; one that has less begins nothing new."""
    mark = _INDENT.match(line)
    indent = mark[0].expandtabs(4) if mark else ""
    rest = line[mark.end() :] if mark else line
    if not rest:
        return ""
    return indent[columns:] + rest if len(indent) >= columns else _continuing(line)


def _continuing(line: str) -> str:
    """A line that goes on with a paragraph, so that it does so wherever it stands: what would begin
    something else there is escaped."""
    found = _BEGINS_SOMETHING.match(line)
    return f"{found[0]}\\{line[found.end() :]}" if found else line
