"""`exito-tui config`: where the settings are, and whether they are well."""

import argparse
import os
from collections.abc import Mapping

from exito_tui.cli.output import EXIT_USAGE, Failure, separated, write
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.config.settings import SETTINGS, Config
from exito_tui.config.sources import PROJECT_FILE, ConfigError, load, origins, user_file
from exito_tui.domain.text import one_line
from exito_tui.store.read.roots import project_of


def run(options: argparse.Namespace) -> int:
    """Print the paths of the settings files or each setting with where it comes from, or check what
    is in them (exit code 2 when something is wrong)."""
    project = project_of(wanted_roots(options).roots[0])
    files = [user_file()]
    if project:
        files.append(os.path.join(project, PROJECT_FILE))
    if options.what == "show":
        return _show(load(project=project), origins(project=project))
    if options.what == "check":
        config = load(project=project)
        if config.warnings:
            raise ConfigError(list(config.warnings))
        if config.theme:
            from textual.theme import BUILTIN_THEMES

            if config.theme not in BUILTIN_THEMES:
                raise Failure(
                    f"there is no theme {config.theme!r}; there are "
                    f"{', '.join(sorted(BUILTIN_THEMES))}",
                    EXIT_USAGE,
                )
    for path in files:
        there = os.path.exists(path)
        if options.what == "path":
            write(one_line(path) + "\n")
        else:
            write(f"{one_line(path)}: {'fine' if there else 'not there; defaults hold'}\n")
    return 0


def _show(config: Config, found: Mapping[str, str]) -> int:
    for name in SETTINGS:
        value = getattr(config, name)
        shown = ", ".join(map(str, value)) if isinstance(value, Mapping | tuple) else str(value)
        write(separated((name, shown, found.get(name, "default"))))
    return 0
