"""Watching: nothing that happens to a root is missed for long, and nothing ends the thread."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchfiles

from exito_tui.domain.sessions.snapshot import Change, Snapshot
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge, JudgeSettings
from exito_tui.domain.verdicts.state import NEEDS_USER
from exito_tui.domain.verdicts.verdict import DEFAULT_TIME_RULES
from exito_tui.store.live.doorbell import Wake
from exito_tui.store.live.events import Status, Update
from exito_tui.store.live.feed import Feed, Intervals
from exito_tui.store.live.watched_folders import MOST_WATCHES
from exito_tui.store.read.scan import scan, scan_names
from tests.claude.records_builder import session_id
from tests.support import PATIENCE, Root, wait_until

QUICK = Intervals(reconcile=0.2, polling=0.05)
SESSION = "build/build_20251106_153045"


class Listener:
    """A feed and all that it told."""

    def __init__(
        self,
        roots: list[str],
        pace: Intervals = QUICK,
        *,
        names: bool = False,
        polling: bool = False,
        judge: Judge | None = None,
    ) -> None:
        self.updates: list[Update] = []
        snapshots = [scan_names(root) if names else scan(root) for root in roots]
        self.snapshots: tuple[Snapshot, ...] = tuple(snapshots)
        self.status = Status()
        self.feed = Feed(snapshots, self._take, pace=pace, force_polling=polling, judge=judge)

    def _take(self, update: Update) -> None:
        self.updates.append(update)
        self.snapshots, self.status = update.snapshots, update.status

    @property
    def changes(self) -> list[Change]:
        return [change for update in self.updates for change in update.changes]

    def sees(self, path: str, text: str | None = None) -> bool:
        """Whether a file is in the snapshot (with a text's size)."""
        key, _, name = path.rpartition("/")
        session = self.snapshots[0].sessions.get(key)
        artefact = session.artefact(name) if session else None
        return artefact is not None and (text is None or artefact.size == len(text))

    def live(self) -> None:
        """Wait until watching has begun."""
        wait_until(lambda: self.status.mode == "live", "watching")


Listen = Callable[..., Listener]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start feeds, and stop them at the end."""
    listeners: list[Listener] = []

    def start(*roots: str, **wishes: object) -> Listener:
        listener = Listener(list(roots), **wishes)  # type: ignore[arg-type]
        listeners.append(listener)
        listener.feed.start()
        return listener

    yield start
    for listener in listeners:
        listener.feed.stop()
        assert not any(
            thread.name == "exito-feed" and thread.is_alive() for thread in threading.enumerate()
        )


SLOW = Intervals(reconcile=3600, polling=3600)
"""Nothing is looked for: only what the watching tells is seen."""


def test_a_write_an_append_and_a_removal_are_told(root: Root, listen: Listen) -> None:
    root.write(f"{SESSION}/plan.md", "one")
    listener = listen(str(root), pace=SLOW)
    listener.live()
    root.write(f"{SESSION}/progress.md", "x")
    wait_until(lambda: listener.sees(f"{SESSION}/progress.md"))
    root.append(f"{SESSION}/plan.md", " two")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "one two"))
    (root.path / SESSION / "plan.md").unlink()
    wait_until(lambda: not listener.sees(f"{SESSION}/plan.md"))
    assert {change.kind for change in listener.changes} == {"changed"}


def test_a_write_is_told_once_with_what_the_file_says(root: Root, listen: Listen) -> None:
    root.write(f"{SESSION}/context.md", "# One\n")
    listener = listen(str(root), pace=SLOW, judge=Judge())
    listener.live()
    root.append(f"{SESSION}/context.md", "\n\n")
    root.write(f"{SESSION}/context.md", "# Two, longer\n")
    wait_until(lambda: listener.sees(f"{SESSION}/context.md", "# Two, longer\n"))
    told = [update.snapshots[0].sessions[SESSION] for update in listener.updates]
    sizes = len("# Two, longer\n")
    first = next(one for one in told if one.artefacts and one.artefacts[0].size == sizes)
    assert first.claims and first.claims.title == "Two, longer"


def test_between_two_looks_at_what_changed_there_is_a_pause(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each of many writes would cost a look and a frame of its own."""
    feed = Feed([scan(str(root))], lambda _: None, pace=SLOW)
    pauses: list[float] = []
    monkeypatch.setattr(feed._wake, "wait", pauses.append)
    monkeypatch.setattr(feed._watcher, "arm", lambda *_, **__: False)
    monkeypatch.setattr(feed._watcher, "wait", lambda *_: set())
    feed._wait()  # nothing has changed so far
    feed._last_change = time.monotonic() + 3600
    feed._wait()
    assert pauses[0] <= 0 < pauses[1]


def test_what_is_not_read_yet_does_not_wait_for_that_pause(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{SESSION}/plan.md")
    feed = Feed([scan_names(str(root))], lambda _: None, pace=SLOW)
    pauses: list[float] = []
    monkeypatch.setattr(feed._wake, "wait", pauses.append)
    monkeypatch.setattr(feed._watcher, "arm", lambda *_, **__: False)
    monkeypatch.setattr(feed._watcher, "wait", lambda *_: set())
    feed._last_change = time.monotonic() + 3600
    feed._wait()
    assert pauses == []


def test_an_atomic_replace_is_told(root: Root, listen: Listen) -> None:
    root.write(f"{SESSION}/plan.md", "one")
    listener = listen(str(root), pace=SLOW)
    listener.live()
    os.replace(root.write("build/draft", "longer"), root.path / SESSION / "plan.md")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "longer"))


