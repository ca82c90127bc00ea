"""Five keys for the very first start."""

from collections.abc import Mapping

from rich.text import Text
from textual.widgets import Static

from exito_tui.actions import BY_ID, shown_keys

_FIVE = (
    ("enter", "read it"),
    ("why", "why it is so"),
    ("filter", "filter"),
    ("trash", "to the trash"),
    ("help", "all keys"),
)


class FirstKeys(Static):
    """Says the five keys to begin with, until any key is pressed."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        """`keys` are the rebound ones."""
        text = Text("Five keys to begin with", "bold")
        text.append("   any key hides this\n", "not bold dim")
        for command, words in _FIVE:
            found = keys.get(command) or BY_ID[command].keys[0]
            text.append(shown_keys(found).split()[0], "bold")
            text.append(f" {words}   ", "not bold")
        super().__init__(text, id="first-keys", markup=False)
