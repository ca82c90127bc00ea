"""What is known of the session on show, in two lines."""

from typing import ClassVar

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.sessions.hook_notes import saved_in_short
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import local_day, short_age, short_size
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, home_path, line, tone
from exito_tui.ui.verdict_cache import state_sign

_ASKED = {
    "approve": "your approval",
    "choose": "your choice",
    "answer": "your answer",
    "question": "your answer",
    "permission": "your permission",
}

HEADER_TONES = frozenset(f"header--{name}" for name in ("id", "muted", "writing", "warn", "alarm"))
"""The component classes in which a session, or a group of them, is told."""


class SessionHeader(Widget):
    """Two lines: the title and the state; command, times, size and path, as far as there is
    room."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*HEADER_TONES}

    def __init__(self, glyphs: Glyphs, writing_ns: int) -> None:
        super().__init__(id="header")
        self._glyphs = glyphs
        self._writing_ns = writing_ns
        self._row: Session | None = None
        self._file_index = FileIndex(())
        self._verdict: Verdict | None = None
        self._now_ns = 0
        self._title = ""

    def show(
        self,
        row: Session | None,
        file_index: FileIndex,
        verdict: Verdict | None,
        now_ns: int,
        title: str,
    ) -> None:
        """Show a session, or a note, as it stands at a moment, with the index of its files."""
        self._row, self._file_index, self._verdict, self._now_ns = row, file_index, verdict, now_ns
        self._title = title
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the two lines."""
        muted = tone(self, "header--muted")
        row, width, ground = self._row, self.size.width, self.rich_style
        if row is None:
            return Strip.blank(width, ground)
        if y > 1:
            return Strip.blank(width, ground)
        state, dot = self._state(row), self._glyphs.ellipsis
        # The title has the first line alone where there is too little room for both
        beside = cell_len(self._title) + cell_len(state[0]) + 6 <= width
        right: list[Part] = [state, ("  ", muted)] if (y == 0) == beside else []
        room = width - 4 - (cell_len(state[0]) + 2 if right else 0)
        left = (
            (self._title, tone(self, "header--id")) if y == 0 else (self._facts(row, room), muted)
        )
        return line(width, [("  ", muted), left], right, ground, dot)

    def _state(self, row: Session) -> Part:
        written = self._file_index.last_write_ns
        if row.problem and row.form != "run":
            return f"{self._glyphs.problem} {row.problem}", tone(self, "header--warn")
        if self._verdict and self._verdict.state != "unknown":
            words, name = state_words(self._verdict, self._now_ns, self._glyphs)
            return words, tone(self, f"header--{name}")
        if self._verdict and self._verdict.copied:
            written = None
        if written is not None and abs(self._now_ns - written) < self._writing_ns:
            style = tone(self, "header--writing")
            return f"{self._glyphs.writing} being written", style
        return f"{self._glyphs.quiet} quiet", tone(self, "header--muted")

    def _facts(self, row: Session, width: int) -> str:
        """What is known besides, in at most so many cells: the first facts, each whole."""

        def ago(time_ns: int) -> str:
            age = short_age(max(0, self._now_ns - time_ns))
            return "just now" if age == "now" else f"{age} ago"

        separator = f" {self._glyphs.dot} "
        count = len(self._file_index.artefacts)
        facts = [one_line(row.command)]
        copied = self._file_index.is_copy or bool(self._verdict and self._verdict.copied)
        if copied:
            facts.append("its files have the time of a copy")
        elif (written := self._file_index.last_write_ns) is not None:
            facts.append(f"written {ago(written)}")
        facts.append(
            f"{count} file{'' if count == 1 else 's'}, {short_size(self._file_index.size)}"
            if count
            else "no files yet"
        )
        if saved := saved_in_short(row):
            facts.append(saved)
        behind_ns = self._verdict.behind_ns if self._verdict else 0
        if (started := self._file_index.started_later(behind_ns)) is not None:
            day = local_day(started, self._now_ns)
            facts.append(f"started {day if row.tells_clock else day.rpartition(' ')[0]}")
        facts.append(home_path(row.path))
        while len(facts) > 1 and cell_len(separator.join(facts)) > width:
            facts.pop()
        return separator.join(facts)


def state_words(verdict: Verdict, now_ns: int, glyphs: Glyphs) -> tuple[str, str]:
    """How a session stands, with its sign and since when, and the tone of that: `warn`, `alarm`,
    `writing` or `muted`."""
    since = ""
    if verdict.copied and verdict.state == "waiting":
        since = f" {glyphs.dot} in a copy"
    elif verdict.since_ns:
        since = f" {glyphs.dot} {short_age(now_ns - verdict.since_ns)}"
    words: dict[State, tuple[str, str]] = {
        "waiting": ("needs you", "warn"),
        "stuck": ("stuck", "alarm"),
        "failed": ("failed", "alarm"),
        "running": ("running", "writing"),
    }
    word, name = words.get(verdict.state, (verdict.state, "muted"))
    word = _ASKED.get(verdict.gate or "", word) if verdict.state == "waiting" else word
    if verdict.is_old:
        word = "an old question" if verdict.state == "waiting" else word
        name = "muted"
    return f"{state_sign(verdict, glyphs)} {word}{since}", name
