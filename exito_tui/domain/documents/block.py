"""The pieces that a document is cut into, and how lines are gathered into them.

No piece has more than a few dozen lines or a few thousand characters, so that to render one never
takes long.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

BlockKind = Literal[
    "markdown", "paragraph", "table", "heading", "code", "html", "front", "plain", "numbered", "log"
]

CHUNK_LINES = 48
MOST_CHARACTERS = 4_000
"""How many characters a block has at the most; a longer line is continued in the next block."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a part of a long quote or list item stands in. `label` is an item's number with its dot,
    empty for a bullet; `opens` tells whether the part is the item's first, which bears the bullet
    or number."""

    kind: Literal["quote", "item"]
    label: str = ""
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """What every part of a long table needs to be laid out alike: the source of its header, and the
    width in cells of each column's longest cell. `shown` by the first part alone."""

    source: str
    widths: tuple[int, ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document.

    `line` is the source line it starts at, counted from 0; `construct` the line at which the whole
    list or fence that it is a part of starts. `info` is a fence's language, `level` a heading's
    level, `number` that of an ordered list's first item. `first` and `last` tell whether it opens
    and closes its construct: only then is it set apart from what is around it. `frames` are what it
    stands in, the outermost first; `head` is a table's.
    """

    kind: BlockKind
    text: str
    line: int
    construct: int
    info: str = ""
    level: int = 0
    first: bool = True
    last: bool = True
    number: int | None = None
    frames: tuple[Frame, ...] = ()
    head: Head | None = None

    @property
    def content(self) -> tuple[object, ...]:
        """What its picture depends on: equal for two blocks that look the same wherever they
        stand."""
        return (
            self.kind,
            self.text,
            self.info,
            self.level,
            self.first,
            self.last,
            self.number,
            self.frames,
            self.head,
        )


References = Mapping[str, Any]


def chunks(
    kind: BlockKind, lines: Sequence[str], line: int, construct: int, info: str = ""
) -> Iterator[Block]:
    """Blocks of lines as they are. Where one ends depends on what is before it and on the next line
    alone, so that lines may be added without cutting all of them again. Raw lines with numbers stay
    whole, however long."""
    longest = None if kind == "numbered" else MOST_CHARACTERS
    spans = list(_spans(lines, longest))
    for at, (number, text) in enumerate(spans):
        yield Block(
            kind, text, line + number, construct, info, first=at == 0, last=at == len(spans) - 1
        )


def _spans(lines: Sequence[str], longest: int | None) -> Iterator[tuple[int, str]]:
    """(number of the first line, text) of each chunk; a line that is too long makes chunks of its
    own."""
    gathered: list[str] = []
    size = 0
    for number, line in enumerate(lines):
        too_long = longest is not None and size + len(line) > longest
        if gathered and (too_long or len(gathered) == CHUNK_LINES):
            yield number - len(gathered), "\n".join(gathered)
            gathered, size = [], 0
        if longest is not None and len(line) > longest:
            yield from ((number, piece) for piece in _pieces(line, longest))
        else:
            gathered.append(line)
            size += len(line) + 1
    if gathered:
        yield len(lines) - len(gathered), "\n".join(gathered)


def _pieces(line: str, longest: int) -> Iterator[str]:
    """A line cut where a word ends, or where words are too long, anywhere."""
    start = 0
    while len(line) - start > longest:
        space = line.rfind(" ", start + longest // 2, start + longest)
        stop = space + 1 if space >= 0 else start + longest
        yield line[start:stop]
        start = stop
    yield line[start:]
