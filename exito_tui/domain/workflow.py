"""The workflows: which agents work in which order, what each must leave behind, and where the user is asked.

The data is in `workflows.toml` beside this file; users add to it in their settings.
"""

import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

from exito_tui.domain.units import parse_duration

GateKind = Literal["approve", "choose"]
GATES: tuple[GateKind, ...] = ("approve", "choose")


class Phase(NamedTuple):
    """One agent's turn. `leaves` are file names (with * and ?), of which any one finishes it; those of `parts` show
    how far it has come. Phases of one parallel group share `group`, which is 0 for all others."""

    agent: str
    leaves: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    optional: bool = False
    outside: bool = False
    group: int = 0

    @property
    def required(self) -> bool:
        """Whether a completed workflow must have its file."""
        return not (self.optional or self.outside)

    @property
    def artefact(self) -> str:
        """The file it leaves, as it is called first."""
        return self.leaves[0] if self.leaves else ""


class Gate(NamedTuple):
    """A place where the conversation stops until the user answers."""

    kind: GateKind


Step = Phase | Gate


class Workflow(NamedTuple):
    """A command's steps in order. `folder` is the command folder of its sessions; `budget` is, by agent, how long the
    plugin says it takes before its file appears, in seconds."""

    name: str
    folder: str
    steps: tuple[Step, ...]
    budget: Mapping[str, float]
    levels: tuple[int, ...] = ()
    """The place of each step in time: parallel ones share it."""

    @property
    def phases(self) -> list[Phase]:
        """The phases that write into the session."""
        return [step for step in self.steps if isinstance(step, Phase) and not step.outside]

    @property
    def files(self) -> tuple[str, ...]:
        """The file of each required phase, in order."""
        return _files_of(self.steps)


