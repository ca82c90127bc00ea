"""Which parts of a document were written since the reader saw it last."""

from collections.abc import Callable, Sequence

from exito_tui.domain.documents.blocks import Block

_LARGEST = 1 << 20
"""Of a text with more characters nothing is compared."""
_SET_OFF = " \t>#*+-0123456789.)"
"""What quotes, lists and headings put before a line, and their blocks may lack."""


class Changes:
    """Blocks in which a line stands that the reader has not seen. Only what is new or changed is
    compared, so that a document may grow."""

    def __init__(self, seen: str) -> None:
        """`seen` is the text as the reader saw it last."""
        self.seen = seen
        self._known: frozenset[int] | None = None
        self._new: list[frozenset[int]] = []
        self.any = False
        """Whether anything is new."""

    def update(self, text: str, blocks: Sequence[Block], kept: int) -> None:
        """Take the document as it is now; its first `kept` blocks are those of before."""
        del self._new[kept:]
        self._compare(text, blocks)
        self.any = any(self._new)

    def _compare(self, text: str, blocks: Sequence[Block]) -> None:
        if text == self.seen or max(len(text), len(self.seen)) > _LARGEST:
            self._new = [frozenset()] * len(blocks)
            return
        if self._known is None:
            self._known = frozenset(map(_mark, ["", *self.seen.split("\n")]))
        known = self._known
        for block in blocks[len(self._new) :]:
            marks = map(_mark, block.text.split("\n"))
            self._new.append(frozenset(at for at, mark in enumerate(marks) if mark not in known))

    def is_new(self, index: int, line: Callable[[], int | None]) -> bool:
        """Whether a line of a block, counted from 0, is new or was changed; None: any of them. It
        is only asked for where the block holds any."""
        if index >= len(self._new) or not self._new[index]:
            return False
        at = line()
        return at is None or at in self._new[index]

    def below(self, index: int) -> int | None:
        """The first new block of the next run of them below a block (-1: the first of all); None
        when there is none."""
        new = self._new
        while 0 <= index < len(new) and new[index]:  # the run in which the reader is
            index += 1
        return next((at for at in range(max(0, index), len(new)) if new[at]), None)


def _mark(line: str) -> int:
    return hash(line.lstrip(_SET_OFF).rstrip())
