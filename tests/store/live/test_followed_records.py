"""The feed with Claude Code's records: it tells what they change, and nothing when they do not."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from exito_tui.claude.joined import JoinedRecords
from exito_tui.domain.records.join import Joined
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.live.events import RecordsSource, Update
from exito_tui.store.live.feed import Feed, Intervals
from exito_tui.store.live.followed_records import FollowedRecords
from exito_tui.store.read.scan import scan
from tests.claude import moments
from tests.claude.moments import Moment
from tests.claude.records_builder import ASKED
from tests.support import Root, wait_until

SLOW = Intervals(reconcile=3600, polling=3600)
"""Nothing is looked for: only what the watching tells is seen."""
QUICK = Intervals(reconcile=0.2, polling=0.05)


class Listener:
    """A feed with records, and all that it told."""

    def __init__(
        self, root: Root, source: RecordsSource, pace: Intervals, shown: str, *, polling: bool
    ) -> None:
        self.updates: list[Update] = []
        self.errors: list[Exception] = []
        self.feed = Feed(
            [scan(str(root))], self.updates.append, pace=pace, judge=Judge(), records=source,
            focus={str(root): frozenset({shown})}, on_failure=self.errors.append, force_polling=polling,
        )  # fmt: skip

    @property
    def turns(self) -> list[tuple[str, str]]:
        return [(turn.before, turn.now) for one in self.updates for turn in one.state_changes]

    @property
    def snapshot(self) -> Snapshot:
        return self.updates[-1].snapshots[0]

    def state(self, key: str) -> str:
        standing = self.updates[-1].standings[0].get(key) if self.updates else None
        return standing.state if standing else ""

    def verdict(self, key: str) -> Verdict | None:
        found = [
            one.verdicts[0][key][1]
            for one in self.updates
            if one.verdicts and key in one.verdicts[0]
        ]
        return found[-1] if found else None


Listen = Callable[..., Listener]


def source_of(now: Moment) -> JoinedRecords:
    root = now.root
    return JoinedRecords(
        {str(root): str(root.project)}, Judge().folders, config=str(now.claude.path)
    )


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start feeds, and stop them at the end."""
    feeds: list[Feed] = []

    def start(
        now: Moment,
        pace: Intervals = SLOW,
        *,
        source: RecordsSource | None = None,
        polling: bool = False,
    ) -> Listener:
        made = Listener(now.root, source or source_of(now), pace, now.place, polling=polling)
        feeds.append(made.feed)
        made.feed.start()
        wait_until(lambda: made.updates and not made.updates[-1].status.unread, "the first picture")
        if not polling:
            wait_until(lambda: made.updates[-1].status.mode == "live", "watching")
        return made

    yield start
    for feed in feeds:
        feed.stop()
        assert not any(one.name == "exito-feed" and one.is_alive() for one in threading.enumerate())


def test_a_change_of_the_registry_alone_is_told(now: Moment, listen: Listen) -> None:
    moments.at_the_gate(now)
    now.lives("busy")
    told = listen(now)
    wait_until(lambda: told.state(now.place) == "running")
    now.lives("idle", since=0)
    wait_until(lambda: told.state(now.place) == "waiting", "the gate, once it has held")
    assert told.turns[-1] == ("running", "waiting")
    (entry,) = (now.claude.path / "sessions").iterdir()
    entry.unlink()
    wait_until(lambda: "claude --resume" in (told.verdict(now.place) or said).next_step)


said = Verdict("unknown", None, "", "", "guess", "")


def test_a_reason_that_changes_is_told_though_no_state_does(now: Moment, listen: Listen) -> None:
    now.begins()
    now.is_researched()
    agent = now.talk.launches("architect", now.place)
    call = agent.calls("Write", file_path=f"{now.root.path}/{now.place}/plan.md", content="# Plan")
    now.lives("waiting", waitingFor="permission prompt")
    told = listen(now)
    wait_until(lambda: "architect asks you" in (told.verdict(now.place) or said).reason)
    before = len(told.turns)
    now.talk.calls("Bash", command="make test")
    agent.returns(call)  # it was allowed: the next prompt is another one's
    wait_until(
        lambda: (
            "Claude Code asks you to allow Bash make test"
            in (told.verdict(now.place) or said).reason
        )
    )
    assert len(told.turns) == before


def test_what_an_agent_does_is_told_as_it_does_it(now: Moment, listen: Listen) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.lives("busy")
    told = listen(now)
    for name in ("a.py", "b.py"):
        agent.calls("Read", file_path=name)
        wait_until(lambda name=name: name in (told.verdict(now.place) or said).reason)  # type: ignore[misc]


