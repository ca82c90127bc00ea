"""`exito-tui recover`: what it shows, asks, saves and refuses, and its exit codes."""

import json
import time

import pytest

from tests.claude.conversations import Run
from tests.cli.commands.support import out
from tests.programs import run
from tests.support import Root
from tests.terminal.pty import Terminal

KEY = time.strftime("build/build_%Y%m%d_%H%M%S", time.gmtime(time.time() - 60))
REPORT = "# Context: coupon field\n\n" + "".join(f"- fact {number}\n" for number in range(20))
EVIL = "# T\x1b]0;own\x07 \u202e and more than forty bytes of it\n"


@pytest.fixture
def told(root: Root) -> Root:
    """An investigator and an architect came back without their files."""
    root.folder(KEY)
    talk = Run(root, KEY)
    talk.register()
    first, second = talk.agent("a1"), talk.agent("a2", "architect")
    first.say(REPORT)
    first.finish(REPORT)
    second.write(f"{root}/{KEY}/plan.md", EVIL, "refused")
    second.finish("I wrote the plan.")
    talk.ends()
    return root


def files(root: Root) -> list[str]:
    """What is in the session, but for what is noted of it."""
    names = {path.name for path in (root.path / KEY).iterdir()}
    return sorted(names - {"session_metadata.json"})


def test_dry_run_shows_each_file_with_its_source_and_how_it_begins(told: Root) -> None:
    said, error = out(told, "recover", "latest", "--dry-run")
    assert f"{KEY}/context.md  (215 B, from investigator: its last words)" in said
    assert f"{KEY}/plan.md  (48 B, from architect: its Write, which was refused)" in said
    assert "    - fact 9\n    … and 10 more lines\n" in said and "fact 10" not in said
    assert "\x1b" not in said and "\u202e" not in said
    assert "context.md and plan.md would be saved; nothing was done" in error
    assert files(told) == [] and not (told.path / ".trash").exists()


def test_yes_saves_all_that_can_be_and_undo_takes_it_back(told: Root) -> None:
    _, error = out(told, "recover", KEY, "--yes")
    assert "2 files saved (263 B); `exito-tui undo --root" in error
    assert (told.path / KEY / "context.md").read_text() == REPORT
    assert (told.path / KEY / "plan.md").read_bytes() == EVIL.encode()
    log = json.loads(out(told, "log", "--json")[0])["deeds"][0]
    assert log["action"] == "recover"
    assert [unit["origin"]["source"] for unit in log["units"]] == ["last-words", "refused-write"]
    assert log["units"][0]["origin"]["agent_id"] == "a1"
    assert REPORT[:20] not in (told.path / ".trash" / "log.jsonl").read_text()
    assert "no agent came back without its file" in out(told, "recover", KEY, "--yes")[1]
    assert "undone: recover of 2 files" in out(told, "undo")[1]
    assert list((told.path / KEY).iterdir()) == []


def test_an_edited_file_is_left_and_does_not_hold_up_what_was_done_before(told: Root) -> None:
    out(told, "recover", KEY, "plan.md", "--yes")
    out(told, "recover", KEY, "context.md", "--yes")
    told.append(f"{KEY}/context.md", "mine\n")
    done = run("undo", "--root", str(told))
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "exito-tui: recover is taken back as far as it can be; "
        "the next undo takes back what was done before",
        f"exito-tui: {KEY}/context.md: it is not what was written there; it is left where it is",
    ]
    assert f"undone: recover of {KEY}/plan.md" in out(told, "undo")[1]
    assert files(told) == ["context.md"]
    assert "there is nothing to undo" in run("undo", "--root", str(told)).stderr.decode()
    deeds = json.loads(out(told, "log", "--json")[0])["deeds"]
    assert sorted(len(deed["units"][0]["moves"]) for deed in deeds if deed["undoes"]) == [0, 1]


