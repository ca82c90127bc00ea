"""Keeping a `Snapshot` of one root true while its files change.

A hint says where to look; only looking says what is there. What no hint told of is found by
`reconcile`.
"""

import contextlib
import os
import time
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter

from exito_tui.domain.sessions.names import folder_in_root
from exito_tui.domain.sessions.session import Session, in_order_of
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import NEAR, Judge, is_long_completed
from exito_tui.store.fs import safefs
from exito_tui.store.read.claims import is_comparable, read_claims
from exito_tui.store.read.scan import (
    Sign,
    changes_in,
    failed,
    paths_in,
    read_sessions,
    scan_names,
    session_exists,
    signs_of,
)

_UNSETTLED_NS = 1_000_000_000
"""What changed so recently may change again without a new time: the clock of the file system is
coarse."""

_SWEEP = 25
_AT_ONCE = 100
_COMMAND = attrgetter("command")

MOST_RECENT = 64
"""How many of the sessions written last are remembered as such."""


class SessionIndex:
    """The current snapshot of one root. Not thread-safe: one thread owns it.

    With a judge, what the files say is read as well: at once for sessions that are looked at or
    written, for those whose names and sizes tell that they are long completed only when they are
    looked at.
    """

    def __init__(self, snapshot: Snapshot, judge: Judge | None = None) -> None:
        self.snapshot = snapshot
        self._judge = judge
        self._identity = _identity(snapshot.root)
        self._folder_times: dict[str, int] = {}
        self._inner = _inner_folders(snapshot.sessions)
        self._unread = [
            key for key, session in snapshot.sessions.items() if self._is_unread(session)
        ]
        self._unread.sort(key=lambda key: snapshot.sessions[key].stamp)
        self._sweep_from = 0
        self._signs: dict[str, Sign] = {}
        """How the hot sessions were when `reconcile` last looked at them."""
        self._touched: set[str] = set()
        self._claims_due: dict[str, bool] = {}
        self._earlier_keys: dict[str, list[tuple[str, str]]] | None = None
        self._recent: dict[str, int] = {}
        for session in snapshot.sessions.values():
            self._note_write(session)

    @property
    def root(self) -> str:
        """The absolute path of the root."""
        return self.snapshot.root

    @property
    def unread(self) -> int:
        """How many sessions' files have not been read yet."""
        return len(self._unread)

    @property
    def recent(self) -> list[str]:
        """The keys of the sessions written last, newest first."""
        return sorted(self._recent, key=self._recent.__getitem__, reverse=True)

    def apply(self, paths: Iterable[str]) -> None:
        """Look again at what the hinted absolute paths belong to; paths outside the root say: look
        at the root."""
        keys: set[str] = set()
        names = False
        prefix = self.root + "/"
        for path in paths:
            key = self._session_of(path[len(prefix) :]) if path.startswith(prefix) else None
            if key is None:
                names = True
            else:
                keys.add(key)
        if names:
            self.relist()
        self.refresh(keys)

    def relist(self) -> None:
        """List the root's names again, and read the sessions that are new."""
        times = _folder_times(self.root, self._inner)
        fresh = scan_names(self.root, self.snapshot.layouts)
        old = self.snapshot.sessions
        if fresh.state != "present":
            self._replace(fresh)
            self._folder_times = {}
            return
        self._recent = {key: when for key, when in self._recent.items() if key in fresh.sessions}
        merged = {key: _kept(old.get(key), session) for key, session in fresh.sessions.items()}
        unread = [
            key
            for key, session in merged.items()
            if old.get(key) is not session and self._is_unread(session)
        ]
        same = len(merged) == len(old) and all(
            old.get(key) is session for key, session in merged.items()
        )
        if same and fresh._replace(sessions=old) == self.snapshot:
            self._folder_times = times
            return
        for key, session in merged.items():
            if session.artefacts is not None and old.get(key) is not session:
                self._note_write(session)
        self._replace(fresh._replace(sessions=merged))
        self._folder_times = times
        if len(unread) <= _AT_ONCE:
            self.refresh(unread)
        else:
            self._unread += unread

    def take_touched(self) -> set[str]:
        """The keys of the sessions that were added, changed or removed since this was last
        asked."""
        touched, self._touched = self._touched, set()
        return touched

    def refresh(self, keys: Iterable[str], *, deep: bool = True) -> None:
        """Look at the files of these sessions again. What they say is read by the next
        `read_claims_due`; `deep`: whatever their names tell."""
        changed: dict[str, Session] = {}
        gone: set[str] = set()
        try:
            with safefs.opened_root(self.root) as root:
                known = [session for key in keys if (session := self.snapshot.sessions.get(key))]
                known.sort(key=_COMMAND)
                for session, read in zip(known, read_sessions(root, known), strict=True):
                    if not read.artefacts and not session_exists(root, session):
                        gone.add(session.key)
                    else:
                        if self._judge is not None:
                            read = in_order_of(read, self._judge.own_files(read))
                        if self._judge is not None and not _claims_are_read(session, read, deep):
                            self._claims_due[session.key] = deep
                        read = read._replace(claims=session.claims) if session.claims else read
                        if read == session:
                            continue
                        changed[session.key] = read
                        self._note_write(read)
        except OSError as error:
            self._replace(failed(self.root, error, self.snapshot.layouts))
            return
        if gone:
            self._earlier_keys = None
        self._take_in(changed, gone)

    def _take_in(self, changed: Mapping[str, Session], gone: Collection[str] = ()) -> None:
        if not changed and not gone:
            return
        sessions = {**self.snapshot.sessions, **changed}
        for key in gone:
            del sessions[key]
        self._touched.update(changed, gone)
        self.snapshot = self.snapshot._replace(sessions=sessions)

    def read_claims_due(self) -> None:
        """Read what the files of the sessions say that were looked at; only those that changed are
        opened."""
        due, self._claims_due = self._claims_due, {}
        if not due:
            return
        changed: dict[str, Session] = {}
        try:
            with safefs.opened_root(self.root) as root:
                for key, deep in due.items():
                    session = self.snapshot.sessions.get(key)
                    if session and (read := self._with_claims(root, session, deep)) != session:
                        changed[key] = read
        except OSError:
            return  # the root went away meanwhile: the next look says so
        self._take_in(changed)

    def read_some(self, count: int) -> None:
        """Read the files of the `count` newest sessions that have not been read."""
        batch: list[str] = []
        while self._unread and len(batch) < count:
            session = self.snapshot.sessions.get(self._unread.pop())
            if session and self._is_unread(session):
                batch.append(session.key)
        self.refresh(batch, deep=False)

    def _is_unread(self, session: Session) -> bool:
        return session.artefacts is None or (self._judge is not None and session.claims is None)

    def _with_claims(self, root: int, session: Session, deep: bool) -> Session:
        """The session with what its files say now."""
        assert self._judge is not None
        if not deep and is_long_completed(
            session, self._judge.workflow_of(session), time.time_ns()
        ):
            return session
        own = self._judge.own_files(session)
        context = session.context(own)
        compared = session.claims.compared if session.claims else None
        earlier = (
            self._earlier(session)
            if deep and is_comparable(context) and compared != context
            else ()
        )
        claims = read_claims(root, session, earlier, own=own)
        if deep and not earlier:
            claims = claims._replace(compared=context)  # there is none that it could be a copy of
        return session._replace(claims=claims)

    def _earlier(self, session: Session) -> list[Session]:
        """The sessions of the same command that began just before one."""
        if self._earlier_keys is None:
            self._earlier_keys = {}
            for other in self.snapshot.sessions.values():
                self._earlier_keys.setdefault(other.command, []).append((other.stamp, other.key))
            for pairs in self._earlier_keys.values():
                pairs.sort()
        pairs = self._earlier_keys.get(session.command, [])
        place = bisect_left(pairs, (session.stamp, ""))
        keys = [key for _, key in reversed(pairs[max(0, place - NEAR) : place])]
        return [self.snapshot.sessions[key] for key in keys if key in self.snapshot.sessions]

    def reconcile(self, hot: Iterable[str]) -> None:
        """Find what no hint told of: a root that was swapped, changed folders, and the files of
        `hot` sessions.

        A few of all the other sessions are looked at as well, in turn, so that each comes round.
        """
        identity = _identity(self.root)
        if identity != self._identity:
            self._identity = identity
            self._folder_times = {}
        if (
            self.snapshot.state != "present"
            or _folder_times(self.root, self._inner) != self._folder_times
            or not identity
        ):
            self.relist()
        keys = list(self.snapshot.sessions)
        start = self._sweep_from if self._sweep_from < len(keys) else 0
        self._sweep_from = start + _SWEEP
        read = (
            key
            for key in keys[start : self._sweep_from]
            if self.snapshot.sessions[key].artefacts is not None
        )
        wanted = set(hot)
        self.refresh(self._looking_other(wanted))
        self.refresh([key for key in read if key not in wanted], deep=False)

    def _looking_other(self, keys: Collection[str]) -> list[str]:
        """Those of some sessions that are not known to be as they were when this was last asked of
        them. To ask that costs a fourth of looking into them."""
        sessions = [one for key in keys if (one := self.snapshot.sessions.get(key))]
        folders = sorted((one for one in sessions if one.form == "folder"), key=_COMMAND)
        before, self._signs = self._signs, {}
        paths = {key: paths_in(sign) for key, sign in before.items()}
        other = [one.key for one in sessions if one.form != "folder"]
        settled_ns = time.time_ns() - _UNSETTLED_NS
        try:
            with safefs.opened_root(self.root) as root:
                for session, sign in zip(folders, signs_of(root, folders, paths), strict=True):
                    known = before.get(session.key)
                    # Another sign may tell of files of which none was known.
                    if sign and known in (None, sign) and _newest_change(sign) < settled_ns:
                        self._signs[session.key] = sign
                    if known is None or sign != known:
                        other.append(session.key)
        except OSError:
            return [one.key for one in sessions]
        return other

    def folders(self) -> list[str]:
        """The absolute paths of the root and of the folders in it that hold sessions."""
        times = _folder_times(self.root, self._inner, complete=False)
        return [self.root, *(f"{self.root}/{name}" for name in times if name)]

    def _note_write(self, session: Session) -> None:
        written = session.last_write_ns
        if written is not None:
            self._recent[session.key] = written
            if len(self._recent) > 2 * MOST_RECENT:
                self._recent = {key: self._recent[key] for key in self.recent[:MOST_RECENT]}

    def _session_of(self, relative: str) -> str | None:
        """The key of the session that a path relative to the root lies in, if it is one that has a
        folder."""
        sessions: Mapping[str, Session] = self.snapshot.sessions
        whole = sessions.get(relative)
        if whole and whole.form == "file":
            return relative
        at = relative.find("/")
        while at >= 0:
            session = sessions.get(relative[:at])
            if session and session.form == "folder":
                return session.key
            at = relative.find("/", at + 1)
        return None  # loose files, or what a name stands for

    def _replace(self, snapshot: Snapshot) -> None:
        old, new = self.snapshot.sessions, snapshot.sessions
        self._inner = _inner_folders(new)
        self._touched.update(key for key, session in new.items() if old.get(key) is not session)
        self._touched.update(old.keys() - new.keys())
        self._earlier_keys = None
        self.snapshot = snapshot
        self._unread = [key for key in self._unread if key in snapshot.sessions]


