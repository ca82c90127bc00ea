"""A session's files as tabs."""

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.text import one_line
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, line, tone
from exito_tui.ui.messages import FileChosen
from exito_tui.ui.widgets.session_header import width_of


class FileTabs(Widget):
    """The session's files as tabs, in workflow order; the one being written is marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tabs--current",
        "tabs--other",
        "tabs--writing",
        "tabs--muted",
    }

    def __init__(self, glyphs: Glyphs, writing_ns: int) -> None:
        super().__init__(id="tabs")
        self._glyphs = glyphs
        self._writing_ns = writing_ns
        self._file_index = FileIndex(())
        self._place = 0
        self._remark = ""
        self._now_ns = 0
        self._spans: list[tuple[int, int, str]] = []

    def show(self, file_index: FileIndex, current: str, now_ns: int) -> None:
        """Show the files of an index, one of them as the current one."""
        self._file_index, self._place, self._now_ns = (
            file_index,
            file_index.places.get(current, 0),
            now_ns,
        )
        self.refresh()

    def remark(self, text: str) -> None:
        """Show a few words at the right: the reader's place."""
        if text != self._remark:
            self._remark = text
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The tabs, moved so that the current one is whole. Those that have no room are not looked
        at."""
        current = tone(self, "tabs--current", ground=True)
        other = tone(self, "tabs--other")
        busy_style = tone(self, "tabs--writing")
        muted = tone(self, "tabs--muted")
        writing = self._file_index.being_written(self._now_ns, self._writing_ns)
        room = max(0, self.size.width - cell_len(self._remark) - 3)
        first = self._first_tab(writing, room)
        left: list[Part] = [(" " if first == 0 else self._glyphs.ellipsis, muted)]
        at = 1
        self._spans = []
        files = self._file_index.artefacts
        for place in range(first, len(files)):
            if at > self.size.width:
                break
            name, mark = self._tab(place, writing)
            style = current if place == self._place else other
            size = width_of(name, mark)
            left += [
                (f" {name}", style),
                (mark, style + busy_style if mark else style),
                (" ", style),
            ]
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
        raw = self._file_index.artefacts[place].name
        name = one_line(raw)
        mark = f" {self._glyphs.writing}" if raw in writing else ""
        return name if len(name) <= 28 else name[:27] + self._glyphs.ellipsis, mark

    def _first_tab(self, writing: frozenset[str], room: int) -> int:
        """The first tab of those that have room before the current one."""
        first, used = self._place, 0
        while first >= 0 and self._file_index.artefacts:
            used += width_of(*self._tab(first, writing))
            if used + (first == 0) > room:
                break
            first -= 1
        return min(first + 1, self._place)

    def on_click(self, event: events.Click) -> None:
        for start, stop, name in self._spans:
            if start <= event.x < stop:
                self.post_message(FileChosen(name))
