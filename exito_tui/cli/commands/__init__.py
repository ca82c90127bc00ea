"""One module for each command; each has `run(options)`, which returns the exit code."""

import argparse
import gc
import importlib
from collections.abc import Callable


def runner(module: str) -> Callable[[argparse.Namespace], int]:
    """What runs the command of a module, which is imported no sooner."""

    def run(options: argparse.Namespace) -> int:
        command = importlib.import_module(f"exito_tui.cli.commands.{module}")
        gc.enable()  # nothing that was imported is garbage
        code: int = command.run(options)
        return code

    return run
