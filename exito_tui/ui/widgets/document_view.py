"""The document view: renders only the blocks on screen, and keeps the reader's place while the file
changes."""

from collections.abc import Sequence
from time import perf_counter

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from exito_tui.domain.documents.blocks import Block, Blocks
from exito_tui.domain.documents.document import Document
from exito_tui.render.theme import RenderTheme
from exito_tui.ui.drawing.strips import tone
from exito_tui.ui.error_log import guarded
from exito_tui.ui.key_bindings import bindings
from exito_tui.ui.messages import EarlierWanted, PositionChanged
from exito_tui.ui.widgets.document_layout import Layout

_MARGIN = 2
_WIDEST = 116
_SIDEWAYS = 8
_SLICE = 0.008
_EMPTY = Blocks((), {})


class DocumentView(ScrollView, can_focus=True):
    """Shows one document. At its end it follows what is written; anywhere else the reader's place
    holds."""

    BINDINGS = bindings("document")
    COMPONENT_CLASSES = {"document--match", "document--current-match"}

    def __init__(self, theme: RenderTheme) -> None:
        super().__init__(id="document")
        self._theme = theme
        self._layout = Layout(theme)
        self._document: Document | None = None
        self._anchor = (0, 0)
        self._settling = False
        self._measuring: Timer | None = None
        self.following = False
        self.paused = False
        """Whether the reader left the end while following it."""
        self._words = ""
        self._raw_width = 0
        self._ground = Style()
        self._query = ""
        self._matches: list[tuple[int, int]] = []
        self._match = -1

    # ── the document ─────────────────────────────────────────────────────────────────────────────

    def open(self, document: Document, *, at_end: bool) -> None:
        """Show another document, from its beginning or following its end."""
        self._document = document
        self._anchor = (0, 0)
        self.following = at_end
        self.paused = False
        self._matches, self._match = [], -1
        self._layout = Layout(self._theme)
        self._place()
        self._resolve()
        self._scroll(x=0)
        if self._query:
            self.find(self._query, jump=False)

    def update_document(self, document: Document) -> None:
        """Show the same file's new content; the reader's place holds, or the view follows its
        end."""
        if self._document is None:
            return self.open(document, at_end=False)
        anchored = _new_place(self._document.blocks.blocks, document.blocks.blocks, self._anchor[0])
        self._anchor = (anchored, self._anchor[1])
        self._document = document
        self._place()
        self._resolve()
        if self._query:
            self.find(self._query, jump=False)
        return None

    def close(self, words: str = "") -> None:
        """Show no document, only a few words."""
        self._document = None
        self._words = words
        self._layout = Layout(self._theme)
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
        blocks = self._layout.blocks
        index = max((at for at, block in enumerate(blocks) if block.line <= line), default=0)
        within = (
            line - blocks[index].line
            if blocks and blocks[index].kind in ("numbered", "plain")
            else 0
        )
        self.jump_to(index, within)

    def jump_to(self, index: int, offset: int = 0) -> None:
        """Bring a line of a block to the top of the view."""
        self._follow(False)
        self._anchor = (index, offset)
        self._resolve()

    @property
    def top_line(self) -> int:
        """The source line (counted from 0) at the top of the view, or near it."""
        blocks = self._layout.blocks
        if not blocks:
            return 0
        index, offset = (
            self._anchor if not self.following else self._layout.at(round(self.scroll_y))
        )
        block = blocks[min(index, len(blocks) - 1)]
        return block.line + min(offset, block.text.count("\n"))

    @property
    def progress(self) -> int:
        """How far down the reader is, in percent."""
        return (
            100
            if self.max_scroll_y <= 0
            else round(100 * min(1.0, self.scroll_y / self.max_scroll_y))
        )

    # ── placing and measuring ────────────────────────────────────────────────────────────────────

    @property
    def _text_width(self) -> int:
        return max(8, min(self.size.width - 2 * _MARGIN, _WIDEST))

    def _place(self) -> None:
        document = self._document
        blocks = document.blocks if document else _EMPTY
        raw = document is not None and document.view == "raw"
        gutter = max(3, len(str(document.text.count("\n") + 1))) if document and raw else 0
        self._layout.place(blocks, self._text_width, self._theme, gutter)
        width = 0
        if document and raw:
            longest = max(
                (max(map(len, block.text.split("\n"))) for block in blocks.blocks), default=0
            )
            width = longest + gutter + 2 + 2 * _MARGIN
        self._raw_width = width

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
        try:
            if self.following:
                layout.measure_back(len(layout.blocks) - 1, height)
                target = layout.height - height
            else:
                layout.measure(self._anchor[0], height + self._anchor[1])
                target = layout.top(self._anchor[0]) + self._anchor[1]
                if (
                    target > layout.height - height
                ):  # the place is on the last screen: what is above it shows, too
                    layout.measure_back(len(layout.blocks) - 1, height)
                    target = layout.top(self._anchor[0]) + self._anchor[1]
            self.virtual_size = Size(self._raw_width, layout.height)
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
        self._anchor = self._layout.at(round(new_value))
        self._follow(new_value >= self.max_scroll_y)
        self._resolve()

    def _follow(self, following: bool) -> None:
        self.paused = not following and (self.following or self.paused)
        self.following = following

    def on_resize(self) -> None:
        self._place()
        self._resolve()

    # ── painting ─────────────────────────────────────────────────────────────────────────────────

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of the view."""
        self._ground = self.rich_style  # once for all: it is put together from all that lies below
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the visible part."""
        line, width, ground = self.scroll_offset.y + y, self.size.width, self._ground
        strip = self._layout.strip(line)
        if strip is None:
            words = self._words if self._document is None and y == 1 else ""
            return Strip([Segment(" " * _MARGIN + words, ground)]).adjust_cell_length(width, ground)
        if self._query:
            strip = self._highlighted(strip, line)
        left = self.scroll_offset.x - _MARGIN
        if left < 0:
            strip = Strip.join([Strip.blank(-left), strip])
            left = 0
        return strip.crop_extend(left, left + width, None).apply_style(ground)

    # ── searching ────────────────────────────────────────────────────────────────────────────────

    def find(self, query: str, *, jump: bool = True) -> None:
        """Highlight every occurrence of a text (upper and lower case alike) and go to the first
        from here on."""
        self._query = query.lower()
        self._matches = []
        for index, block in enumerate(self._layout.blocks) if self._query else ():
            if self._query in block.text.lower():
                found = [
                    at
                    for at, strip in enumerate(self._layout.lines(index))
                    if self._query in strip.text.lower()
                ]
                self._matches += [(index, at) for at in found or [0]]
        if jump or self._match >= len(self._matches):
            self._match = next(
                (at for at, match in enumerate(self._matches) if match >= self._anchor), 0
            )
        if not self._matches:
            self._match = -1
        if jump:
            self._go_to_match()
        self.refresh()
        self.post_message(PositionChanged())

    @property
    def match_position(self) -> str:
        """`3 of 17` while searching, in words when nothing is found, else empty."""
        if not self._query:
            return ""
        return f"{self._match + 1} of {len(self._matches)}" if self._matches else "no match"

    def action_match(self, step: int) -> None:
        if self._matches:
            self._match = (self._match + step) % len(self._matches)
            self._go_to_match()

    def _go_to_match(self) -> None:
        if not self._matches:
            return
        index, offset = self._matches[self._match]
        line = self._layout.top(index) + offset
        if not self.scroll_y <= line < self.scroll_y + self.size.height:
            above = self.size.height // 3
            self.jump_to(*self._layout.at(max(0, line - above)))
        self.refresh()
        self.post_message(PositionChanged())

    def _highlighted(self, strip: Strip, line: int) -> Strip:
        text = strip.text
        lowered = text.lower()
        at = lowered.find(self._query)
        if at < 0 or len(lowered) != len(text):
            return strip
        current = self._matches and self._matches[self._match] == self._layout.at(line)
        name = "document--current-match" if current else "document--match"
        style = tone(self, name, ground=True)
        cuts: list[int] = []
        while at >= 0:
            cuts += [cell_len(text[:at]), cell_len(text[: at + len(self._query)])]
            at = lowered.find(self._query, at + len(self._query))
        pieces = strip.divide([*cuts, strip.cell_length])
        return Strip.join(
            [_painted(piece, style) if at % 2 else piece for at, piece in enumerate(pieces)]
        )

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


def _painted(strip: Strip, style: Style) -> Strip:
    return Strip(
        [Segment(part.text, (part.style or Style()) + style) for part in strip], strip.cell_length
    )


def _new_place(old: Sequence[Block], new: Sequence[Block], index: int) -> int:
    """Where the block that the reader is at has gone: by what is unchanged before it, or else after
    it."""
    if index >= len(old):
        return max(0, min(index, len(new) - 1))
    before = 0
    while before < min(len(old), len(new)) and (
        old[before] is new[before] or old[before].content == new[before].content
    ):
        before += 1
        if before > index:
            return index
    after = 0
    while (
        after < min(len(old), len(new)) - before
        and old[-1 - after].content == new[-1 - after].content
    ):
        after += 1
    if index >= len(old) - after:
        return index + len(new) - len(old)
    return max(0, min(index, len(new) - 1))