@pytest.mark.parametrize("polling", [False, True])
def test_a_run_is_told_of_before_its_folder_and_its_root(
    now: Moment, listen: Listen, polling: bool
) -> None:
    now.root.path.rmdir()
    told = listen(now, QUICK, polling=polling)
    before = told.snapshot
    assert before.state == "missing"
    moments.main_asks_to_make_the_folder(now)
    wait_until(lambda: now.place in told.snapshot.sessions)
    assert told.snapshot.state == "present" and told.snapshot.sessions[now.place].asked == ASKED
    now.root.folder(now.place)
    wait_until(lambda: told.snapshot.sessions[now.place].form == "folder")
    assert told.snapshot.sessions[now.place].asked == ASKED
    added = [one for update in told.updates for one in update.changes if one.kind == "added"]
    assert {one.session.key for one in added} == {now.place}


def test_a_run_that_ends_up_in_another_folder_goes(now: Moment, listen: Listen) -> None:
    now.talk.command()
    now.lives("busy")
    told = listen(now)
    wait_until(lambda: told.snapshot.sessions)
    (run,) = told.snapshot.sessions.values()
    assert run.form == "run" and told.state(run.key)
    call = now.talk.calls("Bash", command=f"mkdir -p .claude/sessions/{now.place}")
    now.root.folder(now.place)
    now.talk.returns(call)
    wait_until(lambda: set(told.snapshot.sessions) == {now.place})
    wait_until(lambda: not told.state(run.key))


# ── without a thread ──────────────────────────────────────────────────────────────────────────────


class Source:
    """Tells what a test says."""

    def __init__(self) -> None:
        self.joined: Mapping[str, Joined] = {}
        self.is_complete = True
        self.fleeting = False
        self.looks = 0
        self.error: Exception | None = None

    def look(self, snapshots: Sequence[Snapshot], most: int = 1 << 62) -> Mapping[str, set[str]]:
        self.looks += 1
        if self.error:
            raise self.error
        return {}

    def folders(self) -> list[str]:
        return ["/c/sessions", "/c/projects/-p"]

    def is_fleeting(self, now_ns: int) -> bool:
        return self.fleeting


def test_it_is_looked_where_something_may_have_changed() -> None:
    source, judge = Source(), Judge()
    followed = FollowedRecords(source)
    for hints in ({"/p/.claude/sessions/build"}, {"/c/sessionsx/1"}, set()):
        assert followed.look([], judge, hints) is judge
    assert source.looks == 0
    followed.look([], judge, {"/c/projects/-p/1.jsonl"})
    followed.look([], judge, None)
    assert source.looks == 2
    source.is_complete = False
    followed.look([], judge, set())
    assert source.looks == 3 and followed.has_backlog


def test_what_may_not_hold_is_looked_at_again_at_once() -> None:
    """That is known after the look, not before."""
    source = Source()
    followed = FollowedRecords(source)
    source.fleeting = True
    followed.look([], Judge(), None)
    assert followed.is_fleeting
    followed.look([], Judge(), set())
    assert source.looks == 2
    source.fleeting = False
    followed.look([], Judge(), set())
    followed.look([], Judge(), set())
    assert source.looks == 3


def test_nothing_new_is_nothing_new(now: Moment) -> None:
    moments.builder_at_work(now)
    source, snapshot = source_of(now), scan(str(now.root))
    followed = FollowedRecords(source)
    judge = followed.look([snapshot], Judge(), None)
    assert followed.take_changed() == {str(now.root): {now.place}}
    first = followed.informed(snapshot)
    assert first.sessions[now.place].asked == ASKED
    now.talk.attachment("environment")
    now.talk.put({"type": "mode", "mode": "normal"})
    now.talk.put({"type": "something-new"})
    (now.claude.path / "sessions" / "1.abc.key").write_text("")
    again = followed.look([snapshot], judge, None)
    assert again is judge and followed.take_changed() == {}
    assert followed.informed(snapshot) is first
    same_words = snapshot._replace(sessions=dict(snapshot.sessions))
    assert followed.look([same_words], judge, None) is judge


def test_records_that_cannot_be_read_take_nothing_from_the_files(
    now: Moment, listen: Listen
) -> None:
    source = Source()
    source.error = RuntimeError("broken")
    told = listen(now, source=source)
    now.root.write(f"{now.place}/context.md", "# C\n")
    wait_until(lambda: told.snapshot.sessions.get(now.place))
    assert told.errors and not told.updates[-1].status.problem
    source.error = None


def test_much_is_read_in_shares(
    now: Moment, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exito_tui.store.live.followed_records._SHARE", 2000)
    moments.agent_asks_to_write(now)
    for _ in range(100):
        now.claude.talk().answers("x" * 500)
    told = listen(now)
    wait_until(
        lambda: "architect asks you to allow Write" in (told.verdict(now.place) or said).reason
    )


def test_folders_of_records_are_watched(now: Moment, listen: Listen) -> None:
    moments.builder_at_work(now)
    source = source_of(now)
    told = listen(now, source=source)
    watched = {Path(path) for path, _ in told.feed._folders()}
    assert {
        now.claude.path / "sessions",
        now.talk.path.parent,
        now.talk.path.with_suffix("") / "subagents",
    } <= watched
