"""The workflows of commands that neither the program nor the settings know, as the installed
plugins tell them."""

import os
from typing import TYPE_CHECKING

from exito_tui.config.settings import Config
from exito_tui.domain.workflows.data import command_folders

if TYPE_CHECKING:
    from exito_tui.domain.plugins.workflow import ToldWorkflow


def with_told_workflows(config: Config, root: str) -> Config:
    """The settings, with the workflows of those folders in a root that no other workflow has."""
    known = command_folders().union(one.folder for one in config.workflows.values())
    unknown = _folders(root) - known
    if not config.claude or not unknown:
        return config
    from exito_tui.claude.folders import config_folder
    from exito_tui.claude.plugins import installed
    from exito_tui.domain.plugins.workflow import as_workflows

    told = [flow for one in installed(config_folder()) for flow in _told(one.path)]
    made = as_workflows(flow for flow in told if flow.name in unknown)
    return config._replace(workflows={**made, **config.workflows}) if made else config


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


def _told(path: str) -> "list[ToldWorkflow]":
    from exito_tui.domain.plugins.workflow import known_leaves, told_workflows
    from exito_tui.store.read.plugin_files import read_plugin

    try:
        return told_workflows(read_plugin(path), known_leaves())
    except (OSError, ValueError):
        return []
