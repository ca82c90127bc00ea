"""What the hooks did, as the command line tells it."""

import json
from pathlib import Path
from typing import Any

import pytest

from exito_tui.domain.hook_setup import PARTS
from exito_tui.hooks.dispatch import answer
from tests.claude.records_builder import ClaudeFolder
from tests.cli.commands.support import out
from tests.cli.test_cli import as_json
from tests.programs import run
from tests.support import Root

ID = "3f2a0000-1111-2222-3333-444455556666"
REPORT = "# Context\n\nThe cart has no coupons.\n"


@pytest.fixture
def begun(root: Root, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key of a run that the hook has begun, and whose first report it has saved."""
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    said: dict[str, Any] = {"session_id": ID, "cwd": str(root.project)}
    begin = {"hook_event_name": "UserPromptExpansion", "command_name": "exito:build"}
    assert answer({**said, **begin}, frozenset(PARTS))
    stop = {"hook_event_name": "SubagentStop", "agent_type": "exito:investigator"}
    assert answer({**said, **stop, "last_assistant_message": REPORT}, frozenset(PARTS))
    (folder,) = (root.path / "build").iterdir()
    return f"build/{folder.name}"


def file_of(made: Any) -> Any:
    return next(one for one in made["artefacts"] if one["name"] == "context.md")


def test_a_saved_file_is_told_to_be_one(root: Root, begun: str) -> None:
    (listed,) = as_json(run("ls", "--root", str(root), "--json"))["sessions"]
    shown = as_json(run("show", begun, "--root", str(root), "--json"))
    assert file_of(listed) == file_of(shown)
    assert file_of(shown)["saved_from"] == "investigator"
    assert all("saved_from" not in one for one in shown["artefacts"] if one["kind"] == "json")
    of_file = as_json(run("show", begun, "context.md", "--root", str(root), "--json"))
    assert (of_file["text"], of_file["saved_from"]) == (REPORT, "investigator")


def test_why_says_what_the_hooks_did(root: Root, begun: str) -> None:
    work = ["folder made by the hook", "context.md saved from the answer of investigator"]
    assert as_json(run("why", begun, "--root", str(root), "--json"))["hooks"] == work
    said, _ = out(root, "why", begun)
    assert f"\nHooks:\n  {work[0]}\n  {work[1]}\n" in said


def test_the_doctor_says_what_they_did_in_all(root: Root, begun: str) -> None:
    words = "made 1 folder, saved 1 file from answers here"
    _, said = out(root, "doctor")
    assert f"exito-tui: the hooks {words}\n" in said
    assert as_json(run("doctor", "--root", str(root), "--json"))["hooks"] == f"The hooks {words}."


def test_the_doctor_names_the_part_that_would_have_helped(
    root: Root, begun: str, claude: ClaudeFolder
) -> None:
    talk = claude.talk(ago=300)
    talk.command("exito:workflow")
    talk.launches("investigator", brief="Find out how it works")
    claude.register(talk, "busy")
    said, _ = out(root, "doctor", code=3)
    assert "run-without-folder  workflow/" in said
    assert "exito-tui plugin install --only begin" in said
    out(root, "doctor", "--no-claude")


def test_undo_takes_back_what_a_hook_saved(root: Root, begun: str) -> None:
    out(root, "undo")
    shown = as_json(run("show", begun, "--root", str(root), "--json"))
    assert [one["name"] for one in shown["artefacts"]] == ["session_metadata.json"]
    assert as_json(run("why", begun, "--root", str(root), "--json"))["hooks"] == [
        "folder made by the hook"
    ]


def test_the_agent_whose_answer_was_saved_has_its_file(
    root: Root, begun: str, claude: ClaudeFolder
) -> None:
    talk = claude.talk(ago=300)
    talk.command(asked="Add a coupon field")
    agent = talk.launches("investigator", f"Directory: .claude/sessions/{begun}")
    agent.comes_back(REPORT)
    said, _ = out(root, "agents", begun)
    assert "\tcontext.md, saved from the answer\t" in said


@pytest.mark.parametrize("text", ["[]", "{", '{"hooks": 3}', '{"hooks": {"save": 3}}'])
def test_notes_of_no_right_form_are_none(root: Root, begun: str, text: str) -> None:
    Path(root.path, begun, "session_metadata.json").write_text(text)
    shown = as_json(run("show", begun, "context.md", "--root", str(root), "--json"))
    assert "saved_from" not in shown
    assert json.loads(out(root, "why", begun, "--json")[0])["hooks"] == []
