"""Painting the rows of the session list."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from exito_tui.domain.listing import Heading
from exito_tui.domain.session import Note, Session, being_written
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, local_clock, local_time, short_age, short_size
from exito_tui.domain.workflow import EXPECTED, label, stand_in
from exito_tui.ui.glyphs import Glyphs
from exito_tui.ui.painting import Part, fit, fit_right, line

PIPS = 9
_ROOMY = 64
_WIDE = 96


@dataclass(frozen=True, slots=True)
class Tones:
    """The styles of the list."""

    ground: Style
    cursor: Style
    heading: Style
    muted: Style
    writing: Style
    changed: Style
    marked: Style


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Paints rows `width` cells wide as they stand at `now_ns`; `writing_ns` is how long a write counts as going on."""

    width: int
    now_ns: int
    writing_ns: int
    glyphs: Glyphs
    tones: Tones
    grouped: bool

    def paint(self, row: Heading | Session | Note, *, cursor: bool, marked: bool, unseen: bool) -> Strip:
        """One row as a strip of exactly the painter's width."""
        ground = self.tones.cursor if cursor else self.tones.ground
        bar = (self.glyphs.cursor if cursor else " ", self.tones.changed)
        if isinstance(row, Heading):
            return self._heading(row, bar, ground)
        mark = (self.glyphs.marked if marked else " ", self.tones.marked)
        if isinstance(row, Note):
            return self._note(row, [bar, mark], ground, unseen)
        return self._session(row, [bar, mark], ground, unseen)

    def _heading(self, row: Heading, bar: Part, ground: Style) -> Strip:
        fold = self.glyphs.folded if row.folded else self.glyphs.unfolded
        age = short_age(self.now_ns - row.newest_ns) if row.newest_ns is not None else ""
        count = f"{row.size} {self.glyphs.dot} {age} " if age else f"{row.size} "
        left = [bar, (f"{fold} ", self.tones.muted), (one_line(row.title), self.tones.heading)]
        return line(self.width, left, [("  " + count, self.tones.muted)], ground, self.glyphs.ellipsis)

    def _note(self, row: Note, lead: list[Part], ground: Style, unseen: bool) -> Strip:
        left = [*lead, ("  ", self.tones.muted), (one_line(row.name), Style())]
        right = self._right(row.modified_ns, row.size, unseen)
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    def _session(self, row: Session, lead: list[Part], ground: Style, unseen: bool) -> Strip:
        written = row.last_write_ns
        writing = being_written(row.artefacts, self.now_ns, self.writing_ns)
        state = (
            f"{self.glyphs.writing if writing else self.glyphs.quiet} ",
            self.tones.writing if writing else Style(),
        )
        if row.problem:
            state = (f"{self.glyphs.problem} ", self.tones.changed)
        left = [*lead, state]
        left += [(fit_right(self._when(row), 10 if self.width < _ROOMY else 12) + "  ", Style(bold=unseen or None))]
        if self.width >= _WIDE:
            left += self._labelled_pips(row, writing)
        else:
            left += [(self._pips(row, writing), self.tones.writing if writing else Style())]
        left += [("  ", Style()), (self._title(row, writing), self.tones.muted)]
        right = self._right(written if written is not None else row.started_ns, row.size, unseen)
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    def _right(self, time_ns: int | None, size: int, unseen: bool) -> list[Part]:
        age = short_age(self.now_ns - time_ns) if time_ns is not None else ""
        mark = f" {self.glyphs.changed}" if unseen else "  "
        return [
            (fit_right(age, 7), Style()),
            (fit_right(short_size(size), 7), self.tones.muted),
            (mark, self.tones.changed),
        ]

    def _when(self, row: Session) -> str:
        started = row.started_ns
        if started is None:
            started = row.last_write_ns
        if started is None:
            return "-"
        day = local_clock(started, self.now_ns)
        if ":" in day or self.now_ns - started > 300 * 86_400 * SECOND_NS or started > self.now_ns:
            return day if ":" in day else local_time(started)[:10]
        if self.width < _ROOMY and not day.isalpha():
            return day
        return f"{day} {local_time(started)[11:16]}"

    def _title(self, row: Session, writing: frozenset[str]) -> str:
        if row.problem:
            return row.problem
        parts = []
        if not self.grouped:
            parts.append(one_line(row.command))
        if row.shape != "canonical":
            parts.append(one_line(row.label))
        newest = row.newest()
        if newest and self.width >= _ROOMY:
            parts.append(f"{'writing ' if writing else ''}{one_line(newest.name)}")
        elif newest and writing:
            parts.append(label(one_line(newest.name)))
        return f" {self.glyphs.dot} ".join(part for part in parts if part)

    def _pips(self, row: Session, writing: frozenset[str]) -> str:
        """The artefacts as a row of signs, in workflow order: there, being written, empty, or yet to come."""
        signs = [sign for sign, _ in self._phases(row, writing)]
        if len(signs) > PIPS:
            return "".join(signs[: PIPS - 1]) + "+"
        return "".join(signs).ljust(PIPS)

    def _labelled_pips(self, row: Session, writing: frozenset[str]) -> list[Part]:
        parts: list[Part] = []
        room = max(PIPS, self.width - 70)
        for sign, name in self._phases(row, writing):
            text = f"{label(one_line(name))} "
            if cell_len(text) + 3 > room:
                parts.append((fit(self.glyphs.ellipsis, min(2, room)), self.tones.muted))
                room -= min(2, room)
                break
            style = self.tones.writing if name in writing else Style()
            parts += [(text, self.tones.muted), (f"{sign}  ", style)]
            room -= cell_len(text) + 3
        return [*parts, (" " * room, Style())]

    def _phases(self, row: Session, writing: frozenset[str]) -> list[tuple[str, str]]:
        """(sign, file name) of each expected file and of each other one, in workflow order."""
        expected = list(EXPECTED.get(row.command, ())) if row.shape in ("canonical", "epoch", "semantic") else []
        there = {artefact.name: artefact for artefact in row.artefacts or ()}
        for at, name in enumerate(expected):
            other = stand_in(name)
            if name not in there and other in there:
                expected[at] = str(other)
        signs = []
        for name in [
            *expected,
            *(name for name in there if name not in expected and not name.startswith(".")),
        ]:
            artefact = there.get(name)
            if artefact is None:
                sign = self.glyphs.missing
            elif name in writing:
                sign = self.glyphs.writing
            else:
                sign = self.glyphs.there if artefact.size else self.glyphs.empty
            signs.append((sign, name))
        return signs
