"""The entry point of the `exito-tui` command and of `python -m exito_tui`."""

import gc
import os
import sys

TYPE_CHECKING = False  # a status line waits for this, and importing typing takes longer
if TYPE_CHECKING:
    from typing import NoReturn, TextIO


def main() -> int:
    """Run the command line and return its exit code."""
    gc.disable()  # until a command begins
    arguments = sys.argv[1:]
    if arguments[:1] == ["hook"] and len(arguments) > 1:
        from exito_tui.hooks.run import EVENTS
        from exito_tui.hooks.run import main as run_hook

        if arguments[1] in EVENTS:  # it has a tenth of a second, which the parser alone would take
            return run_hook(arguments[1:])
    if "status" in arguments:
        from exito_tui.kept_answer import given_again

        try:
            code = given_again(arguments)
        except KeyboardInterrupt:
            return 130
        if code is not None:
            return code
    from exito_tui.cli import run

    return run(arguments)


def run_and_end() -> "NoReturn":
    """Run the command line and end the process with its exit code: at once where nothing else goes
    on in it. To give its memory back piece by piece takes longer than some commands do."""
    code = main()
    streams = [one for one in (sys.stdout, sys.stderr) if one]  # None: the shell closed it
    is_written = [_is_written(one, code) for one in streams]
    threads = sys.modules.get("threading")
    if all(is_written) and (threads is None or threads.active_count() == 1):
        os._exit(code)
    sys.exit(code)


def _is_written(stream: "TextIO", code: int) -> bool:
    """Whether all that was said is written. What cannot be, as to a terminal that went away, is
    given up where the exit code tells already that something went wrong: Python would end with
    another."""
    try:
        stream.flush()
    except (OSError, ValueError):
        if code:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


if __name__ == "__main__":
    run_and_end()
