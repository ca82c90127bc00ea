"""Files of a session that agents owe and have not left, and whose reports may be saved instead."""

from collections.abc import Sequence
from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.records.reports import is_plain_name
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import one_line
from exito_tui.domain.verdicts.records.owed import empty_handed
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.model import Phase


class Missing(NamedTuple):
    """A file that is missing: the names that it may have, the agent that owes it, and why it is not
    there."""

    names: tuple[str, ...]
    agent: Agent
    why: str


class NothingMissing(NamedTuple):
    """Why no file of a session can be recovered, in words. `is_fine`: because none is missing."""

    why: str
    is_fine: bool = False


def missing_files(
    session: Session, steps: Sequence[StepView], known: Known | None, wanted: str = ""
) -> list[Missing] | NothingMissing:
    """The files of a session (just `wanted`, where it is named) whose agents came back without
    them."""
    if why := _unfit(session, known):
        return NothingMissing(why)
    assert known is not None
    if wanted and (why := _why_not(session, steps, known, wanted)):
        return NothingMissing(why)
    found = []
    for one in empty_handed(steps, known, session.folder):
        assert isinstance(one.view.step, Phase)
        leaves = one.view.step.leaves
        names = tuple(name for name in leaves if is_plain_name(name, leaves))
        if wanted:
            names = (wanted,) if wanted in names else ()
        if names:
            found.append(Missing(names, one.agent, one.why))
    return found or NothingMissing("no agent came back without its file", is_fine=True)


def _unfit(session: Session, known: Known | None) -> str:
    if session.form == "run":
        return "it has no folder yet, so there is nowhere to save anything"
    if session.form != "folder":
        return "its files lie loose among others; reports are saved into a folder of its own only"
    if known is None:
        return "Claude Code's records tell nothing of it"
    return ""


def _why_not(session: Session, steps: Sequence[StepView], known: Known, name: str) -> str:
    """Why a file that the user names cannot be recovered; empty when it may be."""
    phases = [view.step for view in steps if isinstance(view.step, Phase) and not view.step.outside]
    leaves = {leaf for phase in phases for leaf in phase.leaves}
    shown = one_line(name)
    if not is_plain_name(name, leaves):
        plain = sorted(leaf for leaf in leaves if is_plain_name(leaf, leaves))
        there_are = f"; there are {', '.join(plain)}" if plain else ""
        return f"{shown} is not a file that a phase of its workflow leaves{there_are}"
    if session.artefact(name):
        return f"{shown} is there already, and nothing is ever overwritten"
    phase = next(one for one in phases if name in one.leaves)
    doing = [agent for agent in known.agents if agent.type == phase.agent]
    if not doing:
        return f"Claude Code's records know of no {phase.agent} in it"
    latest = max(doing, key=lambda one: one.started_ns or 0)
    if any(agent.state == "running" for agent in doing):
        return f"{phase.agent} is still at work"
    return "" if latest.state == "finished" else f"{phase.agent} did not come back"
