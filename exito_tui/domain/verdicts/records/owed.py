"""Agents that came back without the file they owed, and why."""

from collections.abc import Sequence
from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent, FailedCall, Known
from exito_tui.domain.records.reports import LEAST_REPORT
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line, shorten
from exito_tui.domain.units import short_size
from exito_tui.domain.verdicts.phrases import owed_name
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.file_roles import is_pattern, matching
from exito_tui.domain.workflows.model import Phase


class EmptyHanded(NamedTuple):
    """A phase without its file, the agent that came back without it, and why in words."""

    view: StepView
    agent: Agent
    why: str
    can_be_recovered: bool


def empty_handed(steps: Sequence[StepView], known: Known, folder: str) -> list[EmptyHanded]:
    """The phases of a session (in `folder`, relative to its root) whose agent is over, though its
    file is not there. An agent that was started again counts once."""
    found = []
    for view in steps:
        phase = view.step
        if not isinstance(phase, Phase) or view.artefact or phase.outside or not phase.required:
            continue
        doing = [agent for agent in known.agents if agent.type == phase.agent]
        if not doing or any(agent.state == "running" for agent in doing):
            continue
        agent = max(doing, key=lambda one: one.started_ns or 0)
        if agent.state == "finished":
            found.append(_explained(view, phase, agent, folder))
    return found


def recoverable(
    session: Session, steps: Sequence[StepView], known: Known | None
) -> list[EmptyHanded]:
    """The phases of a session whose agent seems to have left a report that can be saved."""
    if known is None:
        return []
    found = empty_handed(steps, known, session.folder)
    return [one for one in found if one.can_be_recovered]


def offer(session: Session, steps: Sequence[StepView], known: Known | None) -> str:
    """A sentence that names the command that saves, or where there is no folder yet shows, what
    agents of a session returned as text; empty where there is nothing."""
    found = recoverable(session, steps, known) if session.form in ("folder", "run") else []
    if not found:
        return ""
    if session.form == "run":
        who = one_line(found[-1].agent.name)
        command = f"exito-tui show {one_line(decoded(session.id))} --agent {who}"
        return f"`{command}` shows what {who} returned."
    what = f"{one_line(found[0].agent.name)}'s report" if len(found) == 1 else "agents' reports"
    names = [owed_name(session, one.view.step) for one in found if isinstance(one.view.step, Phase)]
    return f"Save {what} as {' and '.join(names)} ({saving_command(session)})."


def saving_command(session: Session) -> str:
    """How the reports of a session are saved, in a shell, as next steps name it."""
    return f"`exito-tui recover {one_line(decoded(session.id))}`"


def _explained(view: StepView, phase: Phase, agent: Agent, folder: str) -> EmptyHanded:
    names = [name for name in phase.leaves if not is_pattern(name)]
    failed = [one for one in agent.failures if any(name in one.call.target for name in names)]
    refused = [one for one in failed if one.cause in ("you", "rule")]
    elsewhere = [
        path
        for path in agent.wrote
        if matching([path.rpartition("/")[2]], phase.leaves)
        and not path.rpartition("/")[0].endswith(f"/{folder}")
    ]
    if elsewhere:
        return EmptyHanded(view, agent, f"it wrote {one_line(elsewhere[-1])}", False)
    here = [path for path in agent.wrote if path.endswith(tuple(f"/{folder}/{it}" for it in names))]
    if here:
        name = one_line(here[-1].rpartition("/")[2])
        return EmptyHanded(view, agent, f"it wrote {name}, which is not there any more", True)
    why = _why((refused or failed)[-1]) if failed else ""
    holds_text = any(one.call.tool == "Write" for one in failed)
    was_refused = any(one.call.tool == "Write" for one in refused)
    is_report = not was_refused and agent.report_bytes >= LEAST_REPORT
    returned = f"its report ({short_size(agent.report_bytes)}) came back as text"
    parts = [part for part in (why, is_report and returned) if part] or ["nothing says why"]
    return EmptyHanded(view, agent, "; ".join(parts), is_report or holds_text)


def _why(failure: FailedCall) -> str:
    call = failure.call
    if failure.cause == "no-tool":
        return f"it has no {one_line(call.tool)} tool"
    if failure.cause == "you":
        return f"you refused its {one_line(call.tool)}"
    if failure.cause == "rule":
        return f"a permission rule refused its {one_line(call.tool)}"
    return f"its {one_line(call.tool)} failed: {shorten(one_line(failure.says), 80)}"
