"""Asking for a word."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import Hint


class AskScreen(Dialog[str | None]):
    """Asks for a word. `wanted`: only this very word agrees; else any that is not empty. `verb` is
    what comes of it; `text` stands there already, and `problem` is what is wrong with it."""

    BINDINGS = [("escape", "close", "Cancel")]

    def __init__(
        self,
        title: str,
        about: str,
        *,
        wanted: str = "",
        text: str = "",
        problem: str = "",
        verb: str,
    ) -> None:
        super().__init__()
        self._title, self._about, self._wanted, self._text = title, about, wanted, text
        self._problem, self._verb = problem, verb

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield self.title_bar(self._title)
            yield Static(self._about, classes="dialog-about", markup=False)
            yield Input(self._text, compact=True, select_on_focus=False, classes="dialog-input")
            yield Static(one_line(self._problem), classes="dialog-remark", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", self._verb, "agree"), Hint("esc", "cancel", "close")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_agree()

    def action_agree(self) -> None:
        """Give the word back, if it is one that agrees."""
        word = self.query_one(Input).value.strip()
        if word and (not self._wanted or word == self._wanted):
            self.dismiss(word)
        elif word:
            self.query_one(".dialog-remark", Static).update(
                f"That is not {self._wanted!r}; nothing was done."
            )
