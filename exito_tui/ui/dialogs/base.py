"""What the dialogs with a long part in the middle share: that part gives way, so that the foot is
always there."""

from typing import ClassVar, TypeVar

from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import OptionList

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A dialog whose list or rows are as high as the screen allows. `AROUND` is how many lines the
    rest needs, of the 92% of the screen that a dialog may have."""

    AROUND: ClassVar[int] = 8

    def on_resize(self, event: Resize) -> None:
        for part in self.query("OptionList, .dialog-rows"):
            part.styles.max_height = max(3, event.size.height * 92 // 100 - self.AROUND)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()
