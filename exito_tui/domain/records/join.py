"""Which conversation of Claude Code ran which session."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.records.conversation import Agent, Conversation, Known, Process, TypedCommand
from exito_tui.domain.records.reports import LEAST_REPORT
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.claims import NOTHING

STAMP = regex(r"_(\d{8})_(\d{6})(?:_\d{1,4})?\Z")

_JOINTS = regex(r"[_.-]")
_BEFORE_NS = 60 * SECOND_NS
_AFTER_NS = 15 * 60 * SECOND_NS
"""A session that bears a command's name began at its time, or a little later: the model makes the
folder."""


class Joined(NamedTuple):
    """What the records tell of a root: what is known of its sessions, by key, and the runs that
    have no folder yet, as sessions."""

    known: Mapping[str, Known] = MappingProxyType({})
    runs: tuple[Session, ...] = ()


class _Used(NamedTuple):
    """A session that a conversation used, from when to when."""

    key: str
    first_ns: int
    last_ns: int


class _Found(NamedTuple):
    """What one of perhaps several conversations tells of a session, and when it used it."""

    known: Known
    used: _Used


class Index:
    """The sessions of a root by what records call them."""

    def __init__(self, sessions: Mapping[str, Session]) -> None:
        self.sessions = sessions
        self._by_id: dict[str, str] = {}
        self.by_conversation: dict[str, list[str]] = {}
        """The keys of the sessions whose metadata names a conversation."""
        self._in_parts: set[str] = set()
        for key, session in sessions.items():
            self._by_id[session.id] = "" if session.id in self._by_id else key
            if session.form != "folder":
                self._in_parts.add(key)
            if session.claims and (named := _metadata_id(session)):
                self.by_conversation.setdefault(named, []).append(key)

    def key_of(self, place: str) -> str:
        """The key of the session that a place is; empty for none. An id that two sessions have
        names none; of a session of files, each is a place."""
        if place in self.sessions:
            return place
        if "/" not in place:
            return self._by_id.get(place, "")
        if self._in_parts:
            for end in reversed([found.start() for found in _JOINTS.finditer(place)]):
                if place[:end] in self._in_parts:
                    return place[:end]
        return ""


def join(
    root: str,
    index: Index,
    conversations: Sequence[Conversation],
    processes: Sequence[Process],
    commands: Iterable[str],
    now_ns: int,
) -> Joined:
    """Join a root's sessions and conversations: by the conversation's id in the session's
    metadata, then by the places that were used, then by command and start. `commands` are those
    that make sessions."""
    alive = {one.conversation: one for one in _living_last(processes)}
    wanted = frozenset(commands)
    used_by = {one.id: _used(one, index) for one in conversations}
    taken = {use.key for used in used_by.values() for use in used}
    found: dict[str, list[_Found]] = {}
    runs: dict[str, tuple[Session, Known]] = {}
    for one in conversations:
        used = used_by[one.id] or _by_command(one, index.sessions, taken)
        process = alive.get(one.id)
        is_gone = one.registers and (process is None or process.life == "dead")
        last = max(used, key=lambda use: use.last_ns, default=None)
        command = one.commands[-1] if one.commands else None
        begins = command if command and _bare(command) in wanted else None
        moved_on = bool(last and begins and (begins.at_ns or 0) > last.last_ns)
        for use in used:
            known = Known(
                one,
                process,
                tuple(_agents_for(index.sessions[use.key], one, len(used) == 1)),
                is_current=use is last and not moved_on,
                is_gone=is_gone,
                asked=_asked(one, use),
                is_guess=not used_by[one.id],
            )
            found.setdefault(use.key, []).append(_Found(known, use))
        if begins and (not last or moved_on):
            session = _run(root, one, begins)
            agents = _agents_since(one, begins)
            if session and _is_still_told_of(one, process, agents, now_ns):
                runs[session.key] = (
                    session,
                    Known(one, process, agents, is_gone=is_gone, asked=begins.asked),
                )
    known_of = {key: _best(several) for key, several in found.items()}
    late = {key: run for key, run in runs.items() if key not in index.sessions}
    return Joined(
        known_of | {key: known for key, (_, known) in late.items()},
        tuple(session for session, _ in late.values()),
    )


def informed(
    snapshot: Snapshot, joined: Joined, before: Mapping[str, Session] = MappingProxyType({})
) -> Snapshot:
    """The snapshot with what the user asked for in its sessions, and with the runs that have no
    folder yet. A root that is missing is there once there are such runs. `before` are the sessions
    that this gave last: those that have not changed are the same objects."""
    asked = {
        key: session._replace(asked=known.asked)
        for key, known in joined.known.items()
        if known.asked and (session := snapshot.sessions.get(key)) and not session.asked
    }
    runs = {run.key: run for run in joined.runs if run.key not in snapshot.sessions}
    if not asked and not runs:
        return snapshot
    known = {
        key: before[key] if before.get(key) == one else one for key, one in (asked | runs).items()
    }
    sessions = {**snapshot.sessions, **known}
    state = "present" if runs and snapshot.state == "missing" else snapshot.state
    return snapshot._replace(sessions=sessions, state=state)


def without_runs(snapshot: Snapshot) -> Snapshot:
    """The snapshot as the root alone shows it."""
    sessions = {key: one for key, one in snapshot.sessions.items() if one.form != "run"}
    return (
        snapshot
        if len(sessions) == len(snapshot.sessions)
        else snapshot._replace(sessions=sessions)
    )


def _is_still_told_of(
    conversation: Conversation, process: Process | None, agents: Sequence[Agent], now_ns: int
) -> bool:
    """Whether a run without a folder is worth a row: while its process may live; after that, for a
    day, what an agent returned as text, which is nowhere else."""
    if process and process.life != "dead":
        return True
    is_lately = now_ns - (conversation.lead.last_ns or 0) < DAY_NS
    has_report = any(one.state == "finished" and one.report_bytes >= LEAST_REPORT for one in agents)
    return is_lately and (has_report or not conversation.registers)


def run_id(command: str, conversation: Conversation) -> str:
    """What a run is called before anything tells the id that it will have."""
    return f"{command}_{conversation.id[:8]}"


def _run(root: str, conversation: Conversation, command: TypedCommand) -> Session | None:
    """A run without a folder, as the session that it will be, as far as its id is told; None when
    it had a folder, which is gone."""
    name, since_ns = _bare(command), command.at_ns or 0
    since = [place for place in conversation.order if (place.last_ns or 0) >= since_ns]
    ids: dict[str, bool] = {}
    for place in since:
        own = place.name.removeprefix(f"{name}/").partition("/")[0]
        if own.startswith(f"{name}_") and STAMP.search(own):
            ids[own] = ids.get(own, False) or place.made
    own = next(reversed(ids), run_id(name, conversation))
    wrote = (path for agent in _agents_since(conversation, command) for path in agent.wrote)
    if ids.get(own) or any(f"/{name}/{own}/" in path for path in wrote):
        return None
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


def _agents_since(conversation: Conversation, command: TypedCommand) -> tuple[Agent, ...]:
    since_ns = command.at_ns or 0
    return tuple(agent for agent in conversation.agents if (agent.started_ns or 0) >= since_ns)


def _living_last(processes: Sequence[Process]) -> list[Process]:
    """A process that was killed leaves its entry behind; the one that resumes it is the one that
    counts."""
    rank = {"dead": 0, "unknown": 1, "alive": 2}
    return sorted(processes, key=lambda one: (rank[one.life], one.started_ns or 0))


def _metadata_id(session: Session) -> str:
    claims = session.claims
    return next((one.claude for one in claims.of("metadata") if one.claude), "") if claims else ""


def _used(conversation: Conversation, index: Index) -> list[_Used]:
    """The sessions that a conversation used."""
    spans: dict[str, _Used] = {}

    def use(key: str, first_ns: int | None, last_ns: int | None) -> None:
        first, last = first_ns or last_ns or 0, last_ns or first_ns or 0
        before = spans.get(key)
        spans[key] = (
            _Used(key, min(before.first_ns, first), max(before.last_ns, last))
            if before
            else _Used(key, first, last)
        )

    for key in index.by_conversation.get(conversation.id, ()):
        if (began := index.sessions[key].started_ns) is not None:
            # a name tells seconds, so it may begin before the command that it is of
            use(key, began, began + _BEFORE_NS)
        else:
            use(key, None, None)
    for place in conversation.order:
        if key := index.key_of(place.name):
            use(key, place.first_ns, place.last_ns)
    for agent in conversation.agents:
        for key in {index.key_of(place) for place in agent.places} - {""}:
            use(key, agent.started_ns, agent.started_ns)
    return list(spans.values())


def _by_command(
    conversation: Conversation, sessions: Mapping[str, Session], taken: Container[str]
) -> list[_Used]:
    """The only session of the last command that began when it was given, and that no conversation
    is known to have used."""
    command = conversation.commands[-1] if conversation.commands else None
    if command is None or command.at_ns is None:
        return []
    fitting = [
        _Used(key, began, max(began, command.at_ns))
        for key, session in sessions.items()
        if session.command == _bare(command)
        and key not in taken
        and session.tells_clock
        and (began := session.started_ns) is not None
        and command.at_ns - _BEFORE_NS <= began <= command.at_ns + _AFTER_NS
        and not _metadata_id(session)
    ]
    return fitting if len(fitting) == 1 else []


def _agents_for(session: Session, conversation: Conversation, only: bool) -> Iterator[Agent]:
    """The agents that worked for a session: those told to, and those that these started."""
    chosen: set[str] = set()
    for agent in conversation.agents:
        if only or {session.key, session.id} & agent.places or agent.parent in chosen:
            chosen.add(agent.id)
            yield agent


def _asked(conversation: Conversation, use: _Used) -> str:
    """What the user asked for when a session began: the last command before, of its kind."""
    name = use.key.partition("/")[0]
    fitting = [
        command
        for command in conversation.commands
        if _bare(command) == name and (command.at_ns or 0) <= use.first_ns + _BEFORE_NS
    ]
    return fitting[-1].asked if fitting else ""


def _best(several: Sequence[_Found]) -> Known:
    """Of several conversations about one session the one that counts: the living before the dead,
    who waits before who is at its prompt before who works, the latest; with those that work in the
    folder at the same time."""
    rank = {"waiting": 3, "idle": 2, "shell": 2, "busy": 1}
    chosen = max(
        several,
        key=lambda one: (
            one.known.is_alive,
            one.known.is_current,
            rank.get(one.known.process.status if one.known.process else "", 0),
            one.used.last_ns,
            one.known.conversation.lead.last_ns or 0,
            one.known.conversation.id,
        ),
    )
    others = [other.known for other in several if other is not chosen and _at_once(chosen, other)]
    return chosen.known._replace(others=tuple(others))


def _at_once(one: _Found, other: _Found) -> bool:
    """Whether two conversations worked on a session at the same time. One that was forked from the
    other has its beginning, and so its times."""
    if one.known.is_alive and other.known.is_alive:
        return one.known.is_current and other.known.is_current
    first, second = one.known.conversation, other.known.conversation
    if first.commands and first.commands[:1] == second.commands[:1]:
        return False
    return max(one.used.first_ns, other.used.first_ns) < min(one.used.last_ns, other.used.last_ns)


def _bare(command: TypedCommand) -> str:
    return command.name.rpartition(":")[2]
