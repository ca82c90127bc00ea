"""What is known of a session, as it counts at a moment: every sentence, sign and object is made of
that."""

from exito_tui.domain.records.conversation import Agent, Known, Process
from exito_tui.domain.units import SECOND_NS

HELD_NS = SECOND_NS // 2
"""A status counts once it has held for so long: between two agents it flickers (observed)."""

REST_NS = 5 * SECOND_NS
"""A process that has rested for so long has no agents at work: while one works, it is busy
(observed)."""


def as_of(known: Known, now_ns: int) -> Known:
    """What is known at `now_ns`, of it and the others: a process is busy until another status has
    held, and agents are lost that are not told to have ended though their process has been at rest
    for a while."""
    others = tuple(as_of(one, now_ns) for one in known.others)
    process = known.process
    if process is not None and process.life == "alive" and process.since_ns is not None:
        held_ns = now_ns - process.since_ns
        if 0 <= held_ns < HELD_NS and process.status != "busy":
            known = known._replace(process=_busy(process))
        elif held_ns >= REST_NS and process.status in ("idle", "shell"):
            known = _at_rest(known)
    return known if others == known.others else known._replace(others=others)


def _busy(process: Process) -> Process:
    return process._replace(status="busy", waiting_for="")


def _at_rest(known: Known) -> Known:
    if not known.conversation.running:
        return known
    every = _without_running(known.conversation.agents)
    return known._replace(
        agents=_without_running(known.agents),
        conversation=known.conversation._replace(agents=every),
    )


def _without_running(agents: tuple[Agent, ...]) -> tuple[Agent, ...]:
    return tuple(
        one._replace(state="lost", open_calls=()) if one.state == "running" else one
        for one in agents
    )
