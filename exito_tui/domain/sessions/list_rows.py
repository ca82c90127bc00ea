"""The rows of the session list: what is shown, in which order, under which heading."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import NamedTuple

from exito_tui.domain.root_paths import root_title
from exito_tui.domain.sessions.filters import Filter, FilterFacts, parse_filter
from exito_tui.domain.sessions.orders import Grouping, Sort, newest_first
from exito_tui.domain.sessions.session import NOTES, Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded
from exito_tui.domain.units import day_of
from exito_tui.domain.verdicts.state import NEEDS_USER, STATES, Standing, State, count_states

Standings = Mapping[str, Standing]
"""How a root's sessions stand, by key; of those that have been read."""
Known = Mapping[str, Standings]
"""The standings in each root."""
IsNew = Callable[[Session], bool]
"""Whether a session was written since the user last looked."""

TitleOf = Callable[[Session], str]

NEED, RUNNING, TODAY, EARLIER, OLD = "NEEDS YOU", "RUNNING", "TODAY", "EARLIER", "OLD QUESTIONS"
"""The sections of the list by need, in their order."""
MORE_TODAY = "TODAY, MORE"
"""The fold of what was done today that has no room beside everything earlier."""
_FEWEST_TODAY = 3


class Arrangement(NamedTuple):
    """How the user wants the list: grouped by need, by command or flat by time, its order, the
    filter, and the groups that the user folded and unfolded. `room` is how many rows are on
    screen."""

    by: Grouping = "need"
    sort: Sort = "started"
    filter: str = ""
    folded: frozenset[str] = frozenset()
    unfolded: frozenset[str] = frozenset()
    room: int = 1_000_000


class Heading(NamedTuple):
    """A row above its group. `key` names the group for folding; `size` is how many rows it has,
    `states` how many of them are in which state, and `old` how many press no more; `members` are
    what it holds, folded or not."""

    key: str
    title: str
    size: int
    folded: bool
    level: int
    newest_ns: int | None
    states: Mapping[State, int] = {}
    old: int = 0
    is_section: bool = False
    members: Sequence[Session] = ()

    @property
    def names_command(self) -> bool:
        """Whether it stands for one command, in the list by need."""
        return self.key.startswith(f"{EARLIER} ")


Row = Heading | Session
Identity = tuple[str, str, str]

_NEED = {state: index for index, state in enumerate(STATES)}
_UNREAD = Standing("unknown")


def identity(row: Row) -> Identity:
    """What makes a row the same row while the list moves under it."""
    if isinstance(row, Session):
        return "session", row.root, row.key
    return "heading", "", row.key


def arrange(
    snapshots: Sequence[Snapshot],
    arrangement: Arrangement,
    standings: Sequence[Standings] = (),
    now_ns: int = 0,
    is_new: IsNew = lambda session: False,
    titled: TitleOf | None = None,
) -> list[Row]:
    """The rows to show for some roots at a moment. `standings` are those of each root; `titled`
    gives what a session is about (None: what the snapshots tell of it)."""
    known = dict(zip((snapshot.root for snapshot in snapshots), standings, strict=False))
    wanted = parse_filter(arrangement.filter)
    if wanted.tests:
        snapshots = [
            _filtered(snapshot, wanted, known.get(snapshot.root, {}), now_ns, is_new, titled)
            for snapshot in snapshots
        ]
    if arrangement.by == "need":
        return _by_need(snapshots, arrangement, known, now_ns)
    rows: list[Row] = []
    several = len(snapshots) > 1
    titles = [root_title(snapshot.root) for snapshot in snapshots]
    for snapshot, title in zip(snapshots, titles, strict=True):
        below = _rows_of(snapshot, arrangement, known, level=1 if several else 0)
        if several:
            key, members = f"root {snapshot.root}", list(snapshot.sessions.values())
            named = title if titles.count(title) == 1 else snapshot.root
            heading = _heading(key, named, members, arrangement, known)
            rows.append(heading)
            below = [] if heading.folded else below
        rows += below
    return rows


def _filtered(
    snapshot: Snapshot,
    wanted: Filter,
    standings: Standings,
    now_ns: int,
    is_new: IsNew,
    titled: TitleOf | None,
) -> Snapshot:
    def fits(session: Session) -> bool:
        facts = FilterFacts(
            titled(session) if titled else title_of(session, snapshot.layouts).text,
            standings.get(session.key),
            session.key in snapshot.pinned,
            is_new(session),
        )
        return wanted.matches(session, facts, now_ns)

    return snapshot._replace(
        sessions={key: one for key, one in snapshot.sessions.items() if fits(one)},
        notes=tuple(note for note in snapshot.notes if fits(note.session)),
    )


