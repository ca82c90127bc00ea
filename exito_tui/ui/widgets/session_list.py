"""The session list: a virtual list that paints only what is on screen, at any number of
sessions."""

from collections.abc import Container, Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from exito_tui.domain.sessions.file_index import FileIndexes
from exito_tui.domain.sessions.list_rows import Heading, Identity, Row, identity
from exito_tui.domain.sessions.orders import Grouping
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.live.events import Focus
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.motion import Turning
from exito_tui.ui.drawing.scrolling import set_content_size
from exito_tui.ui.key_bindings import bindings
from exito_tui.ui.messages import (
    GroupToggled,
    MarksChanged,
    RowHighlighted,
    RowOpened,
    VisibleChanged,
)
from exito_tui.ui.seen import Seen
from exito_tui.ui.verdict_cache import Verdicts
from exito_tui.ui.widgets.marks import Marks
from exito_tui.ui.widgets.session_row import CLASSES, Looks, RowPainter, Tones, tones_of
from exito_tui.ui.widgets.shown_rows import ShownRows

_MOST_IN_VIEW = 40
_FIRST_ROWS = 3


class SessionList(ScrollView, can_focus=True):
    """Rows of sessions, notes and group headings, with one highlighted."""

    BINDINGS = bindings("list")
    COMPONENT_CLASSES: ClassVar[set[str]] = {*CLASSES}

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(
        self,
        *,
        verdicts: Verdicts,
        writing_ns: int,
        glyphs: Glyphs,
        now_ns: int,
        seen: Seen,
    ) -> None:
        super().__init__(id="list")
        self._verdicts = verdicts
        self._file_indexes = FileIndexes()
        self._shown = ShownRows()
        self._writing_ns = writing_ns
        self._glyphs = glyphs
        self._by: Grouping = "need"
        self._now_ns = now_ns
        self.seen = seen
        self._tones: Tones | None = None
        self._marks = Marks()
        self._turning = Turning(self, glyphs)
        self._drawn: dict[int, Looks | None] = {}
        """How each line on the screen looked when it was drawn last."""
        self._highlighted: Identity | None = None
        """The row that was highlighted last: it is so again when a root comes back, or a filter is
        given up."""
        self._stands_in = False
        """Whether another one is in its place, which the user did not choose."""

    def show(
        self, rows: Sequence[Row], snapshots: Sequence[Snapshot], *, by: Grouping, now_ns: int
    ) -> None:
        """Show these rows as they are now; the highlight stays on its row, at its place on the
        screen."""
        before, index, top = self.row, self.cursor, self.scroll_offset.y
        stood_in = identity(before) if before and self._stands_in else None
        if before and (stood_in is None or self._highlighted is None):
            self._highlighted = identity(before)
        shown, self._shown = self._shown, ShownRows(rows, snapshots)
        if by != self._by or self._shown.snapshots.keys() != shown.snapshots.keys():
            self.refresh()  # each row says more, or less
        self._by = by
        self._marks.keep(self._shown.session)
        set_content_size(self, Size(0, len(rows)))
        found = self._shown.find(self._highlighted, index) if self._highlighted else None
        self._stands_in = found is None
        if found is None and stood_in:
            found = self._shown.find(stood_in, index)
        if found is not None:
            after = found
        elif before is None:
            after = self._shown.first_session
        else:
            after = self._shown.session_near(index)
        if after != index:
            self.set_reactive(SessionList.cursor, after)
            if top:  # at the very top, what is new shows up above; elsewhere nothing moves
                y = top + after - index
                self.scroll_to(y=y, animate=False, force=True, immediate=True)
            self._show_cursor()
        if before is None or identity(before) != (identity(self.row) if self.row else None):
            self.post_message(RowHighlighted(self.row))
        elif isinstance(before, Heading) and before.folded:
            self._show_cursor()
        self.look_again(now_ns)
        self.post_message(VisibleChanged())

    def stay(self) -> None:
        """The user agrees to the row that is highlighted, whatever was before."""
        self._stands_in = False

    def look_again(self, now_ns: int) -> None:
        """Draw the rows that look different by now, but for their ages: those are the next tick's.
        A line that is drawn costs."""
        self._now_ns = now_ns
        top = self.scroll_offset.y
        for y, looks in self._drawn.items():
            if looks != self._looks(top + y):
                self.refresh_line(top + y)

    def tick(self, now_ns: int) -> None:
        """Let time pass: ages grow, and what was being written falls quiet."""
        self._now_ns = now_ns
        self.refresh()

    @property
    def row(self) -> Row | None:
        """The highlighted row, as it is now."""
        return self._shown.now(self.cursor)

    @property
    def marks(self) -> set[Identity]:
        """What is marked."""
        return self._marks.marked

    @property
    def is_at_top(self) -> bool:
        """Whether the first session is highlighted."""
        return self.cursor == self._shown.first_session

    @property
    def rows(self) -> Sequence[Row]:
        """All rows, as they were when the list was last arranged."""
        return self._shown.rows

    @property
    def group(self) -> str:
        """The key of the heading that the highlighted session stands under; empty for none."""
        heading = self._shown.heading_of(self.cursor) if isinstance(self.row, Session) else None
        return heading.key if heading else ""

    @property
    def session_count(self) -> int:
        """How many of the rows are sessions or notes."""
        return self._shown.session_count

    def current(self, row: Row) -> Row:
        """What a row stands for now: sessions change while their place in the list does not."""
        return self._shown.current(row)

    def title_of(self, row: Row) -> str:
        """What a row's session is about."""
        return self._shown.title_of(row)

    def on_screen(self) -> Iterable[Session]:
        """The sessions on screen."""
        top = self.scroll_offset.y
        rows = self.rows[top : top + max(1, self.size.height)]
        return [row for row in rows if isinstance(row, Session)]

    def in_view(self) -> Focus:
        """The sessions that are looked at, per root: the highlighted one, and those on screen."""
        focus: dict[str, set[str]] = {}
        shown = [*self.on_screen()]
        if isinstance(self.row, Session):
            shown.insert(0, self.row)
        for session in shown[:_MOST_IN_VIEW]:
            focus.setdefault(session.root, set()).add(session.key)
        return {root: frozenset(keys) for root, keys in focus.items()}

    def select(self, wanted: Identity) -> bool:
        """Highlight a row; False when it is not in the list."""
        index = self._shown.find(wanted, self.cursor)
        if index is None:
            return False
        self.cursor = index
        return True

    def looked_at(self, row: Row, now_ns: int) -> None:
        """The user has seen this row's content as it was then."""
        self.seen.look_at(row, now_ns)
        self.look_again(now_ns)

    def select_next(self, wanted: Container[Identity]) -> bool:
        """Highlight the next row below, going round, that is one of these; False when there is
        none."""
        index = self._shown.next_of(wanted, self.cursor)
        if index is None:
            return False
        self.cursor = index
        return True

    def notify_style_update(self) -> None:
        """The theme changed: the styles are looked up again."""
        self._tones = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the visible part."""
        index = self.scroll_offset.y + y
        looks = self._drawn[y] = self._looks(index)
        if looks is None:
            words = (
                "  Nothing matches the filter; esc clears it." if y == 1 and not self.rows else ""
            )
            return Strip([Segment(words, self.rich_style)]).adjust_cell_length(
                self.size.width, self.rich_style
            )
        width = self.scrollable_content_region.width  # nothing is drawn under the scroll bar
        named = [*self._shown.snapshots] if self._by == "need" else []
        painter = RowPainter(
            width, self._now_ns, self._writing_ns, self._glyphs, self.tones, self._by,
            roots=named, turning=lambda: self._turning.sign(index),
        )  # fmt: skip
        return painter.paint(looks, self._file_indexes.of(looks.row), self.title_of(looks.row))

    def _looks(self, index: int) -> Looks | None:
        """How the row at an index looks now; None where there is none."""
        row = self._shown.now(index)
        if row is None:
            return None
        heading = self._shown.heading_of(index)
        depth = 0
        if heading and self._by == "command":
            depth = heading.level
        elif heading and self._by == "need" and heading.names_command:
            depth = heading.level + 1
        return Looks(
            row,
            self._verdicts.of(row),
            cursor=index == self.cursor,
            marked=identity(row) in self.marks,
            pinned=self._shown.is_pinned(row),
            unseen=isinstance(row, Session) and self.seen.is_new(row),
            depth=depth,
        )

    @property
    def tones(self) -> Tones:
        """The styles of the current theme; the highlight is fainter while the focus is
        elsewhere."""
        if self._tones is None:
            self._tones = tones_of(self)
        return self._tones

    def watch_cursor(self, old: int, new: int) -> None:
        self._stands_in = False
        self.refresh_line(old)
        self.refresh_line(new)
        self._show_cursor()
        self._extend_range(new)
        self.post_message(RowHighlighted(self.row))

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.rows) - 1))

    def on_focus(self) -> None:
        self._tones = None

    def on_blur(self) -> None:
        self._tones = None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(VisibleChanged())

    def on_resize(self) -> None:
        self._show_cursor()
        self.post_message(VisibleChanged())

    def _show_cursor(self) -> None:
        """Scroll the highlighted row into view, with the headings right above it; of an unfolded
        group, its first rows as well."""
        top, bottom, row = self.cursor, self.cursor + 1, self.row
        if isinstance(row, Heading) and not row.folded:
            bottom += min(row.size, _FIRST_ROWS)
        while top and top <= len(self.rows) and isinstance(self.rows[top - 1], Heading):
            top -= 1
        region = Region(0, top, 1, min(bottom, len(self.rows)) - top)
        self.scroll_to_region(region, animate=False, force=True, x_axis=False, immediate=True)

    # ── what the user does ───────────────────────────────────────────────────────────────────────

    def action_top(self) -> None:
        """Highlight the first session."""
        self.cursor = self._shown.first_session

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_half(self, halves: int) -> None:
        self.cursor += halves * max(1, self.size.height // 2)

    def action_edge(self, edge: int) -> None:
        self.cursor = 0 if edge == 0 else len(self.rows) - 1

    def action_enter(self) -> None:
        self.stay()
        row = self.row
        if isinstance(row, Heading):
            self.post_message(GroupToggled(frozenset({row.key}), not row.folded))
        elif row is not None:
            self.post_message(RowOpened(row))

    def action_fold(self, folded: bool) -> None:
        """Fold or unfold the group that the highlighted row belongs to."""
        index = self._shown.heading_index(self.cursor)
        heading = self._shown.heading_of(self.cursor)
        if index is None or heading is None:
            return
        if heading.folded != folded:
            if folded:
                self.cursor = index
            self.post_message(GroupToggled(frozenset({heading.key}), folded))

    def action_next_new(self) -> None:
        """Highlight the next session that was written since the user last looked at it."""
        new = {
            identity(row)
            for row in map(self.current, self.rows)
            if isinstance(row, Session) and self.seen.is_new(row)
        }
        if not self.select_next(new):
            self.notify("Nothing here is new.", markup=False)

    def action_see_all(self) -> None:
        """Count everything as seen."""
        self.seen.look_at_all(self._shown.snapshots, self._now_ns)
        self.refresh()
        self.post_message(MarksChanged())

    def action_fold_all(self) -> None:
        headings = [row for row in self.rows if isinstance(row, Heading)]
        open_ones = [row for row in headings if not (row.folded or row.is_section)]
        unfolded = [row for row in open_ones if not row.key.startswith("root ")]
        keys = frozenset(row.key for row in unfolded or headings)
        self.post_message(GroupToggled(keys, bool(unfolded)))

    def action_mark(self) -> None:
        self.stay()
        if self._marks.toggle(self.row):
            self._show_marks()
        self.cursor += 1

    def action_mark_range(self) -> None:
        """Begin to mark every session that the highlight passes, or end that."""
        self._marks.toggle_range(self.row)
        self._extend_range(self.cursor)

    def _extend_range(self, to: int) -> None:
        if self._marks.extend(self.rows, lambda began: self._shown.find(began, to), to):
            self._show_marks()

    def action_mark_all(self) -> None:
        """Mark every session in the list as it is filtered; if all of them are marked, none."""
        self._marks.toggle_all(self.rows)
        self._show_marks()

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._marks.clear()
        self._show_marks()

    def _show_marks(self) -> None:
        self.refresh()
        self.post_message(MarksChanged())

    def on_click(self, event: events.Click) -> None:
        index = self.scroll_offset.y + event.y
        if index >= len(self.rows):
            return
        again = index == self.cursor
        self.cursor = index
        if isinstance(self.rows[index], Heading) or (again and event.chain > 1):
            self.action_enter()
