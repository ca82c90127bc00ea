"""The entry point of the `exito-tui` command and of `python -m exito_tui`."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from exito_tui.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
