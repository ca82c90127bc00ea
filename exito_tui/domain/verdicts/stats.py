"""Figures about sessions and commands: agents run, durations, sizes, and what passing paths instead
of texts spares."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from exito_tui.domain.sessions.clocks import work_times
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.expectation import SHORTEST_NS, PhaseHistory
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Phase

BYTES_PER_TOKEN = 4
FORMULA = (
    "tokens spared = (bytes of context.md - bytes of its path) x agents that ran after it / "
    f"{BYTES_PER_TOKEN} bytes per token"
)


class SessionFigures(NamedTuple):
    """One session. `agents` are those whose file is there, in order; `seconds` is from its start to
    the last write."""

    session: Session
    state: State
    agents: tuple[str, ...]
    seconds: float | None
    commits: tuple[str, ...]
    tokens_spared: int


class CommandFigures(NamedTuple):
    """One command: the states of its sessions, their durations in seconds, and the history of its
    phases."""

    command: str
    states: Mapping[State, int]
    sessions: int
    size: int
    median: float | None
    slowest: float | None
    commits: int
    tokens_spared: int
    phases: Mapping[str, PhaseHistory]


def session_figures(session: Session, verdict: Verdict, commits: Sequence[str]) -> SessionFigures:
    """The figures of one session."""
    agents = tuple(
        view.step.agent for view in verdict.steps if isinstance(view.step, Phase) and view.artefact
    )
    started, written = session.started_ns, session.last_write_ns
    seconds = None
    if started is not None and written is not None and not _has_long_pause(session, started):
        seconds = (written - started) / SECOND_NS if written - started >= SHORTEST_NS else None
    context = session.context()
    spared = 0
    if context and len(agents) > 1:
        path = len(f"{session.path}/{context.name}".encode(errors="surrogateescape"))
        spared = max(0, context.size - path) * (len(agents) - 1) // BYTES_PER_TOKEN
    return SessionFigures(session, verdict.state, agents, seconds, tuple(commits), spared)


def _has_long_pause(session: Session, started_ns: int) -> bool:
    """Whether a day passed between two writes, or before the first: that is no duration of work."""
    times = [started_ns, *sorted(work_times(session.artefacts or ()))]
    return any(later - earlier >= DAY_NS for earlier, later in pairwise(times))


def command_figures(
    members: Sequence[SessionFigures], snapshot: Snapshot, judge: Judge
) -> CommandFigures:
    """The figures of all sessions of one command."""
    first = members[0].session
    workflow = judge.workflow_of(first)
    took = sorted(
        figures.seconds
        for figures in members
        if figures.seconds is not None and figures.state == "completed"
    )
    return CommandFigures(
        first.command,
        Counter(one.state for one in members),
        len(members),
        sum(target.session.size for target in members),
        took[len(took) // 2] if took else None,
        took[-1] if took else None,
        sum(len(figures.commits) for figures in members),
        sum(figures.tokens_spared for figures in members),
        judge.history(snapshot.root, workflow) if workflow else {},
    )
