"""How far a session has come: each step of its workflow, seen against its files."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.artefact import NOT_OPENED, Artefact
from exito_tui.domain.sessions.clocks import EARLIEST_NS
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.claims import Claim, Claims
from exito_tui.domain.workflows.file_roles import is_pattern, matching
from exito_tui.domain.workflows.model import Gate, Phase, Step, Workflow

StepState = Literal["done", "active", "due", "gate", "missing", "skipped", "later"]
"""`active`: its file is there and not finished; `due`: its turn, no file yet; `gate`: it waits for
the user; `missing`: later steps went on without it; `skipped`: as missing, and allowed; `later`:
yet to come."""

CLOCK_SLACK_NS = 60 * SECOND_NS
"""A time so little in the future is a difference of clocks."""


class StepView(NamedTuple):
    """A step as it stands: its file if there is one, and from when to when it lasted (epoch ns)."""

    step: Step
    state: StepState
    artefact: Artefact | None = None
    began_ns: int | None = None
    ended_ns: int | None = None


def evaluate_steps(
    session: Session,
    workflow: Workflow,
    claims: Claims,
    now_ns: int,
    writing_ns: int,
    working: frozenset[str] | None = None,
    begun: frozenset[str] = frozenset(),
) -> list[StepView]:
    """Every step of a workflow as this session has it. A file that was written less than
    `writing_ns` ago is taken to be still being written; where the agents at work are known
    (`working`), just theirs are. Whatever stands before an agent that is known to have `begun` is
    over: the user has answered."""
    names = [artefact.name for artefact in session.artefacts or ()]
    by_name = {artefact.name: artefact for artefact in session.artefacts or ()}
    fresh = {
        artefact.name
        for artefact in session.artefacts or ()
        if abs(now_ns - artefact.modified_ns) < writing_ns
    }
    found = [_file_of(step, names, by_name, claims, fresh) for step in workflow.steps]
    furthest = max((level for at, level in enumerate(workflow.levels) if found[at]), default=-1)
    furthest = max(furthest, _begun_level(workflow, found, begun))
    if working is not None:
        writing_ns = 0
    states = _states(workflow, found, furthest, claims, now_ns, writing_ns, working or frozenset())
    return _timed(session, workflow, states, found)


def _begun_level(
    workflow: Workflow, found: Sequence[Artefact | None], begun: frozenset[str]
) -> int:
    """How far the agents that have begun show that the workflow has come; -1 for nothing. One that
    has several turns, and a file already, may have begun for that."""
    if not begun:
        return -1
    there = {
        step.agent
        for step, artefact in zip(workflow.steps, found, strict=True)
        if isinstance(step, Phase) and artefact
    }
    by_agent: dict[str, int] = {}
    for step, level in zip(workflow.steps, workflow.levels, strict=True):
        if isinstance(step, Phase) and step.agent in begun - there and not step.outside:
            by_agent.setdefault(step.agent, level)
    return max(by_agent.values(), default=-1)


def outcome_of(steps: Sequence[StepView], *, is_copy: bool) -> Artefact | None:
    """The file to read when all is done: of those that the workflow requires the one written last;
    of a copy, whose times tell nothing, the last in the workflow's order."""
    there = [
        view.artefact
        for view in steps
        if isinstance(view.step, Phase) and view.step.required and view.artefact
    ]
    if is_copy:
        return there[-1] if there else None
    return max(there, key=lambda artefact: artefact.modified_ns, default=None)


def _file_of(
    step: Step,
    names: Sequence[str],
    by_name: Mapping[str, Artefact],
    claims: Claims,
    fresh: set[str],
) -> Artefact | None:
    """The file that a phase left, if it holds anything: whole before torn, finished before one
    being written, then the one that came first."""
    if isinstance(step, Gate) or step.outside:
        return None
    if len(step.leaves) == 1 and not is_pattern(step.leaves[0]):  # nearly always, and quick
        only = by_name.get(step.leaves[0])
        return only if only and _holds_something(only) else None
    there = [
        by_name[name] for name in matching(names, step.leaves) if _holds_something(by_name[name])
    ]
    return min(
        there,
        key=lambda artefact: (
            _torn(claims, artefact),
            artefact.name in fresh,
            artefact.modified_ns,
        ),
        default=None,
    )


def _holds_something(artefact: Artefact) -> bool:
    return artefact.size > 0 and artefact.kind not in NOT_OPENED


def _torn(claims: Claims, artefact: Artefact) -> bool:
    claim = claims.files.get(artefact.name)
    return claim is not None and claim.torn


def _states(
    workflow: Workflow,
    found: Sequence[Artefact | None],
    furthest: int,
    claims: Claims,
    now_ns: int,
    writing_ns: int,
    working: frozenset[str],
) -> list[StepState]:
    steps, levels = workflow.steps, workflow.levels
    states: list[StepState] = []
    for step, level, artefact in zip(steps, levels, found, strict=True):
        if isinstance(step, Gate):
            states.append("done" if level < furthest else "later")
        elif artefact:
            finished = level < furthest or (
                step.agent not in working
                and is_finished(artefact, claims.files.get(artefact.name), now_ns, writing_ns)
            )
            states.append("done" if finished else "active")
        elif level < furthest:
            states.append("missing" if step.required else "skipped")
        else:
            states.append("later")
    _name_what_is_next(steps, levels, states, furthest)
    return states


def _name_what_is_next(
    steps: Sequence[Step], levels: Sequence[int], states: list[StepState], furthest: int
) -> None:
    """Mark the next step: one that is not waited for is passed over, and all of a parallel group
    are due at once."""
    if any(state == "active" and levels[at] == furthest for at, state in enumerate(states)):
        for at, state in enumerate(states):  # the others of a group that has begun
            if state == "later" and levels[at] == furthest:
                states[at] = "due"
        return
    turn = -1
    for at, step in enumerate(steps):
        if states[at] != "later" or (turn >= 0 and levels[at] != levels[turn]):
            continue
        if isinstance(step, Gate):
            states[at] = "gate"
            return
        if step.required:
            states[at] = "due"
            turn = at
    if turn < 0 and "missing" in states:
        states[states.index("missing")] = "due"  # the rest is there: only this one is waited for


def is_finished(artefact: Artefact, claim: Claim | None, now_ns: int, writing_ns: int) -> bool:
    """Whether the last file that a workflow has left so far is done with."""
    if abs(now_ns - artefact.modified_ns) < writing_ns:
        return False
    if claim is None:
        return True
    if claim.torn or claim.status in ("blocked", "needs_info"):
        return False
    if claim.role == "progress" and claim.status != "completed":
        return not (claim.status == "in_progress" or claim.done < claim.total)
    return True


def _timed(
    session: Session,
    workflow: Workflow,
    states: Sequence[StepState],
    found: Sequence[Artefact | None],
) -> list[StepView]:
    """Each step from the end of what came before it to the last write of its own file."""
    levels = workflow.levels
    started_ns, _, is_copy = session.times
    before = None if is_copy else started_ns
    views: list[StepView] = []
    latest, level = before, -1
    for at, (step, state, artefact) in enumerate(zip(workflow.steps, states, found, strict=True)):
        if levels[at] != level:
            before, level = latest, levels[at]
        ended = artefact.modified_ns if artefact and not is_copy else None
        if ended is not None and ended < EARLIEST_NS:
            ended = None
        began = before
        if ended is not None:
            if began is not None and began > ended:
                began = ended  # rewritten out of turn: how long it took cannot be told
            latest = max(latest or ended, ended)
        started = state in ("done", "active", "due", "gate")
        views.append(StepView(step, state, artefact, began if started else None, ended))
    return views
