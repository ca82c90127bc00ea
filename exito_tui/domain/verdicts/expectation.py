"""How long a phase is expected to take before its file appears."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.claims import NOTHING
from exito_tui.domain.verdicts.steps import evaluate_steps
from exito_tui.domain.workflows.model import Gate, Phase, Workflow

Source = Literal["config", "history", "budget", "default"]

DEFAULT_SECONDS = 30 * 60.0
FEWEST_SECONDS = 5 * 60.0
"""However quick an agent was, for so long nobody worries."""

SHORTEST_NS = 5 * SECOND_NS
"""No agent is quicker."""

FEWEST_FINISHED = 5
"""History counts once so many sessions of the command have finished the phase."""

LATEST_CONSIDERED = 50
"""History looks at so many of a command's latest sessions."""


class Expectation(NamedTuple):
    """A duration in seconds, and where it comes from; `runs` is how many sessions a history rests
    on."""

    seconds: float
    source: Source
    runs: int = 0


class PhaseHistory(NamedTuple):
    """What a phase took before, over `runs` sessions: median, 95th percentile and slowest, in
    seconds."""

    runs: int
    median: float
    p95: float
    slowest: float


History = Mapping[str, PhaseHistory]
"""By agent and file (`builder/progress.md`), the phases of one workflow."""


def phase_key(phase: Phase) -> str:
    """What a phase is called in a history."""
    return f"{phase.agent}/{phase.artefact}"


def history(sessions: Iterable[Session], workflow: Workflow) -> History:
    """What the phases of a workflow took in these sessions, by the times of their files.

    Durations of a day and more are left out: somebody slept in between; so are those of seconds,
    which no agent keeps: somebody copied or wrote the files by hand. What a phase right after a
    gate took holds the time until the user answered.
    """
    took: dict[str, list[float]] = {}
    for session in sessions:
        views = evaluate_steps(session, workflow, session.claims or NOTHING, 0, 0)
        for view in views:
            if (
                isinstance(view.step, Phase)
                and view.state == "done"
                and view.began_ns
                and view.ended_ns
            ):
                duration = view.ended_ns - view.began_ns
                if SHORTEST_NS <= duration < DAY_NS:
                    took.setdefault(phase_key(view.step), []).append(duration / SECOND_NS)
    return {key: _figures(sorted(durations)) for key, durations in took.items()}


def _figures(durations: list[float]) -> PhaseHistory:
    count = len(durations)
    middle = (
        durations[count // 2]
        if count % 2
        else (durations[count // 2 - 1] + durations[count // 2]) / 2
    )
    return PhaseHistory(count, middle, durations[min(count - 1, int(0.95 * count))], durations[-1])


def expect(
    phase: Phase, workflow: Workflow, configured: Mapping[str, float], past: History
) -> Expectation:
    """The expected time of a phase: from the settings (`build.builder`, or `builder` for every
    command), else from twice the 95th percentile of this root's own history, else from the plugin's
    stated budget, else a default.

    Right after a gate the history is of no use: it holds the time that the user took to answer.
    """
    for name in (f"{workflow.name}.{phase.agent}", phase.agent):
        if name in configured:
            return Expectation(configured[name], "config")
    known = past.get(phase_key(phase))
    if known and known.runs >= FEWEST_FINISHED and not _follows_a_gate(phase, workflow):
        return Expectation(max(2 * known.p95, FEWEST_SECONDS), "history", known.runs)
    if phase.agent in workflow.budget:
        return Expectation(workflow.budget[phase.agent], "budget")
    return Expectation(DEFAULT_SECONDS, "default")


def _follows_a_gate(phase: Phase, workflow: Workflow) -> bool:
    steps = workflow.steps
    return any(isinstance(one, Gate) and other == phase for one, other in pairwise(steps))
