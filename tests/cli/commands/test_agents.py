"""`exito-tui agents`: what became of the agents of a session, whoever wrote their files."""

import json
import time
from pathlib import Path

import pytest

from exito_tui.claude import script
from exito_tui.claude.script import Script
from exito_tui.cli import run as main
from exito_tui.ui.widgets.agent_tree import branches
from tests.claude import moments
from tests.claude.moments import AGO, Moment
from tests.claude.records_builder import ClaudeFolder, session_id
from tests.claude.support import Told
from tests.cli.commands.support import out
from tests.support import Root


@pytest.fixture
def now(root: Root, claude: ClaudeFolder) -> Moment:
    return Moment(root, claude)


def rows(now: Moment) -> list[list[str]]:
    return [line.split("\t") for line in out(now.root, "agents", now.id)[0].splitlines()]


def files(now: Moment) -> list[str | None]:
    made = json.loads(out(now.root, "agents", now.id, "--json")[0])
    return [one["file"] for each in made["sessions"] for one in each["claude"]["agents"]]


def test_the_file_is_told_though_somebody_else_wrote_it(now: Moment) -> None:
    moments.no_write_tool(now)
    assert rows(now)[0][3] == "left no context.md" and files(now) == [None]
    path = Path(now.root.path, now.place, "context.md")
    now.root.write(f"{now.place}/context.md", "# Context\n")
    assert rows(now)[0][3] == "context.md"
    assert files(now) == [str(path.resolve())]
    why = json.loads(out(now.root, "why", now.id, "--json")[0])
    assert why["claude"]["agents"][0]["file"] == str(path.resolve())
    for more in ([], ["--filter", "build"]):
        (session,) = json.loads(out(now.root, "ls", "--json", *more)[0])["sessions"]
        assert session["claude"]["agents"][0]["file"] == str(path.resolve())


def test_of_two_conversations_in_one_folder_both_are_listed(now: Moment) -> None:
    moments.same_second(now)
    assert [row[1] for row in rows(now)] == ["investigator", "investigator"]
    made = json.loads(out(now.root, "agents", now.id, "--json")[0])["sessions"]
    assert len({one["claude"]["session_id"] for one in made}) == 2
    found = json.loads(out(now.root, "doctor", "--json", code=3)[0])["findings"]
    (finding,) = (one for one in found if one["code"] == "shared-folder")
    assert finding["place"] == now.place and "2 conversations" in finding["fact"]


def test_without_agents_it_says_so(now: Moment) -> None:
    assert out(now.root, "agents") == ("", "exito-tui: no agent is at work here\n")
    now.begins()
    now.lives("busy")
    assert out(now.root, "agents", now.id) == ("", "exito-tui: no agent was started for it\n")


def test_an_agent_that_is_not_there_is_answered_with_those_that_are(now: Moment) -> None:
    now.begins()
    now.lives("busy")
    now.root.write("build/build_20250101_100000/plan.md", "# Plan\n")
    error = out(now.root, "show", "build_20250101_100000", "--agent", "foo", code=1)[1]
    assert error.endswith("; none is known\n")
    now.talk.launches("investigator", now.place)
    error = out(now.root, "show", now.id, "--agent", "foo", code=1)[1]
    assert "no agent 'foo' is known of " in error and "; it has lead, investigator\n" in error


def test_a_long_transcript_is_said_to_be_cut(
    now: Moment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now.begins()
    agent = now.talk.launches("investigator", now.place)
    now.lives("busy")
    command = ["show", now.id, "--agent", "investigator", "--root", str(now.root)]
    assert main(command) == 0 and "long transcript" not in capsys.readouterr().err
    agent.answers("x" * 4000)
    monkeypatch.setattr(script, "TAIL", 3000)
    assert main(command) == 0
    error = capsys.readouterr().err
    assert "of a long transcript; all of it is in /" in error and ".jsonl" in error
    assert main([*command, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["truncated"] is True and said.err == ""


def test_entries_that_were_dropped_are_counted() -> None:
    made = Script()
    line = {"type": "assistant", "message": {"content": [{"type": "text", "text": "x"}]}}
    for _ in range(6001):
        made.take(json.dumps(line).encode())
    assert made.dropped > 0 and made.dropped + len(made.entries) == 6001


def moves_on(now: Moment) -> str:
    """The conversation is about another session from now on; its key."""
    key = f"build/{session_id(AGO - 100)}"
    now.talk.command()
    call = now.talk.calls("Bash", command=f"mkdir -p .claude/sessions/{key}")
    now.root.folder(key)
    now.talk.returns(call)
    now.talk.launches("investigator", key).leaves(now.root, f"{key}/context.md")
    return key


def at_work(now: Moment) -> tuple[set[str], set[str]]:
    """The sessions that are listed where none is named: as rows, and as JSON."""
    shown = {line.split("\t")[2] for line in out(now.root, "agents")[0].splitlines()}
    made = json.loads(out(now.root, "agents", "--json")[0])["sessions"]
    return shown, {one["key"] for one in made}


def test_without_a_name_only_what_is_in_hand_is_listed(now: Moment) -> None:
    moments.done_and_idle(now)
    assert at_work(now) == ({now.place}, {now.place})
    key = moves_on(now)
    now.lives("idle")
    assert at_work(now) == ({key}, {key})


def test_without_a_name_a_session_before_is_listed_while_an_agent_works(now: Moment) -> None:
    moments.builder_at_work(now)
    key = moves_on(now)
    now.lives("busy")
    assert at_work(now) == ({now.place, key}, {now.place, key})


def test_without_a_name_nothing_is_listed_of_a_conversation_that_ended(now: Moment) -> None:
    moments.done_and_gone(now)
    assert at_work(now) == (set(), set())


def test_every_command_says_the_same_of_an_agent_that_did_not_come_back(now: Moment) -> None:
    """Its process has been at its prompt for a minute, and nothing tells that the agent ended."""
    now.begins()
    now.talk.launches("investigator", now.place).does("Read", file_path="pay/ledger.py")
    now.talk.ends_turn(pending=1)
    now.lives("idle", since=60)
    claudes = [
        json.loads(out(now.root, *command)[0])
        for command in (["why", now.id, "--json"], ["show", now.id, "--json"])
    ]
    for command in (
        ["ls", "--json"],
        ["ls", "--json", "--filter", "b"],
        ["agents", now.id, "--json"],
    ):
        claudes += json.loads(out(now.root, *command)[0])["sessions"]
    states = [agent["state"] for one in claudes for agent in one["claude"]["agents"]]
    assert states == ["lost"] * 5 and rows(now)[0][0] == "lost"
    told = Told(now.root, now.claude.path)
    known = told.judge.known(told.snapshot.sessions[now.place], time.time_ns())
    assert known and [one.state for one in branches(known)] == ["resting", "lost"]
    assert "investigator was cut off" in claudes[0]["reason"]
