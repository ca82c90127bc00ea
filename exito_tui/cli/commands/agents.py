"""`exito-tui agents`: what Claude Code's agents do, and did, for a session."""

import time
from collections.abc import Iterator, Sequence

from exito_tui.cli.json.claude import agents_object
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    Failure,
    complain,
    draws_unicode,
    on_terminal,
    separated,
    table,
    write,
)
from exito_tui.cli.shared.select import judged_roots, session_known_as
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.hook_notes import saved_names
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.records.agent_files import NO_FILE, agent_files, ended_as
from exito_tui.domain.verdicts.records.words import name_of, short_doing
from exito_tui.domain.verdicts.steps import StepView

_SIGNS = {
    "running": ("◐", "*"), "finished": ("✓", "+"), "stopped": ("–", "-"), "lost": ("✗", "X"),
}  # fmt: skip
"""By state: for terminals with Unicode, and for others."""


def run(options: Options) -> int:
    """List the agents of one session, or of every session that Claude Code works on now."""
    snapshots, judge = judged_roots(options)
    now_ns = time.time_ns()

    def steps_of(session: Session) -> Sequence[StepView]:
        return judge.verdict(session, now_ns).steps

    if options.session:
        session = session_known_as(options, snapshots, judge, options.session)
        known = judge.known(session, now_ns)
        if known is None:
            name = one_line(decoded(session.key))
            raise Failure(f"Claude Code's records tell nothing of {name}")
        found = [(session, one) for one in known.every]
    else:
        sessions = [one for snapshot in snapshots for one in snapshot.sessions.values()]
        found = [
            (session, one)
            for session in sessions
            if (known := judge.known(session, now_ns))
            for one in known.every
            if _is_in_hand(one)
        ]
    if options.json:
        made = [agents_object(session, known, steps_of(session)) for session, known in found]
        write(document({"sessions": made}))
        return 0
    rows = [
        row for session, known in found for row in _rows(session, known, steps_of(session), now_ns)
    ]
    if not rows:
        complain("no agent was started for it" if options.session else "no agent is at work here")
    elif not on_terminal():
        for row in rows:
            write(separated(row))
    else:
        heading = ("", "AGENT", "SESSION", "DOES", "TIME", "TOKENS")
        plain = not draws_unicode()
        shown = [(_SIGNS[state][plain], *rest) for state, *rest in rows]
        write(table(heading, shown, frozenset({4, 5}), cut=(3,), drop=(5, 2)))
    return 0


def _is_in_hand(known: Known) -> bool:
    """Whether a conversation that lives is about a session, or has an agent at work for it."""
    works = any(agent.state == "running" for agent in known.agents)
    return known.is_alive and (known.is_current or works)


def _rows(
    session: Session, known: Known, steps: Sequence[StepView], now_ns: int
) -> Iterator[tuple[str, ...]]:
    """State, name, session, what it does, for how long, and tokens."""
    files = agent_files(steps, saved_names(session))
    for agent in known.agents:
        took = ""
        if agent.started_ns is not None:
            took = duration((agent.ended_ns or now_ns) - agent.started_ns)
        is_running = agent.state == "running"
        file = files.get(agent.type, NO_FILE)
        yield (
            agent.state,
            name_of(agent),
            decoded(session.key),
            short_doing(agent) if is_running else ended_as(agent, file),
            took,
            str(agent.tokens or ""),
        )
