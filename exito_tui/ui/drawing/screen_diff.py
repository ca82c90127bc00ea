"""What is sent to the terminal: of each frame only the cells that changed.

Textual sends whole parts of the screen, each piece with all its colours: a step to another session
is 45 to 65 kB at 120 x 40, which over a slow line is a wait. This keeps what the terminal shows and
sends the difference. It understands just what Textual sends in a frame; anything else goes through
as it is, and what the terminal shows counts as unknown after it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;]*)m|\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<newline>\r?\n)"
    r"|(?P<aside>\x1b\[\?(?:2026|25)[hl]|\x1b\][0-9]+;[^\x07\x1b]*(?:\x07|\x1b\\))"
    r"|(?P<text>[^\x00-\x1f\x7f]+)|(?P<other>[\s\S])"
)
_NEAR = 4
"""So few unchanged cells between changed ones are sent again: going past them costs as much."""


class Pen(NamedTuple):
    """How a cell is drawn: SGR codes of attributes, of the foreground and of the background."""

    attributes: tuple[str, ...] = ()
    foreground: str = ""
    background: str = ""


Cell = tuple[str, Pen] | None
"""A character of one cell, and how it is drawn; None: not known."""

PLAIN = Pen()


class ScreenDiff:
    """What a terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._cells: list[list[Cell]] = []

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._size = (0, 0)

    def reduce(self, data: str, width: int, height: int) -> str:
        """What of a frame has to be sent to a terminal of this size."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._cells = [[None] * width for _ in range(height)]
        frame = _Frame(self._cells, width, height)
        if not frame.read(data):
            self.forget()
            return data
        return frame.difference()


class _Frame:
    """One frame on its way to the screen."""

    def __init__(self, cells: list[list[Cell]], width: int, height: int) -> None:
        self._cells, self._width, self._height = cells, width, height
        self._row = self._column = 0
        self._pen = PLAIN
        self._wanted: dict[int, list[Cell]] = {}
        self._pieces: dict[int, list[tuple[int, Pen, str]]] = {}
        """By row, each text as it came: its column, and how it is drawn."""
        self._odd: set[int] = set()
        """Rows with text of which terminals disagree how wide it is. They are sent as they came."""
        self._before: list[str] = []
        self._after: list[str] = []
        self._moved = False

    def read(self, data: str) -> bool:
        """Take a frame in; False when something in it is not understood."""
        for token in _TOKEN.finditer(data):
            kind, text = token.lastgroup, token[0]
            if kind == "sgr":
                self._pen = _with(self._pen, token["sgr"])
            elif kind == "column":
                self._row, self._column = int(token["row"]) - 1, int(token["column"]) - 1
                self._moved = True
            elif kind == "newline":
                self._row, self._column = self._row + 1, 0
            elif kind == "text":
                self._moved = False
                if not self._write(text):
                    return False
            elif kind == "aside":
                (self._after if self._wanted else self._before).append(text)
            else:
                return False
        return True

    def _write(self, text: str) -> bool:
        if not 0 <= self._row < self._height or self._column >= self._width:
            return False
        row = self._wanted.get(self._row)
        if row is None:
            row = self._wanted[self._row] = list(self._cells[self._row])
        end = self._column + (len(text) if text.isascii() else cell_len(text))
        if end > self._width:
            return False
        self._pieces.setdefault(self._row, []).append((self._column, self._pen, text))
        if text.isascii() or _is_narrow(text):
            row[self._column : end] = [(character, self._pen) for character in text]
        else:
            self._odd.add(self._row)
        self._column = end
        return True

    def difference(self) -> str:
        """What has to be sent; from now on the terminal shows it."""
        made = list(self._before)
        pen = PLAIN
        for row in sorted(self._wanted):
            for column, drawn, text in self._to_send(row):
                if column >= 0:
                    made.append(f"\x1b[{row + 1};{column + 1}H")
                made += (_transition(pen, drawn), text)
                pen = drawn
        if pen != PLAIN:
            made.append("\x1b[0m")
        if self._moved:
            made.append(f"\x1b[{self._row + 1};{self._column + 1}H")
        return "".join([*made, *self._after])

    def _to_send(self, row: int) -> Iterator[tuple[int, Pen, str]]:
        """The texts of a row to be sent, each with its column (-1: right after the one before)."""
        if row in self._odd:
            self._cells[row] = [None] * self._width
            end = -1
            for column, pen, text in self._pieces[row]:
                yield (-1 if column == end else column), pen, text
                end = column + cell_len(text)
            return
        now, shown = self._wanted[row], self._cells[row]
        for start, stop in _changed(shown, now):
            at = start
            while at < stop:
                cell = now[at]
                assert cell is not None
                pen, begin = cell[1], at
                while at < stop and (one := now[at]) is not None and one[1] == pen:
                    at += 1
                text = "".join([one[0] for one in now[begin:at] if one is not None])
                yield (begin if begin == start else -1), pen, text
        self._cells[row] = now


def _changed(shown: list[Cell], now: list[Cell]) -> Iterator[tuple[int, int]]:
    """The runs of cells to be sent, from and to."""
    start = end = -1
    for at, cell in enumerate(now):
        if cell is None:
            if start >= 0:
                yield start, end
            start = -1
        elif cell != shown[at]:
            if start >= 0 and at - end > _NEAR:
                yield start, end
                start = -1
            start, end = at if start < 0 else start, at + 1
    if start >= 0:
        yield start, end


@lru_cache(maxsize=4096)
def _is_narrow(text: str) -> bool:
    """Whether each character of a text takes one cell, on any terminal: Latin letters, and signs
    that no terminal draws as pictures."""
    return all(
        character < "\u0300"
        or "\u2010" <= character <= "\u203b"
        or ("\u2190" <= character <= "\u2193")
        or ("\u2500" <= character <= "\u25fc" and character not in "▪▫▶◀◻◼")
        or character in "☐✓✗⏸✕◌●○◇◆·…"
        for character in text
    )


@lru_cache(maxsize=4096)
def _with(pen: Pen, codes: str) -> Pen:
    """A pen after a sequence of SGR codes."""
    attributes, foreground, background = list(pen.attributes), pen.foreground, pen.background
    parts = iter(codes.split(";") if codes else ["0"])
    for part in parts:
        if part in ("", "0"):
            attributes, foreground, background = [], "", ""
        elif part in ("38", "48"):
            kind = next(parts, "")
            rest = [next(parts, "") for _ in range(3 if kind == "2" else 1)]
            colour = ";".join((part, kind, *rest))
            if part == "38":
                foreground = colour
            else:
                background = colour
        elif (len(part) == 2 and part[0] in "39") or part == "39":
            foreground = "" if part == "39" else part
        elif (part[0] == "4" and len(part) == 2) or (part.startswith("10") and len(part) == 3):
            background = "" if part == "49" else part
        elif part not in attributes:
            attributes.append(part)
    return Pen(tuple(attributes), foreground, background)


@lru_cache(maxsize=4096)
def _transition(before: Pen, after: Pen) -> str:
    """The shortest SGR sequence from one pen to another."""
    if before == after:
        return ""
    whole = ["0", *after.attributes, after.foreground, after.background]
    changes = [part for part in whole if part]
    lost = (
        set(before.attributes) - set(after.attributes)
        or (before.foreground and not after.foreground)
        or (before.background and not after.background)
    )
    if not lost:
        changes = [part for part in after.attributes if part not in before.attributes]
        changes += [after.foreground] if after.foreground != before.foreground else []
        changes += [after.background] if after.background != before.background else []
    return f"\x1b[{';'.join(changes)}m"
