"""How the parts of the parser add their commands to it."""

import argparse
from typing import Protocol


class Add(Protocol):
    """Adds a command, and returns its parser."""

    def __call__(
        self, name: str, module: str, summary: str, *, json: str = ..., more: str = ...
    ) -> argparse.ArgumentParser:
        """`module` is the one in `cli/commands/` whose `run` carries the command out. `json` is the
        help on `--json`; empty: a command without it. `more` stands below the options."""


def add_consent(parser: argparse.ArgumentParser, shown: str, *, given: str = "") -> None:
    """Add the options of a command that asks before it does anything: to see what it would do
    (`shown`), and not to be asked. `given` is the option without which it does nothing."""
    when = f"with {given}: " if given else ""
    parser.add_argument("--dry-run", action="store_true", help=f"{when}only show {shown}")
    parser.add_argument("--yes", action="store_true", help=f"{when}without asking")
