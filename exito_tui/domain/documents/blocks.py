"""Cutting a document into blocks that can be rendered one by one, and again when it has grown.

A block is always small: what is drawn again when a file grows are the last ones alone.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exito_tui.domain.documents.block import (
    CHUNK_LINES,
    Block,
    BlockKind,
    Frame,
    Head,
    References,
    chunks,
)
from exito_tui.domain.documents.constructs import blocks_of

__all__ = [
    "CHUNK_LINES",
    "Block",
    "BlockKind",
    "Blocks",
    "Frame",
    "Head",
    "References",
    "grow_lines",
    "grow_markdown",
    "markdown_in_shares",
    "split_lines",
    "split_markdown",
]

_FRONT_MATTER_LINES = 200
_FRONT_MATTER = re.compile(
    rf"---[ \t]*\n((?:.*\n){{0,{_FRONT_MATTER_LINES}}}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*<?([^\s<>]+)", re.MULTILINE)
_FRONT_MATTER_LINE = re.compile(r"\s*(?:#.*)?\Z|[\w.\-\"' ]+:(?:\s|\Z)|\s+\S|- ")


@dataclass(frozen=True, slots=True)
class Blocks:
    """A document's blocks in order, and its link definitions, which hold for all of them;
    `defined_at` are the source lines of these."""

    blocks: tuple[Block, ...]
    references: References
    defined_at: Mapping[str, int] = field(default_factory=dict)


def split_markdown(text: str) -> Blocks:
    """Cut Markdown into blocks; every character but blank lines and link definitions is in exactly
    one of them."""
    front, length = _front_matter(text)
    body = _split_body(text[length:], text.count("\n", 0, length))
    return Blocks((*front, *body.blocks), body.references, body.defined_at)


def grow_markdown(old: Blocks, old_text: str, text: str) -> Blocks:
    """What `split_markdown(text)` gives, for a text that only grew, at the cost of the last two
    constructs.

    The last one may go on; and its first line, when that was not whole yet, may turn out to go on
    with the one before it, or to belong to a link definition between them. CommonMark closes every
    other construct for good.
    """
    start = _start_of_last_but_one(old.blocks)
    if start is None or _may_become_front_matter(old, old_text):
        return split_markdown(text)
    closed = bisect_left(old.blocks, start, key=lambda block: block.construct)
    kept = [*old.blocks[:closed]]
    rest = _split_body(text[_offset_of_line(text, start) :], start)
    for was, block in zip(old.blocks[closed:], rest.blocks, strict=False):
        if was != block:
            break
        kept.append(was)  # the very same: whoever shows it need not look at it again
    before = {label: line for label, line in old.defined_at.items() if line < start}
    return Blocks(
        (*kept, *rest.blocks[len(kept) - closed :]),
        {**rest.references, **{label: old.references[label] for label in before}},
        {**rest.defined_at, **before},
    )


def markdown_in_shares(text: str, first: int = 8_000, following: int = 64_000) -> Iterator[Blocks]:
    """The blocks of `split_markdown(text)` in shares of about so many characters, the first of
    which is small: who prints them can begin at once. Link definitions are looked for ahead: all
    of them hold for every share."""
    references = _definitions_ahead(text)
    pending, at, line, size = "", 0, 0, first
    while at < len(text):
        end = text.find("\n", at + size) + 1 or len(text)
        pending += text[at:end]
        at = end
        found = _split_body(pending, line) if line else split_markdown(pending)
        blocks = found.blocks
        if at < len(text):
            start = _start_of_last_but_one(blocks)
            blocks = tuple(one for one in blocks if start is not None and one.construct < start)
            if start is not None:
                pending = pending[_offset_of_line(pending, start - line) :]
                line = start
        size = max(following, len(pending))
        yield Blocks(blocks, {**references, **found.references}, found.defined_at)


def _definitions_ahead(text: str) -> dict[str, Any]:
    """What looks like link definitions, by label."""
    from markdown_it.common.utils import normalizeReference

    return {
        normalizeReference(found[1]): {"href": found[2], "title": ""}
        for found in _DEFINITION.finditer(text)
    }


def split_lines(text: str, kind: BlockKind, info: str = "") -> Blocks:
    """Cut text into chunks of lines, for the views that show lines as they are."""
    return Blocks(tuple(chunks(kind, text.split("\n"), 0, 0, info)), {})


def grow_lines(old: Blocks, text: str, kind: BlockKind, info: str = "") -> Blocks:
    """`split_lines(text)` for a text that only grew, keeping the chunks that are full."""
    if not old.blocks:
        return split_lines(text, kind, info)
    line = old.blocks[-1].line
    kept = old.blocks[: bisect_left(old.blocks, line, key=lambda block: block.line)]
    fresh = list(chunks(kind, text[_offset_of_line(text, line) :].split("\n"), line, 0, info))
    if kept:
        fresh[0] = replace(fresh[0], first=False)
    return Blocks((*kept, *fresh), {})


def _start_of_last_but_one(blocks: Sequence[Block]) -> int | None:
    """The line at which the last construct but one starts; None when there is none, or it is no
    Markdown."""
    last = blocks[-1].construct if blocks else 0
    before = next((block for block in reversed(blocks) if block.construct < last), None)
    return before.construct if before and before.kind != "front" else None


def _offset_of_line(text: str, line: int) -> int:
    """Where a line starts, looked for from the end: it is one of the last ones."""
    offset = len(text)
    for _ in range(text.count("\n") - line + 1):
        offset = text.rfind("\n", 0, offset)
    return offset + 1


def _front_matter(text: str) -> tuple[list[Block], int]:
    """The block of metadata that a document may begin with, and its length in characters."""
    found = _FRONT_MATTER.match(text)
    if not found or not found[1].strip():
        return [], 0
    lines = found[1].rstrip("\n").split("\n")
    if not all(_FRONT_MATTER_LINE.match(line) for line in lines):
        return [], 0
    return list(chunks("front", lines, 0, 0)), found.end()


def _may_become_front_matter(old: Blocks, text: str) -> bool:
    is_open = text.count("\n") <= _FRONT_MATTER_LINES + 1
    return text.startswith("---") and old.blocks[0].kind != "front" and is_open


def _split_body(text: str, offset: int) -> Blocks:
    environment: dict[str, Any] = {}
    blocks = blocks_of(text, offset, environment)
    found = environment.get("references", {})
    return Blocks(
        tuple(blocks),
        {label: {key: link[key] for key in ("href", "title")} for label, link in found.items()},
        {label: offset + link["map"][0] for label, link in found.items()},
    )
