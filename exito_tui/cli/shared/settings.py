"""The settings that hold for a root, with what is wrong in the project's own file told on the
way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from exito_tui.cli.output import complain, draw_as
from exito_tui.cli.shared.told_workflows import with_told_workflows
from exito_tui.config.checks import Problem
from exito_tui.config.settings import Config
from exito_tui.config.sources import load
from exito_tui.domain.text import one_line
from exito_tui.store.read.roots import project_of

if TYPE_CHECKING:
    from exito_tui.domain.sessions.layouts import Layouts


_told: set[str] = set()
"""The warnings that were told: the settings of a root are asked for more than once."""


def layouts_for(root: str) -> "Layouts":
    """What the names in a root mean, by the settings that hold for it. Raises ConfigError."""
    config = load(project=project_of(root))
    draw_as(config.ascii)
    return config.layouts_in_force


def warning_words(problem: Problem) -> str:
    """What is said of something wrong in a project's own file."""
    return f"{one_line(str(problem))}; it does not count"


def settings_for(root: str, flags: Mapping[str, Any] | None = None) -> Config:
    """The settings that hold for a root. Raises ConfigError."""
    config = load(flags, project=project_of(root))
    draw_as(config.ascii)
    for warning in map(warning_words, config.warnings):
        if warning not in _told:
            _told.add(warning)
            complain(warning)
    return with_told_workflows(config, root)
