"""A session's files as tabs."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.file_index import FileIndex
from exito_tui.domain.text import one_line
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, line, tone
from exito_tui.ui.messages import FileChosen

_LEAST = 6
"""How many cells of a tab are worth their room."""
_MOST = 28
"""How many cells a name may have."""
_CLOSE = 3
"""How many cells at the right end are what closes."""


class FileTabs(Widget):
    """The session's files as tabs, in workflow order; the ones being written, and those that are
    new to the reader, are marked. A row that is too long is scrolled by the mouse wheel."""

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
        self._is_new: Callable[[Artefact], bool] = lambda artefact: False
        self._index = 0
        self._scrolled: int | None = None
        """The first tab, when the user has scrolled there."""
        self._remark = ""
        self._now_ns = 0
        self._first = 0
        self._is_cut = False
        """Whether there is more at the right than has room."""
        self._spans: list[tuple[int, int, str]] = []

    def show(
        self,
        file_index: FileIndex,
        current: str,
        now_ns: int,
        is_new: Callable[[Artefact], bool],
    ) -> None:
        """Show the files of an index, one of them as the current one."""
        index = file_index.indexes.get(current, 0)
        if index != self._index:
            self._scrolled = None
        self._file_index, self._index, self._now_ns = file_index, index, now_ns
        self._is_new = is_new
        self.refresh()

    def show_current(self) -> None:
        """The user has scrolled elsewhere no more: the current one is to be seen."""
        self._scrolled = None

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
        right = f"  {self._remark} "
        if self._can_close:
            right += f"{self._glyphs.lacking} "
        room = max(0, self.size.width - cell_len(right))
        first = self._first_tab(writing, room) if self._scrolled is None else self._scrolled
        self._first = first
        left: list[Part] = [(" " if first == 0 else self._glyphs.ellipsis, muted)]
        at = 1
        self._spans = []
        files = self._file_index.artefacts
        for index in range(first, len(files)):
            if at + _LEAST > room:
                left.append((self._glyphs.ellipsis, muted))
                break
            name, mark = self._tab(index, writing)
            style = current if index == self._index else other
            size = _width_of(name, mark)
            left += [
                (f" {name}", style),
                (mark, style + busy_style if mark else style),
                (" ", style),
            ]
            self._spans.append((at, at + size, files[index].name))
            at += size
        self._is_cut = bool(self._spans) and (
            self._spans[-1][1] > room or len(self._spans) < len(files) - first
        )
        return line(
            self.size.width,
            left,
            [(right, muted)],
            self.rich_style,
            self._glyphs.ellipsis,
        )

    def _tab(self, index: int, writing: frozenset[str]) -> tuple[str, str]:
        """What the tab at an index says: the name, and the mark of a file that is being written."""
        artefact = self._file_index.artefacts[index]
        name, mark = one_line(artefact.name), ""
        if artefact.name in writing:
            mark = f" {self._glyphs.writing}"
        elif self._is_new(artefact):
            mark = f" {self._glyphs.changed}"
        return fit(name, min(cell_len(name), _MOST), self._glyphs.ellipsis), mark

    def _first_tab(self, writing: frozenset[str], room: int) -> int:
        """The first tab of those that have room before the current one."""
        first, used = self._index, 0
        while first >= 0 and self._file_index.artefacts:
            used += _width_of(*self._tab(first, writing))
            if used + (first == 0) > room:
                break
            first -= 1
        return min(first + 1, self._index)

    @property
    def _can_close(self) -> bool:
        """Whether the session has the whole screen, and a click at the right end gives it back."""
        return any(map(self.screen.has_class, ("-one-pane", "-zoom-session")))

    async def on_click(self, event: events.Click) -> None:
        if self._can_close and event.x >= self.size.width - _CLOSE:
            await self.run_action("screen.close")
            return
        for start, stop, name in self._spans:
            if start <= event.x < stop:
                self.post_message(FileChosen(name))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default().stop()
        if self._is_cut:
            self._begin_at(self._first + 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default().stop()
        self._begin_at(self._first - 1)

    def _begin_at(self, first: int) -> None:
        self._scrolled = max(0, min(first, len(self._file_index.artefacts) - 1))
        self.refresh()


def _width_of(name: str, mark: str) -> int:
    """The cells that a file's name takes with the mark before it."""
    return cell_len(name) + cell_len(mark) + 2
