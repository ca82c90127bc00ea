"""What is done about an error that ended a part of the work: it is told in words, and written
down."""

import os
import time
import traceback
from collections.abc import Callable

from textual.message_pump import MessagePump

from exito_tui.config.checks import ConfigError
from exito_tui.config.sources import state_file
from exito_tui.domain.text import one_line, sanitise
from exito_tui.safe_write import add_to_log
from exito_tui.store.fs.errors import CleanupError, complaint
from exito_tui.ui.drawing.strips import home_path
from exito_tui.ui.messages import Failed

_MOST_TEXT = 20_000
"""Characters of a traceback that are written down: its end says the most."""


def log_file() -> str:
    """Where errors are written down: beside what the app remembers."""
    return os.path.join(os.path.dirname(state_file()), "errors.log")


def reason(error: BaseException, place: str = "") -> str:
    """Why something failed, in plain words, as far as there are any; `place` is where it was, if
    that is known."""
    if isinstance(error, CleanupError | ConfigError):
        return one_line("; ".join(str(error).split("\n")))
    if isinstance(error, OSError):
        return one_line(complaint(error, place))
    return one_line(f"an error of exito-tui itself, {type(error).__name__}: {error}")


def write_down(error: BaseException) -> str:
    """Write an error and its traceback into the log; returns what is to be told of that. Never
    raises."""
    path = log_file()
    trace = sanitise("".join(traceback.format_exception(error)))[-_MOST_TEXT:]
    written = add_to_log(path, f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {reason(error)}\n{trace}\n")
    return f"It is written down in {home_path(path)}." if written else ""


def guarded(node: MessagePump, work: Callable[[], None]) -> Callable[[], None]:
    """`work` for a timer: when it fails, the app is told, once, and goes on."""

    def work_or_tell() -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the next time may be better
            node.app.post_message(Failed(error, once=True))

    return work_or_tell
