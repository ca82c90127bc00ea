"""One thread that keeps the snapshots of all roots true and tells of every change."""

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exito_tui.domain.sessions.snapshot import Snapshot, diff
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import Standing
from exito_tui.store.live.doorbell import Wake
from exito_tui.store.live.events import Focus, Mode, RecordsSource, StateChange, Status, Update
from exito_tui.store.live.followed_records import HELD, FollowedRecords
from exito_tui.store.live.session_index import SessionIndex
from exito_tui.store.live.state_tracker import StateTracker
from exito_tui.store.live.watched_folders import hot_sessions, watched_folders
from exito_tui.store.live.watcher import Watcher

_FINE_FOR = 15.0
_SLOWER_AT_REST = 4
"""Events are lost where many come: when none came for a while, it is looked so much less often for
lost ones."""
_BETWEEN_ROUNDS = 0.15
"""Seconds from one look at what changed to the next at the least: where much is written, each costs
one look and one frame for all that came meanwhile."""
_LEAST_WAIT = 0.1
_BATCH = 250
_MANY = 3
"""Changed at once, so many sessions may have been checked out or synced."""
_NONE: frozenset[str] = frozenset()
_LONGEST_BACKOFF = 30.0
_REST = 9
"""While polling, so many times as long as a look takes is rested: a tenth of one processor at the
most."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often things are looked at, in seconds."""

    reconcile: float = 8.0
    polling: float = 0.5
    publish: float = 0.25