def test_a_new_session_and_what_is_written_into_it_at_once_are_seen(
    root: Root, listen: Listen
) -> None:
    """The race between a new folder and the files written into it: the folder is scanned, not only
    watched."""
    root.folder("build")
    listener = listen(str(root))
    listener.live()
    for number in range(30):
        root.write(f"build/build_20251106_1530{number:02}/context.md", "x")
        root.write(f"patch{number}/patch{number}_20251106_153000/context.md", "x")
    wait_until(lambda: len(listener.snapshots[0].sessions) == 60)
    wait_until(
        lambda: all(session.artefacts for session in listener.snapshots[0].sessions.values())
    )


def test_a_root_that_appears_later_is_opened(tmp_path: Path, listen: Listen) -> None:
    listener = listen(str(tmp_path / "later" / ".claude" / "sessions"))
    assert listener.snapshots[0].state == "missing"
    listener.live()
    root = Root(tmp_path / "later")
    root.write(f"{SESSION}/plan.md")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md"))


def test_a_root_that_is_deleted_and_made_again_is_followed(root: Root, listen: Listen) -> None:
    root.write(f"{SESSION}/plan.md")
    listener = listen(str(root))
    listener.live()
    shutil.rmtree(root.path)
    wait_until(lambda: listener.snapshots[0].state == "missing")
    root.write("patch/patch_20251106_160000/plan.md", "again")
    wait_until(lambda: listener.sees("patch/patch_20251106_160000/plan.md", "again"))
    assert list(listener.snapshots[0].sessions) == ["patch/patch_20251106_160000"]


def test_a_root_that_is_renamed_away_and_replaced_is_followed(root: Root, listen: Listen) -> None:
    """A watch on a renamed folder goes on telling of the old one."""
    root.write(f"{SESSION}/plan.md", "old")
    listener = listen(str(root))
    listener.live()
    root.path.rename(root.path.with_name("elsewhere"))
    root.write(f"{SESSION}/plan.md", "another")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "another"))
    root.append(f"{SESSION}/plan.md", " one")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "another one"))


def test_a_name_that_is_not_utf8_kills_the_watching_but_not_the_feed(
    root: Root, listen: Listen
) -> None:
    root.write(f"{SESSION}/plan.md", "one")
    listener = listen(str(root))
    listener.live()
    root.write(f"{SESSION}/".encode() + b"caf\xe9.md")
    wait_until(lambda: listener.sees(f"{SESSION}/caf\udce9.md"))
    root.append(f"{SESSION}/plan.md", " two")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "one two"))
    wait_until(lambda: listener.status.mode == "live", "watching again")


