"""What all dialogs share: a title on top, hints at the foot, and between them a part that gives way
so that both are always there."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from exito_tui.domain.text import one_line
from exito_tui.ui.dialogs.hints import CLOSE, Hint, Hints, rows

T = TypeVar("T")

_LOWEST_BELOW = 22
_EDGES = 2
"""Lines of a dialog's padding above and below."""
_SIDES = 4
"""Cells that a dialog's padding takes of its width."""


class Dialog(ModalScreen[T]):
    """A dialog whose list or rows are as high as the screen allows. `AROUND` is how many lines the
    rest needs with one line of hints, of the 92% of the screen that a dialog may have; `WIDEST` is
    its width in cells, of the 96% that it may have."""

    VERTICAL_BREAKPOINTS = [(0, "-lowest"), (_LOWEST_BELOW, "-low"), (30, "-high")]
    """Where a dialog has no edge above and below; and where a toast that is told meanwhile must be
    short, so as not to cover what is asked."""
    AROUND: ClassVar[int] = 8
    WIDEST: ClassVar[int] = 110

    def hints(self) -> Sequence[Hint]:
        """What can be done now."""
        return (CLOSE,)

    def title_bar(self, title: str) -> Static:
        """The widget for the dialog's title; data in it is made safe."""
        return Static(one_line(title), classes="dialog-title", markup=False)

    def foot(self) -> Hints:
        """The widget for the hints."""
        return Hints(self.hints(), classes="dialog-hints")

    def show_hints(self) -> None:
        """Show the hints as they are now."""
        for foot in self.query(".dialog-hints").results(Hints):
            foot.show(self.hints())

    def on_resize(self) -> None:
        self.fit()

    def fit(self) -> None:
        """Give the part in the middle the room that the rest leaves."""
        width = min(self.WIDEST, self.size.width * 96 // 100) - _SIDES
        around = self.AROUND + len(rows(self.hints(), width)) - 1
        around += 2 * len(self.query(".input-bar"))
        around -= _EDGES if self.size.height < _LOWEST_BELOW else 0
        for part in self.query("OptionList, .dialog-rows"):
            part.styles.max_height = max(3, self.size.height * 92 // 100 - around)
        self.call_after_refresh(self._make_room)

    def _make_room(self) -> None:
        """Where the rest needs more lines than it usually does, the part in the middle gives
        way."""
        for box, foot in zip(self.query(".dialog"), self.query(".dialog-hints"), strict=False):
            over = foot.region.bottom - (box.region.bottom - box.styles.padding.bottom)
            for part in self.query("OptionList, .dialog-rows") if over > 0 else ():
                part.styles.max_height = max(1, part.size.height - over)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that comes before the dialog is there can only close it."""
        return self.is_mounted or action in ("close", "dismiss")

    def action_close(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_select(self) -> None:
        self.query_one(OptionList).action_select()


def titled(name: str, where: str) -> str:
    """What a dialog is called: with what its root is called, where there are several."""
    return f"{name} ({where})" if where else name
