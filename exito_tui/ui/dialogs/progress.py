"""How far a long operation has come; escape stops it between two sessions."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ProgressBar, Static

from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import Hint
from exito_tui.ui.error_log import guarded

_EVERY = 0.1


class ProgressScreen(Dialog[None]):
    """Shows `count` of `total`; both it and `stopped` may be touched by the thread that works."""

    BINDINGS = [("escape", "stop", "Stop")]

    def __init__(self, title: str, total: int) -> None:
        super().__init__()
        self._title, self._total = title, total
        self.count = 0
        self.stopped = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield self.title_bar(self._title)
            yield ProgressBar(self._total, show_eta=False)
            yield Static("What is done stays done.", classes="dialog-remark", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return (Hint("esc", "stop after the session it is at", "stop"),) if not self.stopped else ()

    def on_mount(self) -> None:
        self.set_interval(
            _EVERY, guarded(self, lambda: self.query_one(ProgressBar).update(progress=self.count))
        )

    def action_stop(self) -> None:
        self.stopped = True
        self.query_one(".dialog-remark", Static).update("Stopping after the session it is at ...")
        self.show_hints()
