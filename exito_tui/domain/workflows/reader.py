"""Reading the definitions of workflows: the built-in ones, and those of the settings."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from exito_tui.domain.text import did_you_mean
from exito_tui.domain.units import parse_duration
from exito_tui.domain.workflows.data import workflow_tables
from exito_tui.domain.workflows.file_roles import (
    ROLES,
    FileFacts,
    OwnFiles,
    facts_of,
    is_known,
    is_pattern,
)
from exito_tui.domain.workflows.model import GATES, Gate, Phase, Step, Workflow


class WorkflowError(Exception):
    """A workflow's definition is broken; `place` says where, as `build.steps[2].agent`."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place}: {expected}")
        self.place = place
        self.expected = expected


@cache
def builtin() -> Mapping[str, Workflow]:
    """The plugin's own workflows by name."""
    return read_workflows(workflow_tables(), {})


def read_workflows(tables: Mapping[str, Any], known: Mapping[str, Workflow]) -> dict[str, Workflow]:
    """Read definitions by name. `known` are those that a definition may be `like`.

    Raises:
        WorkflowError: at the first thing that is wrong.
    """
    made: dict[str, Workflow] = {}
    for name, table in tables.items():
        made[name] = _workflow(name, table, {**known, **made})
    return made


_KEYS = {"like", "folder", "budget", "steps"}


_STEP_KEYS = {"agent", "leaves", "parts", "optional", "outside", "role", "label", "stage"}


def _workflow(name: str, table: object, known: Mapping[str, Workflow]) -> Workflow:
    if not isinstance(table, dict):
        raise WorkflowError(name, "expected a table with `steps`")
    _only(table, _KEYS, name)
    base = None
    if "like" in table:
        base = known.get(table["like"]) if isinstance(table["like"], str) else None
        if base is None:
            raise WorkflowError(
                f"{name}.like", f"expected the name of a workflow: {', '.join(sorted(known))}"
            )
    steps, own = (base.steps, base.own) if base else ((), ())
    if "steps" in table:
        steps = _steps(table["steps"], f"{name}.steps")
        own = _own_files(steps, _flat(table["steps"]))
    if not any(isinstance(step, Phase) and step.required for step in steps):
        raise WorkflowError(
            f"{name}.steps",
            'expected a list with at least one { agent = "...", leaves = "..." }',
        )
    folder = table.get("folder", name)
    if not isinstance(folder, str) or not folder or "/" in folder:
        raise WorkflowError(f"{name}.folder", "expected the name of a folder")
    budget = dict(base.budget) if base else {}
    budget.update(_durations(table.get("budget", {}), f"{name}.budget"))
    return Workflow(name, folder, steps, budget, _levels(steps), own)


def _levels(steps: Sequence[Step]) -> tuple[int, ...]:
    levels: list[int] = []
    for at, step in enumerate(steps):
        before = steps[at - 1] if at else None
        together = (
            isinstance(step, Phase)
            and isinstance(before, Phase)
            and step.group
            and step.group == before.group
        )
        levels.append(levels[-1] if together else at)
    return tuple(levels)


def _durations(table: object, place: str) -> dict[str, float]:
    if not isinstance(table, dict):
        raise WorkflowError(
            place, 'expected a table of durations by agent: { architect = "20min" }'
        )
    try:
        return {agent: parse_duration(str(text)) for agent, text in table.items()}
    except ValueError as error:
        raise WorkflowError(place, str(error)) from None


def _steps(value: object, place: str) -> tuple[Step, ...]:
    if not isinstance(value, list):
        raise WorkflowError(place, "expected a list of steps")
    steps: list[Step] = []
    groups = 0
    for at, table in enumerate(value):
        here = f"{place}[{at}]"
        if not isinstance(table, dict):
            raise WorkflowError(
                here, 'expected a phase { agent = ..., leaves = ... } or { gate = "approve" }'
            )
        if "gate" in table:
            _only(table, {"gate"}, here)
            if table["gate"] not in GATES:
                raise WorkflowError(f"{here}.gate", f"expected one of {', '.join(GATES)}")
            steps.append(Gate(table["gate"]))
        elif "parallel" in table:
            _only(table, {"parallel"}, here)
            members = table["parallel"]
            if not isinstance(members, list) or not members:
                raise WorkflowError(f"{here}.parallel", "expected a list of phases")
            groups += 1
            steps += [
                _phase(one, f"{here}.parallel[{number}]", groups)
                for number, one in enumerate(members)
            ]
        else:
            steps.append(_phase(table, here, 0))
    return tuple(steps)


def _flat(tables: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The tables of all steps, those of parallel ones each for itself."""
    return [inner for table in tables for inner in table.get("parallel", [table])]


def _own_files(steps: Sequence[Step], tables: Sequence[Mapping[str, Any]]) -> OwnFiles:
    """What a workflow says about files of its own: those of which nothing is known come in the
    order of the steps."""
    own: list[tuple[str, FileFacts]] = []
    place = 0.0
    for number, (step, table) in enumerate(zip(steps, tables, strict=True), 1):
        if not isinstance(step, Phase) or step.outside:
            continue
        says = {key: table[key] for key in ("role", "label", "stage") if table.get(key)}
        ranks = [place]
        for name in step.leaves:
            facts = facts_of(name)
            rank = max(facts.rank, place) if is_known(name) else place + number / 1000
            if not is_pattern(name) or says:
                ranks.append(rank)
                if says or rank != facts.rank:
                    own.append((name, facts._replace(rank=rank, **says)))
        place = max(ranks)
    return tuple(own)


def _phase(table: object, place: str, group: int) -> Phase:
    if not isinstance(table, dict):
        raise WorkflowError(place, "expected a phase { agent = ..., leaves = ... }")
    _only(table, _STEP_KEYS, place)
    agent = table.get("agent")
    if not isinstance(agent, str) or not agent:
        raise WorkflowError(f"{place}.agent", "expected the name of an agent")
    leaves, parts = (_names(table.get(key, []), f"{place}.{key}") for key in ("leaves", "parts"))
    if table.get("role", "") not in ROLES:
        raise WorkflowError(f"{place}.role", f"expected one of {', '.join(filter(None, ROLES))}")
    for key in ("label", "stage"):
        if not isinstance(table.get(key, ""), str):
            raise WorkflowError(f"{place}.{key}", "expected a string")
    flags = {key: table.get(key, False) for key in ("optional", "outside")}
    for key, value in flags.items():
        if not isinstance(value, bool):
            raise WorkflowError(f"{place}.{key}", "expected true or false")
    if not leaves and not flags["outside"]:
        raise WorkflowError(
            f"{place}.leaves", "expected the name of the file that the agent leaves"
        )
    parts = parts or tuple(dict.fromkeys(part for name in leaves for part in facts_of(name).parts))
    return Phase(
        agent, leaves, parts, flags["optional"], flags["outside"], group, table.get("label", "")
    )


def _names(value: object, place: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise WorkflowError(place, "expected a file name or a list of them")
    return tuple(names)


def _only(table: Mapping[str, Any], known: set[str], place: str) -> None:
    for key in table:
        if key not in known:
            hint = did_you_mean(key, sorted(known))
            raise WorkflowError(f"{place}.{key}", f"unknown{hint}")
