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
    """Lists headings; gives back the source line of the chosen one (counted from 0), or None."""

    WIDEST = 76
    BINDINGS = [("escape,q,c", "close", "Close")]

    def __init__(self, headings: Sequence[Block]) -> None:
        super().__init__()
        self._headings = headings

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog small"):
            yield self.title_bar("Contents")
            yield OptionList()
            yield self.foot()

    def options(self, width: int) -> Iterator[Option]:
        top = min(block.level for block in self._headings)
        for at, block in enumerate(self._headings):
            indent = "  " * (block.level - top)
            lines = wrapped(block.text, width, indent, f"{indent}  ")
            yield Option(Text("\n".join(lines)), id=str(at))

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", "go there", "select"), Hint("/", "search", "find"), CLOSE

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._headings[int(event.option.id or 0)].line)