def test_what_was_saved_is_said_to_be_from_an_answer_until_it_is_taken_back(told: Root) -> None:
    before = '{"status": "in_progress"}'
    told.write(f"{KEY}/session_metadata.json", before)
    out(told, "recover", KEY, "context.md", "--yes")
    made = json.loads(out(told, "show", KEY, "--json")[0])
    saved = {one["name"]: one.get("saved_from") for one in made["artefacts"]}
    assert saved == {"context.md": "investigator", "session_metadata.json": None}
    assert json.loads(out(told, "why", KEY, "--json")[0])["hooks"] == [], "no hook did it"
    assert "hooks" not in out(told, "doctor")[1]
    out(told, "undo")
    assert json.loads((told.path / KEY / "session_metadata.json").read_text()) == json.loads(before)


def test_one_file_alone(told: Root) -> None:
    _, error = out(told, "recover", KEY, "plan.md", "--yes")
    assert "1 file saved" in error and files(told) == ["plan.md"]
    assert "is there already" in out(told, "recover", KEY, "plan.md", "--yes", code=1)[1]
    assert "not a file that a phase" in out(told, "recover", KEY, "../x.md", "--yes", code=1)[1]
    assert "know of no builder" in out(told, "recover", KEY, "progress.md", "--yes", code=1)[1]
    assert files(told) == ["plan.md"]


def test_json_tells_the_same(told: Root) -> None:
    made = json.loads(out(told, "recover", KEY, "--json", "--dry-run")[0])
    assert made["schema"] == 1 and made["key"] == KEY and made["left"] == []
    assert [one["saved"] for one in made["files"]] == [False, False]
    assert made["files"][0] == {
        "file": "context.md", "size_bytes": 215, "source": "last-words", "agent": "investigator",
        "agent_id": "a1", "conversation": "11111111-2222-4333-8444-555555555555", "saved": False,
        "problem": None,
    }  # fmt: skip
    made = json.loads(out(told, "recover", KEY, "--json", "--yes")[0])
    assert [one["saved"] for one in made["files"]] == [True, True]


def test_without_a_terminal_it_needs_yes(told: Root) -> None:
    assert "without a terminal it needs --yes" in out(told, "recover", KEY, code=2)[1]
    assert files(told) == []


@pytest.mark.parametrize(("answer", "saved"), [("y", True), ("n", False)])
def test_on_a_terminal_it_asks(told: Root, answer: str, saved: bool) -> None:
    with Terminal("recover", KEY, "plan.md", "--root", str(told)) as terminal:
        terminal.shows(f"Save plan.md in {KEY}? [y/N]")
        assert "its Write, which was refused" in terminal.text
        terminal.press(f"{answer}\r")
        assert terminal.exit_code() == (0 if saved else 1)
    assert b"\x1b]0" not in terminal.raw and b"\x07" not in terminal.raw
    assert (files(told) == ["plan.md"]) == saved


@pytest.mark.parametrize("how", [["--read-only"], ["--no-claude"]])
def test_it_is_refused_where_nothing_may_be_changed_or_read(told: Root, how: list[str]) -> None:
    out(told, "recover", KEY, "--yes", *how, code=1)
    assert files(told) == []


def test_what_has_no_report_is_told_and_fails(root: Root) -> None:
    root.folder(KEY)
    talk = Run(root, KEY)
    talk.register()
    agent = talk.agent("a1")
    agent.say("Done.")
    agent.finish("Done.")
    said, error = out(root, "recover", KEY, "--yes", code=1)
    assert not said and "investigator came back without it" in error
    made = json.loads(run("recover", KEY, "--json", "--yes", "--root", str(root)).stdout)
    assert made["files"] == [] and made["left"][0]["file"] == "context.md"


def test_a_session_of_long_ago_is_recovered_all_the_same(root: Root) -> None:
    import os

    key = "build/build_20250101_100000"
    root.folder(key)
    talk = Run(root, key)
    agent = talk.agent("a1")
    agent.say(REPORT)
    agent.finish()
    long_ago = time.time() - 30 * 86_400
    for path in talk.folder.rglob("*.jsonl"):
        os.utime(path, (long_ago, long_ago))
    assert "1 file saved" in out(root, "recover", key, "--yes")[1]


def test_a_session_of_which_nothing_is_known(root: Root) -> None:
    root.write("build/build_20250101_100000/plan.md", "# Plan\n")
    assert "tell nothing of it" in out(root, "recover", "latest", "--yes", code=1)[1]
