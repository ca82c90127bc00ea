"""Cutting a document into blocks that can be rendered one by one.

The boundaries of Markdown blocks are those of a CommonMark parser run without its inline half, so that what a block
means is never guessed. Code, long lists and plain lines are cut further, so that a block is always small: what is
drawn again when a file grows is the last block alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BlockKind = Literal["markdown", "heading", "code", "html", "front", "plain", "numbered", "log"]

CHUNK_LINES = 48
_LONG_LIST = 40
_FRONT_MATTER_LINES = 200
_FRONT_MATTER = re.compile(rf"---[ \t]*\n((?:.*\n){{0,{_FRONT_MATTER_LINES}}}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_MATTER_LINE = re.compile(r"\s*(?:#.*)?\Z|[\w.\-\"' ]+:(?:\s|\Z)|\s+\S|- ")
_TRAILING_BLANKS = re.compile(r"(?:\n[ \t]*)*\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document.

    `line` is the source line it starts at, counted from 0; `construct` the line at which the whole list or fence
    that it is a part of starts. `info` is a fence's language, `level` a heading's level. `first` and `last` tell
    whether it opens and closes its construct: only then is it set apart from what is around it.
    """

    kind: BlockKind
    text: str
    line: int
    construct: int
    info: str = ""
    level: int = 0
    first: bool = True
    last: bool = True

    @property
    def content(self) -> tuple[object, ...]:
        """What its picture depends on: equal for two blocks that look the same wherever they stand."""
        return self.kind, self.text, self.info, self.level, self.first, self.last


References = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document's blocks in order, and its link definitions, which hold for all of them."""

    blocks: tuple[Block, ...]
    references: References


@cache
def block_parser() -> "MarkdownIt":
    """A CommonMark parser, with tables and strikethrough, that stops after the block structure."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def split_markdown(text: str) -> Blocks:
    """Cut Markdown into blocks; every character but blank lines and link definitions is in exactly one of them."""
    front, length = _front_matter(text)
    rest, references = _split_body(text[length:], text.count("\n", 0, length))
    return Blocks((*front, *rest), references)


def grow_markdown(old: Blocks, old_text: str, text: str) -> Blocks:
    """What `split_markdown(text)` gives, for a text that only grew, at the cost of the last block.

    An append can change no construct but the last one: CommonMark closes every other for good.
    """
    if not old.blocks or old.blocks[-1].kind == "front" or _may_become_front_matter(old, old_text):
        return split_markdown(text)
    start = old.blocks[-1].construct
    kept = [block for block in old.blocks if block.construct < start]
    lines_before = _offset_of_line(old_text, start)
    rest, references = _split_body(text[lines_before:], start)
    return Blocks((*kept, *rest), {**references, **old.references})


def split_lines(text: str, kind: BlockKind, info: str = "") -> Blocks:
    """Cut text into chunks of lines, for the views that show lines as they are."""
    return Blocks(tuple(_chunks(kind, text.split("\n"), 0, 0, info)), {})


def grow_lines(old: Blocks, text: str, kind: BlockKind, info: str = "") -> Blocks:
    """`split_lines(text)` for a text that only grew, keeping the chunks that are full."""
    if not old.blocks:
        return split_lines(text, kind, info)
    last = old.blocks[-1].line
    start = _offset_of_line(text, last)
    fresh = list(_chunks(kind, text[start:].split("\n"), last, 0, info))
    kept = old.blocks[:-1]
    if kept:
        fresh[0] = Block(kind, fresh[0].text, last, 0, info, first=False, last=fresh[0].last)
    return Blocks((*kept, *fresh), {})


def headings(blocks: Sequence[Block]) -> list[tuple[int, Block]]:
    """(index, block) of every heading."""
    return [(index, block) for index, block in enumerate(blocks) if block.kind == "heading"]


def _offset_of_line(text: str, line: int) -> int:
    offset = 0
    for _ in range(line):
        offset = text.index("\n", offset) + 1
    return offset


def _front_matter(text: str) -> tuple[list[Block], int]:
    """The block of metadata that a document may begin with, and its length in characters."""
    found = _FRONT_MATTER.match(text)
    if not found or not found[1].strip():
        return [], 0
    if not all(_FRONT_MATTER_LINE.match(line) for line in found[1].splitlines()):
        return [], 0
    return [Block("front", found[1].rstrip("\n"), 0, 0)], found.end()


def _may_become_front_matter(old: Blocks, text: str) -> bool:
    return text.startswith("---") and old.blocks[0].kind != "front" and text.count("\n") <= _FRONT_MATTER_LINES


def _split_body(text: str, offset: int) -> tuple[list[Block], References]:
    environment: dict[str, Any] = {}
    tokens = block_parser().parse(text, environment)
    lines = text.split("\n")
    blocks: list[Block] = []
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map:
            blocks += _blocks_of(token, index, tokens, lines, offset)
    found = environment.get("references", {})
    return blocks, {label: {key: link[key] for key in ("href", "title")} for label, link in found.items()}


def _blocks_of(token: "Token", index: int, tokens: "list[Token]", lines: list[str], offset: int) -> Iterator[Block]:
    start, end = token.map or (0, 0)
    at = offset + start
    if token.type in ("fence", "code_block"):
        code = token.content.removesuffix("\n").split("\n")
        first_code_line = at + (token.type == "fence")
        yield from _chunks("code", code, first_code_line, at, token.info.strip().partition(" ")[0])
        return
    source = _TRAILING_BLANKS.sub("", "\n".join(lines[start:end]))
    if token.type == "heading_open":
        yield Block("heading", tokens[index + 1].content, at, at, level=int(token.tag[1]))
    elif token.type == "html_block":
        yield from _chunks("html", source.split("\n"), at, at, "")
    elif token.type in ("bullet_list_open", "ordered_list_open") and end - start > _LONG_LIST:
        yield from _list_parts(index, tokens, lines, offset, token)
    else:
        yield Block("markdown", source, at, at)


def _list_parts(index: int, tokens: "list[Token]", lines: list[str], offset: int, opening: "Token") -> Iterator[Block]:
    """Cut a long list between items, a few dozen lines at a time."""
    start, end = opening.map or (0, 0)
    cuts = [start]
    for token in tokens[index + 1 :]:
        if token.level == 0:
            break
        is_item = token.type == "list_item_open" and token.level == 1
        if is_item and token.map and token.map[0] - cuts[-1] >= CHUNK_LINES // 2:
            cuts.append(token.map[0])
    cuts.append(end)
    for first, stop in pairwise(cuts):
        source = "\n".join(lines[first:stop])
        loose = stop < end and not lines[stop - 1].strip()
        yield Block(
            "markdown", _TRAILING_BLANKS.sub("", source), offset + first, offset + start, "",
            first=first == start, last=stop == end or loose,
        )  # fmt: skip


def _chunks(kind: BlockKind, lines: list[str], line: int, construct: int, info: str) -> Iterator[Block]:
    for start in range(0, len(lines), CHUNK_LINES):
        stop = start + CHUNK_LINES
        yield Block(
            kind, "\n".join(lines[start:stop]), line + start, construct, info,
            first=start == 0, last=stop >= len(lines),
        )  # fmt: skip
