"""A one-line input for the filter and the search; made when it is first needed."""

from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, Static

from exito_tui.ui.messages import QueryChanged, QueryEnded

_SHORT = 14
"""Cells that a remark may take of every bar."""


class _Completion(Suggester):
    """Completes what is typed."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value) or None


class InputBar(Horizontal):
    """A label, an input and a remark. Tells of every change, of enter and of escape."""

    def __init__(
        self,
        bar: str,
        label: str,
        text: str = "",
        placeholder: str = "",
        complete: Callable[[str], str] | None = None,
    ) -> None:
        """`complete` gives a text with its last word completed, or an empty text; `right` takes
        it."""
        super().__init__(id=f"{bar}-bar", classes="input-bar")
        self._completion = _Completion(complete) if complete else None
        self._bar = bar
        self._label = label
        self._text = text
        self._placeholder = placeholder
        self._words = ""

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="input-label", markup=False)
        yield Input(
            self._text,
            placeholder=self._placeholder,
            compact=True,
            select_on_focus=False,
            suggester=self._completion,
        )
        yield Static("", classes="input-remark", markup=False)

    def remark(self, words: str) -> None:
        """Say something on what is typed, such as what is wrong with it."""
        self._words = words
        self.query_one(".input-remark", Static).update(words)
        self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        """What takes much of the room to type in has a line of its own."""
        self.set_class(cell_len(self._words) > max(_SHORT, self.size.width // 4), "-long")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_mounted:
            self.post_message(QueryChanged(self._bar, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.end(kept=True)

    def on_key(self, event: events.Key) -> None:
        if event.key in ("escape", "down", "up"):
            event.stop()
            event.prevent_default()
            self.end(kept=event.key != "escape")

    def end(self, *, kept: bool) -> None:
        """Tell that the bar is left."""
        self.post_message(QueryEnded(self._bar, kept=kept))
