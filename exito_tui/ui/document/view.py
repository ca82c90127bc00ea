"""The document view: renders only the blocks on screen, and keeps the reader's place while the file
changes."""

from collections.abc import Sequence
from time import perf_counter

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from exito_tui.domain.documents.blocks import Block, Blocks
from exito_tui.domain.documents.document import Document
from exito_tui.domain.documents.needle import Needle
from exito_tui.render.theme import RenderTheme
from exito_tui.ui.document.changes import Changes
from exito_tui.ui.document.layout import DocumentLayout, gutter_of, new_place
from exito_tui.ui.document.matches import Matches
from exito_tui.ui.document.painter import BLANK, MARGIN, Painter, Unmarked
from exito_tui.ui.document.selection import (
    line_number,
    moved,
    selected_text,
)
from exito_tui.ui.drawing.scrolling import set_content_size
from exito_tui.ui.error_log import guarded
from exito_tui.ui.key_bindings import bindings
from exito_tui.ui.messages import EarlierWanted, LastChangePassed, PositionChanged, SessionSeen

_WIDEST = 116
_SIDEWAYS = 8
_SLICE = 0.008
_EMPTY = Blocks((), {})


class DocumentView(ScrollView, can_focus=True):
    """Shows one document. At its end it follows what is written; anywhere else the reader's place
    holds."""

    BINDINGS = bindings("document")
    COMPONENT_CLASSES = {"document--match", "document--current-match", "document--new"}

    def __init__(self, theme: RenderTheme) -> None:
        super().__init__(id="document")
        self._theme = theme
        self._layout = DocumentLayout(theme)
        self._document: Document | None = None
        self._anchor = (0, 0)
        self._settling = False
        self._measuring: Timer | None = None
        self._settled_height = 0
        self.following = False
        self.paused = False
        """Whether the reader left the end while following it."""
        self._words = ""
        self._raw_width = 0
        self.matches = Matches()
        """Where what is looked for stands."""
        self._painter: Painter | None = None
        self._unmarked = Unmarked()
        self._changes = Changes("")

    # ── the document ─────────────────────────────────────────────────────────────────────────────

    def open(self, document: Document, *, at_end: bool, seen: str | None = None) -> None:
        """Show another document, from its beginning or following its end. `seen` is its text as it
        was seen last; by default all of it is seen."""
        self._document = document
        self._anchor = (0, 0)
        self.following = at_end
        self.paused = False
        self._drop_selection()
        self._changes = Changes(document.text if seen is None else seen)
        self._layout = DocumentLayout(self._theme)
        self._place()
        self._resolve()
        self._scroll(x=0)
        self.matches.go_to_block(0)

    def reopen(self, document: Document, *, at_end: bool, later: int) -> None:
        """Show another view, or another part, of the same file, in which a source line stands
        `later` lines further down. The reader stays near the line, and at the match, that was being
        read; what is new stays so."""
        line, spot, paused = self.top_line + later, self.matches.spot, self.paused
        height = self._match_line - self.scroll_y
        self.open(document, at_end=at_end, seen=self._changes.seen)
        if spot:
            self.matches.go_to_spot(spot[0] + later, spot[1])
        if not at_end:
            self.jump_to_line(max(0, line))
            if spot and 0 <= height < self.size.height:
                self.jump_to(*self._layout.at(max(0, self._match_line - round(height))))
            self.paused = paused

    def update_document(self, document: Document) -> None:
        """Show the same file's new content; the reader's place holds, or the view follows its
        end."""
        if self._document is None:
            return self.open(document, at_end=False)
        old, new = self._document.blocks.blocks, document.blocks.blocks
        self._anchor = (new_place(old, new, self._anchor[0]), self._anchor[1])
        self._document = document
        self._hold_selection(old, new)
        self._place()
        self._resolve()
        return None

    def close(self, words: str = "") -> None:
        """Show no document, only a few words."""
        self._document = None
        self._words = words
        self._drop_selection()
        self._layout = DocumentLayout(self._theme)
        self._place()
        self._anchor = (0, 0)
        self._resolve()

    @property
    def document(self) -> Document | None:
        """What is shown."""
        return self._document

    def wear(self, theme: RenderTheme) -> None:
        """Use other colours."""
        self._theme = theme
        if self._document:
            self._place()
            self._resolve()

    def jump_to_line(self, line: int) -> None:
        """Bring the block of a source line (counted from 0) to the top."""
        self.jump_to(*self._layout.place_of(line))

    def jump_to(self, index: int, offset: int = 0) -> None:
        """Bring a line of a block to the top of the view."""
        self._follow(False)
        self._anchor = (index, offset)
        self._resolve()

    @property
    def top_line(self) -> int:
        """The source line (counted from 0) at the top of the view, or near it."""
        if self.following:
            return self._layout.source_line(round(self.scroll_y))
        return self._layout.source_line_of(*self._anchor)

    @property
    def progress(self) -> int:
        """How far down the reader is, in percent."""
        most = self.max_scroll_y
        return 100 if most <= 0 else round(100 * min(1.0, self.scroll_y / most))

    # ── placing and measuring ────────────────────────────────────────────────────────────────────

    @property
    def _text_width(self) -> int:
        return max(8, min(self.size.width - 2 * MARGIN, _WIDEST))

    def _place(self) -> None:
        document = self._document
        blocks = document.blocks if document else _EMPTY
        is_raw = document is not None and document.view == "raw"
        gutter = gutter_of(document) if document and is_raw else 0
        kept = self._layout.place(blocks, self._text_width, self._theme, gutter)
        self.matches.update(blocks.blocks, kept)
        self._changes.update(document.text if document else "", blocks.blocks, kept)
        self._raw_width = self._layout.unwrapped_width + 2 * MARGIN if is_raw else 0

    def _scroll(self, *, x: float | None = None, y: float | None = None) -> None:
        """At once: put off until after a frame, as by default, each line would cost two frames."""
        self.scroll_to(x, y, animate=False, force=True, immediate=True)

    def _resolve(self) -> None:
        """Make true what is on screen, then put the reader's place (or the end) where it
        belongs."""
        if not self.is_mounted or not self.size.height:
            return
        layout, height = self._layout, self.size.height
        self._settling = True
        self._settled_height = height
        try:
            if self.following:
                layout.measure_back(len(layout.blocks) - 1, height)
                target = layout.height - height
            else:
                layout.measure(self._anchor[0], height + self._anchor[1])
                target = layout.top(self._anchor[0]) + self._anchor[1]
                if target > layout.height - height:
                    # The place is on the last screen: what is above it shows, too.
                    layout.measure_back(len(layout.blocks) - 1, height)
                    target = layout.top(self._anchor[0]) + self._anchor[1]
            set_content_size(self, Size(self._raw_width, layout.height), target)
            self._scroll(y=max(0, target))
            if self.following:
                self._anchor = layout.at(max(0, round(self.scroll_y)))
        finally:
            self._settling = False
        self.refresh()
        self.post_message(PositionChanged())
        self._measure_later()

    def _measure_later(self) -> None:
        if self._measuring is None and self._layout.first_guess(0) is not None:
            self._measuring = self.set_timer(0.03, guarded(self, self._measure_some))

    def _measure_some(self) -> None:
        """Measure the rest of the document a few milliseconds at a time, so that the scroll bar
        becomes exact."""
        self._measuring = None
        end = perf_counter() + _SLICE
        while perf_counter() < end:
            index = self._layout.first_guess(self._anchor[0])
            if index is None:
                break
            self._layout.lines(index)
        self._resolve()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._settling or round(old_value) == round(new_value) or not self._layout.blocks:
            return
        if self.size.height != self._settled_height:
            return  # the view grew, and the scroll was cut to fit: the reader did not move
        self._anchor = self._layout.at(round(new_value))
        self._follow(new_value >= self.max_scroll_y)
        self._resolve()

    def _follow(self, following: bool) -> None:
        self.paused = not following and (self.following or self.paused)
        self.following = following

    def on_resize(self) -> None:
        index, row = self._anchor
        before = self._layout.rows(index)
        self._place()
        self._anchor = index, self._layout.same_row(index, row, before)
        self._resolve()

    # ── painting ─────────────────────────────────────────────────────────────────────────────────

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the view: there is no border to be put around them."""
        bar = self._theme.glyph("▎", "|")
        self._painter = Painter(
            self, self._layout, self.matches, self._changes, self._unmarked, bar
        )
        left, right = crop.column_span
        _, background = self.background_colors
        filters = self.get_line_filters()
        strips = []
        for y in crop.line_range:
            strip = self._painted(y).crop(left, right)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)
            strips.append(strip)
        return strips

    def render_line(self, y: int) -> Strip:
        """One line of the visible part, with the places of its letters: for whoever asks what is
        under the mouse. What is painted has none: each would be a style of its own."""
        at = self._layout.at(self.scroll_offset.y + y)
        return self._painted(y).apply_offsets(self.scroll_offset.x, line_number(*at))

    def _painted(self, y: int) -> Strip:
        """One line of the visible part."""
        left, painter = self.scroll_offset.x, self._painter
        if painter is None:
            return Strip.blank(self.size.width)
        at = self._layout.at(self.scroll_offset.y + y)
        strip = self._layout.strip(*at)
        if strip is not None:
            strip = painter.paint(*at, strip)
        elif self._words and self._document is None and y == 1:
            strip = Strip([Segment(" " * MARGIN + self._words)])
        else:
            strip = BLANK
        return strip.crop_extend(left, left + self.size.width, None).apply_style(painter.ground)

    # ── searching ────────────────────────────────────────────────────────────────────────────────

    def find(self, needle: Needle | None, line: int | None = None) -> None:
        """Highlight every place of a text, or none, and go to the first from here on, or to the one
        at a source line (counted from 0)."""
        self.matches.look_for(needle)
        if line is None:
            self.matches.go_to_block(self._anchor[0])
        else:
            self.matches.go_to_spot(line)
        self._go_to_match()

    def action_match(self, step: int) -> None:
        self.matches.step(step)
        self._go_to_match()

    def _go_to_match(self) -> None:
        if self.matches.current >= 0:
            line, height = self._match_line, self.size.height
            if not self.scroll_y <= line < self.scroll_y + height:
                self.jump_to(*self._layout.at(max(0, line - height // 3)))
        self.refresh()
        self.post_message(PositionChanged())

    @property
    def _match_line(self) -> int:
        """The line of the current match; -1 for none."""
        if self.matches.current < 0:
            return -1
        index, row, _ = self.matches.drawn(self._layout)
        return self._layout.top(index) + row

    # ── copying ──────────────────────────────────────────────────────────────────────────────────

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse has selected."""
        return selected_text(selection, self._layout, MARGIN), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """The mouse selects something else."""
        self.refresh()

    def _hold_selection(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        """What is selected stays selected where its blocks have gone."""
        if selection := self.text_selection:
            held = moved(selection, lambda index: new_place(old, new, index))
            if held != selection:
                self.screen.selections = {**self.screen.selections, self: held}

    def _drop_selection(self) -> None:
        if self.is_attached and self.text_selection:
            self.screen.clear_selection()

    @property
    def lines_in_view(self) -> tuple[int, int]:
        """The first and the last source line on the screen (counted from 0), or near them."""
        first, line_of = round(self.scroll_y), self._layout.source_line
        return line_of(first), line_of(first + self.size.height - 1)

    @property
    def reading_line(self) -> int:
        """The source line (counted from 0) that the reader is at: the current match where it is on
        the screen, else the first line on it."""
        first, last = self.lines_in_view
        spot = self.matches.spot
        return spot[0] if spot and first <= spot[0] <= last else first

    # ── what is new ──────────────────────────────────────────────────────────────────────────────

    def see_all(self) -> None:
        """Count all of the document as seen."""
        self._changes = Changes(self._document.text if self._document else "")
        self.refresh()

    def action_see(self) -> None:
        self.post_message(SessionSeen())

    def action_next_change(self) -> None:
        first = round(self.scroll_y)
        below = first if first < self.max_scroll_y else first + self.size.height
        index = self._changes.below(self._layout.at(below)[0])
        if index is None:
            self.post_message(LastChangePassed(self._changes.below(-1)))
        else:
            self.jump_to(index)

    # ── what the user does ───────────────────────────────────────────────────────────────────────

    def action_half(self, halves: int) -> None:
        self._scroll(y=self.scroll_y + halves * max(1, self.size.height // 2))

    def action_scroll_down(self) -> None:
        self._scroll(y=self.scroll_y + 1)

    def action_scroll_up(self) -> None:
        self._scroll(y=self.scroll_y - 1)

    def action_scroll_left(self) -> None:
        self._scroll(x=self.scroll_x - _SIDEWAYS)

    def action_scroll_right(self) -> None:
        self._scroll(x=self.scroll_x + _SIDEWAYS)

    def action_top(self) -> None:
        if self.scroll_y <= 0:
            self.post_message(EarlierWanted())
        self.jump_to(0)

    def action_end(self) -> None:
        self._follow(True)
        self._resolve()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.prevent_default().stop()
        self._scroll(y=self.scroll_y + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.prevent_default().stop()
        self._scroll(y=self.scroll_y - 3)
