"""Painting the rows of the session list."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from textual.strip import Strip

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.sessions.layouts import DATED
from exito_tui.domain.sessions.list_rows import Heading
from exito_tui.domain.sessions.names import is_about
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, local_clock, local_time, short_age, short_size
from exito_tui.domain.verdicts.state import State
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, fit_right, line
from exito_tui.ui.verdict_cache import state_sign

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.verdict import Verdict

PIPS = 9
_WORD = 11
_NAME, _SHORT_NAME = 36, 22
_WIDE = 100
_ROOMY = 64


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
    alarm: Style

    def of_state(self, state: State) -> Style:
        """The style of a state: colour only where somebody should look, or where something goes
        on."""
        return {
            "waiting": self.marked,
            "stuck": self.alarm,
            "failed": self.alarm,
            "running": self.writing,
        }.get(state, self.muted)


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Paints rows `width` cells wide as they stand at `now_ns`; `writing_ns` is how long a write
    counts as going on."""

    width: int
    now_ns: int
    writing_ns: int
    glyphs: Glyphs
    tones: Tones
    grouped: bool

    def paint(
        self,
        row: Heading | Session,
        file_index: FileIndex,
        verdict: "Verdict | None",
        *,
        cursor: bool,
        marked: bool,
        unseen: bool,
        pinned: bool = False,
    ) -> Strip:
        """One row as a strip of exactly the painter's width; `file_index` is that of the row's
        files."""
        ground = self.tones.cursor if cursor else self.tones.ground
        bar = (self.glyphs.cursor if cursor else " ", self.tones.changed)
        if isinstance(row, Heading):
            return self._heading(row, bar, ground)
        mark = (
            self.glyphs.marked
            if marked
            else self.glyphs.pinned
            if pinned
            else self.glyphs.current
            if isinstance(row, Session) and row.is_current
            else " ",
            self.tones.marked,
        )
        if row.is_note:
            return self._note(row, file_index, [bar, mark], ground, unseen)
        return self._session(row, file_index, [bar, mark], ground, unseen, verdict)

    def _heading(self, row: Heading, bar: Part, ground: Style) -> Strip:
        fold = self.glyphs.folded if row.folded else self.glyphs.unfolded
        age = short_age(self.now_ns - row.newest_ns) if row.newest_ns is not None else ""
        count = f"{row.size} {self.glyphs.dot} {age} " if age else f"{row.size} "
        left = [bar, (f"{fold} ", self.tones.muted), (one_line(row.title), self.tones.heading)]
        return line(
            self.width, left, [("  " + count, self.tones.muted)], ground, self.glyphs.ellipsis
        )

    def _note(
        self, row: Session, file_index: FileIndex, lead: list[Part], ground: Style, unseen: bool
    ) -> Strip:
        style = self.tones.muted if is_about(row.id) else Style()
        left = [*lead, ("  ", self.tones.muted), (one_line(row.id), style)]
        right = self._right(file_index.last_write_ns, file_index.size, unseen)
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    def _session(
        self,
        row: Session,
        file_index: FileIndex,
        lead: list[Part],
        ground: Style,
        unseen: bool,
        verdict: "Verdict | None",
    ) -> Strip:
        copied = verdict is not None and verdict.copied
        written = None if copied else file_index.last_write_ns
        writing = file_index.being_written(self.now_ns, self.writing_ns)
        writing = frozenset() if copied else writing
        sign, word, style = self._state(row, verdict, bool(writing))
        left = [*lead, (f"{sign} ", style)]
        roomy = self.width >= _ROOMY
        left += [
            (
                fit_right(self._when(row, file_index), 12 if roomy else 10) + " ",
                Style(bold=unseen or None),
            )
        ]
        titled = _is_known_by_its_title(row, verdict)
        if titled:
            left.append((self._name(row, roomy=roomy), Style(bold=unseen or None)))
        else:
            tone = self.tones.writing if writing else Style()
            left.append((self._pips(file_index, writing, verdict), tone))
        title = self._title(row, file_index.newest, verdict)
        if roomy or not (title or titled):
            left += [(f" {fit(word, _WORD, self.glyphs.ellipsis)} ", style)]
        left += [(title if roomy else f" {title}", self.tones.muted)]
        right = self._right(
            written if written is not None else file_index.started_ns, file_index.size, unseen
        )
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    def _state(
        self, row: Session, verdict: "Verdict | None", writing: bool
    ) -> tuple[str, str, Style]:
        """The sign, the word and the style of a session's state."""
        if row.problem:
            return self.glyphs.problem, row.problem, self.tones.alarm
        if verdict is None:
            return self.glyphs.quiet, "", self.tones.muted
        if verdict.state == "unknown":
            return (
                (self.glyphs.writing, "writing", self.tones.writing) if writing
                else (self.glyphs.quiet, "quiet", self.tones.muted)
            )  # fmt: skip
        return state_sign(verdict, self.glyphs), verdict.state, self.tones.of_state(verdict.state)

    def _right(self, time_ns: int | None, size: int, unseen: bool) -> list[Part]:
        age = short_age(self.now_ns - time_ns) if time_ns is not None else ""
        mark = f" {self.glyphs.changed}" if unseen else "  "
        return [
            (fit_right(age, 7), Style()),
            (fit_right(short_size(size), 7), self.tones.muted),
            (mark, self.tones.changed),
        ]

    def _when(self, row: Session, file_index: FileIndex) -> str:
        started = file_index.started_ns
        if started is None:
            started = file_index.last_write_ns
        if started is None:
            return "-"
        if row.stamp and not row.tells_clock:
            return self._day(started)
        day = local_clock(started, self.now_ns)
        if ":" in day or self.now_ns - started > 300 * 86_400 * SECOND_NS or started > self.now_ns:
            return day if ":" in day else local_time(started)[:10]
        if self.width < _ROOMY and not day.isalpha():
            return day
        return f"{day} {local_time(started)[11:16]}"

    def _day(self, started: int) -> str:
        """A start of which only the day is known."""
        day = local_clock(started, self.now_ns)
        if self.now_ns - started > 300 * 86_400 * SECOND_NS:
            return local_time(started)[:10]
        return "today" if ":" in day else day

    def _name(self, row: Session, *, roomy: bool) -> str:
        """What a session is called by whoever named it."""
        name = one_line(row.label or row.id)
        wide = _NAME if self.width >= _WIDE else _SHORT_NAME
        return fit(name, wide, self.glyphs.ellipsis) if roomy else f" {name}"

    def _title(self, row: Session, newest: Artefact | None, verdict: "Verdict | None") -> str:
        """What tells the row apart, and with some room what goes on there now."""
        parts = []
        if not self.grouped:
            parts.append(one_line(row.command))
        if row.shape != "canonical" and not _is_known_by_its_title(row, verdict):
            parts.append(one_line(row.label))
        if verdict and self.width >= _ROOMY:
            warned = f"{self.glyphs.problem} {verdict.warnings[0].fact}" if verdict.warnings else ""
            parts += [
                verdict.now if verdict.state != "unknown" else newest.name if newest else "",
                warned,
            ]
        return f" {self.glyphs.dot} ".join(one_line(part) for part in parts if part)

    def _pips(
        self, file_index: FileIndex, writing: frozenset[str], verdict: "Verdict | None"
    ) -> str:
        """The files as a row of signs, in workflow order: there, being written, empty, or yet to
        come."""
        files = file_index.first_files(verdict.steps if verdict else (), PIPS + 1)
        signs = [self._pip(name, artefact, writing) for name, artefact in files]
        if len(signs) > PIPS:
            return "".join(signs[: PIPS - 1]) + "+"
        return "".join(signs).ljust(PIPS)

    def _pip(self, name: str, artefact: Artefact | None, writing: frozenset[str]) -> str:
        if artefact is None:
            return self.glyphs.missing
        if name in writing:
            return self.glyphs.writing
        return self.glyphs.there if artefact.size else self.glyphs.empty


def _is_known_by_its_title(row: Session, verdict: "Verdict | None") -> bool:
    """Whether a row has a title in place of the signs of its files: a dated session, or one on a
    shelf, of no known workflow."""
    titled = row.form == "file" or row.shape in ("dated", "shelved") or row.command == DATED
    return titled and not (verdict and verdict.steps)
