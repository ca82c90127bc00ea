"""The class of an error says how a command ends."""

from typing import Any

import pytest

from exito_tui import cli
from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure, UnwritableError
from exito_tui.config.checks import ConfigError
from exito_tui.store.fs.errors import CleanupError, NothingToUndoError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CleanupError("x"), EXIT_FAILED),
        (NothingToUndoError("x"), EXIT_FAILED),
        (Failure("x", EXIT_USAGE), EXIT_USAGE),
        (UnwritableError("x"), EXIT_FAILED),
        (ConfigError([]), EXIT_USAGE),
    ],
)
def test_an_error_ends_a_command_with_its_own_code(
    monkeypatch: pytest.MonkeyPatch, error: Any, code: int
) -> None:
    def fails(arguments: object) -> None:
        raise error

    monkeypatch.setattr("exito_tui.cli.parser.parse", fails)
    monkeypatch.setattr("os.dup2", lambda *descriptors: None)
    assert error.exit_code == code == cli.run(["undo"])


def test_each_kind_of_cleanup_error_has_a_code() -> None:
    kinds = CleanupError.__subclasses__()
    assert len(kinds) >= 7 and all(kind.exit_code for kind in kinds)
