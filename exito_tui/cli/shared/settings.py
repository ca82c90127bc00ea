"""The settings that hold for a root, with what is wrong in the project's own file told on the
way."""

from collections.abc import Mapping
from typing import Any

from exito_tui.cli.output import complain
from exito_tui.config.settings import Config
from exito_tui.config.sources import load
from exito_tui.domain.text import one_line
from exito_tui.store.read.roots import project_of


def settings_for(root: str, flags: Mapping[str, Any] | None = None) -> Config:
    """The settings that hold for a root. Raises ConfigError."""
    config = load(flags, project=project_of(root))
    for warning in config.warnings:
        complain(f"{one_line(str(warning))}; it does not count")
    return config
