"""The entry point of the `exito-tui` command and of `python -m exito_tui`."""

import gc
import sys


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


if __name__ == "__main__":
    sys.exit(main())
