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
