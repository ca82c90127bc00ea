"""What is known of the session on show, in three lines, and its files as tabs."""

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.digest import Digest
from exito_tui.domain.session import Note, Session
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS, local_day, short_age, short_size
from exito_tui.domain.verdict import Verdict
from exito_tui.ui.glyphs import Glyphs
from exito_tui.ui.messages import FileChosen
from exito_tui.ui.painting import Part, home_path, line, tail_of, tone
from exito_tui.ui.verdicts import state_sign


class SessionHeader(Widget):
    """Three lines: the id and its state; command, times and size; the path."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--id",
        "header--muted",
        "header--writing",
        "header--warn",
        "header--alarm",
    }

    def __init__(self, glyphs: Glyphs, writing_ns: int) -> None:
        super().__init__(id="header")
        self._glyphs = glyphs
        self._writing_ns = writing_ns
        self._row: Session | Note | None = None
        self._digest = Digest(())
        self._verdict: Verdict | None = None
        self._now_ns = 0

    def show(self, row: Session | Note | None, digest: Digest, verdict: Verdict | None, now_ns: int) -> None:
        """Show a session, or a note, as it stands at a moment; `digest` is that of its files."""
        self._row, self._digest, self._verdict, self._now_ns = row, digest, verdict, now_ns
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the three lines."""
        muted = tone(self, "header--muted")
        row, width, ground = self._row, self.size.width, self.rich_style
        if row is None:
            return Strip.blank(width, ground)
        dot = self._glyphs.ellipsis
        if y == 0:
            name = row.id if isinstance(row, Session) else row.name
            left: list[Part] = [("  ", muted), (one_line(name), tone(self, "header--id"))]
            return line(width, left, [self._state(row), ("  ", muted)], ground, dot)
        if y == 1:
            return line(width, [("  ", muted), (self._facts(row), muted)], [], ground, dot)
        path = row.path if isinstance(row, Session) else f"{row.root}/{row.name}"
        return line(width, [("  ", muted), (tail_of(home_path(path), width - 4, dot), muted)], [], ground, dot)

    def _state(self, row: Session | Note) -> Part:
        written = self._digest.last_write_ns
        if isinstance(row, Session) and row.problem:
            return f"{self._glyphs.problem} {row.problem}", tone(self, "header--warn")
        if self._verdict and self._verdict.state != "unknown":
            return self._state_of(self._verdict)
        if written is not None and abs(self._now_ns - written) < self._writing_ns:
            style = tone(self, "header--writing")
            return f"{self._glyphs.writing} being written", style
        return f"{self._glyphs.quiet} quiet", tone(self, "header--muted")

    def _state_of(self, verdict: Verdict) -> Part:
        word = "waiting for you" if verdict.state == "waiting" else verdict.state
        since = f" {self._glyphs.dot} {short_age(self._now_ns - verdict.since_ns)}" if verdict.since_ns else ""
        name = {"waiting": "warn", "stuck": "alarm", "failed": "alarm", "running": "writing"}.get(
            verdict.state, "muted"
        )
        return f"{state_sign(verdict, self._glyphs)} {word}{since}", tone(self, f"header--{name}")

    def _facts(self, row: Session | Note) -> str:
        from humanize import naturaltime

        def ago(time_ns: int) -> str:
            return str(naturaltime(max(0, self._now_ns - time_ns) / SECOND_NS))

        separator = f" {self._glyphs.dot} "
        if isinstance(row, Note):
            return separator.join(("note", f"written {ago(row.modified_ns)}", short_size(row.size)))
        count = len(self._digest.artefacts)
        facts = [] if row.id.startswith(row.command) else [one_line(row.command)]
        facts.append(
            f"{count} file{'' if count == 1 else 's'}, {short_size(self._digest.size)}" if count else "no files yet"
        )
        if (written := self._digest.last_write_ns) is not None:
            facts.append(f"written {ago(written)}")
        if (started := row.started_ns) is not None:
            facts.append(f"started {local_day(started, self._now_ns)}")
        return separator.join(facts)


class FileTabs(Widget):
    """The session's files as tabs, in workflow order; the one being written is marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tabs--current", "tabs--other", "tabs--writing", "tabs--muted"}

    def __init__(self, glyphs: Glyphs, writing_ns: int) -> None:
        super().__init__(id="tabs")
        self._glyphs = glyphs
        self._writing_ns = writing_ns
        self._digest = Digest(())
        self._place = 0
        self._remark = ""
        self._now_ns = 0
        self._spans: list[tuple[int, int, str]] = []

    def show(self, digest: Digest, current: str, now_ns: int) -> None:
        """Show the files of a digest, one of them as the current one."""
        self._digest, self._place, self._now_ns = digest, digest.places.get(current, 0), now_ns
        self.refresh()

    def remark(self, text: str) -> None:
        """Show a few words at the right: the reader's place."""
        if text != self._remark:
            self._remark = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The tabs, moved so that the current one is whole. Those that have no room are not looked at."""
        current = tone(self, "tabs--current", ground=True)
        other = tone(self, "tabs--other")
        busy_style = tone(self, "tabs--writing")
        muted = tone(self, "tabs--muted")
        writing = self._digest.being_written(self._now_ns, self._writing_ns)
        room = max(0, self.size.width - cell_len(self._remark) - 3)
        first = self._first_tab(writing, room)
        left: list[Part] = [(" " if first == 0 else self._glyphs.ellipsis, muted)]
        at = 1
        self._spans = []
        files = self._digest.artefacts
        for place in range(first, len(files)):
            if at > self.size.width:
                break
            name, mark = self._tab(place, writing)
            style = current if place == self._place else other
            size = _width_of(name, mark)
            left += [(f" {name}", style), (mark, style + busy_style if mark else style), (" ", style)]
            self._spans.append((at, at + size, files[place].name))
            at += size
        return line(
            self.size.width,
            left,
            [("  " + self._remark + " ", muted)],
            self.rich_style,
            self._glyphs.ellipsis,
        )

    def _tab(self, place: int, writing: frozenset[str]) -> tuple[str, str]:
        """What the tab at a place says: the name, and the mark of a file that is being written."""
        raw = self._digest.artefacts[place].name
        name = one_line(raw)
        mark = f" {self._glyphs.writing}" if raw in writing else ""
        return name if len(name) <= 28 else name[:27] + self._glyphs.ellipsis, mark

    def _first_tab(self, writing: frozenset[str], room: int) -> int:
        """The first tab of those that have room before the current one."""
        first, used = self._place, 0
        while first >= 0 and self._digest.artefacts:
            used += _width_of(*self._tab(first, writing))
            if used + (first == 0) > room:
                break
            first -= 1
        return min(first + 1, self._place)

    def on_click(self, event: events.Click) -> None:
        for start, stop, name in self._spans:
            if start <= event.x < stop:
                self.post_message(FileChosen(name))


def _width_of(name: str, mark: str) -> int:
    return cell_len(name) + cell_len(mark) + 2
