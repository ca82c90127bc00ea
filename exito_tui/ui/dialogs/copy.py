"""The menu of what can be copied: a key each."""

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint


class CopyScreen(Dialog[int | None]):
    """Lists what can be copied; gives back the index of the chosen one, or None."""

    BINDINGS = [("escape,q", "close", "Close"), ("j", "down", "Down"), ("k", "up", "Up")]

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """`rows` are (key, name, glimpse)."""
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        room = max(len(name) for _, name, _ in self._rows)
        with Vertical(classes="dialog copy"):
            yield self.title_bar("Copy")
            yield OptionList(
                *(
                    Option(_row(key, name.ljust(room), glimpse), id=str(index))
                    for index, (key, name, glimpse) in enumerate(self._rows)
                )
            )
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", "copy, or the key of a line", "select"), CLOSE

    def on_key(self, event: events.Key) -> None:
        for index, (key, _, _) in enumerate(self._rows):
            if event.key == key:
                event.stop()
                event.prevent_default()
                self.dismiss(index)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))


def _row(key: str, name: str, glimpse: str) -> Text:
    row = Text(no_wrap=True, overflow="ellipsis")
    row.append(f" {key}  ", "bold")
    row.append(f"{name}  ")
    return row.append(one_line(glimpse), "dim")
