"""An error in words, and where it is written down."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from exito_tui.config.checks import ConfigError
from exito_tui.store.fs.errors import CleanupError
from exito_tui.ui.error_log import guarded, log_file, reason, write_down
from exito_tui.ui.messages import Failed


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CleanupError("the trash is held by another process\nwait"),
         "the trash is held by another process; wait"),
        (ValueError("no \x1b]0;x"), "an error of exito-tui itself, ValueError: no ␛]0;x"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_on_one_line(error: Exception, words: str) -> None:
    assert reason(error) == words


def test_of_the_system_the_place_is_said_too() -> None:
    words = reason(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "/shop")
    assert "/shop" in words and "ENOSPC" not in words


def test_it_is_written_down_with_its_traceback_and_told_where() -> None:
    try:
        raise ValueError("broken")
    except ValueError as error:
        told = write_down(error)
    text = Path(log_file()).read_text()
    assert "ValueError: broken" in text and "Traceback" in text
    assert told.startswith("It is written down in ~/")


def test_where_nothing_can_be_written_nothing_is_told() -> None:
    Path(log_file()).parent.parent.mkdir(parents=True, exist_ok=True)
    Path(log_file()).parent.write_text("a file where the folder should be")
    assert write_down(ConfigError([])) == ""


class Node:
    """Stands for a part of the app: takes what is posted."""

    def __init__(self) -> None:
        self.app = self
        self.posted: list[Any] = []

    def post_message(self, message: Any) -> None:
        self.posted.append(message)


def test_a_timer_that_fails_tells_the_app_and_one_that_works_does_not() -> None:
    node: Any = Node()

    def fails() -> None:
        raise ValueError("broken")

    guarded(node, lambda: None)()
    assert node.posted == []
    guarded(node, fails)()
    (failed,) = node.posted
    assert isinstance(failed, Failed) and failed.once and str(failed.error) == "broken"
