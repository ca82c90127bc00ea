"""The workflow of a plugin's command, as its text tells it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from exito_tui.domain.plugins.lint import written_by
from exito_tui.domain.plugins.source import Plugin, PluginFile
from exito_tui.domain.workflows.file_roles import is_pattern
from exito_tui.domain.workflows.model import Gate, Phase, Step, Workflow
from exito_tui.domain.workflows.reader import WorkflowError, builtin, read_workflows

_CHOOSES = re.compile(
    r"(?i)\bwait for (?:the )?user'?s? (?:selection|choice)|select your preferred"
    r"|awaiting your choice"
)
_APPROVES = re.compile(
    r"(?i)\bwait for (?:the )?user|awaiting your approval|type \"?(?:proceed|approved)\b"
)


class PluginWorkflow(NamedTuple):
    """The steps that a command's text tells, in order."""

    name: str
    steps: tuple[Step, ...]


def plugin_workflows(plugin: Plugin, leaves: Mapping[str, Sequence[str]]) -> list[PluginWorkflow]:
    """The workflow of each command that starts agents. `leaves` names the files that agents are
    known to leave; where neither the command's text nor the agent's names any of them, and of other
    agents, the agent's own text says it."""
    agents = {agent.name: agent for agent in plugin.of("agent")}
    flows = [_flow_of(file, agents, leaves) for file in plugin.of("command") if file.tasks]
    return [
        one for one in flows if any(isinstance(step, Phase) and step.leaves for step in one.steps)
    ]


def _flow_of(
    file: PluginFile, agents: Mapping[str, PluginFile], leaves: Mapping[str, Sequence[str]]
) -> PluginWorkflow:
    rows = file.text.split("\n")
    steps: list[Step] = []
    after = 0
    for task in file.tasks:
        between = "\n".join(rows[after : task.line - 1]) if after else ""
        if _CHOOSES.search(between):
            steps.append(Gate("choose"))
        elif _APPROVES.search(between):
            steps.append(Gate("approve"))
        agent = task.agent.rpartition(":")[2]
        names = _files_of(agents.get(agent), leaves.get(agent, ()), file)
        steps.append(Phase(agent, names, outside=not names))
        after = task.line + task.text.count("\n")
    return PluginWorkflow(file.name, tuple(steps))


def _files_of(
    agent: PluginFile | None, known: Sequence[str], command: PluginFile
) -> tuple[str, ...]:
    """The files that an agent leaves: those that are `known` while anything names one of them, else
    the first that it is told to write."""
    written = written_by(agent) if agent else {}
    first = min(written, key=lambda name: written[name], default="")
    texts = [one.text for one in (agent, command) if one]
    is_named = any(is_pattern(name) or name in text for name in known for text in texts)
    return tuple(known) if is_named or not first else (first,)


def step_words(step: Step) -> str:
    """A step in a few words."""
    if isinstance(step, Gate):
        return {"approve": "your approval", "choose": "your choice"}[step.kind]
    return f"{step.agent} → {step.leaves[0]}" if step.leaves else f"{step.agent} (elsewhere)"


def differs(steps: Sequence[Step], known: Sequence[Step]) -> bool:
    """Whether two workflows ask other things of the user, or wait for other agents or files."""
    ours, theirs = _spine(steps), _spine(known)
    return len(ours) != len(theirs) or any(
        one != other or (leaves and others and leaves.isdisjoint(others))
        for (one, leaves), (other, others) in zip(ours, theirs, strict=True)
    )


def _spine(steps: Sequence[Step]) -> list[tuple[str, set[str]]]:
    """The gates, and the agents with their files; one that goes on is waited for once."""
    spine: list[tuple[str, set[str]]] = []
    for step in steps:
        name, files = (step.kind, ()) if isinstance(step, Gate) else (step.agent, step.leaves)
        if isinstance(step, Gate) or not step.outside:
            if not spine or spine[-1][0] != name:
                spine.append((name, set()))
            spine[-1][1].update(files)
    return spine


def as_workflows(flows: Iterable[PluginWorkflow]) -> dict[str, Workflow]:
    """What texts tell as workflows, by name; of several of one name the first. One whose text tells
    less than a workflow is left out."""
    made: dict[str, Workflow] = {}
    for one in flows:
        if one.name not in made:
            try:
                made |= read_workflows({one.name: {"steps": list(map(_table, one.steps))}}, {})
            except WorkflowError:
                continue
    return made


def counting(flows: Sequence[PluginWorkflow]) -> dict[str, Workflow]:
    """What counts of what installed plugins tell, by name. A built-in workflow stays where none of
    them tells it, or one tells the same; another keeps its folder and expected times."""
    known = builtin()
    same = {
        one.name
        for one in flows
        if one.name in known and not differs(one.steps, known[one.name].steps)
    }
    made = as_workflows(one for one in flows if one.name not in same)
    return {
        name: flow._replace(folder=known[name].folder, budget=known[name].budget)
        if name in known
        else flow
        for name, flow in made.items()
    }


def _table(step: Step) -> dict[str, Any]:
    if isinstance(step, Gate):
        return {"gate": step.kind}
    if step.outside:
        return {"agent": step.agent, "outside": True}
    return {"agent": step.agent, "leaves": list(step.leaves)}


def known_leaves(more: Iterable[Workflow] = ()) -> dict[str, list[str]]:
    """The files that the agents of the built-in workflows leave, and of some `more`, by agent."""
    found: dict[str, list[str]] = {}
    for workflow in (*builtin().values(), *more):
        for phase in workflow.phases:
            known = found.setdefault(phase.agent, [])
            known += [name for name in phase.leaves if name not in known]
    return found
