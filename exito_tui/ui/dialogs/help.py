"""Help for the pane in focus, from the same declarations as the keys themselves."""

from collections.abc import Mapping

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from exito_tui.actions import COMMANDS, Command, Pane, shown_keys

_INTRODUCTIONS = {
    "list": "The list: what needs you on top, the oldest question first; then what runs, today, "
    "and everything earlier. • marks what was written since you last looked.",
    "document": "The document: at its end it follows what is written; anywhere else your place "
    "holds.",
}
_TITLES = {"list": "In the list", "document": "In the document", "anywhere": "Everywhere"}


class HelpScreen(ModalScreen[None]):
    """The keys of one pane first, then those that work everywhere."""

    BINDINGS = [("escape,q,question_mark,f1,enter", "dismiss", "Close")]

    def __init__(self, pane: Pane, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._pane = pane
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static("Help", classes="dialog-title", markup=False)
            yield Static(self._text(), id="help-text", markup=False)

    def _text(self) -> Text:
        text = Text(_INTRODUCTIONS[self._pane] + "\n")
        for pane in (self._pane, "anywhere"):
            text.append(f"\n{_TITLES[pane]}\n", style="bold")
            for command in COMMANDS:
                if command.pane == pane:
                    text.append(f"  {self._shown(command):<16}", style="bold")
                    text.append(f"{command.help}\n")
        text.append("\nesc closes this help.", style="dim")
        return text

    def _shown(self, command: Command) -> str:
        return shown_keys(self._keys.get(command.id) or ",".join(command.keys))
