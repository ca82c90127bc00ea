"""Searching in a dialog's list: what is found is marked, and gone to one after the other."""

from collections.abc import Iterable
from typing import TypeVar, cast

from rich.text import Text
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from exito_tui.domain.documents.needle import Needle
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import Hints
from exito_tui.ui.messages import QueryChanged, QueryEnded
from exito_tui.ui.widgets.input_bar import InputBar

T = TypeVar("T")

_FOUND = "bold reverse"
_AROUND_LINES = 5
"""Cells of a dialog's width that its lines have not: its padding, and the scroll bar."""


class ListDialog(Dialog[T]):
    """A dialog around a list of texts, in which `/` searches."""

    BINDINGS = [
        ("j", "down", "Down"),
        ("k", "up", "Up"),
        ("slash", "find", "Find"),
        ("n", "match(1)", "Next match"),
        ("N", "match(-1)", "Previous match"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._plain: list[Text] = []
        """The lines of the list as they are without any match marked; empty: nothing is searched
        for."""
        self._marked: set[int] = set()
        self._matches: list[int] = []
        """The lines with a match that can be gone to."""

    def options(self, width: int) -> Iterable[Option]:
        """The list in lines of at most `width` cells. Disabled options cannot be gone to."""
        raise NotImplementedError

    def on_resize(self) -> None:
        listed = self.query_one(OptionList)
        at = listed.highlighted
        self.lines_changed()
        listed.clear_options()
        width = min(self.WIDEST, self.size.width * 96 // 100) - _AROUND_LINES
        listed.add_options(self.options(width))
        listed.highlighted = at
        if at is None:
            self.begin()
        self.show_hints()
        super().on_resize()

    def begin(self) -> None:
        """Highlight the option to begin with."""
        self.query_one(OptionList).action_first()

    async def action_find(self) -> None:
        """Open the search, or go to it."""
        if not self.query(InputBar):
            bar = InputBar("find", "/", placeholder="text in this list; enter, then n and N")
            await self.mount(bar, before=self.query_one(Hints))
            self.fit()
        self.set_focus(self.query_one("#find-bar Input"))

    def on_query_changed(self, event: QueryChanged) -> None:
        event.stop()
        self._mark(event.text)
        if self._matches:
            self.query_one(OptionList).highlighted = self._matches[0]
        self._say_where()

    async def on_query_ended(self, event: QueryEnded) -> None:
        event.stop()
        if not event.kept:
            self._mark("")
        await self.query(InputBar).remove()
        self.fit()
        self.set_focus(self.query_one(OptionList))

    def action_match(self, step: int) -> None:
        """Go to the next line with a match (step 1), or to the one before (-1)."""
        if not self._matches:
            return
        found = self.query_one(OptionList)
        at = found.highlighted if found.highlighted is not None else -1
        after = [one for one in self._matches[::step] if (one - at) * step > 0]
        found.highlighted = after[0] if after else self._matches[::step][0]

    def action_close(self) -> None:
        """Let go of the matches; without any, close."""
        if self._matches:
            self._mark("")
        else:
            super().action_close()

    def lines_changed(self) -> None:
        """The list has other lines: what was found in the old ones counts no more."""
        self._plain, self._marked, self._matches = [], set(), []

    def _mark(self, text: str) -> None:
        listed = self.query_one(OptionList)
        if not self._plain:
            self._plain = [cast(Text, option.prompt) for option in listed.options]
        needle = Needle(text) if text else None
        before, self._marked, self._matches = self._marked, set(), []
        for index, plain in enumerate(self._plain):
            spans = list(needle.spans(plain.plain)) if needle else []
            if spans:
                marked = plain.copy()
                for start, stop in spans:
                    marked.stylize(_FOUND, start, stop)
                listed.replace_option_prompt_at_index(index, marked)
                self._marked.add(index)
            elif index in before:
                listed.replace_option_prompt_at_index(index, plain)
            if spans and not listed.options[index].disabled:
                self._matches.append(index)
        if not text:
            self.lines_changed()

    def _say_where(self) -> None:
        for bar in self.query(InputBar):
            typed = bool(self._plain)
            count = len(self._matches)
            bar.remark("" if not typed else "not found" if not count else f"{count} found")
