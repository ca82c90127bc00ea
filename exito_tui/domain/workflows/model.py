"""The workflows: which agents work in which order, what each must leave behind, and where the user
is asked.

The data is in `workflows.toml` beside this file; users add to it in their settings.
"""

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from exito_tui.domain.workflows.file_roles import OwnFiles

GateKind = Literal["approve", "choose"]
GATES: tuple[GateKind, ...] = ("approve", "choose")


class Phase(NamedTuple):
    """One agent's turn. `leaves` are file names (with * and ?), of which any one finishes it; those
    of `parts` show how far it has come. Phases of one parallel group share `group`, which is 0 for
    all others. `label` is the name for a narrow place, where the phase has one of its own."""

    agent: str
    leaves: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    optional: bool = False
    outside: bool = False
    group: int = 0
    label: str = ""

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
    """A command's steps in order. `folder` is the command folder of its sessions; `budget` is, by
    agent, how long the plugin says it takes before its file appears, in seconds."""

    name: str
    folder: str
    steps: tuple[Step, ...]
    budget: Mapping[str, float]
    levels: tuple[int, ...] = ()
    """The place of each step in time: parallel ones share it."""
    own: OwnFiles = ()
    """What it says itself about its files; of the others the table of files does."""

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
