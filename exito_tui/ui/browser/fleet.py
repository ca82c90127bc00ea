"""What the browser knows: the roots, the states and verdicts of their sessions, and the settings
that hold there."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from exito_tui.app_state import Remembered
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.list_rows import Identity, Row
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import Standing, State
from exito_tui.store.live.events import Status, Update
from exito_tui.store.read.roots import why_only_read
from exito_tui.store.read.titles import read_titles
from exito_tui.ui.seen import Seen
from exito_tui.ui.verdict_cache import Verdicts

if TYPE_CHECKING:
    from exito_tui.domain.records.conversation import Known

_MOST_NAMED = 500
_AT_ONCE = 100
"""Sessions whose titles are read before what they change is shown."""
_MINUTE_NS = 60 * SECOND_NS


class News(NamedTuple):
    """What is new in an update: whether what lies in the roots is, whether states are, and whether
    there were none before."""

    snapshots: bool
    states: bool
    first_states: bool


class Fleet:
    """The roots on show. It changes with every update, also while a question is open: whoever wants
    to know something asks it anew."""

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        config: Config,
        now_ns: int,
        *,
        places: Sequence[str] = (),
        named: bool = True,
    ) -> None:
        self.config = config
        self.now_ns = now_ns
        self.verdicts = Verdicts(now_ns, config.keys)
        self.snapshots = tuple(snapshots)
        self.standings: tuple[Mapping[str, Standing], ...] = ()
        """How all sessions stand that have been read, by key, for each snapshot."""
        self.status = Status()
        self.recent: tuple[tuple[str, ...], ...] = ()
        """The keys of the sessions written last, for each snapshot; none before the first
        update."""
        self._newest_ns: int | None = 0
        """When the last of them was written (0: never); None: not asked for since they changed."""
        self.places = places or [snapshot.root for snapshot in snapshots]
        """Where a root was looked for."""
        self.named = named
        """Whether the user has named the roots, instead of letting one be found."""
        self.was_there = self._is_there()
        self._titles: dict[tuple[str, str], tuple[tuple[Artefact, ...] | None, str]] = {}
        """Titles of sessions of which the feed reads no more than names and sizes, by root and key,
        each with the files that it was read from."""
        self._reads_titles = False
        self._titled: Sequence[Snapshot] | None = None
        """The snapshots of which every title is known."""

    # ── what comes in ────────────────────────────────────────────────────────────────────────────

    def take(self, update: Update, now_ns: int) -> News:
        """Take a new picture of the roots."""
        before, standings = self.snapshots, self.standings
        self.snapshots, self.status = update.snapshots, update.status
        self.standings = update.standings
        self.now_ns, self.recent = now_ns, update.recent
        self._newest_ns = None
        self.verdicts.take(update, now_ns)
        changed = len(before) != len(self.snapshots) or any(
            new is not old for new, old in zip(self.snapshots, before, strict=False)
        )
        if changed:
            self.was_there |= self._is_there()
        return News(changed, standings != update.standings, not any(standings))

    def replace(self, snapshots: Sequence[Snapshot], *, named: bool) -> None:
        """Know of other roots from now on."""
        self.snapshots, self.named = tuple(snapshots), named
        self.standings, self.recent, self._newest_ns = (), (), 0
        self.was_there = False
        self.places = [snapshot.root for snapshot in snapshots]

    def tick(self, now_ns: int) -> None:
        """Let time pass."""
        self.now_ns = now_ns
        self.verdicts.tick(now_ns)

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    def snapshot_of(self, root: str) -> Snapshot | None:
        """The snapshot of a root, or None when it is no longer on show."""
        return next((snapshot for snapshot in self.snapshots if snapshot.root == root), None)

    @property
    def known(self) -> Mapping[str, Mapping[str, Standing]]:
        """How the sessions of each root stand, as far as they have been read."""
        roots = (snapshot.root for snapshot in self.snapshots)
        return dict(zip(roots, self.standings, strict=False))

    def states_of(self, root: str) -> Mapping[str, State]:
        """The known states of the sessions of a root, by key."""
        return {key: standing.state for key, standing in self.known.get(root, {}).items()}

    def known_of(self, row: Row | None) -> "Known | None":
        """What Claude Code's records tell of a row's session, if they do."""
        judge = self.verdicts.judge
        return judge.known(row, self.now_ns) if judge and isinstance(row, Session) else None

    def title_of(self, session: Session) -> str:
        """What a session is about, in a few words, as far as its files have been read."""
        if session.claims is None:
            artefacts, title = self._titles.get((session.root, session.key), (None, ""))
            if title and artefacts == session.artefacts:
                return title
        snapshot = self.snapshot_of(session.root)
        return title_of(session, snapshot.layouts if snapshot else ()).text

    async def read_every_title(self, then: Callable[[], None]) -> None:
        """Have `title_of` know what all sessions are about, as a filter or a search asks for;
        `then` is called whenever more is known."""
        snapshots = self.snapshots
        if self._reads_titles or self._titled is snapshots:
            return
        self._reads_titles = True
        try:
            every = [one for snapshot in snapshots for one in snapshot.sessions.values()]
            for start in range(0, len(every), _AT_ONCE):
                if await self.read_titles(every[start : start + _AT_ONCE]):
                    then()
                await asyncio.sleep(0)  # of very many sessions even this takes a while
            self._titled = snapshots
        finally:
            self._reads_titles = False

    async def read_titles(self, sessions: Iterable[Session]) -> bool:
        """Have `title_of` know what sessions are about whose files have not been read for it: those
        that were never on the screen. Whether there were any."""
        unread: defaultdict[str, list[Session]] = defaultdict(list)
        for one in sessions:
            known = self._titles.get((one.root, one.key))
            if one.claims is None and (known is None or known[0] != one.artefacts):
                unread[one.root].append(one)
        for root, wanted in unread.items():
            snapshot, judge = self.snapshot_of(root), self.verdicts.judge
            layouts = snapshot.layouts if snapshot else ()
            own_files = judge.own_files if judge else lambda _: ()
            found = await asyncio.to_thread(read_titles, root, wanted, layouts, own_files)
            self._titles.update(
                ((root, one.key), (one.artefacts, found[one.key]))
                for one in wanted
                if one.key in found
            )
        return bool(unread)

    def title_in_place(self, root: str, key: str) -> str:
        """The title of the session that has a key, or nothing when there is none."""
        snapshot = self.snapshot_of(root)
        session = snapshot.session(key) if snapshot else None
        return self.title_of(session) if session else ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to be listed."""
        return not any(snapshot.sessions or snapshot.notes for snapshot in self.snapshots)

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed in any of the roots."""
        return all(self.why_read_only(snapshot.root) for snapshot in self.snapshots)

    def why_read_only(self, root: str) -> str:
        """Why nothing may be changed in a root, or nothing at all."""
        if self.config.read_only:
            return "read_only is set, in your settings or by --read-only"
        return why_only_read(root, named=self.named)

    def newest(self) -> Session | None:
        """The session that was written last."""
        sessions = (
            session for snapshot in self.snapshots for session in snapshot.sessions.values()
        )
        return max(sessions, key=lambda session: session.last_write_ns or 0, default=None)

    def recent_sessions(self) -> Iterator[Session]:
        """The sessions written last."""
        for snapshot, keys in zip(self.snapshots, self.recent, strict=False):
            yield from (one for key in keys if (one := snapshot.sessions.get(key)))

    def news(self, seen: Seen) -> list[Session]:
        """The sessions written since the user last looked at them, of those written last."""
        return [session for session in self.recent_sessions() if seen.is_new(session)]

    def remember_seen(self, seen: Seen, remembered: Remembered, now_ns: int) -> None:
        """Keep what the user has seen for the next time."""
        news = {session.root for session in self.news(seen)}
        for root in (snapshot.root for snapshot in self.snapshots):
            since_ns, looked_ns = seen.to_remember(root, now_ns, is_new=root in news)
            remembered.seen_ns[root], remembered.looked_ns[root] = since_ns, looked_ns

    def needing_user(self) -> set[Identity]:
        """The sessions that wait, are stuck or failed, and press."""
        pairs = zip(self.snapshots, self.standings, strict=False)
        return {
            ("session", snapshot.root, key)
            for snapshot, standings in pairs
            for key, standing in standings.items()
            if standing.presses
        }

    def old_questions(self) -> list[Session]:
        """The sessions whose question presses no more."""
        pairs = zip(self.snapshots, self.standings, strict=False)
        return [
            session
            for snapshot, standings in pairs
            for key, standing in standings.items()
            if standing.is_old
            and standing.state == "waiting"
            and (session := snapshot.sessions.get(key))
        ]

    def names(self) -> set[str]:
        """The names of all commands, and of the files of sessions."""
        sessions = [one for snapshot in self.snapshots for one in snapshot.sessions.values()]
        files = {file.name for one in sessions[:_MOST_NAMED] for file in one.artefacts or ()}
        return {one.command for one in sessions} | files

    def looks_other(self, now_ns: int) -> bool:
        """Whether any age that is shown looks different by now."""
        if self._newest_ns is None:
            writes = (session.last_write_ns or 0 for session in self.recent_sessions())
            self._newest_ns = max(writes, default=0)
        return now_ns - self.now_ns >= _unnoticed(now_ns - self._newest_ns)

    def _is_there(self) -> bool:
        return any(snapshot.state == "present" for snapshot in self.snapshots)


def _unnoticed(age_ns: int) -> int:
    """By how much an age may lag behind: it is shown in minutes up to an hour, then in hours."""
    if age_ns <= 2 * _MINUTE_NS:
        return 0
    return _MINUTE_NS if age_ns < 60 * _MINUTE_NS else min(age_ns // 20, 10 * _MINUTE_NS)
