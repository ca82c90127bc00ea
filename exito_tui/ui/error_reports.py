"""Telling the user of what failed anywhere in an app, also where nobody waits for it."""

import asyncio
import threading

from textual.app import App

from exito_tui.domain.text import as_sentence
from exito_tui.ui.error_log import reason, write_down
from exito_tui.ui.messages import Failed


class ErrorReports:
    """The errors of one app: each is told by a toast, and written down."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._told: set[str] = set()
        self._others_hook = threading.excepthook

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear from now on of what fails in tasks of the loop and in threads that nobody waits
        for."""
        loop.set_exception_handler(lambda _, context: self.hand_over(context.get("exception")))
        self._others_hook, threading.excepthook = (
            threading.excepthook,
            lambda lost: self.hand_over(lost.exc_value),
        )

    def stop_listening(self) -> None:
        """Leave threads to whoever heard of them before."""
        threading.excepthook = self._others_hook

    def hand_over(self, error: BaseException | None) -> None:
        """Have the app tell of an error, once; may be called in any thread."""
        if error is not None and not isinstance(error, SystemExit):
            self._app.post_message(Failed(error, once=True))

    def tell(self, error: BaseException, *, once: bool = False) -> None:
        """Tell the user of an error, and where it is written down; with `once`, only the first
        time."""
        why = reason(error)
        if once and why in self._told:
            return
        self._told.add(why)
        self._app.notify(
            f"{as_sentence(why)} {write_down(error)}",
            title="That went wrong",
            severity="error",
            markup=False,
            timeout=15,
        )