@cache
def _files_of(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The file of each required phase; asked for each of many sessions."""
    return tuple(step.artefact for step in steps if isinstance(step, Phase) and step.required)


class WorkflowError(Exception):
    """A workflow's definition is broken; `place` says where, as `build.steps[2].agent`."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place}: {expected}")
        self.place = place
        self.expected = expected


@cache
def builtin() -> Mapping[str, Workflow]:
    """The plugin's own workflows by name."""
    import tomllib

    loader: Any = __spec__.loader  # the package's own data, wherever the package lies
    data = loader.get_data(os.path.join(os.path.dirname(os.path.abspath(__file__)), "workflows.toml"))
    return read_workflows(tomllib.loads(data.decode()), {})


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
_STEP_KEYS = {"agent", "leaves", "parts", "optional", "outside"}


def _workflow(name: str, table: object, known: Mapping[str, Workflow]) -> Workflow:
    if not isinstance(table, dict):
        raise WorkflowError(name, "a table with `steps` was expected")
    _only(table, _KEYS, name)
    base = None
    if "like" in table:
        base = known.get(table["like"]) if isinstance(table["like"], str) else None
        if base is None:
            raise WorkflowError(f"{name}.like", f"the name of a workflow was expected: {', '.join(sorted(known))}")
    steps = base.steps if base else ()
    if "steps" in table:
        steps = _steps(table["steps"], f"{name}.steps")
    if not any(isinstance(step, Phase) and step.required for step in steps):
        raise WorkflowError(f"{name}.steps", 'a list with at least one { agent = "...", leaves = "..." } was expected')
    folder = table.get("folder", name)
    if not isinstance(folder, str) or not folder or "/" in folder:
        raise WorkflowError(f"{name}.folder", "the name of a folder was expected")
    budget = dict(base.budget) if base else {}
    budget.update(_durations(table.get("budget", {}), f"{name}.budget"))
    return Workflow(name, folder, steps, budget, _levels(steps))


def _levels(steps: Sequence[Step]) -> tuple[int, ...]:
    levels: list[int] = []
    for at, step in enumerate(steps):
        before = steps[at - 1] if at else None
        together = isinstance(step, Phase) and isinstance(before, Phase) and step.group and step.group == before.group
        levels.append(levels[-1] if together else at)
    return tuple(levels)


def _durations(table: object, place: str) -> dict[str, float]:
    if not isinstance(table, dict):
        raise WorkflowError(place, 'a table of durations by agent was expected: { architect = "20min" }')
    try:
        return {agent: parse_duration(str(text)) for agent, text in table.items()}
    except ValueError as error:
        raise WorkflowError(place, str(error)) from None


def _steps(value: object, place: str) -> tuple[Step, ...]:
    if not isinstance(value, list):
        raise WorkflowError(place, "a list of steps was expected")
    steps: list[Step] = []
    groups = 0
    for at, table in enumerate(value):
        here = f"{place}[{at}]"
        if not isinstance(table, dict):
            raise WorkflowError(here, 'a phase { agent = ..., leaves = ... } or { gate = "approve" } was expected')
        if "gate" in table:
            _only(table, {"gate"}, here)
            if table["gate"] not in GATES:
                raise WorkflowError(f"{here}.gate", f"one of {', '.join(GATES)} was expected")
            steps.append(Gate(table["gate"]))
        elif "parallel" in table:
            _only(table, {"parallel"}, here)
            members = table["parallel"]
            if not isinstance(members, list) or not members:
                raise WorkflowError(f"{here}.parallel", "a list of phases was expected")
            groups += 1
            steps += [_phase(one, f"{here}.parallel[{number}]", groups) for number, one in enumerate(members)]
        else:
            steps.append(_phase(table, here, 0))
    return tuple(steps)


def _phase(table: object, place: str, group: int) -> Phase:
    if not isinstance(table, dict):
        raise WorkflowError(place, "a phase { agent = ..., leaves = ... } was expected")
    _only(table, _STEP_KEYS, place)
    agent = table.get("agent")
    if not isinstance(agent, str) or not agent:
        raise WorkflowError(f"{place}.agent", "the name of an agent was expected")
    leaves, parts = (_names(table.get(key, []), f"{place}.{key}") for key in ("leaves", "parts"))
    flags = {key: table.get(key, False) for key in ("optional", "outside")}
    for key, value in flags.items():
        if not isinstance(value, bool):
            raise WorkflowError(f"{place}.{key}", "true or false was expected")
    if not leaves and not flags["outside"]:
        raise WorkflowError(f"{place}.leaves", "the name of the file that the agent leaves was expected")
    return Phase(agent, leaves, parts, flags["optional"], flags["outside"], group)


def _names(value: object, place: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise WorkflowError(place, "a file name, or a list of them, was expected")
    return tuple(names)


def _only(table: Mapping[str, Any], known: set[str], place: str) -> None:
    import difflib

    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise WorkflowError(f"{place}.{key}", f"unknown; {hint}")


def matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The names that one of the patterns stands for, in the order of the patterns."""
    return [name for pattern in patterns for name in names if name == pattern or _matches(name, pattern)]


@lru_cache(maxsize=8192)
def _matches(name: str, pattern: str) -> bool:
    return ("*" in pattern or "?" in pattern) and fnmatchcase(name, pattern)


# ── the order of files, and their short names ────────────────────────────────────────────────────

_ORDER = (
    "CLAUDE.md", "code-search.md", "web-research.md", "explore.md", "synthesis.md",
    "context.md", "validation-report.md", "visual-analysis.md", "philosophy.md", "genesis-design.md",
    "alternatives.md", "feasibility.md", "plan.md", "code.md", "progress.md", "test_report.md",
    "audit_context.md", "audit_code_quality.md", "audit_architecture.md", "audit_security.md",
    "audit_performance.md", "audit_testing.md", "audit_documentation.md", "quality.md", "review.md",
)  # fmt: skip
_RANK = {name: place for place, name in enumerate(_ORDER)}
_LAST = len(_ORDER)
_HOUSEKEEPING = ("session_summary.md", "session_metadata.json", "activity.log", ".agent_log", ".write_test")
_PULL_REQUEST_PARTS = (
    ("pr_*_context.md", _RANK["context.md"]), ("pr_*_business*.md", _RANK["plan.md"]),
    ("pr_*_final_review.md", _LAST), ("pr_*_performance_review.md", _LAST), ("pr_*_security_review.md", _LAST),
    ("pr_*.md", _LAST - 1),
)  # fmt: skip
_LABELS = {"validation-report": "valid", "visual-analysis": "visual", "genesis-design": "design",
           "alternatives": "altern", "feasibility": "feasib", "philosophy": "philos", "test_report": "test",
           "progress": "prog", "quality": "review"}  # fmt: skip


@lru_cache(maxsize=8192)
def rank(name: str) -> int:
    """Where a file belongs in the workflow: lower comes first; files of no known phase share one rank."""
    known = _RANK.get(name)
    if known is not None:
        return known
    if name.startswith("pr_"):
        return next((place for pattern, place in _PULL_REQUEST_PARTS if _matches(name, pattern)), _LAST + 1)
    return _LAST + 2 + _HOUSEKEEPING.index(name) if name in _HOUSEKEEPING else _LAST + 1


@lru_cache(maxsize=8192)
def label(name: str) -> str:
    """A file's name for a narrow place: `test_report.md` is `test`, `pr_*_arch*_report.md` is `arch`."""
    stem = name.rpartition(".")[0] or name
    if stem.startswith("pr_"):
        stem = stem[3:].partition("_")[2] or stem
        stem = stem.removesuffix("_report").replace("*", "")
    return _LABELS.get(stem, stem)
