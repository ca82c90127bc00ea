"""The table of contents of the document on show."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.documents.blocks import Block
from exito_tui.domain.text import one_line


class ContentsScreen(ModalScreen[int | None]):
    """Lists headings; gives back the index of the chosen one's block, or None."""

    BINDINGS = [
        ("escape,q,c", "dismiss(None)", "Close"),
        ("j", "down", "Down"),
        ("k", "up", "Up"),
    ]

    def __init__(self, headings: Sequence[tuple[int, Block]]) -> None:
        super().__init__()
        self._headings = headings

    def compose(self) -> ComposeResult:
        top = min(block.level for _, block in self._headings)
        with Vertical(id="contents"):
            yield Static("Contents", classes="dialog-title", markup=False)
            yield OptionList(
                *(
                    Option(Text("  " * (block.level - top) + one_line(block.text)), id=str(index))
                    for index, block in self._headings
                )
            )

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))