def test_when_watching_fails_polling_takes_over_and_says_so(
    root: Root, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached.")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    root.write(f"{SESSION}/plan.md")
    listener = listen(str(root))
    wait_until(lambda: listener.status.mode == "polling")
    assert "watch limit" in listener.status.problem
    root.write(f"{SESSION}/progress.md")
    wait_until(lambda: listener.sees(f"{SESSION}/progress.md"))
    monkeypatch.undo()
    wait_until(lambda: listener.status.mode == "live", "watching again")


def test_polling_can_be_wished_for(root: Root, listen: Listen) -> None:
    listener = listen(str(root), polling=True)
    wait_until(lambda: listener.status.mode == "polling")
    assert listener.status.problem == ""
    root.write(f"{SESSION}/plan.md")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md"))


def test_what_no_hint_told_of_is_found_by_reconciling(
    root: Root, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(*_: object, **__: object) -> Iterator[set[object]]:
        while True:
            threading.Event().wait(0.02)
            yield set()

    monkeypatch.setattr(watchfiles, "watch", deaf)
    root.write(f"{SESSION}/plan.md", "one")
    listener = listen(str(root))
    root.append(f"{SESSION}/plan.md", " two")
    wait_until(lambda: listener.sees(f"{SESSION}/plan.md", "one two"))
    root.write("patch/patch_20251106_153045/plan.md")
    wait_until(lambda: listener.sees("patch/patch_20251106_153045/plan.md"))


def test_the_sessions_on_screen_are_told_first_and_alone(root: Root) -> None:
    for number in range(300):
        for name in ("plan.md", "progress.md"):
            root.write(f"build/build_20251106_{number // 60 + 10:02}{number % 60:02}00/{name}", "x")
    snapshot = scan_names(str(root))
    shown = frozenset(list(snapshot.sessions)[100:110])
    updates: list[Update] = []
    first = threading.Event()

    def take(update: Update) -> None:
        updates.append(update)
        first.set()

    feed = Feed([snapshot], take, pace=SLOW, judge=Judge(), focus={str(root): shown})
    feed.start()
    assert first.wait(20)
    told = updates[0].snapshots[0].sessions
    assert (
        {key for key, session in told.items() if session.artefacts}
        == shown
        == updates[0].standings[0].keys()
    )
    assert all(told[key].claims for key in shown)
    wait_until(lambda: len(updates[-1].standings[0]) == 300)
    feed.stop()


def test_a_large_root_takes_few_watches_and_is_read_to_the_end(root: Root, listen: Listen) -> None:
    for number in range(600):
        root.write(f"build/build_20251106_{number // 60 + 10:02}{number % 60:02}00/plan.md", "x")
    listener = listen(str(root), names=True)
    wait_until(
        lambda: all(session.artefacts for session in listener.snapshots[0].sessions.values())
    )
    wait_until(lambda: listener.status.mode == "live" and not listener.status.unread)
    assert listener.status.watches <= MOST_WATCHES
    assert listener.changes == []  # having read a file for the first time is no change


def test_the_sessions_on_screen_are_watched(root: Root, listen: Listen) -> None:
    for number in range(200):
        root.write(
            f"build/build_20251106_10{number // 60:02}{number % 60:02}/plan.md",
            "x",
            at=1_700_000_000 + number,
        )
    listener = listen(str(root), pace=Intervals(reconcile=3600, polling=3600))
    listener.live()
    oldest = "build/build_20251106_100000"
    listener.feed.focus({str(root): frozenset({oldest})})
    before = listener.status.watches
    wait_until(lambda: listener.status.watches == before + 1)
    root.append(f"{oldest}/plan.md", "yz")
    wait_until(lambda: listener.sees(f"{oldest}/plan.md", "xyz"))


def test_a_rescan_sees_everything(
    root: Root, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(120):
        root.write(
            f"build/build_20251106_10{number // 60:02}{number % 60:02}/plan.md",
            "x",
            at=1_700_000_000 + number,
        )
    listener = listen(str(root), pace=SLOW)
    listener.live()
    root.append("build/build_20251106_100000/plan.md", "yz")
    listener.feed.rescan()
    wait_until(lambda: listener.sees("build/build_20251106_100000/plan.md", "xyz"))


def test_several_roots_are_told_together(tmp_path: Path, listen: Listen) -> None:
    first, second = Root(tmp_path / "one"), Root(tmp_path / "two")
    listener = listen(str(first), str(second))
    listener.live()
    second.write(f"{SESSION}/plan.md")
    wait_until(lambda: listener.snapshots[1].sessions)
    assert not listener.snapshots[0].sessions


def test_a_storm_of_40_000_writes_is_survived_and_nothing_is_missed(
    root: Root, listen: Listen
) -> None:
    listener = listen(str(root))
    listener.live()
    for number in range(200):
        folder = root.folder(f"build/build_20251106_1{number // 60}{number % 60:02}00")
        for step in range(200):
            with open(f"{folder}/file{step % 4}.md", "wb") as file:
                file.write(b"x" * (step + 1))
    truth = scan(str(root)).sessions
    wait_until(lambda: listener.snapshots[0].sessions == truth, "the true picture")


def test_a_stop_just_before_the_wake_is_cleared_is_not_lost(root: Root) -> None:
    feed = Feed([scan(str(root))], lambda _: None, pace=SLOW)
    clear = feed._wake.clear

    def stopped_just_then() -> None:
        feed._stopping = True
        feed._wake.set()
        clear()

    feed._wake.clear = stopped_just_then  # type: ignore[method-assign]
    feed.start()
    feed._thread.join(PATIENCE)
    assert not feed._thread.is_alive()


def test_what_comes_onto_the_screen_just_before_the_wake_is_cleared_is_not_lost(
    root: Root, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "build/build_20231101_100000"
    for name in ("context.md", "plan.md", "progress.md", "test_report.md", "review.md"):
        root.write(f"{key}/{name}", "# Implementation plan: Carts\n", at=1_700_000_000)
    clear = Wake.clear

    def focused_just_then(wake: Wake) -> None:
        if listeners and listeners[0].updates and not listeners[0].status.unread:
            listeners[0].feed.focus({str(root): frozenset([key])})
        clear(wake)

    monkeypatch.setattr(Wake, "clear", focused_just_then)
    listeners: list[Listener] = []
    listeners.append(listen(str(root), pace=SLOW, judge=Judge(), polling=True, names=True))
    wait_until(lambda: bool(listeners[0].snapshots[0].sessions[key].claims))


def test_lost_events_are_looked_for_less_often_at_rest(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "one")
    feed = Feed([scan(str(root))], lambda _: None, pace=Intervals(reconcile=8))
    feed._status = Status("live")
    assert feed._reconcile_every() == 32
    root.append(f"{SESSION}/plan.md", " two")
    feed._reconcile()  # finds what no event told of
    assert feed._reconcile_every() == 8


def test_a_checkout_in_an_open_root_changes_no_state(root: Root) -> None:
    keys = [f"patch/patch_202509{day:02}_101500" for day in (1, 2, 3, 4)]
    for key in keys:
        root.write(f"{key}/context.md", "# Context\n", at=1_757_000_000)
    both = [f"build/build_202509{day:02}_101500" for day in (1, 2)]
    for key in both:
        for at, name in enumerate(("context.md", "plan.md")):
            root.write(f"{key}/{name}", "# x\n", at=1_757_000_000 + at)
    updates: list[Update] = []
    feed = Feed([scan(str(root))], updates.append, pace=QUICK, judge=Judge())
    feed.start()
    try:
        wait_until(lambda: updates and len(updates[-1].standings[0]) == 6, "the states")
        before = {key: one.state for key, one in updates[-1].standings[0].items()}
        assert set(before.values()) == {"interrupted", "waiting"}
        for path in root.path.rglob("*.md"):  # as `git checkout` does it: all files made anew
            text = path.read_bytes()
            path.unlink()
            path.write_bytes(text)
        fresh = time.time_ns() - 60 * 10**9

        def arrived() -> bool:
            sessions = updates[-1].snapshots[0].sessions.values()
            times = [one.modified_ns for each in sessions for one in each.artefacts or ()]
            return len(times) == 8 and min(times) > fresh

        wait_until(arrived, "the new times")
        wait_until(
            lambda: {key: one.state for key, one in updates[-1].standings[0].items()} == before,
            "the same states",
        )
    finally:
        feed.stop()
    turned = {turn.now for update in updates for turn in update.state_changes}
    assert not turned & NEEDS_USER  # nobody is called


def test_what_comes_onto_the_screen_is_read_at_once(root: Root, listen: Listen) -> None:
    keys = [f"build/build_20231101_10{minute:02}00" for minute in range(40)]
    for key in keys:
        for name in ("context.md", "plan.md", "progress.md", "test_report.md", "review.md"):
            root.write(f"{key}/{name}", "# Implementation plan: Carts\n", at=1_700_000_000)
    listener = listen(str(root), pace=SLOW, judge=Judge(), polling=True)
    wait_until(lambda: bool(listener.updates) and not listener.status.unread)

    def claims(key: str) -> object:
        return listener.snapshots[0].sessions[key].claims

    assert not any(map(claims, keys[:10]))  # long completed: their names say all that is needed
    listener.feed.focus({str(root): frozenset(keys[:3])})
    wait_until(lambda: all(map(claims, keys[:3])))
    assert not any(map(claims, keys[3:10]))


def test_what_time_alone_makes_of_a_session_is_told_when_it_is_due(
    root: Root, listen: Listen
) -> None:
    """Nothing is written any more, and nothing is looked for."""
    rules = DEFAULT_TIME_RULES._replace(writing_ns=3 * SECOND_NS)
    key = f"build/{session_id(300)}"
    root.write(f"{key}/context.md", "# Context\n", at=time.time() - 200)
    root.write(f"{key}/plan.md", "# Plan\n")
    listener = listen(str(root), pace=SLOW, judge=Judge(JudgeSettings(rules=rules)))

    def states() -> list[str]:
        told = [update.standings[0] for update in listener.updates if update.standings]
        return list(dict.fromkeys(one[key].state for one in told if key in one))

    wait_until(lambda: states() == ["running", "waiting"], "the question")
