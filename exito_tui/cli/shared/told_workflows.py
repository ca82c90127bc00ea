"""The workflows of commands that neither the program nor the settings know, as the installed
plugins tell them."""

import os
from typing import TYPE_CHECKING, Any

from exito_tui.config.settings import Config
from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows

if TYPE_CHECKING:
    from exito_tui.domain.plugins.workflow import ToldWorkflow


def with_told_workflows(config: Config, root: str) -> Config:
    """The settings, with the workflows of those folders in a root that no other workflow has."""
    known = {one.folder for one in (*builtin().values(), *config.workflows.values())}
    unknown = _folders(root) - known
    if not config.claude or not unknown:
        return config
    from exito_tui.claude.folders import config_folder
    from exito_tui.claude.plugins import installed

    told: dict[str, Any] = {}
    for one in installed(config_folder()):
        for workflow in _told(one.path):
            if workflow.name in unknown:
                told.setdefault(workflow.name, {"steps": [_table(step) for step in workflow.steps]})
    made = {}
    for name, table in told.items():
        try:
            made.update(read_workflows({name: table}, {}))
        except WorkflowError:
            continue  # its text tells less than a workflow
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
    from exito_tui.domain.plugins.workflow import told_workflows
    from exito_tui.store.read.plugin_files import read_plugin

    try:
        return told_workflows(read_plugin(path), known_leaves())
    except (OSError, ValueError):
        return []


def known_leaves() -> dict[str, list[str]]:
    """The files that the agents of the built-in workflows leave, by agent."""
    found: dict[str, list[str]] = {}
    for workflow in builtin().values():
        for phase in workflow.phases:
            known = found.setdefault(phase.agent, [])
            known += [name for name in phase.leaves if name not in known]
    return found


def _table(step: Any) -> dict[str, Any]:
    kind = getattr(step, "kind", None)
    if kind is not None:
        return {"gate": kind}
    if step.outside:
        return {"agent": step.agent, "outside": True}
    return {"agent": step.agent, "leaves": list(step.leaves)}
