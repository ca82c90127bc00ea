"""The settings that hold for a root, with what is wrong in the project's own file told on the
way."""

import os
from functools import cache
from typing import TYPE_CHECKING

from exito_tui.cli.output import complain, draw_as
from exito_tui.cli.shared.plugin_workflows import with_plugin_workflows
from exito_tui.config.checks import Problem
from exito_tui.config.settings import Config
from exito_tui.config.sources import PROJECT_FILE, load
from exito_tui.domain.root_paths import WORK_TREES, work_tree_of
from exito_tui.domain.text import one_line
from exito_tui.store.read.roots import project_of

if TYPE_CHECKING:
    from exito_tui.domain.sessions.layouts import Layouts


_told: set[str] = set()
"""The warnings that were told: several roots may have the same settings."""


def layouts_for(root: str) -> "Layouts":
    """What the names in a root mean, by the settings that hold for it. Raises ConfigError."""
    return _loaded(root).layouts_in_force


def settings_for(root: str) -> Config:
    """The settings that hold for a root, with what is wrong in them told. Raises ConfigError."""
    config = settings_in_force(root)
    for warning in map(warning_words, config.warnings):
        if warning not in _told:
            _told.add(warning)
            complain(warning)
    return config


@cache
def settings_in_force(root: str) -> Config:
    """As `settings_for`, without a word. Raises ConfigError."""
    return with_plugin_workflows(_loaded(root), root)


@cache  # they are asked for more than once, and are the same to the end
def _loaded(root: str) -> Config:
    """What the settings files say of a root; what is drawn from now on is drawn as they say."""
    config = load(project=settings_project(root))
    draw_as(config.ascii)
    return config


def settings_project(root: str) -> str | None:
    """The project whose settings hold for a root. A work tree that Claude Code made goes by those
    of the project that it was made in, where git has brought it no file of its own."""
    project = project_of(root)
    if project and work_tree_of(root) and not os.path.exists(os.path.join(project, PROJECT_FILE)):
        return project.rpartition(WORK_TREES)[0]
    return project


def warning_words(problem: Problem) -> str:
    """What is said of something wrong in a project's own file."""
    return f"{one_line(str(problem))}; it does not count"
