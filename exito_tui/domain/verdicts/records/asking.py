"""Whose call it is that a permission prompt asks about, as far as the records tell."""

from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent, Call, Known
from exito_tui.domain.units import SECOND_NS

_TO_PROMPT_NS = 2 * SECOND_NS
"""Within so long a call that needs permission opens its prompt (observed: half a second)."""
_LAUNCHING = ("Agent", "Task")


class Asking(NamedTuple):
    """A call that the user may be asked to allow, and who made it."""

    agent: Agent
    call: Call


def asks_permission(known: Known) -> bool:
    """Whether its process waits for the user's permission, and for nothing else."""
    process = known.process
    return bool(
        process
        and process.status == "waiting"
        and process.waiting_for.startswith(("permission", "approve"))
    )


def asking(known: Known) -> list[Asking]:
    """The calls one of which waits for the user's permission, in their order: where it is one, it
    is certain. For a process whose permission prompt is open.

    Prompts stand in a queue, and the process waits from the first one on: the registry is not
    written while one follows another (observed with 2.1.332). So a call that was there before it
    began to wait is none of them; and of the others any may have been allowed and run.
    """
    found = [
        Asking(agent, call)
        for agent in (known.conversation.lead, *known.conversation.agents)
        if agent.state == "running"
        for call in agent.open_calls
        if not _is_at_work(call, known)
    ]
    found.sort(key=lambda one: one.call.at_ns or 0)
    since_ns = known.process.since_ns if known.process else None
    if since_ns is None:
        return found
    late = [one for one in found if (one.call.at_ns or since_ns) >= since_ns - _TO_PROMPT_NS]
    return late or found


def _is_at_work(call: Call, known: Known) -> bool:
    """Whether a call started an agent, which works."""
    return call.tool in _LAUNCHING and any(
        agent.task == call.target and agent.state == "running" and agent.path
        for agent in known.conversation.agents
    )
