"""Which workflow a command or an agent is of: a built-in one, one of the settings, or one that the
text of an installed plugin tells.

A plugin's command is one of ours only if its text speaks of `.claude/sessions`: others start agents
too, and have no session. What is not built in is looked for only when it is asked for."""

import os
from collections.abc import Mapping

from exito_tui.claude.folders import config_folder
from exito_tui.claude.plugins import installed
from exito_tui.domain.root_paths import MARK
from exito_tui.domain.workflows.file_roles import is_pattern
from exito_tui.domain.workflows.model import Phase, Workflow
from exito_tui.domain.workflows.reader import builtin
from exito_tui.safe_read import read_own_file

_LARGEST = 256 * 1024
_OWN_WAY = b"exito-tui new"
"""A command that says so makes its folder itself."""


def folder_of_run(called: str, project: str) -> str:
    """The folder for the runs of a command, called as the user or the model does (`exito:build`,
    `ship`); empty when it makes no session, or makes its folder itself."""
    plugin, _, name = called.rpartition(":")
    text = _text(plugin, name, project)
    workflow = builtin().get(name) if plugin and (not text or MARK.encode() in text) else None
    if workflow is None:
        workflow = {**(_told(plugin) if plugin else {}), **_set(project)}.get(name)
    if workflow is None or _OWN_WAY in text or not _has_folders(workflow):
        return ""
    return workflow.folder


def _has_folders(workflow: Workflow) -> bool:
    """Whether each run has a folder of its own: where all files are known by patterns alone, they
    lie side by side."""
    return any(not is_pattern(name) for phase in workflow.phases for name in phase.leaves)


def workflows_of(agent: str, project: str) -> Mapping[str, Workflow]:
    """The workflows, by name, in which an agent may have its place, called with its plugin's name
    (`exito:builder`)."""
    plugin, _, own = agent.rpartition(":")
    if not plugin:
        return {}
    if any(_has_a_turn(own, one) for one in builtin().values()):
        return builtin()
    return other_workflows(agent, project)


def other_workflows(agent: str, project: str) -> Mapping[str, Workflow]:
    """The workflows, by name, that are not built in and in which an agent may have its place,
    called with its plugin's name."""
    return {**_told(agent.rpartition(":")[0]), **_set(project)}


def works_in_a_session(agent: object, project: str) -> bool:
    """Whether an agent, called with its plugin's name, has its place in a workflow, be it that it
    writes its file elsewhere."""
    if not isinstance(agent, str):
        return False
    own = agent.rpartition(":")[2]
    return any(_has_a_turn(own, one) for one in workflows_of(agent, project).values())


def _has_a_turn(own: str, workflow: Workflow) -> bool:
    return any(isinstance(step, Phase) and step.agent == own for step in workflow.steps)


def _told(plugin: str) -> Mapping[str, Workflow]:
    """The workflows that the text of an installed plugin tells."""
    found: dict[str, Workflow] = {}
    for one in installed(config_folder()):
        if one.name == plugin and one.path:
            found = {**_read(one.path), **found}
    return found


def _read(path: str) -> Mapping[str, Workflow]:
    from exito_tui.domain.plugins.workflow import as_workflows, known_leaves, plugin_workflows
    from exito_tui.store.read.plugin_files import read_plugin

    try:
        plugin = read_plugin(path)
    except (OSError, ValueError):
        return {}
    ours = {file.name for file in plugin.of("command") if MARK in file.text}
    return as_workflows(one for one in plugin_workflows(plugin, known_leaves()) if one.name in ours)


def _set(project: str) -> Mapping[str, Workflow]:
    """The workflows of the settings, which are only parsed where they speak of any. Raises
    ConfigError."""
    from exito_tui.config.sources import PROJECT_FILE, load, user_file

    paths = (user_file(), os.path.join(project, PROJECT_FILE))
    return load(project=project).workflows if any(map(_has_workflows, paths)) else {}


def _has_workflows(path: str) -> bool:
    return b"workflows" in _content(path)


def _text(plugin: str, name: str, project: str) -> bytes:
    """The text of a command, as far as it is found."""
    folders = [one.path for one in installed(config_folder()) if plugin and one.name == plugin]
    if not plugin:
        folders = [os.path.join(project, ".claude"), config_folder()]
    texts = (_content(os.path.join(one, "commands", f"{name}.md")) for one in folders if one)
    return next(filter(None, texts), b"")


def _content(path: str) -> bytes:
    try:
        return read_own_file(path, _LARGEST)
    except OSError:
        return b""
