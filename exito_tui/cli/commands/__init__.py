"""One module for each command; each has `run(options)`, which returns the exit code."""

import gc
import importlib
from collections.abc import Callable

from exito_tui.cli.options import Options


def runner(module: str) -> Callable[[Options], int]:
    """What runs the command of a module, which is imported no sooner."""

    def run(options: Options) -> int:
        command = importlib.import_module(f"exito_tui.cli.commands.{module}")
        gc.enable()  # nothing that was imported is garbage
        code: int = command.run(options)
        return code

    return run
