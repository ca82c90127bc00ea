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

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[0-9;]*)m|(?P<newline>\r?\n)"
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


class _Run:
    """Texts that come one after another into a row, each with its pen: from the column `start` up
    to `end`. `part` is all of it as it came, if it leaves the pen as it found it."""

    __slots__ = ("end", "part", "pieces", "start")

    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.pieces: list[tuple[Pen, str]] = []
        self.part = ""


class ScreenDiff:
    """What a terminal shows, as far as it is known."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._rows: list[_Row] = []

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._size = (0, 0)

    def reduce(self, data: str, width: int, height: int) -> str:
        """What of a frame has to be sent to a terminal of this size."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._rows = [_Row(width) for _ in range(height)]
        frame = _Frame(self._rows, width, height)
        if not frame.read(data):
            self.forget()
            return data
        return frame.difference()


class _Row:
    """What one row of the terminal shows: its cells, and the runs that it came in, by their first
    column. A run that comes again need not be looked at cell by cell."""

    def __init__(self, width: int) -> None:
        self.cells: list[Cell] = [None] * width
        self.runs: dict[int, _Run] = {}

    def shows(self, run: _Run) -> bool:
        """Whether it shows a run already."""
        known = self.runs.get(run.start)
        return known is not None and known.pieces == run.pieces

    def shows_part(self, start: int, part: str) -> bool:
        """As `shows`, of a run as it comes."""
        known = self.runs.get(start)
        return known is not None and known.part == part

    def note(self, run: _Run) -> None:
        """It shows a run from now on."""
        over = [at for at, one in self.runs.items() if at < run.end and one.end > run.start]
        for at in over:
            del self.runs[at]
        self.runs[run.start] = run


class _Frame:
    """One frame on its way to the screen."""

    def __init__(self, rows: list[_Row], width: int, height: int) -> None:
        self._rows, self._width, self._height = rows, width, height
        self._row = self._column = 0
        self._pen = PLAIN
        self._runs: dict[int, list[_Run]] = {}
        """By row, the runs in which its texts came."""
        self._before: list[str] = []
        self._after: list[str] = []
        self._moved = False

    def read(self, data: str) -> bool:
        """Take a frame in; False when something in it is not understood."""
        at = 0
        for move in _MOVE.finditer(data):
            if not self._read_part(data[at : move.start()]):
                return False
            self._row, self._column = int(move[1]) - 1, int(move[2]) - 1
            self._moved = True
            at = move.end()
        return self._read_part(data[at:])

    def _read_part(self, part: str) -> bool:
        """Take in what comes after a move of the cursor, up to the next. What its row shows already
        need not be looked into."""
        if not part:
            return True
        row, column, began = self._row, self._column, self._pen
        untouched = all(run.end <= column for run in self._runs.get(row, ()))
        if (
            began == PLAIN
            and 0 <= row < self._height
            and untouched
            and self._rows[row].shows_part(column, part)
        ):
            self._moved = False
            return True
        if not self._read_tokens(part):
            return False
        if began == PLAIN == self._pen and part.find("\n", 0, -1) < 0 and row in self._runs:
            self._runs[row][-1].part = part
        return True

    def _read_tokens(self, part: str) -> bool:
        begun = False
        for token in _TOKEN.finditer(part):
            kind, text = token.lastgroup, token[0]
            if kind == "sgr":
                self._pen = _with(self._pen, token["sgr"])
            elif kind == "newline":
                self._row, self._column = self._row + 1, 0
                begun = False
            elif kind == "text":
                self._moved = False
                if not self._write(text, goes_on=begun):
                    return False
                begun = True
            elif kind == "aside":
                (self._after if self._runs else self._before).append(text)
            else:
                return False
        return True

    def _write(self, text: str, *, goes_on: bool) -> bool:
        if not 0 <= self._row < self._height or self._column >= self._width:
            return False
        end = self._column + _width(text)
        if end > self._width:
            return False
        runs = self._runs.setdefault(self._row, [])
        if not goes_on:
            runs.append(_Run(self._column))
        runs[-1].pieces.append((self._pen, text))
        self._column = runs[-1].end = end
        return True

    def difference(self) -> str:
        """What has to be sent; from now on the terminal shows it."""
        made = list(self._before)
        pen = PLAIN
        for row in sorted(self._runs):
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
        known, runs = self._rows[row], self._runs[row]
        fresh: list[_Run] = []
        for run in runs:
            if not known.shows(run):
                known.note(run)
                fresh.append(run)
        if not fresh:
            return
        # Text of which terminals disagree how wide it is goes as it came, and what follows it in
        # the row is known no more.
        if not all(_is_narrow(text) for run in fresh for _, text in run.pieces):
            known.cells = [None] * self._width
            known.runs.clear()
            for run in runs:
                for number, (pen, text) in enumerate(run.pieces):
                    yield (-1 if number else run.start), pen, text
            return
        now = list(known.cells)
        for run in fresh:
            at = run.start
            for pen, text in run.pieces:
                now[at : at + len(text)] = [(character, pen) for character in text]
                at += len(text)
        for start, stop in _changed(known.cells, now):
            at = start
            while at < stop:
                cell = now[at]
                assert cell is not None
                pen, begin = cell[1], at
                while at < stop and (one := now[at]) is not None and one[1] == pen:
                    at += 1
                text = "".join([one[0] for one in now[begin:at] if one is not None])
                yield (begin if begin == start else -1), pen, text
        known.cells = now


def _width(text: str) -> int:
    return len(text) if text.isascii() else cell_len(text)


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


def _is_narrow(text: str) -> bool:
    """Whether each character of a text takes one cell, on any terminal: Latin letters, and signs
    that no terminal draws as pictures."""
    return text.isascii() or _are_narrow(text)


@lru_cache(maxsize=4096)
def _are_narrow(text: str) -> bool:
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
