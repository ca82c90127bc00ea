"""The table of contents of the document on show."""

from collections.abc import Iterator, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from exito_tui.domain.documents.blocks import Block
from exito_tui.render.wrapping import wrapped
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
        with Vertical(classes="dialog small"):
            yield self.title_bar("Contents")
            yield OptionList()
            yield self.foot()

    def options(self, width: int) -> Iterator[Option]:
        top = min(block.level for _, block in self._headings)
        for index, block in self._headings:
            indent = "  " * (block.level - top)
            lines = wrapped(block.text, width, indent, f"{indent}  ")
            yield Option(Text("\n".join(lines)), id=str(index))

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", "go there", "select"), Hint("/", "search", "find"), CLOSE

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(event.option.id or 0))
