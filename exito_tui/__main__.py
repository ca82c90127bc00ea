"""The entry point of the `exito-tui` command and of `python -m exito_tui`."""

import contextlib
import gc
import os
import sys
from typing import NoReturn


def main() -> int:
    """Run the command line and return its exit code."""
    gc.disable()  # until a command begins
    arguments = sys.argv[1:]
    if arguments[:1] == ["hook"] and len(arguments) > 1:
        from exito_tui.hooks.run import EVENTS
        from exito_tui.hooks.run import main as run_hook

        if arguments[1] in EVENTS:  # it has a tenth of a second, which the parser alone would take
            return run_hook(arguments[1:])
    from exito_tui.cli import run

    return run(arguments)


def run_and_end() -> NoReturn:
    """Run the command line and end the process with its exit code: at once where nothing else goes
    on in it. To give its memory back piece by piece takes longer than some commands do."""
    code = main()
    threads = sys.modules.get("threading")
    if threads is None or threads.active_count() == 1:
        with contextlib.suppress(OSError, ValueError):  # then Python complains of it as it ends
            for stream in filter(None, (sys.stdout, sys.stderr)):  # None: the shell closed it
                stream.flush()
            os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    run_and_end()
