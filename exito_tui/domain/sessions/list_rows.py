"""The rows of the session list: what is shown, in which order, under which heading."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.session import NOTES, Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded
from exito_tui.domain.verdicts.state import STATES, State

Sort = Literal["started", "written", "size", "name", "need"]
SORTS: tuple[Sort, ...] = ("started", "written", "size", "name", "need")

States = Mapping[str, State]
"""The states of a root's sessions, by key; of those that have been read."""


class Arrangement(NamedTuple):
    """How the user wants the list: grouped by command or flat, its order, the filter, and the
    folded groups."""

    grouped: bool = True
    sort: Sort = "started"
    filter: str = ""
    folded: frozenset[str] = frozenset()


class Heading(NamedTuple):
    """A row above its group. `key` names the group for folding; `size` is how many rows it has."""

    key: str
    title: str
    size: int
    folded: bool
    level: int
    newest_ns: int | None


Row = Heading | Session
Identity = tuple[str, str, str]


_NEED = {state: place for place, state in enumerate(STATES)}


def identity(row: Row) -> Identity:
    """What makes a row the same row while the list moves under it."""
    if isinstance(row, Session):
        return "session", row.root, row.key
    return "heading", "", row.key


def arrange(
    snapshots: Sequence[Snapshot], arrangement: Arrangement, states: Sequence[States] = ()
) -> list[Row]:
    """The rows to show for some roots, newest (or largest, or first by name) first. `states` are
    those of each root."""
    rows: list[Row] = []
    for at, snapshot in enumerate(snapshots):
        known = states[at] if at < len(states) else {}
        below = _rows_of(snapshot, arrangement, known, level=1 if len(snapshots) > 1 else 0)
        if len(snapshots) > 1:
            key = f"root {snapshot.root}"
            folded = key in arrangement.folded
            rows.append(Heading(key, snapshot.root, len(snapshot.sessions), folded, 0, None))
            rows += [] if folded else below
        else:
            rows += below
    return rows


def _rows_of(snapshot: Snapshot, arrangement: Arrangement, states: States, level: int) -> list[Row]:
    terms = arrangement.filter.lower().split()
    sessions: Iterable[Session] = snapshot.sessions.values()
    if terms:
        sessions = [session for session in sessions if matches(session, terms)]
    ordered = in_order(sessions, arrangement.sort, states)
    rows: list[Row] = []
    if not arrangement.grouped:
        rows += ordered
    else:
        groups: dict[str, list[Session]] = {}
        for session in ordered:
            groups.setdefault(session.command, []).append(session)
        for command in _group_order(groups, arrangement.sort):
            members = groups[command]
            key = f"{snapshot.root} {command}"
            folded = key in arrangement.folded and not terms
            rows.append(
                Heading(key, decoded(command), len(members), folded, level, _newest(members))
            )
            if not folded:
                rows += members
    notes = [note.session for note in snapshot.notes if matches(note.session, terms)]
    if notes:
        key = f"{snapshot.root} {NOTES}/"
        folded = key in arrangement.folded and not terms
        rows.append(Heading(key, NOTES, len(notes), folded, level, _newest(notes)))
        rows += [] if folded else notes
    return rows


def in_order(
    sessions: Iterable[Session], sort: Sort, states: States | None = None
) -> list[Session]:
    """Sessions in the order asked for; ties, and those of unknown place, by their start. By need:
    those first that wait for the user, by their `states`."""
    by_start = sorted(sessions, key=attrgetter("stamp"), reverse=True)
    if by_start and not by_start[-1].stamp:  # some names tell no time: their files' times do
        by_start.sort(key=attrgetter("order"), reverse=True)
    if sort == "written":
        by_start.sort(key=_written, reverse=True)
    elif sort == "size":
        by_start.sort(key=attrgetter("size"), reverse=True)
    elif sort == "need":
        by_start.sort(key=lambda session: _NEED.get((states or {}).get(session.key, "unknown"), 0))
    elif sort == "name":
        by_start.sort(key=_name)
    return by_start


def matches(session: Session, terms: Iterable[str]) -> bool:
    """Whether every term (lower case) is in the session's command, id, date or one of its file
    names."""
    key = decoded(session.key).lower()
    for term in terms:
        if term in key or term in session.command.lower() or term in _date(session.order):
            continue
        if not any(term in decoded(artefact.name).lower() for artefact in session.artefacts or ()):
            return False
    return True


def _date(stamp: str) -> str:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]} {stamp[8:10]}:{stamp[10:12]}" if stamp else ""


def _written(session: Session) -> int:
    written = session.last_write_ns
    return written if written is not None else session.started_ns or 0


def _name(session: Session) -> tuple[str, str]:
    return session.id, session.key


def _group_order(groups: dict[str, list[Session]], sort: Sort) -> list[str]:
    """Groups in the order of their first members; by name when sessions are."""
    return sorted(groups) if sort == "name" else list(groups)


def _newest(members: list[Session]) -> int | None:
    """When the newest of the first members was last written or started: exact for the usual
    orders."""
    times = [
        time for member in members[:200] if (time := member.last_write_ns or member.started_ns)
    ]
    return max(times, default=None)
