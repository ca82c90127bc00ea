"""Painting the rows of the session list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.root_paths import project_name
from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.sessions.list_rows import NEED, Heading, Row
from exito_tui.domain.sessions.names import is_about
from exito_tui.domain.sessions.orders import Grouping
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, local_clock, local_time, short_age
from exito_tui.domain.verdicts.state import NEEDS_USER, STATES, Standing, State
from exito_tui.render.wrapping import cut_by_parts
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, fit_right, line, tone
from exito_tui.ui.verdict_cache import state_sign

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.verdict import Verdict

_AGE = 6
_COMMAND = 10
_ROOT = 10
_ROOMY = 72


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
    roots: tuple[Style, ...]

    def of_root(self, index: int) -> Style:
        """The style of a root's name, by its index among the roots."""
        return self.roots[index % len(self.roots)]

    def of_state(self, state: State) -> Style:
        """The style of a state: colour only where somebody should look, or where something goes
        on."""
        return {
            "waiting": self.marked,
            "stuck": self.alarm,
            "failed": self.alarm,
            "running": self.writing,
        }.get(state, self.muted)


_TONES = ("heading", "muted", "writing", "changed", "marked", "alarm")
_ROOTS = ("root-1", "root-2", "root-3")
CLASSES = tuple(f"list--{name}" for name in ("cursor", *_TONES, *_ROOTS))
"""The component classes that `tones_of` asks a list for."""


def tones_of(widget: Widget) -> Tones:
    """The styles of a list in its theme."""
    styles = {name: tone(widget, f"list--{name}") for name in _TONES}
    return Tones(
        ground=widget.rich_style,
        cursor=tone(widget, "list--cursor", ground=True),
        roots=tuple(tone(widget, f"list--{name}") for name in _ROOTS),
        **styles,
    )