def unhidden(arrangement: Arrangement, session: Session) -> Arrangement:
    """The arrangement with everything unfolded and let through that may hide a session."""
    command = NOTES if session.is_note else decoded(session.command)
    keys = {
        NEED, RUNNING, TODAY, MORE_TODAY, OLD, EARLIER, f"{EARLIER} {command}",
        f"root {session.root}",
        f"{session.root} {session.command}{'/' if session.is_note else ''}",
    }  # fmt: skip
    return arrangement._replace(
        filter="", folded=arrangement.folded - keys, unfolded=arrangement.unfolded | keys
    )


# ── by need ──────────────────────────────────────────────────────────────────────────────────────


def _by_need(
    snapshots: Sequence[Snapshot], arrangement: Arrangement, known: Known, now_ns: int
) -> list[Row]:
    """The sections, across groups and roots: who needs the user (the oldest question first), what
    runs, what was done today, and everything earlier by command; then the old questions."""
    parts: dict[str, list[Session]] = {name: [] for name in (NEED, RUNNING, TODAY, OLD)}
    earlier: dict[str, list[Session]] = {}
    midnight_ns, today = day_of(now_ns)
    every = [session for snapshot in snapshots for session in snapshot.sessions.values()]
    for session in in_order(every, arrangement.sort, known):
        standing = standing_of(session, known)
        name = _section(standing) if standing.state in _UPPER else ""
        if not name and _is_of_today(session, midnight_ns, today):
            name = TODAY
        if name:
            parts[name].append(session)
        else:
            earlier.setdefault(session.command, []).append(session)
    parts[NEED].sort(key=lambda session: _pressing(standing_of(session, known)))
    for name in (RUNNING, TODAY):
        parts[name].sort(key=_written, reverse=True)
    notes = [note.session for snapshot in snapshots for note in snapshot.notes]
    groups = len(earlier) + bool(notes)
    rows: list[Row] = []
    for name in (NEED, RUNNING, TODAY, OLD):
        if not (members := parts[name]):
            continue
        heading = _heading(
            name, name, members, arrangement, known, is_section=True, fold=name == OLD
        )
        rows.append(heading)
        if name == TODAY and not heading.folded:
            taken = len(rows) + 1 + bool(parts[OLD]) + 1 + groups
            rows += _with_fold(members, arrangement, known, taken)
        elif not heading.folded:
            rows += members
    if rows and earlier:
        members = [session for members in earlier.values() for session in members]
        heading = _heading(EARLIER, EARLIER, members, arrangement, known, is_section=True)
        rows.append(heading)
        if heading.folded:
            return rows
    return rows + _groups(earlier, notes, arrangement, known, len(rows))


def _groups(
    earlier: Mapping[str, Sequence[Session]],
    notes: Sequence[Session],
    arrangement: Arrangement,
    known: Known,
    above: int,
) -> list[Row]:
    """Everything earlier, by command, then the notes: folded where it does not fit on the screen
    below the rows `above`; never where there is one command alone."""

    def heading_of(title: str, members: Sequence[Session]) -> Heading:
        key, level = f"{EARLIER} {title}", int(above > 0)
        return _heading(key, title, members, arrangement, known, level=level)

    headings = [heading_of(decoded(command), members) for command, members in earlier.items()]
    if arrangement.sort in ("started", "written"):  # as the ages beside the headings say
        headings.sort(key=lambda heading: -(heading.newest_ns or 0))
    headings += [heading_of(NOTES, notes)] if notes else []
    alone = len(headings) == 1 and above + _FEWEST_TODAY < arrangement.room
    rows: list[Row] = []
    for below, heading in zip(range(len(headings), 0, -1), headings, strict=True):
        if not alone and above + len(rows) + below + heading.size > arrangement.room:
            heading = heading._replace(folded=_is_folded(heading.key, arrangement, fold=True))
        rows += [heading] if heading.folded else [heading, *heading.members]
    return rows


def _with_fold(
    members: list[Session], arrangement: Arrangement, known: Known, taken: int
) -> list[Row]:
    """The sessions of today: where they have too little room beside the rows that are `taken`, the
    last ones below a heading of their own, which is folded."""
    fitting = max(_FEWEST_TODAY, arrangement.room - taken)
    if len(members) <= fitting + 1 or arrangement.filter or TODAY in arrangement.unfolded:
        return [*members]
    rest = members[fitting:]
    heading = _heading(MORE_TODAY, "more", rest, arrangement, known, level=1, fold=True)
    return [*members[:fitting], heading, *(() if heading.folded else rest)]