def _kept(old: Session | None, fresh: Session) -> Session:
    """What is known of a session already, unless listing its names has read it anew."""
    if old is None:
        return fresh
    read_anew = fresh.artefacts is not None and (fresh.artefacts, fresh.problem) != (
        old.artefacts,
        old.problem,
    )
    if read_anew:
        return fresh
    if old.is_current is fresh.is_current:
        return old
    return old._replace(is_current=fresh.is_current)


def _claims_are_read(before: Session, now: Session, deep: bool) -> bool:
    """Whether what the files say is known already, and, if `deep`, whether they were copied."""
    if before.claims is None or now.artefacts != before.artefacts:
        return False
    context = now.context() if deep else None
    return not is_comparable(context) or before.claims.compared == context


def _newest_change(sign: Sign) -> int:
    return max(changes_in(sign).values(), default=0)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _inner_folders(sessions: Iterable[str]) -> tuple[str, ...]:
    """The folders that hold sessions and lie deeper than right under the root, as of shelves by
    year."""
    return tuple(sorted({key.rpartition("/")[0] for key in sessions if key.count("/") > 1}))


def _folder_times(root: str, inner: Iterable[str] = (), *, complete: bool = True) -> dict[str, int]:
    """When the root ("") and each folder in it that holds sessions was last changed, those deeper
    inside included; those just changed get no time."""
    limit = time.time_ns() - _UNSETTLED_NS if complete else None
    times: dict[str, int] = {}
    try:
        with os.scandir(root) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and not _is_session_folder(entry.name):
                    times[entry.name] = entry.stat(follow_symlinks=False).st_mtime_ns
        times[""] = os.stat(root).st_mtime_ns
        for folder in inner:
            with contextlib.suppress(FileNotFoundError):
                times[folder] = os.stat(f"{root}/{folder}").st_mtime_ns
    except OSError:
        return {}
    if limit is None:
        return times
    # A time that no later look can equal: the folder is listed again until it has settled.
    return {name: when if when < limit else -time.monotonic_ns() for name, when in times.items()}


def _is_session_folder(name: str) -> bool:
    return name.startswith(".") or folder_in_root(name) is not None
