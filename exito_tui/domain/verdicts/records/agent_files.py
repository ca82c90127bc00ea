"""What became of agents: the file that each owes or left, as the steps of its session tell."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent
from exito_tui.domain.sessions.hook_notes import SAVED
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.model import Phase


class AgentFile(NamedTuple):
    """The name of the file of an agent's phase: `left` is there (`is_saved`: from its answer),
    `owes` is not; neither is known of an agent without a phase."""

    left: str = ""
    owes: str = ""
    is_saved: bool = False


NO_FILE = AgentFile()


def agent_files(steps: Sequence[StepView], saved: Collection[str] = ()) -> Mapping[str, AgentFile]:
    """The files of the agents of some steps, by the agents' types, in their order. `saved` are the
    files that were saved from answers."""
    found: dict[str, AgentFile] = {}
    for view in steps:
        phase = view.step
        if isinstance(phase, Phase):
            left = view.artefact.name if view.artefact else ""
            owes = phase.artefact if phase.required and not left else ""
            found[phase.agent] = AgentFile(left, owes, left in saved)
    return found


def ended_as(agent: Agent, file: AgentFile) -> str:
    """What became of an agent that is no longer at work, for a narrow place."""
    if file.left:
        return f"{one_line(decoded(file.left))}{f', {SAVED}' if file.is_saved else ''}"
    if agent.state == "finished" and file.owes:
        return f"left no {one_line(file.owes)}"
    if agent.state == "finished" and agent.wrote:
        return one_line(decoded(agent.wrote[-1].rpartition("/")[2]))
    words = {"stopped": "stopped by you", "lost": "did not come back"}
    return words.get(agent.state, one_line(agent.task))
