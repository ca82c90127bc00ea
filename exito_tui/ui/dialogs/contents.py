"""The table of contents of the document on show."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from exito_tui.domain.documents.blocks import Block
from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.find_in_list import ListDialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint


class ContentsScreen(ListDialog[int | None]):
    """Lists headings; gives back the index of the chosen one's block, or None."""

    WIDEST = 76
    BINDINGS = [("escape,q,c", "close", "Close")]

    def __init__(self, headings: Sequence[tuple[int, Block]]) -> None:
        super().__init__()
        self._headings = headings

    def compose(self) -> ComposeResult:
        top = min(block.level for _, block in self._headings)
        with Vertical(classes="dialog small"):
            yield self.title_bar("Contents")
            yield OptionList(
                *(
                    Option(Text("  " * (block.level - top) + one_line(block.text)), id=str(index))
                    for index, block in self._headings
                )
            )
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", "go there", "select"), Hint("/", "search", "find"), CLOSE

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))
