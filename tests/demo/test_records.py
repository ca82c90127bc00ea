"""The demo's records of Claude Code: every state that they can tell is there, and nothing stays."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count, takewhile
from pathlib import Path
from random import Random

import pytest

from exito_tui.claude.follower import Follower
from exito_tui.claude.joined import JoinedRecords
from exito_tui.claude.registry import processes
from exito_tui.claude.script import Script
from exito_tui.cli.options import Options
from exito_tui.cli.shared.browsing import records_of
from exito_tui.config.settings import Config
from exito_tui.demo import stand_ins
from exito_tui.demo.fleet import AT_A_TIME, live_until, past
from exito_tui.demo.player import BackgroundFleet, put
from exito_tui.demo.recorder import Stage, StandIn
from exito_tui.demo.scenes import recorded_live, recorded_past
from exito_tui.demo.stand_ins import StandIns
from exito_tui.demo.writes import Write
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.records.join import informed
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from tests.support import wait_until

SEED = 1


class Told:
    """A fleet on disk with its records, as the app sees it at a moment."""

    def __init__(self, project: Path, now: float) -> None:
        self.root = str(project / ".claude" / "sessions")
        self.config = str(project / ".claude-code")
        self.stage = Stage(str(project), now, Random(SEED))
        self.stand_ins = StandIns()
        self.verdicts: dict[str, Verdict] = {}
        self.known: dict[str, Known] = {}

    def put(self, files: list[Write], records: list[Write]) -> None:
        put(self.root, files, self.stage.now)
        put(self.config, records, self.stage.now)

    def look(self) -> None:
        os.makedirs(self.root, exist_ok=True)
        snapshot, judge = examined(scan(self.root), Judge())
        records = JoinedRecords({self.root: self.stage.project}, judge.folders, config=self.config)
        records.look([snapshot])
        joined = records.joined[self.root]
        judge = judge.knowing(self.root, joined.known)
        sessions = informed(snapshot, joined).sessions
        self.known = dict(joined.known)
        self.verdicts = {
            key: judge.verdict(session, time.time_ns()) for key, session in sessions.items()
        }


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    one = Told(tmp_path / "shop", time.time())
    yield one
    one.stand_ins.end()


@pytest.fixture
def of_the_past(told: Told) -> Told:
    before = past(SEED, told.stage.now)
    scenes = recorded_past(told.stage, before, told.stand_ins.another)
    put(told.root, before, told.stage.now)
    told.put(*scenes)
    told.look()
    return told


STATES = [
    ("permission of an agent", "waiting", "permission", "architect asks you to allow Write"),
    ("permission without a folder", "waiting", "permission", "Claude Code asks you to allow Bash"),
    ("a question", "waiting", "question", "Should a form be kept when the session ends?"),
    ("a dialog", "waiting", "dialog", "A dialog is open in Claude Code"),
    ("a gate", "waiting", "approve", "for your approval"),
    ("at the prompt", "waiting", "prompt", "architect was not started"),
    ("an error of the API", "waiting", "prompt", "The service is overloaded"),
    ("the model retried", "running", None, "attempt 5"),
    ("two at work in one folder", "running", None, "investigator is at work"),
    ("a refused write", "stuck", None, "you refused its Write"),
    ("a write elsewhere", "stuck", None, "it wrote"),
    ("killed", "interrupted", None, "Claude Code ended while builder was at work"),
    ("stopped by the user", "interrupted", None, "You stopped builder"),
]


def test_every_state_that_records_tell_is_in_the_demo(of_the_past: Told) -> None:
    for what, state, gate, says in STATES:
        found = [
            (verdict.state, verdict.gate, verdict.confidence)
            for key, verdict in of_the_past.verdicts.items()
            if key in of_the_past.known and says in verdict.reason
        ]
        assert found == [(state, gate, "certain")], what


def test_what_the_records_warn_of_is_in_the_demo(of_the_past: Told) -> None:
    facts = [one.fact for verdict in of_the_past.verdicts.values() for one in verdict.warnings]
    assert [fact for fact in facts if "2 conversations of Claude Code work in this folder" in fact]
    assert [fact for fact in facts if "it has no Write tool; its report" in fact]


def test_few_of_them_need_the_user_at_once(of_the_past: Told) -> None:
    """The first screen stays readable: the rest asked so long ago that it presses no more."""
    pressing = [
        key for key, verdict in of_the_past.verdicts.items()
        if verdict.state in ("waiting", "stuck", "failed") and not verdict.is_old
    ]  # fmt: skip
    assert len(pressing) <= 9


def _until(writes: Iterator[Write], seconds: float) -> list[Write]:
    return list(takewhile(lambda write: write.at <= seconds, writes))


def _lived(told: Told, seconds: float) -> Told:
    """The fleet after so many seconds of its life."""
    told.stage = told.stage._replace(now=time.time() - seconds)
    files = list(live_until(SEED, told.stage.now, seconds))
    told.put(files, _until(recorded_live(told.stage, SEED, told.stand_ins.another), seconds))
    told.look()
    return told


def test_what_goes_on_is_recorded_as_it_goes_on(told: Told) -> None:
    _lived(told, 40)
    running = {key: one for key, one in told.verdicts.items() if one.state == "running"}
    assert len(running) == AT_A_TIME
    for key, verdict in running.items():
        known = told.known[key]
        assert known.is_alive and known.is_current and verdict.confidence == "certain"
    agents = [agent for known in told.known.values() for agent in known.agents]
    assert {"running", "finished"} <= {agent.state for agent in agents}
    assert any(agent.parent for agent in agents)  # one was started by an agent
    causes = {failure.cause for agent in agents for failure in agent.failures}
    assert {"you", "no-tool"} <= causes
    assert all(agent.last for agent in agents)
    thoughts = 0
    for agent in agents:
        follower = Follower(agent.path, Script)
        follower.read(1 << 30)
        thoughts += sum(entry.kind == "thought" for entry in follower.taker.entries)
    assert thoughts > 5


def test_records_grow_with_the_runs(tmp_path: Path) -> None:
    calls = []
    for seconds in (20, 40):
        told = _lived(Told(tmp_path / str(seconds), time.time()), seconds)
        told.stand_ins.end()
        calls.append(sum(one.calls for known in told.known.values() for one in known.agents))
    assert 0 < calls[0] < calls[1]


def test_each_file_of_the_living_was_written_by_its_agent(told: Told) -> None:
    """The records are of the very runs that the files are of, moment by moment."""
    _lived(told, 130)
    assert len(told.known) > AT_A_TIME
    for key, known in told.known.items():
        folder = os.path.join(told.root, key)
        for name in os.listdir(folder):
            full = os.path.join(folder, name)
            records = "".join(
                Path(agent.path).read_text() for agent in (*known.agents, known.conversation.lead)
            )
            assert full in records or f"> .claude/sessions/{key}/{name}" in records


def test_a_seed_tells_the_same_again() -> None:
    def told_once() -> list[Write]:
        numbers = count(100)
        stage = Stage("/home/dev/shop", 1_762_461_000.0, Random(SEED))
        scenes = recorded_past(stage, past(SEED, stage.now), lambda: StandIn(next(numbers)))
        live = recorded_live(stage, SEED, lambda: StandIn(next(numbers)))
        return [*scenes.files, *scenes.records, *_until(live, 60)]

    first = told_once()
    assert first == told_once()
    assert not [one.path for one in first if one.path.startswith("/") or ".." in one.path]


def test_live_records_come_in_the_order_of_their_times() -> None:
    stage = Stage("/home/dev/shop", 1_762_461_000.0, Random(SEED))
    times = [one.at for one in _until(recorded_live(stage, SEED, lambda: StandIn(1)), 300)]
    assert len(times) > 2000 and times == sorted(times)


def test_where_there_is_no_proc_nobody_knows_whether_it_lives(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_ins, "own_domain", lambda: "")
    monkeypatch.setattr(stand_ins, "start_of", lambda pid: "")
    _lived(told, 30)
    assert {one.life for one in processes(told.config)} == {"unknown"}
    sources = {fact.source for one in told.verdicts.values() for fact in one.evidence}
    assert sources and "registry" not in sources


def test_a_demo_that_ends_leaves_neither_records_nor_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    os.mkdir(tmp_path / "tmp")
    home = sorted(Path(os.environ["HOME"]).rglob("*"))
    fleet = BackgroundFleet(SEED, speed=50)
    try:
        alive = [one for one in processes(fleet.config) if one.life == "alive"]
        assert len(alive) > 10
        entries = os.path.join(fleet.config, "sessions")
        wait_until(lambda: len(os.listdir(entries)) >= len(alive) + AT_A_TIME, "the living")
    finally:
        fleet.end()
    assert os.listdir(tmp_path / "tmp") == []
    assert not [one for one in threading.enumerate() if one.name.startswith("exito-demo")]
    assert sorted(Path(os.environ["HOME"]).rglob("*")) == home  # nor anything of the user's own


KILLED = """
import sys, time
from exito_tui.demo.player import BackgroundFleet
print(BackgroundFleet().config, flush=True)
time.sleep(1000)
"""


def test_a_demo_that_is_killed_leaves_nobody_alive(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert process.stdout
    config = process.stdout.readline().strip()
    assert "alive" in {one.life for one in processes(config)}
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert {one.life for one in processes(config)} == {"dead"}


def test_the_app_reads_the_records_of_the_demo_and_not_the_users() -> None:
    fleet = BackgroundFleet(SEED)
    try:
        options, shown = Options(), [Snapshot(fleet.root, state="present")]
        records = records_of(options, [fleet], shown, Config())
        assert records is not None
        records.look(shown)
        assert all(folder.startswith(fleet.config) for folder in records.folders())
        assert os.path.join(fleet.config, "sessions") in records.folders()
        assert records_of(Options(no_claude=True), [fleet], shown, Config()) is None
    finally:
        fleet.end()
