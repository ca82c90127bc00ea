"""What Claude Code's records tell of a session, as JSON."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import time_or_none
from exito_tui.domain.verdicts.records.agent_files import agent_files
from exito_tui.domain.verdicts.steps import StepView


def claude_object(
    known: Known | None, paths: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any] | None:
    """The conversation, its process and its agents, and the `others` that work in the same folder;
    None when the records tell nothing. What a transcript says is cut to a line. `paths` are those
    of the files that agents left, by type."""
    if known is None:
        return None
    process = known.process
    living = process if process and process.life == "alive" else None
    return {
        "session_id": known.conversation.id,
        "pid": living.pid if living else None,
        "status": living.status or None if living else None,
        "waiting_for": living.waiting_for or None if living else None,
        "tmux": living.tmux or None if living else None,
        "job": living.job or None if living else None,
        "cwd": decoded(known.conversation.cwd) or None,
        "resume": known.resume,
        "agents": [_agent(agent, paths.get(agent.type, "")) for agent in known.agents],
        "others": [claude_object(one, paths) for one in known.others],
    }


def agents_object(session: Session, known: Known, steps: Sequence[StepView]) -> dict[str, Any]:
    """One conversation about a session, with its agents."""
    claude = claude_object(known._replace(others=()), paths_left(session, steps))
    return {"key": decoded(session.key), "root": decoded(session.root), "claude": claude}


def paths_left(session: Session, steps: Sequence[StepView]) -> dict[str, str]:
    """The paths of the files that a session's agents left, by the agents' types."""
    files = agent_files(steps).items()
    return {name: f"{session.path}/{file.left}" for name, file in files if file.left}


def _agent(agent: Agent, left: str) -> dict[str, Any]:
    file = left or (agent.wrote[-1] if agent.wrote else "")
    return {
        "id": agent.id,
        "type": agent.type or None,
        "task": agent.task or None,
        "state": agent.state,
        "started_at": time_or_none(agent.started_ns),
        "ended_at": time_or_none(agent.ended_ns),
        "tokens": agent.tokens or None,
        "tool_calls": agent.calls,
        "last_call": str(agent.open_call or agent.last) if agent.open_call or agent.last else None,
        "model": agent.model or None,
        "file": decoded(file) or None,
        "parent": agent.parent or None,
    }