class Looks(NamedTuple):
    """What a row is drawn from, beside the time and what holds for all rows; `depth` is how far it
    is set in below a heading that names its command; 0: it is not."""

    row: Row
    verdict: "Verdict | None"
    cursor: bool
    marked: bool
    pinned: bool
    unseen: bool
    depth: int


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Paints rows `width` cells wide as they stand at `now_ns`; `writing_ns` is how long a write
    counts as going on, `roots` are those that rows name, unless it is one; `turning` gives the
    sign of what grows."""

    width: int
    now_ns: int
    writing_ns: int
    glyphs: Glyphs
    tones: Tones
    by: Grouping
    roots: Sequence[str] = ()
    turning: Callable[[], str] | None = None

    def paint(self, looks: Looks, file_index: FileIndex, title: str) -> Strip:
        """One row as a strip of exactly the painter's width; `file_index` is that of the row's
        files."""
        row, depth = looks.row, looks.depth
        ground = self.tones.cursor if looks.cursor else self.tones.ground
        bar = (self.glyphs.cursor if looks.cursor else " ", self.tones.changed)
        if isinstance(row, Heading):
            return self._heading(row, bar, ground)
        mark = (
            self.glyphs.marked
            if looks.marked
            else self.glyphs.pinned
            if looks.pinned
            else self.glyphs.current
            if row.is_current
            else " ",
            self.tones.marked,
        )
        new = [(f"{self.glyphs.changed} ", self.tones.changed)] if looks.unseen else []
        lead = [bar, mark, ("  " * depth, Style())]
        if row.is_note:
            return self._note(row, file_index, [*lead, ("  ", Style()), *new], ground)
        names = self.by != "command" and not depth
        return self._session(row, file_index, lead, new, ground, looks.verdict, title, names=names)

    def _heading(self, row: Heading, bar: Part, ground: Style) -> Strip:
        fold = self.glyphs.folded if row.folded else self.glyphs.unfolded
        age = ""
        if row.newest_ns is not None and not row.is_section:
            age = short_age(self.now_ns - row.newest_ns)
        left = [
            bar,
            ("  " * row.level, Style()),
            (f"{fold} ", self.tones.muted),
            (one_line(row.title), self.tones.heading),
            (f" {row.size:,}", self.tones.muted),
        ]
        for state in STATES:
            if number := row.states.get(state):
                sign = getattr(self.glyphs, state)
                left.append((f"  {sign} {number:,}", self.tones.of_state(state)))
        if row.old:
            left.append((f"  {self.glyphs.waiting} {row.old:,} old", self.tones.muted))
        age = "oldest first" if row.key == NEED else fit_right(age, _AGE)
        right = [(f"{age} ", self.tones.muted)]
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    def _note(self, row: Session, file_index: FileIndex, lead: list[Part], ground: Style) -> Strip:
        style = self.tones.muted if is_about(row.id) else Style()
        left = [*lead, (one_line(row.id), style)]
        return line(
            self.width, left, self._age(file_index.last_write_ns), ground, self.glyphs.ellipsis
        )

    def _session(
        self,
        row: Session,
        file_index: FileIndex,
        lead: list[Part],
        new: list[Part],
        ground: Style,
        verdict: "Verdict | None",
        title: str,
        *,
        names: bool,
    ) -> Strip:
        copied = verdict is not None and verdict.copied
        started = file_index.started_later(verdict.behind_ns if verdict else 0)
        written = None if copied else file_index.last_write_ns
        writing = bool(file_index.being_written(self.now_ns, self.writing_ns)) and not copied
        sign, style = self._state(row, verdict, writing=writing)
        if writing and self.turning and sign in (self.glyphs.running, self.glyphs.writing):
            sign = self.turning()
        alarm = style == self.tones.alarm  # filled: it is told apart without its colour, too
        left = [*lead, (sign, style + Style(reverse=True) if alarm else style), (" ", Style())]
        if len(self.roots) > 1:
            longest = max(cell_len(_project(root)) for root in self.roots)
            name = fit(_project(row.root), min(_ROOT, longest), self.glyphs.ellipsis)
            left.append((f"{name} ", self.tones.of_root(self.roots.index(row.root))))
        if names:
            command = fit(one_line(row.command), _COMMAND, self.glyphs.ellipsis)
            left.append((f"{command} ", self.tones.muted))
        if self.by != "need":
            left.append(
                (fit_right(self._when(row, started, file_index), self._when_width) + "  ", Style())
            )
        left += new
        standing = verdict.standing if verdict else Standing("unknown")
        right = self._age(standing.counts_from(written, started))
        room = self.width - sum(cell_len(text) for text, _ in (*left, *right)) - 1
        phrase = self._phrase(row, file_index, verdict, writing=writing)
        fitted, brief = title_and_phrase(title, phrase, room, self.glyphs.ellipsis, 2 * len(new))
        left.append((fitted, Style(bold=bool(new) or None)))
        if brief:
            muted = verdict is None or verdict.is_old or not self._is_pressing(verdict)
            left.append((" " * _GAP + brief, self.tones.muted if muted else style))
        return line(self.width, left, right, ground, self.glyphs.ellipsis)

    @staticmethod
    def _is_pressing(verdict: "Verdict") -> bool:
        return verdict.state in NEEDS_USER

    def _state(
        self, row: Session, verdict: "Verdict | None", *, writing: bool
    ) -> tuple[str, Style]:
        """The sign and the style of a session's state."""
        if row.form == "link":
            return self.glyphs.quiet, self.tones.muted
        if row.problem and row.form != "run":  # a run without a folder is not broken
            return self.glyphs.problem, self.tones.alarm
        if verdict is None:
            return self.glyphs.quiet, self.tones.muted
        if verdict.state == "unknown":
            return (
                (self.glyphs.writing, self.tones.writing)
                if writing
                else (self.glyphs.quiet, self.tones.muted)
            )
        old = verdict.is_old
        style = self.tones.muted if old else self.tones.of_state(verdict.state)
        return state_sign(verdict, self.glyphs), style

    def _phrase(
        self, row: Session, file_index: FileIndex, verdict: "Verdict | None", *, writing: bool
    ) -> str:
        """What goes on there now."""
        if row.problem and not (row.form == "run" and verdict):
            return one_line(row.problem)
        if verdict is None:
            return ""
        newest = file_index.newest if verdict.state == "unknown" and writing else None
        if newest and not verdict.warnings:
            return f"writing {one_line(newest.name)}" if newest.name != row.id else "being written"
        from exito_tui.domain.verdicts.verdict import in_a_row

        return in_a_row(verdict, self.now_ns, self.glyphs.problem)

    def _age(self, time_ns: int | None) -> list[Part]:
        age = short_age(self.now_ns - time_ns) if time_ns is not None else ""
        return [(fit_right(age, _AGE), self.tones.muted), (" ", Style())]

    @property
    def _when_width(self) -> int:
        return 12 if self.width >= _ROOMY else 9

    def _when(self, row: Session, started: int | None, file_index: FileIndex) -> str:
        if started is None:
            started = file_index.last_write_ns
        if started is None:
            return "-"
        if row.stamp and not row.tells_clock:
            return self._day(started)
        day = local_clock(started, self.now_ns)
        if ":" in day or self.now_ns - started > 300 * 86_400 * SECOND_NS or started > self.now_ns:
            return day if ":" in day else local_time(started)[: 10 if self.width >= _ROOMY else 7]
        if self.width < _ROOMY and not day.isalpha():
            return day
        return f"{day} {local_time(started)[11:16]}"

    def _day(self, started: int) -> str:
        """A start of which only the day is known."""
        day = local_clock(started, self.now_ns)
        if self.now_ns - started > 300 * 86_400 * SECOND_NS:
            return local_time(started)[: 10 if self.width >= _ROOMY else 7]
        return "today" if ":" in day else day


_GAP = 2
"""Cells between a title and its phrase."""
_PHRASE = 18
"""Cells in which most phrases are whole, the gap before them included."""
_FEWEST = 16


def title_and_phrase(
    title: str, phrase: str, room: int, ellipsis: str, set_in: int = 0
) -> tuple[str, str]:
    """A title and what goes on, for so many cells, `_GAP` between them; the title is `set_in` by so
    many.

    Phrases stand below each other and are whole where the title can spare it; but a title that is
    whole beside the first part of its phrase pushes it on. (That part stays while the rest changes:
    the title does not jump.) The phrase is empty where there is no room for it.
    """
    if not phrase:
        return fit(title, room, ellipsis), ""
    share = (room + set_in) * 4 // 7
    wide = max(0, max(min(share, room + set_in - _PHRASE), min(share, _FEWEST)) - set_in)
    if room - wide < _GAP + 3:
        return fit(title, wide, ellipsis), ""
    first = cut_by_parts(re.split("[,:] ", phrase, maxsplit=1)[0], room - wide - _GAP, ellipsis)
    if cell_len(title) + _GAP + cell_len(first) <= room:
        wide = max(wide, cell_len(title))
    return fit(title, wide, ellipsis), cut_by_parts(phrase, room - wide - _GAP, ellipsis)


def _project(root: str) -> str:
    """The name of the project that a root belongs to, else of the root."""
    return one_line(project_name(root))
