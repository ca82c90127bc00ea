"""The workflows of commands that the settings do not name, as the installed plugins tell them."""

import os
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from exito_tui.config.settings import Config
from exito_tui.domain.workflows.data import command_folders
from exito_tui.hooks.project import MARK
from exito_tui.store.read.roots import project_of

if TYPE_CHECKING:
    from exito_tui.domain.plugins.workflow import ToldWorkflow


def with_told_workflows(config: Config, root: str) -> Config:
    """The settings, with the workflows of those folders in a root that no workflow of the settings
    has."""
    unset = _folders(root) - {one.folder for one in config.workflows.values()}
    if not config.claude or not unset:
        return config
    made = installed_told(unset, project_of(root) or "")
    if not made:
        return config
    from exito_tui.domain.plugins.workflow import counting

    told = [flow for _, flow in made]
    return config._replace(workflows={**counting(told), **config.workflows})


def installed_told(names: AbstractSet[str], project: str) -> "list[tuple[str, ToldWorkflow]]":
    """What the plugins that are on in a project tell of commands, each with the plugin's name. What
    is built in as well only counts where its text speaks of sessions."""
    from exito_tui.claude.folders import config_folder
    from exito_tui.claude.plugins import installed, is_enabled

    config = config_folder()
    return [
        (one.name, flow)
        for one in installed(config)
        if one.path and is_enabled(config, project, one.key) is not False
        for flow in _told(one.path, names)
    ]


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


def _told(path: str, names: AbstractSet[str]) -> "list[ToldWorkflow]":
    from exito_tui.domain.plugins.workflow import known_leaves, told_workflows
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
    return told_workflows(plugin._replace(files=files), known_leaves())