_UPPER = NEEDS_USER | {"running"}


def _section(standing: Standing) -> str:
    """The section that a state alone decides, or an empty text."""
    if standing.presses:
        return NEED
    return {"running": RUNNING, "waiting": OLD}.get(standing.state, "")


def standing_of(session: Session, known: Known) -> Standing:
    """How a session stands; unknown while its files have not been read."""
    standings = known.get(session.root)
    return standings.get(session.key, _UNREAD) if standings else _UNREAD


def _pressing(standing: Standing) -> tuple[int, int]:
    return _NEED[standing.state], standing.since_ns or 0


def _is_of_today(session: Session, midnight_ns: int, today: str) -> bool:
    """Whether a session began or was written since midnight."""
    if session.stamp >= today:
        return True
    artefacts = session.artefacts
    if not artefacts or max([one.modified_ns for one in artefacts]) < midnight_ns:
        return False
    return (session.last_write_ns or 0) >= midnight_ns


# ── by command, and flat ─────────────────────────────────────────────────────────────────────────


def _rows_of(snapshot: Snapshot, arrangement: Arrangement, known: Known, level: int) -> list[Row]:
    ordered = in_order(snapshot.sessions.values(), arrangement.sort, known)
    rows: list[Row] = []
    groups: dict[str, list[Session]] = {}
    if arrangement.by == "time":
        rows += ordered
    else:
        for session in ordered:
            groups.setdefault(session.command, []).append(session)
    for command in _group_order(groups, arrangement.sort):
        members = groups[command]
        key = f"{snapshot.root} {command}"
        heading = _heading(key, decoded(command), members, arrangement, known, level=level)
        rows += [heading] if heading.folded else [heading, *members]
    if notes := [note.session for note in snapshot.notes]:
        key = f"{snapshot.root} {NOTES}/"
        heading = _heading(key, NOTES, notes, arrangement, known, level=level)
        rows += [heading] if heading.folded else [heading, *notes]
    return rows


def _heading(
    key: str,
    title: str,
    members: Sequence[Session],
    arrangement: Arrangement,
    known: Known,
    *,
    level: int = 0,
    is_section: bool = False,
    fold: bool = False,
) -> Heading:
    """The heading of a group; `fold`: it is folded unless the user has unfolded it. A section tells
    no states and no age: its rows do."""
    told = members if not is_section and any(known.values()) else ()
    counted, old = count_states([standing_of(one, known) for one in told])
    del counted["unknown"]
    return Heading(
        key, title, len(members), _is_folded(key, arrangement, fold=fold), level,
        None if is_section else _newest(members, known), counted, old, is_section, members,
    )  # fmt: skip


def _is_folded(key: str, arrangement: Arrangement, *, fold: bool) -> bool:
    """Whether a group is folded: by the user, or by itself (`fold`) unless the user has unfolded
    it. While a filter holds, nothing is folded: what fits is to be seen."""
    if arrangement.filter:
        return False
    return key in arrangement.folded or (fold and key not in arrangement.unfolded)


def in_order(
    sessions: Iterable[Session], sort: Sort, known: Known = MappingProxyType({})
) -> list[Session]:
    """Sessions in the order asked for; ties, and those of unknown place, by their start. By need:
    those first that wait for the user."""
    ordered = newest_first(sessions)
    if sort == "written":
        ordered.sort(key=_written, reverse=True)
    elif sort == "size":
        ordered.sort(key=attrgetter("size"), reverse=True)
    elif sort == "need":
        ordered.sort(key=lambda session: _NEED[standing_of(session, known).state])
    elif sort == "name":
        ordered.sort(key=_name)
    return ordered


def _written(session: Session) -> int:
    written = session.last_write_ns
    return written if written is not None else session.started_ns or 0


def _name(session: Session) -> tuple[str, str]:
    return session.id, session.key


def _group_order(groups: dict[str, list[Session]], sort: Sort) -> list[str]:
    """Groups in the order of their first members; by name when sessions are."""
    return sorted(groups) if sort == "name" else list(groups)


def _newest(members: Sequence[Session], known: Known) -> int | None:
    """What the age of the newest of the first members counts from: exact for the usual orders."""
    times = [standing_of(one, known).since_ns or _written(one) for one in members[:200]]
    return max(times, default=0) or None
