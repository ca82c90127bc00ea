"""How far a long operation has come; escape stops it between two sessions."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import ProgressBar, Static

from exito_tui.domain.text import one_line
from exito_tui.ui.error_log import guarded

_EVERY = 0.1


class ProgressScreen(ModalScreen[None]):
    """Shows `count` of `total`; both it and `stopped` may be touched by the thread that works."""

    BINDINGS = [("escape", "stop", "Stop")]

    def __init__(self, title: str, total: int) -> None:
        super().__init__()
        self._title, self._total = title, total
        self.count = 0
        self.stopped = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(one_line(self._title), classes="dialog-title", markup=False)
            yield ProgressBar(self._total, show_eta=False)
            yield Static(
                "esc stops after the session it is at; what is done stays done.",
                classes="dialog-foot",
                markup=False,
            )

    def on_mount(self) -> None:
        self.set_interval(
            _EVERY, guarded(self, lambda: self.query_one(ProgressBar).update(progress=self.count))
        )

    def action_stop(self) -> None:
        self.stopped = True
        self.query_one(".dialog-foot", Static).update("stopping after the session it is at ...")
