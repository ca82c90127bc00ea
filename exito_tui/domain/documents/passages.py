"""The passages of a document that people take out of it: a section, or the code of a fence."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from exito_tui.domain.documents.block import Block
from exito_tui.domain.documents.constructs import block_parser


class Passage(NamedTuple):
    """A part of a document: its own text, what it is called (a section's heading, a fence's
    language; may be empty), and its first and last source line, counted from 0."""

    text: str
    name: str
    first: int
    last: int

    @property
    def lines(self) -> int:
        """How many lines its text has."""
        return self.text.count("\n") + 1


def section_at(blocks: Sequence[Block], text: str, line: int) -> Passage | None:
    """The section in which a source line stands, with the sections below it: from its heading to
    the next one of its level or above. None where no heading stands before it."""
    headings = [one for one in blocks if one.kind == "heading" and not one.frames]
    at = next((at for at in reversed(range(len(headings))) if headings[at].line <= line), None)
    if at is None:
        return None
    heading = headings[at]
    below = (one.line for one in headings[at + 1 :] if one.level <= heading.level)
    lines = text.split("\n")
    end = next(below, len(lines))
    body = "\n".join(lines[heading.line : end]).rstrip()
    return Passage(body, heading.text, heading.line, end - 1)


def code_between(blocks: Sequence[Block], first: int, last: int) -> list[Passage]:
    """The code of all fences and indented blocks that have a line between two source lines, without
    the marks of what they stand in. One that was cut into several blocks is whole."""
    found: list[Passage] = []
    for construct, run in groupby(blocks, key=lambda one: one.construct):
        parts = list(run)
        if construct > last or _last_line(parts[-1]) + 1 < first:
            continue
        for is_code, run_of_kind in groupby(parts, key=lambda one: one.kind == "code"):
            pieces = list(run_of_kind)
            found += _whole(pieces) if is_code else _inner(pieces)
    return [one for one in found if one.first <= last and one.last >= first]


def _last_line(block: Block) -> int:
    return block.line + block.text.count("\n")


def _whole(parts: Sequence[Block]) -> Iterator[Passage]:
    """The code of each fence among blocks of code: a long one is several of them."""
    begun: list[Block] = []
    for part in parts:
        if part.first and begun:
            yield _joined(begun)
            begun = []
        begun.append(part)
    yield _joined(begun)


def _joined(parts: Sequence[Block]) -> Passage:
    text = parts[0].text
    for before, part in pairwise(parts):
        same_line = part.line == before.line == _last_line(before)  # a line too long for one block
        text += part.text if same_line else f"\n{part.text}"
    return Passage(text, parts[0].info, max(0, parts[0].line - 1), _last_line(parts[-1]) + 1)


def _inner(parts: Sequence[Block]) -> Iterator[Passage]:
    """The code in lists and quotes that are short enough to be one block."""
    for part in parts:
        if part.kind != "markdown" or not any(mark in part.text for mark in ("```", "~~~")):
            continue
        for token in block_parser().parse(part.text, {}):
            if token.type == "fence" and token.map:
                first, end = token.map
                yield Passage(
                    token.content.removesuffix("\n"),
                    token.info.strip().partition(" ")[0],
                    part.line + first,
                    part.line + end - 1,
                )