class Feed:
    """Watches roots in a thread of its own and calls `publish` (in that thread) with every
    `Update`."""

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        publish: Callable[[Update], None],
        *,
        pace: Intervals | None = None,
        force_polling: bool = False,
        judge: Judge | None = None,
        focus: Focus | None = None,
        records: RecordsSource | None = None,
        on_failure: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        """With a judge, states are told as well, and with `records` also what Claude Code's records
        tell. The sessions in `focus` are read first.
        `on_failure` hears, in the thread, of an error in it."""
        self._indexes = [SessionIndex(snapshot, judge) for snapshot in snapshots]
        self._judge = judge.awaiting(one.root for one in snapshots) if judge else None
        self._trackers = [StateTracker() for _ in snapshots]
        self._published = tuple(snapshots)
        self._publish = publish
        self._pace = pace or Intervals()
        self._force_polling = force_polling
        self._on_failure = on_failure
        self._focus: Focus = focus or {}
        self._records = FollowedRecords(records) if records else None
        self._rescan = False
        self._relist = False
        self._stopping = False
        self._wake = Wake()
        self._watcher = Watcher(self._wake)
        self._thread = threading.Thread(target=self._run, name="exito-feed", daemon=True)
        self._status = Status()
        self._told: Status | None = None
        self._told_standings: tuple[Mapping[str, Standing], ...] = ()
        self._looked_at: Focus = {}
        self._last_change = float("-inf")
        self._last_reconcile = 0.0
        self._last_publish = 0.0
        self._round_took = 0.0
        self._retry_at = 0.0
        self._backoff = 1.0

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def stop(self, timeout: float = 2.0) -> None:
        """Stop watching and wait for the thread, at most `timeout` seconds."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def focus(self, focus: Focus) -> None:
        """Say which sessions are on screen."""
        if focus != self._focus:
            self._focus = focus
            self._wake.set()

    def rescan(self) -> None:
        """Look at everything again."""
        self._rescan = True
        self._wake.set()

    def relist(self) -> None:
        """Look at once which sessions there are, and at those looked at most."""
        self._relist = True
        self._wake.set()

    def _run(self) -> None:
        self._look_at_focus()
        while not self._stopping:
            try:
                self._go_on()
            except (
                Exception
            ) as error:  # whatever it is, the roots are looked at again a little later
                self._on_failure(error)
                self._fall_back(f"the last look failed: {type(error).__name__}: {error}")
                recent = tuple(tuple(index.recent) for index in self._indexes)
                self._publish(
                    Update(self._published, (), self._status, recent, self._told_standings)
                )
                time.sleep(self._pace.polling)
        self._watcher.close()

    def _go_on(self) -> None:
        while True:
            self._wake.clear()
            if self._stopping:  # looked at after the clearing, which may have swallowed the wake
                break
            if self._rescan:
                self._rescan = False
                self._reread_all()
            if self._relist:
                self._relist = False
                for index in self._indexes:
                    index.relist()
                self._reconcile()
                self._tell()
            self._look_at_focus()  # the clearing may have swallowed its wake as well
            hints = self._wait()
            if self._stopping:
                break
            if hints:
                self._last_change = time.monotonic()
                for index in self._indexes:
                    index.apply(_below(hints, index.root))
                    index.read_claims_due()
            self._look_at_records(hints)
            if hints:
                self._tell()  # before what nobody waits for
            self._look_at_focus()
            self._read_backlog()
            if time.monotonic() - self._last_reconcile >= self._reconcile_every():
                self._reconcile()
            for index in self._indexes:
                index.read_claims_due()
            self._tell()

    def _look_at_records(self, hints: Collection[str] | None = None) -> None:
        """Read what is new in Claude Code's records, where something may be (None: anywhere)."""
        if self._records and self._judge:
            snapshots = [index.snapshot for index in self._indexes]
            try:
                self._judge = self._records.look(snapshots, self._judge, hints)
            except Exception as error:  # the files are told of all the same
                self._on_failure(error)

    def _fall_back(self, problem: str) -> None:
        """Go on by polling, and try to watch again a little later than the last time."""
        self._retry_at = time.monotonic() + self._backoff
        self._backoff = min(self._backoff * 2, _LONGEST_BACKOFF)
        self._set_status("polling", problem)

    def _look_at_focus(self) -> None:
        """Tell of the sessions that came onto the screen before anything else is done."""
        focus, before = self._focus, self._looked_at
        self._looked_at = focus
        for index in self._indexes:
            if keys := focus.get(index.root, _NONE) - before.get(index.root, _NONE):
                index.refresh(keys)
                index.read_claims_due()
        if focus is not before:
            self._tell()

    def _wait(self) -> set[str]:
        """Wait by watching; when that fails, by sleeping, and say so."""
        now = time.monotonic()
        backlog = any(index.unread for index in self._indexes)
        backlog |= self._records is not None and self._records.has_backlog
        if not self._force_polling and now >= self._retry_at:
            try:
                fine = backlog or not self._rests()
                timeout = 0.02 if backlog else self._reconcile_every()
                if self._records and self._records.is_fleeting:
                    timeout = min(timeout, HELD)
                if self._watcher.arm(self._folders(), timeout, fine=fine):
                    self._set_status("live", "")
                    self._reconcile()  # what happened before the watches stood
                    self._tell()
                    if self._records and (self._records.is_fleeting or self._records.has_backlog):
                        return set()  # that was found just now: it is not to be waited for so long
                if not backlog:
                    self._wake.wait(self._last_change + _BETWEEN_ROUNDS - now)
                hints = self._watcher.wait(self._seconds_to_turn())
                self._backoff = 1.0 if hints else self._backoff
                return hints
            except (
                Exception
            ) as error:  # the library raises nearly anything, and must not end the thread
                self._fall_back(f"watching failed: {error}")
        elif self._force_polling:
            self._set_status("polling", "")
        self._watcher.close()
        self._wake.wait(0.02 if backlog else max(self._pace.polling, _REST * self._round_took))
        return set()

    def _seconds_to_turn(self) -> float:
        """How long it is until time alone may make any session stand otherwise."""
        until_ns = min((one.next_turn_ns for one in self._trackers), default=math.inf)
        return max(_LEAST_WAIT, (until_ns - time.time_ns()) / SECOND_NS)

    def _reconcile_every(self) -> float:
        if self._status.mode != "live":
            return self._pace.polling
        return self._pace.reconcile * (_SLOWER_AT_REST if self._rests() else 1)

    def _rests(self) -> bool:
        return time.monotonic() - self._last_change > _FINE_FOR

    def _folders(self) -> list[tuple[str, int]]:
        of_records = self._records.folders() if self._records else ()
        return watched_folders(self._indexes, self._focus, of_records)

    def _read_backlog(self) -> None:
        for index in self._indexes:
            if index.unread:
                index.read_some(_BATCH)

    def _reconcile(self) -> None:
        began = time.monotonic()
        for index in self._indexes:
            before = index.snapshot
            index.reconcile(hot_sessions(index, self._focus))
            if index.snapshot is not before:  # no hint told of it: events may not come at all
                self._last_change = began
        self._look_at_records()
        self._last_reconcile = time.monotonic()
        self._round_took = self._last_reconcile - began

    def _reread_all(self) -> None:
        for index in self._indexes:
            index.relist()
            index.refresh(list(index.snapshot.sessions))

    def _set_status(self, mode: Mode, problem: str) -> None:
        unread = sum(index.unread for index in self._indexes)
        self._status = Status(mode, self._watcher.watches if mode == "live" else 0, problem, unread)

    def _tell(self) -> None:
        """Publish what changed; while the first reading goes on, only now and then."""
        snapshots = tuple(index.snapshot for index in self._indexes)
        if self._records:
            snapshots = tuple(map(self._records.informed, snapshots))
        self._set_status(self._status.mode, self._status.problem)
        now = time.monotonic()
        if (
            self._status.unread
            and now - self._last_publish < self._pace.publish
            and self._last_publish
        ):
            return
        known_anew = self._records.take_changed() if self._records else {}
        touched = [
            index.take_touched() | known_anew.get(index.root, set()) for index in self._indexes
        ]
        state_changes = self._follow(snapshots, touched)
        standings = tuple(tracker.standings for tracker in self._trackers)
        same = not known_anew and all(
            new is old for new, old in zip(snapshots, self._published, strict=True)
        )
        same = same and all(
            new is old for new, old in zip(standings, self._told_standings, strict=False)
        )
        if same and self._status == self._told:
            return
        changes = [
            change
            for old, new, keys in zip(self._published, snapshots, touched, strict=True)
            for change in diff(old, new, keys)
        ]
        self._published = snapshots
        self._told_standings = standings
        self._last_publish = now
        self._told = self._status
        recent = tuple(tuple(index.recent) for index in self._indexes)
        verdicts = tuple(tracker.verdicts for tracker in self._trackers)
        self._publish(
            Update(
                snapshots,
                tuple(changes),
                self._status,
                recent,
                standings,
                tuple(state_changes),
                self._judge,
                verdicts,
            )
        )

    def _follow(
        self, snapshots: Sequence[Snapshot], touched: Sequence[Collection[str]]
    ) -> list[StateChange]:
        """Judge what changed, all by one judge; without a judge, nothing."""
        if self._judge is None:
            return []
        complete = not self._status.unread
        each = zip(self._trackers, self._published, snapshots, touched, strict=True)
        for tracker, before, snapshot, keys in each:
            if complete:
                many = sum(_files_differ(before, snapshot, key) for key in keys) >= _MANY
                self._judge = tracker.teach(self._judge, snapshot, at_once=many)
        now_ns = time.time_ns()
        return [
            turn
            for tracker, snapshot, keys in zip(self._trackers, snapshots, touched, strict=True)
            for turn in tracker.follow(
                snapshot,
                self._judge,
                now_ns,
                keys,
                complete=complete,
                shown=self._focus.get(snapshot.root, ()),
            )
        ]


def _below(paths: Iterable[str], root: str) -> list[str]:
    """The paths that concern a root: those in it, and those of the folders that hold it."""
    return [
        path for path in paths if f"{path}/".startswith(f"{root}/") or root.startswith(f"{path}/")
    ]


def _files_differ(before: Snapshot, after: Snapshot, key: str) -> bool:
    """Whether a session has other files than before, and not just more that was read of them."""
    old, new = before.sessions.get(key), after.sessions.get(key)
    return old is None or new is None or old.artefacts != new.artefacts
