"""The workflows of commands that the settings do not name, as the installed plugins tell them.

What counts of that is kept between runs, by the files that it was read from: most plugins say what
is built in, and to see that takes longer than all else that a status does.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from exito_tui.config.settings import Config
from exito_tui.domain.root_paths import MARK
from exito_tui.store.read.roots import project_of

if TYPE_CHECKING:
    from exito_tui.domain.plugins.workflow import PluginWorkflow
    from exito_tui.domain.workflows.model import Step, Workflow


def with_plugin_workflows(config: Config, root: str) -> Config:
    """The settings, with the workflows of those folders in a root that no workflow of the settings
    has."""
    unset = _folders(root) - {one.folder for one in config.workflows.values()}
    if not config.claude or not unset:
        return config
    flows = _counting(root, frozenset(unset))
    return config._replace(workflows={**flows, **config.workflows}) if flows else config


def installed_workflows(names: frozenset[str], project: str) -> "list[tuple[str, PluginWorkflow]]":
    """What the plugins that are on in a project tell of commands, each with the plugin's name. What
    is built in as well only counts where its text speaks of sessions."""
    plugins = _plugins(project)
    return [(name, flow) for name, path in plugins for flow in _flows_of(path, names)]


@cache  # the settings of a root are asked for more than once
def _counting(root: str, names: frozenset[str]) -> "Mapping[str, Workflow]":
    """What counts of what plugins tell of commands."""
    plugins = _plugins(project_of(root) or "")
    if not plugins:
        return {}
    from exito_tui.claude.plugins import signs_of
    from exito_tui.store.read.kept_workflows import KeptWorkflows

    kept = KeptWorkflows(root, names, [(path, signs_of(path)) for _, path in plugins])
    if kept.flows == []:
        return {}
    from exito_tui.domain.plugins.workflow import PluginWorkflow, counting

    if kept.flows is not None:
        pairs = ((name, tuple(map(_step, steps))) for name, steps in kept.flows)
        return counting([PluginWorkflow(*pair) for pair in pairs])
    flows = [flow for _, path in plugins for flow in _flows_of(path, names)]
    made = counting(flows)
    first = {flow.name: flow for flow in reversed(flows) if flow.name in made}
    kept.save([(one.name, list(map(_plain, one.steps))) for one in first.values()])
    return made


def _plugins(project: str) -> list[tuple[str, str]]:
    """The name and the folder of each plugin that is on in a project."""
    from exito_tui.claude.folders import config_folder

    config = config_folder()
    if not os.path.exists(os.path.join(config, "plugins")):
        return []
    from exito_tui.claude.plugins import installed, is_enabled

    found = installed(config)
    on = (one for one in found if one.path and is_enabled(config, project, one.key) is not False)
    return [(one.name, one.path) for one in on]


def _plain(step: "Step") -> object:
    from exito_tui.domain.workflows.model import Gate

    return step.kind if isinstance(step, Gate) else (step.agent, step.leaves)


def _step(plain: Any) -> "Step":
    from exito_tui.domain.workflows.model import Gate, Phase

    if isinstance(plain, str):
        return Gate("choose" if plain == "choose" else "approve")
    agent, leaves = plain
    return Phase(agent, tuple(leaves), outside=not leaves)


def _folders(root: str) -> set[str]:
    try:
        with os.scandir(root) as entries:
            return {
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            }
    except OSError:
        return set()


def _flows_of(path: str, names: frozenset[str]) -> "Sequence[PluginWorkflow]":
    from exito_tui.domain.plugins.workflow import known_leaves, plugin_workflows
    from exito_tui.domain.workflows.data import command_folders
    from exito_tui.store.read.plugin_files import read_plugin

    try:
        plugin = read_plugin(path)
    except (OSError, ValueError):
        return []
    known = command_folders()
    files = tuple(
        file
        for file in plugin.files
        if file.kind == "agent"
        or (
            file.kind == "command"
            and file.name in names
            and (file.name not in known or MARK in file.text)
        )
    )
    return plugin_workflows(plugin._replace(files=files), known_leaves())
