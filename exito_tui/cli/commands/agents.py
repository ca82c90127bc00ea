"""`exito-tui agents`: what Claude Code's agents do, and did, for a session."""

import argparse
import time
from collections.abc import Iterator

from exito_tui.cli.json.claude import claude_object
from exito_tui.cli.json.schema import document
from exito_tui.cli.output import Failure, on_terminal, separated, table, write
from exito_tui.cli.shared.select import judged_roots, session_called
from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.sessions.hook_notes import SAVED, notes_of, saved_from
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.records.words import name_of, short_doing

_SIGNS = {"running": "◐", "finished": "✓", "stopped": "–", "lost": "✗"}


def run(options: argparse.Namespace) -> int:
    """List the agents of one session, or of every session whose conversation lives."""
    snapshots, judge = judged_roots(options)
    if options.session:
        session = session_called(snapshots, options.session)
        known = judge.known(session)
        if known is None:
            name = one_line(decoded(session.key))
            raise Failure(f"Claude Code's records tell nothing of {name}")
        found = [(session, known)]
    else:
        sessions = [one for snapshot in snapshots for one in snapshot.sessions.values()]
        found = [(one, known) for one in sessions if (known := judge.known(one)) and known.is_alive]
    if options.json:
        made = [
            {"key": decoded(session.key), "root": decoded(session.root), **_claude(known)}
            for session, known in found
        ]
        write(document({"sessions": made}))
        return 0
    rows = [row for session, known in found for row in _rows(session, known, time.time_ns())]
    if not on_terminal():
        for row in rows:
            write(separated(row))
    elif rows:
        heading = ("", "AGENT", "SESSION", "DOES", "TIME", "TOKENS")
        shown = [(_SIGNS[state], *rest) for state, *rest in rows]
        write(table(heading, shown, frozenset({4, 5}), cut=(3,), drop=(5, 2)))
    return 0


def _claude(known: Known) -> dict[str, object]:
    return {"claude": claude_object(known)}


def _rows(session: Session, known: Known, now_ns: int) -> Iterator[tuple[str, ...]]:
    """State, name, session, what it does, for how long, and tokens."""
    notes = notes_of(session)
    files = session.artefacts or ()
    saved = {who: one.name for one in files if (who := saved_from(one, notes))}
    for agent in known.agents:
        took = ""
        if agent.started_ns is not None:
            took = duration((agent.ended_ns or now_ns) - agent.started_ns)
        yield (
            agent.state,
            name_of(agent),
            decoded(session.key),
            _does(agent, saved.get(agent.type, "")),
            took,
            str(agent.tokens or ""),
        )


def _does(agent: Agent, saved: str) -> str:
    """What an agent does, or did; `saved` is the file that was saved from its answer."""
    if agent.state == "running":
        return short_doing(agent)
    if saved:
        return f"{decoded(saved)}, {SAVED}"
    if agent.wrote:
        return decoded(agent.wrote[-1].rpartition("/")[2])
    return agent.failures[-1].says if agent.failures else agent.task
