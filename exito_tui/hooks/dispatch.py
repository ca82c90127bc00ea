"""One entry for all of Claude Code's events: what a hook is told, and what it answers."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from exito_tui.hooks.project import is_only_read, plain_root, project_folder, why_no_project

if TYPE_CHECKING:
    from exito_tui.domain.workflows.model import Workflow

Answer = Mapping[str, Any] | None

_AGENTS = ("Agent", "Task")


def answer(said: Mapping[str, Any], parts: frozenset[str]) -> Answer:
    """What to answer Claude Code; None for nothing. Only the `parts` that are on do anything, and
    none where nothing may be changed.

    Raises:
        Exception: whatever goes wrong; the caller answers nothing.
    """
    handlers = _HANDLERS.get(str(said.get("hook_event_name")), ())
    if not handlers or is_only_read(project_folder(said)):
        return None
    for part, handle in handlers:
        if part in parts and (made := handle(said)) is not None:
            return made
    return None


def _permission(said: Mapping[str, Any]) -> Answer:
    from exito_tui.hooks.permission import is_allowed, place_of
    from exito_tui.store.operations.hook_notes import count

    project = project_folder(said)
    given, cwd = _given(said), said.get("cwd")
    if not is_allowed(said.get("tool_name"), given, cwd, project):
        return None
    _note(project, place_of(str(given["file_path"]), str(cwd), project), count("permission"))
    decision = {"behavior": "allow"}
    return {"hookSpecificOutput": {"hookEventName": "PermissionRequest", "decision": decision}}


def _begin(said: Mapping[str, Any]) -> Answer:
    from exito_tui.hooks.begin import called_command, told_of
    from exito_tui.hooks.workflows import folder_of_run

    event = str(said.get("hook_event_name"))
    if event == "PreToolUse" and said.get("tool_name") != "Skill":
        return None
    called, given = called_command(said)
    project = project_folder(said) if called else ""
    folder = folder_of_run(called, project) if called else ""
    if not folder or why_no_project(project):
        return None
    from exito_tui.hooks.folders import facts_of, new_folder

    conversation = said.get("session_id")
    facts = facts_of(os.environ, given, conversation if isinstance(conversation, str) else "")
    facts = facts._replace(by_hook=True)
    return told_of(new_folder(project, folder, facts, time.time()), event)


def _brief(said: Mapping[str, Any]) -> Answer:
    from exito_tui.hooks.brief import briefed
    from exito_tui.hooks.runs import own_folder, told_folder
    from exito_tui.hooks.workflows import works_in_a_session
    from exito_tui.store.operations.hook_notes import count

    given = _given(said)
    project = project_folder(said)
    if said.get("tool_name") not in _AGENTS or not works_in_a_session(
        given.get("subagent_type"), project
    ):
        return None
    prompt = given.get("prompt")
    if not isinstance(prompt, str):
        return None
    place = told_folder(prompt, project) or own_folder(said.get("session_id"), project)
    better = briefed(prompt, place, project) if place else prompt
    if place is None or better == prompt:
        return None
    _note(project, place, count("brief"))
    better_input = {**given, "prompt": better}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", "updatedInput": better_input}}


def _save(said: Mapping[str, Any]) -> Answer:
    from exito_tui.hooks.runs import own_folder, told_folder
    from exito_tui.hooks.save import AgentAnswer, content_of, is_report, save, tried_to_write
    from exito_tui.store.fs import safefs

    agent = said.get("agent_type")
    transcript = said.get("agent_transcript_path")
    project = project_folder(said)
    files = _files_of(agent, project) if isinstance(agent, str) else {}
    if not files or not isinstance(agent, str):
        return None
    every = [name for names in files.values() for name in names]
    tried = tried_to_write(transcript if isinstance(transcript, str) else "", every)
    place = told_folder(tried.task, project) or own_folder(said.get("session_id"), project)
    root = plain_root(project)
    if root is None or place is None or tried.was_refused:
        return None
    names = _names_in(place, files, agent, project)
    words = said.get("last_assistant_message")
    text = tried.text or (words if isinstance(words, str) else "")
    if not names or not (tried.text or is_report(text)):
        return None
    with safefs.opened_root(root) as descriptor, safefs.opened_folder(descriptor, place) as folder:
        if any(safefs.is_there(folder, name) for name in names):
            return None
    from exito_tui.domain.cleanup.operation import Origin

    source = "failed-write" if tried.text else "last-words"
    ids = (said.get("agent_id"), said.get("session_id"))
    agent_id, conversation = (one if isinstance(one, str) else "" for one in ids)
    name = agent.rpartition(":")[2]
    origin = Origin(source, name, agent_id[:100], conversation[:64], by_hook=True)
    if not save(root, place, AgentAnswer(names[0], content_of(text), origin)):
        return None
    return {"systemMessage": f"exito-tui saved {names[0]} from the agent's answer."}


def _tell(said: Mapping[str, Any]) -> Answer:
    from exito_tui.hooks.runs import own_folder
    from exito_tui.hooks.tell import notified_agent, told_of_file
    from exito_tui.store.fs import safefs
    from exito_tui.store.operations.hook_notes import count

    agent = notified_agent(said)
    project = project_folder(said)
    files = _files_of(agent, project)
    if not files:
        return None
    place, root = own_folder(said.get("session_id"), project), plain_root(project)
    names = _names_in(place, files, agent, project) if place else ()
    if root is None or place is None or not names:
        return None
    with safefs.opened_root(root) as descriptor, safefs.opened_folder(descriptor, place) as folder:
        there = [name for name in names if safefs.is_there(folder, name)]
    _note(project, place, count("tell"))
    return told_of_file(str(said.get("hook_event_name")), place, names, there)


_Handler = Callable[[Mapping[str, Any]], Answer]
_HANDLERS: Mapping[str, tuple[tuple[str, _Handler], ...]] = {
    "PermissionRequest": (("permission", _permission),),
    "UserPromptExpansion": (("begin", _begin),),
    "PreToolUse": (("begin", _begin), ("brief", _brief)),
    "SubagentStop": (("save", _save),),
    "UserPromptSubmit": (("tell", _tell),),
    "PostToolUse": (("tell", _tell),),
}


def _given(said: Mapping[str, Any]) -> Mapping[str, Any]:
    given = said.get("tool_input")
    return given if isinstance(given, Mapping) else {}


def _note(project: str, place: str, change: "Callable[[dict[str, Any]], None]") -> None:
    """Note in the session at a place what was done for it, if that can be."""
    from exito_tui.store.fs import safefs
    from exito_tui.store.operations.hook_notes import note

    root = plain_root(project)
    with suppress(OSError), safefs.opened_root(root or "") as descriptor:
        note(descriptor, place, change)


def _files_of(agent: str, project: str) -> dict[str, tuple[str, ...]]:
    """The names of the file that an agent owes, by the folder of the command."""
    if ":" not in agent:  # most are no plugin's
        return {}
    from exito_tui.hooks.workflows import workflows_of

    return _owed(agent, workflows_of(agent, project))


def _names_in(
    place: str, files: Mapping[str, tuple[str, ...]], agent: str, project: str
) -> tuple[str, ...]:
    """The names of the file that an agent owes to the session at a place, of `files` or, where the
    command is not built in and the agent is, of what else is known."""
    folder = place.partition("/")[0]
    if folder in files:
        return files[folder]
    from exito_tui.hooks.workflows import other_workflows

    return _owed(agent, other_workflows(agent, project)).get(folder, ())


def _owed(agent: str, workflows: "Mapping[str, Workflow]") -> dict[str, tuple[str, ...]]:
    from exito_tui.domain.workflows.file_roles import is_pattern

    own = agent.rpartition(":")[2]
    found: dict[str, tuple[str, ...]] = {}
    for workflow in workflows.values():
        for phase in workflow.phases:
            if phase.agent == own and not phase.outside:
                names = tuple(name for name in phase.leaves if not is_pattern(name))
                if names:
                    found.setdefault(workflow.folder, names)
    return found
