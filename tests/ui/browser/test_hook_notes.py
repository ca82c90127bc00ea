"""What the hooks did for a session, as the app shows it."""

import json

import pytest

from exito_tui.domain.hook_setup import PARTS
from exito_tui.hooks.dispatch import answer
from tests.claude.records_builder import ClaudeFolder
from tests.support import Root, until
from tests.ui.browser.test_recover import LIVE, REPORT
from tests.ui.driver import browsing

ID = "3f2a0000-1111-2222-3333-444455556666"


@pytest.fixture
def begun(root: Root, monkeypatch: pytest.MonkeyPatch) -> Root:
    """A run that the hook has begun."""
    monkeypatch.delenv("CLAUDE_PROJECT_DIR", raising=False)
    begin = {"hook_event_name": "UserPromptExpansion", "command_name": "exito:build"}
    assert answer({"session_id": ID, "cwd": str(root.project), **begin}, frozenset(PARTS))
    return root


def save(root: Root) -> None:
    """The agent comes back without its file, and the hook saves it."""
    stop = {"hook_event_name": "SubagentStop", "agent_type": "exito:investigator"}
    said = {"session_id": ID, "cwd": str(root.project), "last_assistant_message": REPORT}
    assert answer({**said, **stop}, frozenset(PARTS))


async def test_a_file_that_a_hook_saves_says_so_and_u_takes_it_back(begun: Root) -> None:
    async with browsing(begun, size=(80, 24), **LIVE) as browser:
        await browser.shows("build")
        save(begun)
        await browser.press("enter")
        await browser.shows("context.md saved from the answer")
        await browser.press("w")
        await browser.shows("context.md saved from the answer of investigator")
        assert "folder made by the hook" in browser.text
        await browser.press("escape", "u")
        await browser.shows("Undo this? 1 file, saved")
        await browser.shows("A hook saved it from the answer of investigator.")
        await browser.press("y")
        (folder,) = (begun.path / "build").iterdir()
        await until(lambda: not (folder / "context.md").exists(), "undo")
        await browser.hides("saved from the answer")


async def test_the_doctor_says_what_they_did_in_all(begun: Root) -> None:
    async with browsing(begun, **LIVE) as browser:
        await browser.shows("build")
        await browser.press("x")
        await browser.shows("The hooks made 1 folder here.")


async def test_an_agent_whose_answer_was_saved_has_its_file_in_the_tree(
    begun: Root, claude: ClaudeFolder
) -> None:
    (folder,) = (begun.path / "build").iterdir()
    talk = claude.talk(ago=60)
    talk.command()
    talk.launches("investigator", f"build/{folder.name}").comes_back(REPORT)
    claude.register(talk)
    save(begun)
    async with browsing(begun, **LIVE) as browser:
        await browser.shows("build")
        await browser.press("a")
        await browser.shows("→ context.md, saved ")
        await browser.shows("investigator: context.md saved from the answer")


async def test_hostile_notes_are_shown_as_text(begun: Root) -> None:
    (folder,) = (begun.path / "build").iterdir()
    saved = {"context.md": {"agent": "[red]\x1b[31m\u202ex", "size": 4}}
    (folder / "session_metadata.json").write_text(json.dumps({"hooks": {"save": saved}}))
    (folder / "context.md").write_text("# C\n")
    async with browsing(begun, **LIVE) as browser:
        await browser.press("w")
        await browser.shows("saved from the answer of [red]")
        assert "\x1b" not in browser.text and "\u202e" not in browser.text
