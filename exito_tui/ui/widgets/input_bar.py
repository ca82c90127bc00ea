"""A one-line input for the filter and the search; made when it is first needed."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from exito_tui.ui.messages import QueryChanged, QueryEnded


class InputBar(Horizontal):
    """A label, an input and a remark. Tells of every change, of enter and of escape."""

    def __init__(self, bar: str, label: str, text: str = "", placeholder: str = "") -> None:
        super().__init__(id=f"{bar}-bar", classes="input-bar")
        self._bar = bar
        self._label = label
        self._text = text
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="input-label", markup=False)
        yield Input(self._text, placeholder=self._placeholder, compact=True, select_on_focus=False)

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
