"""Which conversation of Claude Code ran which session."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent, Command, Conversation, Known, Process
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.claims import NOTHING

STAMP = re.compile(r"_(\d{8})_(\d{6})(?:_\d{1,4})?\Z")

_BEFORE_NS = 60 * SECOND_NS
_AFTER_NS = 15 * 60 * SECOND_NS
"""A session that bears a command's name began at its time, or a little later: the model makes the
folder."""


class Used(NamedTuple):
    """A session that a conversation used, and when it last did."""

    key: str
    at_ns: int


class Joined(NamedTuple):
    """What the records tell of a root: what is known of its sessions, by key, and the runs that
    have no folder yet, as sessions."""

    known: Mapping[str, Known] = MappingProxyType({})
    runs: tuple[Session, ...] = ()


def join(
    root: str,
    sessions: Mapping[str, Session],
    conversations: Sequence[Conversation],
    processes: Sequence[Process],
    commands: Iterable[str],
    now_ns: int,
    *,
    has_registry: bool,
) -> Joined:
    """Join a root's sessions and conversations: by the conversation's id in the session's
    metadata, then by the places that were used, then by command and start. `commands` are those
    that make sessions; `has_registry`: a process that is not registered has ended."""
    by_place = _by_place(sessions)
    by_metadata: dict[str, list[str]] = {}
    for key, session in sessions.items():
        if named := _metadata_id(session):
            by_metadata.setdefault(named, []).append(key)
    alive = {one.conversation: one for one in _living_last(processes)}
    wanted = frozenset(commands)
    found: dict[str, list[Known]] = {}
    runs: dict[str, tuple[Session, Known]] = {}
    for one in conversations:
        used = _used(one, sessions, by_place, by_metadata.get(one.id, ()))
        process = alive.get(one.id)
        is_gone = has_registry and (process is None or process.life == "dead")
        last = max(used, key=lambda use: use.at_ns, default=None)
        command = one.commands[-1] if one.commands else None
        moved_on = bool(
            last and command and _bare(command) in wanted and (command.at_ns or 0) > last.at_ns
        )
        for use in used:
            found.setdefault(use.key, []).append(
                Known(
                    one,
                    process,
                    tuple(_agents_for(sessions[use.key], one, len(used) == 1)),
                    is_current=use is last and not moved_on,
                    is_gone=is_gone,
                    asked=_asked(one, use),
                )
            )
        if command and _bare(command) in wanted and (not last or moved_on):
            run = Known(one, process, _agents_since(one, command), is_gone=is_gone)
            if not is_gone or now_ns - (one.lead.last_ns or 0) < DAY_NS:
                session = _run(root, one, command)
                runs[session.key] = session, run._replace(asked=command.asked)
    known = {key: _best(several) for key, several in found.items()}
    late = {key: run for key, run in runs.items() if key not in known}
    return Joined(
        known | {key: run for key, (_, run) in late.items()},
        tuple(session for session, _ in late.values()),
    )


def informed(snapshot: Snapshot, joined: Joined) -> Snapshot:
    """The snapshot with what the user asked for in its sessions, and with the runs that have no
    folder yet. A root that is missing is there once there are such runs."""
    asked = {
        key: session._replace(asked=known.asked)
        for key, known in joined.known.items()
        if known.asked and (session := snapshot.sessions.get(key)) and not session.asked
    }
    runs = {run.key: run for run in joined.runs if run.key not in snapshot.sessions}
    if not asked and not runs:
        return snapshot
    sessions = {**snapshot.sessions, **asked, **runs}
    state = "present" if runs and snapshot.state == "missing" else snapshot.state
    return snapshot._replace(sessions=sessions, state=state)


def _run(root: str, conversation: Conversation, command: Command) -> Session:
    """A run without a folder, as the session that it will be, as far as its id is told."""
    name = _bare(command)
    ids = [
        place
        for place, _ in conversation.order
        if "/" not in place and place.startswith(f"{name}_") and STAMP.search(place)
    ]
    own = ids[-1] if ids else f"{name}_{conversation.id[:8]}"
    found = STAMP.search(own)
    return Session(
        root,
        f"{name}/{own}",
        name,
        own,
        "canonical" if found else "named",
        f"{found[1]}{found[2]}" if found else "",
        (),
        "it has no folder yet",
        NOTHING,
        form="run",
        asked=command.asked,
    )


def _agents_since(conversation: Conversation, command: Command) -> tuple[Agent, ...]:
    since_ns = command.at_ns or 0
    return tuple(agent for agent in conversation.agents if (agent.started_ns or 0) >= since_ns)


def _living_last(processes: Sequence[Process]) -> list[Process]:
    """A process that was killed leaves its entry behind; the one that resumes it is the one that
    counts."""
    rank = {"dead": 0, "unknown": 1, "alive": 2}
    return sorted(processes, key=lambda one: (rank[one.life], one.started_ns or 0))


def _by_place(sessions: Mapping[str, Session]) -> dict[str, str]:
    """The key of a session by each place that it is known by: an id that two sessions have names
    none."""
    by_id: dict[str, str] = {}
    for key, session in sessions.items():
        by_id[session.id] = "" if session.id in by_id else key
    places = {place: key for place, key in by_id.items() if key}
    return places | {key: key for key in sessions}


def _metadata_id(session: Session) -> str:
    claims = session.claims
    return next((one.claude for one in claims.of("metadata") if one.claude), "") if claims else ""


def _used(
    conversation: Conversation,
    sessions: Mapping[str, Session],
    by_place: Mapping[str, str],
    by_metadata: Sequence[str],
) -> list[Used]:
    """The sessions that a conversation used."""
    latest: dict[str, int] = {}
    for key in by_metadata:
        latest[key] = sessions[key].started_ns or 0
    for place, at_ns in conversation.order:
        if used := by_place.get(place):
            latest[used] = max(latest.get(used, 0), at_ns or 0)
    for agent in conversation.agents:
        for place in agent.places:
            if used := by_place.get(place):
                latest[used] = max(latest.get(used, 0), agent.started_ns or 0)
    if not latest and (begun := _by_command(conversation, sessions)):
        latest[begun] = sessions[begun].started_ns or 0
    return [Used(key, at_ns) for key, at_ns in latest.items()]


def _by_command(conversation: Conversation, sessions: Mapping[str, Session]) -> str:
    """The only session of the last command that began when it was given; empty for none."""
    command = conversation.commands[-1] if conversation.commands else None
    if command is None or command.at_ns is None:
        return ""
    fitting = [
        key
        for key, session in sessions.items()
        if session.command == _bare(command)
        and session.tells_clock
        and (began := session.started_ns) is not None
        and command.at_ns - _BEFORE_NS <= began <= command.at_ns + _AFTER_NS
        and not _metadata_id(session)
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _agents_for(session: Session, conversation: Conversation, only: bool) -> Iterator[Agent]:
    """The agents that worked for a session: those told to, and those that these started."""
    chosen: set[str] = set()
    for agent in conversation.agents:
        if only or {session.key, session.id} & agent.places or agent.parent in chosen:
            chosen.add(agent.id)
            yield agent


def _asked(conversation: Conversation, use: Used) -> str:
    """What the user asked for when a session began: the last command before, of its kind."""
    name = use.key.partition("/")[0]
    fitting = [
        command
        for command in conversation.commands
        if _bare(command) == name and (command.at_ns or 0) <= use.at_ns
    ]
    return fitting[-1].asked if fitting else ""


def _best(several: Sequence[Known]) -> Known:
    """Of several conversations about one session the one that counts: the living before the dead,
    who waits before who works, the latest; with those that work in the folder at the same time."""
    rank = {"waiting": 3, "busy": 2, "shell": 1, "idle": 1}
    chosen = max(
        several,
        key=lambda one: (
            one.is_alive,
            one.is_current,
            rank.get(one.process.status if one.process else "", 0),
            one.conversation.lead.last_ns or 0,
            one.conversation.id,
        ),
    )
    shared = [
        other.conversation.id
        for other in several
        if other is not chosen and _at_once(chosen, other)
    ]
    return chosen._replace(shared=tuple(shared))


def _at_once(one: Known, other: Known) -> bool:
    """Whether two conversations worked at the same time."""
    if one.is_alive and other.is_alive:
        return one.is_current and other.is_current
    first, second = one.conversation.lead, other.conversation.lead
    times = (first.started_ns, first.last_ns, second.started_ns, second.last_ns)
    if any(time is None for time in times):
        return False
    return max(times[0] or 0, times[2] or 0) < min(times[1] or 0, times[3] or 0)


def _bare(command: Command) -> str:
    return command.name.rpartition(":")[2]
