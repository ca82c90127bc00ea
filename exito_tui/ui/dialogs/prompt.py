"""Asking for a word."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from exito_tui.domain.text import one_line


class AskScreen(ModalScreen[str | None]):
    """Asks for a word. `wanted`: only this very word agrees; else any that is not empty."""

    BINDINGS = [("escape", "dismiss(None)", "No")]

    def __init__(self, title: str, about: str, *, wanted: str = "", text: str = "") -> None:
        super().__init__()
        self._title, self._about, self._wanted, self._text = title, about, wanted, text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(one_line(self._title), classes="dialog-title", markup=False)
            yield Static(self._about, classes="dialog-about", markup=False)
            yield Input(self._text, compact=True, select_on_focus=False, classes="dialog-input")
            yield Static(
                "enter agrees, esc leaves everything as it is.", classes="dialog-foot", markup=False
            )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        word = event.value.strip()
        if word and (not self._wanted or word == self._wanted):
            self.dismiss(word)
        elif word:
            self.query_one(".dialog-foot", Static).update(
                f"That is not {self._wanted!r}; nothing was done. esc leaves everything as it is."
            )
