"""What a command line asks for."""

from types import SimpleNamespace


class Options(SimpleNamespace):
    """An attribute for each option and argument; `run` carries the command out."""
