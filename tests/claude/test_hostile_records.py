"""Whatever stands in records: nothing raises, nothing hangs, and nothing raw comes out."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exito_tui.claude.script import Script
from exito_tui.claude.transcript import Transcript
from exito_tui.cli.json.claude import claude_object
from exito_tui.cli.json.schema import session_object
from exito_tui.domain.records.conversation import Conversation, Process
from exito_tui.domain.records.join import Index, informed, join
from exito_tui.domain.records.script import script_text
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import STATES
from tests.claude.moments import TABLE, Moment
from tests.claude.records_builder import ClaudeFolder
from tests.claude.support import Told, opened_paths
from tests.programs import run
from tests.support import NOW_NS, Root

RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u2028\u2029]"
)
NASTY = "\x1b]0;owned\x07\x1b[31m\x9b1m\u202eevil\x00\ud800\r\n[b]x[/b]"
ROOT, PLACE = "/p/.claude/sessions", "build/build_20251106_202500"

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=20),
    st.sampled_from([NASTY, "", "x" * 5000, "2025-11-06T20:30:45.123Z", "9999-12-31T23:59:59-23:59",
                     f".claude/sessions/{PLACE}/plan.md", "tool_use", "Agent", "exito:build", "assistant"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip
KEYS = (
    "type", "message", "content", "id", "name", "input", "text", "timestamp", "cwd", "version", "isMeta",
    "isSidechain", "stop_reason", "usage", "toolUseResult", "agentId", "status", "tool_use_id", "is_error",
    "permissionDecision", "toolDenialKind", "isApiErrorMessage", "isAbortedMidStream", "subtype", "model",
    "questions", "file_path", "command", "prompt", "subagent_type", "description", "attachment",
)  # fmt: skip
RECORDS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=8)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in texts(one)]


def check(
    transcripts: list[Transcript], status: str = "waiting", nasty: str = "permission"
) -> None:
    """What these transcripts give: verdicts and objects for every life of the process."""
    lead, *rest = transcripts
    agents = tuple(
        one.as_agent(f"a{at}")._replace(type=one.as_agent("").said) for at, one in enumerate(rest)
    )
    talk = Conversation("0badcafe", "/p", lead.as_agent("")._replace(type="lead"), lead.turn, agents,
                        tuple(lead.commands), tuple(lead.order.values()), True)  # fmt: skip
    files = (Artefact("context.md", "markdown", 10, NOW_NS - 10**9, 1),)
    session = Session(
        ROOT, PLACE, "build", PLACE[6:], "canonical", "20251106202500", files, claims=Claims({})
    )
    snapshot = Snapshot(ROOT, {PLACE: session})
    for process in (
        [],
        [Process(7, "0badcafe", "/p", "alive", status, NOW_NS - 10**10, nasty, NASTY, "", NASTY)],
        [Process(7, "0badcafe", "/p", "dead", status, None, nasty, "", NASTY)],
        [Process(7, "0badcafe", "/p", "unknown", status)],
    ):
        told = join(ROOT, Index(snapshot.sessions), [talk], process, ["build"], NOW_NS)
        judge = Judge().knowing(ROOT, told.known)
        for one in informed(snapshot, told).sessions.values():
            verdict = judge.verdict(one, NOW_NS)
            assert verdict.state in STATES and verdict.reason and verdict.next_step and verdict.now
            shown = session_object(one, verdict, pinned=False, known=judge.known(one, NOW_NS))
            shown.pop("claude")
            assert not [text for text in texts(shown) if RAW.search(text)]
            printed = json.dumps(claude_object(judge.known(one, NOW_NS)))
            assert printed.isascii() and not RAW.search(printed)


@given(st.lists(RECORDS, max_size=12), st.sampled_from(["idle", "busy", "waiting", "shell", NASTY]))
def test_random_records_never_raise_and_nothing_raw_comes_out(
    records: list[dict[str, Any]], status: str
) -> None:
    made, script = Transcript(), Script()
    for record in records:
        line = json.dumps(record).encode()
        made.take(line)
        script.take(line)
        made.take_start(line[:100])
        script.take_start(line[:100])
    check([made, made], status)
    script_text(script.entries, NOW_NS, expanded=True)


@given(st.binary(max_size=400))
def test_random_bytes_never_raise(line: bytes) -> None:
    for taker in (Transcript(), Script()):
        taker.take(line)
        taker.take_start(line)


@pytest.fixture(scope="module")
def real_lines(tmp_path_factory: pytest.TempPathFactory) -> list[list[bytes]]:
    """The transcripts of every moment of the truth table."""
    found = []
    for number, row in enumerate(TABLE):
        folder = tmp_path_factory.mktemp(f"m{number}")
        root = Root(folder / "project")
        row.happens(Moment(root, ClaudeFolder(folder / "c", root.project)))
        found += [path.read_bytes().splitlines() for path in sorted(folder.rglob("*.jsonl"))]
    return found


def mutated(record: Any, path: list[int], value: object) -> Any:
    """The record with another value somewhere inside."""
    if isinstance(record, dict) and record:
        key = sorted(record)[path[0] % len(record)]
        inner = mutated(record[key], path[1:], value) if len(path) > 1 else value
        return {**record, key: inner}
    if isinstance(record, list) and record:
        at = path[0] % len(record)
        inner = mutated(record[at], path[1:], value) if len(path) > 1 else value
        return [*record[:at], inner, *record[at + 1 :]]
    return value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_mutated_records_never_raise_and_nothing_raw_comes_out(
    real_lines: list[list[bytes]], data: st.DataObject
) -> None:
    lines = list(data.draw(st.sampled_from(real_lines)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        path = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=6))
        try:
            record = json.loads(lines[at])
        except ValueError:
            continue
        lines[at] = json.dumps(mutated(record, path, data.draw(VALUES))).encode()
        if data.draw(st.booleans()):
            lines.insert(at, lines[at][: data.draw(st.integers(0, 200))])
    data.draw(st.randoms()).shuffle(lines) if data.draw(st.booleans()) else None
    made, script = Transcript(), Script()
    for line in lines:
        made.take(line)
        script.take(line)
    check([made, made], data.draw(st.sampled_from(["idle", "busy", "waiting"])))
    script_text(script.entries, NOW_NS)


@pytest.mark.parametrize("depth", [900, 5000, 200_000])
def test_deep_nesting(depth: int) -> None:
    for inner in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        made, script = Transcript(), Script()
        line = f'{{"type":"user","message":{{"content":{inner}}},"toolUseResult":{inner}}}'.encode()
        made.take(line)
        script.take(line)
        use = f'{{"type":"assistant","message":{{"content":[{{"type":"tool_use","id":"t","name":"Bash","input":{inner}}}]}}}}'
        made.take(use.encode())
        script.take(use.encode())


@pytest.mark.parametrize(
    "stamps",
    [
        ["2025-11-06T20:30:00Z", "1970-01-01T00:00:00Z", "2199-01-01T00:00:00Z"],
        ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
        ["2025-11-06T20:30:00", "yesterday", "", "2025-11-06T20:30:00+25:00"],
        ["2025-11-06T20:30:00Z"] * 3,
    ],
    ids=["jumps", "far", "no times", "stands"],
)
def test_clocks_that_jump(stamps: list[str]) -> None:
    made, script = Transcript(), Script()
    for number, stamp in enumerate(stamps * 3):
        for record in (
            {"type": "user", "message": {"content": "<command-name>/exito:build</command-name>"}},
            {"type": "assistant", "message": {"content": [
                {"type": "tool_use", "id": f"t{number}", "name": "Agent",
                 "input": {"prompt": f"Session: {PLACE[6:]}", "subagent_type": "builder"}}]}},
            {"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": f"t{number}"}]},
             "toolUseResult": {"agentId": "a1", "status": "completed"}},
        ):  # fmt: skip
            line = json.dumps({**record, "timestamp": stamp}).encode()
            made.take(line)
            script.take(line)
    for status in ("idle", "busy", "waiting"):
        check([made, made], status)
    script_text(script.entries, NOW_NS)


@pytest.fixture
def hostile(root: Root, claude: ClaudeFolder) -> Moment:
    """A run whose every word is an order to the terminal."""
    now = Moment(root, claude)
    now.talk.command("exito:build", NASTY)
    now.talk.does("Bash", command=f"mkdir -p .claude/sessions/{now.place}")
    now.root.folder(now.place)
    agent = now.talk.launches("investigator", now.place, task=NASTY)
    agent.calls("Write", file_path=f"/p/{NASTY}/context.md", content=NASTY)
    other = now.talk.launches(NASTY, now.place, task=NASTY)
    other.returns(other.calls(NASTY, command=NASTY), NASTY, error=True)
    other.comes_back(NASTY)
    now.talk.calls("AskUserQuestion", questions=[{"question": NASTY}])
    now.lives("waiting", waitingFor="permission prompt", tmux=NASTY, name=NASTY)
    return now


@pytest.mark.parametrize("waiting", ["permission prompt", "input needed", NASTY])
def test_nothing_raw_is_printed(hostile: Moment, waiting: str) -> None:
    hostile.lives("waiting", waitingFor=waiting, tmux=NASTY)
    for arguments in (
        ["ls"], ["ls", "--json"], ["ls", "--json", "--filter", "state:waiting"], ["why", hostile.id], ["status"],
        ["why", "--json", hostile.id], ["show", "--json", hostile.id], ["agents"], ["agents", hostile.id],
        ["agents", "--json"], ["show", hostile.id, "--agent", "investigator"],
    ):  # fmt: skip
        done = run(*arguments, "--root", str(hostile.root))
        assert done.returncode in (0, 3), (arguments, done.stderr)
        for said in (done.stdout, done.stderr):
            text = said.decode("utf-8").replace("\n", "")
            assert not RAW.search(text), (arguments, text)
        assert b"Traceback" not in done.stderr


def test_nothing_raw_in_the_verdict(hostile: Moment) -> None:
    told = Told(hostile.root, hostile.claude.path)
    verdict = told.verdict(hostile.place, time.time_ns())
    assert not [one for one in (verdict.reason, verdict.next_step, verdict.now) if RAW.search(one)]
    assert verdict.state == "waiting"


def test_a_thousand_transcripts_of_other_projects_are_not_read(
    claude: ClaudeFolder, root: Root, tmp_path: Path
) -> None:
    for number in range(300):
        talk = claude.talk(cwd=tmp_path / f"other{number % 7}", uuid=f"{number:08x}-0000")
        talk.says("x")
    own = claude.talk()
    own.says("hello")
    with pytest.MonkeyPatch.context() as patch:
        opened = opened_paths(patch)
        Told(root, claude.path)
    assert [one for one in opened if one.endswith(".jsonl")] == [str(own.path)]
