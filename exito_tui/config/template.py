"""A settings file for the user to edit: every setting with what it does, all of it commented
out."""

import textwrap
from collections.abc import Mapping

from exito_tui.config.settings import SETTINGS, Config

_HEAD = """\
# Settings of exito-tui. Each line that begins with a # and no space after it shows a default (of a
# table: an example): take the # away to set it. `exito-tui config check` says whether all is well.
"""
_UNITS = ((3600, "h"), (60, "min"), (1, "s"))


def template() -> str:
    """The file's text, TOML. Tables stand last: what follows one would belong to it."""
    blocks = sorted(map(_block, SETTINGS), key=lambda block: "#[" in block)
    return "\n".join((_HEAD, *blocks))


def _block(name: str) -> str:
    setting = SETTINGS[name]
    lines = setting.example or f"{name} = {_toml(Config._field_defaults[name])}"
    about = setting.about if setting.by_projects else f"{setting.about} Not for a project's file."
    said = textwrap.wrap(about, 98, initial_indent="# ", subsequent_indent="# ")
    return "".join(f"{line}\n" for line in (*said, *_commented(lines)))


def _commented(lines: str) -> list[str]:
    return [f"#{line}" for line in lines.split("\n")]


def _toml(value: object) -> str:
    """A default as TOML: a switch, a duration in seconds, a word, or an empty list."""
    if isinstance(value, bool) or value == ():
        return as_written(value)
    return f'"{as_written(value)}"'


def as_written(value: object) -> str:
    """A value as one would write it, without quotes; of a table or a list the names in it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        size, unit = next(pair for pair in _UNITS if value % pair[0] == 0 or pair[0] == 1)
        return f"{value / size:g}{unit}"
    if value == ():
        return "[]"
    return ", ".join(map(str, value)) if isinstance(value, Mapping | tuple) else str(value)
