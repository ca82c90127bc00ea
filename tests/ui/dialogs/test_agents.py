"""The agents of a session as a tree, with the transcript of one of them."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from exito_tui import growth
from exito_tui.claude.follower import Follower
from exito_tui.claude.joined import JoinedRecords
from exito_tui.config.settings import Config
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.ui.dialogs.agents import AgentsScreen
from tests.claude.records_builder import AgentTalk, ClaudeFolder, Talk, session_id
from tests.support import Root, until
from tests.ui.driver import Browser, browsing


class Scene:
    """A build whose investigator came back, and whose architect is at work."""

    def __init__(self, root: Root, tmp_path: Path) -> None:
        self.root = root
        project = tmp_path / "project"
        self.folder = ClaudeFolder(tmp_path / "claude", project)
        self.key = f"build/{session_id(300)}"
        self.talk: Talk = self.folder.talk(ago=300)
        self.talk.command(asked="Add a coupon field")
        directory = f".claude/sessions/{self.key}"
        self.investigator: AgentTalk = self.talk.launches("investigator", f"Directory: {directory}")
        self.investigator.says("I look at the code first.")
        self.investigator.does("Read", file_path="src/price.py")
        self.investigator.does("Grep", pattern="coupon")
        self.investigator.leaves(root, f"{self.key}/context.md")
        self.investigator.comes_back("The research is done.")
        self.architect: AgentTalk = self.talk.launches("architect", f"Directory: {directory}")
        self.architect.calls("Bash", command="pytest -q")
        self.folder.register(self.talk, status="busy")

    def options(self) -> dict[str, Any]:
        project = str(self.root).removesuffix("/.claude/sessions")

        def records_of(snapshots: object, config: object) -> JoinedRecords:
            config_folder = str(self.folder.path)
            return JoinedRecords({str(self.root): project}, Judge().folders, config=config_folder)

        return {"records_of": records_of, "watch": True, "clock": time.time_ns}


@pytest.fixture
def scene(root: Root, tmp_path: Path) -> Scene:
    return Scene(root, tmp_path)


async def opened(browser: Browser) -> None:
    await browser.shows("Add a coupon field")
    await browser.press("a")
    await browser.shows("lead")


async def test_agents_stand_as_a_tree_with_what_each_left_or_owes(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("→ context.md")
        assert "◐ architect" in browser.text and "Bash pytest -q" in browser.text
        assert "○ builder" in browser.text and "→ progress.md" in browser.text
        await browser.shows("no result yet")
        await browser.press("escape")
        await browser.shows("NEEDS" if "NEEDS" in browser.text else "build")


@pytest.mark.parametrize("width", [80, 120])
async def test_a_long_name_has_the_room_that_is_free(scene: Scene, width: int) -> None:
    name = "requirements-validator-two"
    scene.talk.launches(name, f"Directory: .claude/sessions/{scene.key}").comes_back("Done.")
    async with browsing(scene.root, size=(width, 24), **scene.options()) as browser:
        await opened(browser)
        await browser.shows(f" {name} ")


async def test_the_transcript_grows_and_its_calls_unfold(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.press("k")
        await browser.shows("I look at the code first.")
        assert "2 tool calls" in browser.text or "3 tool calls" in browser.text
        await browser.press("e")
        await browser.shows("src/price.py")
        await browser.press("j")
        scene.architect.says("The plan is thought through.")
        await browser.shows("The plan is thought through.")


async def test_a_transcript_written_anew_with_as_many_lines_is_shown_anew(scene: Scene) -> None:
    scene.architect.says("The first plan.")
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("The first plan.")
        screen = browser.app.screen
        assert isinstance(screen, AgentsScreen) and screen._follower
        path = Path(screen._follower.path)
        path.write_bytes(path.read_bytes().replace(b"The first plan.", b"Another one, longer."))
        await browser.shows("Another one, longer.")
        assert "The first plan." not in browser.text


async def test_what_is_said_of_the_highlighted_agent_grows_with_it(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows(", 1 tool call")
        scene.architect.does("Read", file_path="src/cart.py")
        await browser.shows(", 2 tool calls")


async def test_the_calls_of_an_agent_stand_before_its_model(scene: Scene) -> None:
    directory = f"Directory: .claude/sessions/{scene.key}"
    scene.talk.launches("requirements-investigator", directory).calls("Bash", command="ls")
    async with browsing(scene.root, size=(100, 30), **scene.options()) as browser:
        await opened(browser)
        await browser.shows("requirements-investigator, 1 tool call, ")
        lines = browser.text.split("\n")
        assert next(line for line in lines if ", 1 tool call, " in line).endswith("…")


async def test_without_unicode_what_is_left_out_has_a_sign_of_ascii(scene: Scene) -> None:
    scene.talk.launches("requirements-investigator", f"Directory: {scene.key}").calls("Bash")
    config = Config(ascii="always", by="command")
    async with browsing(scene.root, size=(100, 30), config=config, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("requirements-investigator, 1 tool call, ")
        assert browser.text.isascii(), {one for one in browser.text if not one.isascii()}


async def test_an_agent_that_was_yet_to_come_stays_highlighted_as_it_begins(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("○ builder")
        await browser.press("j")
        await browser.shows("Nothing is recorded of this agent.")
        directory = f"Directory: .claude/sessions/{scene.key}"
        scene.talk.launches("builder", directory).says("Step one is under way.")
        await browser.shows("Step one is under way.")


async def test_an_agents_file_is_gone_to(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.press("o")
        assert browser.toasts[-1] == "This agent left no file in the session."
        await browser.press("k", "o")
        await browser.shows("context.md")
        assert browser.file == "context.md"


async def test_a_session_without_records_says_so(root: Root) -> None:
    root.write("build/build_20251106_153045/context.md", "# Context\n")
    async with browsing(root) as browser:
        await browser.press("j", "a")
        assert browser.toasts[-1] == "Claude Code's records tell nothing of this session."


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_it_fits_every_size_and_says_nothing_raw(scene: Scene, size: tuple[int, int]) -> None:
    scene.architect.says("\x1b[31mred\x1b]0;title\x07 [bold]x[/bold]")
    async with browsing(scene.root, size=size, **scene.options()) as browser:
        await browser.shows("build")
        await browser.press("a")
        await browser.shows("architect")
        assert "\x1b" not in browser.text and "\x07" not in browser.text
        assert "esc back" in browser.text


async def test_to_unfold_calls_is_nothing_new_and_a_click_does_it(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.press("k")
        await browser.shows("I look at the code first.")
        await browser.click("e expand")
        await browser.shows("src/price.py")
        assert "▎" not in browser.text


async def test_without_watching_the_records_are_read_once(scene: Scene) -> None:
    async with browsing(scene.root, **scene.options() | {"watch": False}) as browser:
        await opened(browser)
        await browser.shows("◐ architect")


async def test_the_lead_is_at_its_prompt_when_its_turn_is_over(scene: Scene) -> None:
    scene.architect.comes_back("It is planned.")
    scene.talk.answers("Shall I go on?")
    scene.talk.ends_turn()
    scene.folder.register(scene.talk, status="idle")
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("· lead")
        assert "at its prompt" in browser.text and "◐ lead" not in browser.text


async def test_the_lead_that_asks_has_the_sign_of_who_waits(scene: Scene) -> None:
    scene.architect.is_stopped_by_user()
    scene.talk.calls("Bash", command="git push")
    scene.folder.register(scene.talk, status="waiting", waitingFor="permission prompt")
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows("? lead")
        assert "asks you to allow Bash git" in browser.text


async def test_each_of_two_leads_has_its_pid(scene: Scene) -> None:
    other = scene.folder.talk(ago=300)
    other.command(asked="Add a coupon field")
    other.launches("reviewer", f"Directory: .claude/sessions/{scene.key}")
    scene.folder.register(other, status="idle", pid=os.getppid())
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await browser.shows(f"lead (pid {os.getpid()})")
        await browser.shows(f"lead (pid {os.getppid()})")


async def test_what_is_said_of_an_agent_is_cut_with_a_sign(scene: Scene) -> None:
    async with browsing(scene.root, size=(60, 20), **scene.options()) as browser:
        await opened(browser)
        caption = browser.app.screen.query_one("#agents-caption", Static)
        assert (caption.styles.text_wrap, caption.styles.text_overflow) == ("nowrap", "ellipsis")


async def test_nothing_waits_for_a_transcript_once_its_screen_is_left(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "GROWING_NS", 30 * SECOND_NS)
    for talk in (scene.investigator, scene.architect):
        os.utime(talk.path)
    waiting: list[str] = []
    wait = Follower[Any].wait_while_growing

    def watched(self: Follower[Any], interrupt: threading.Event) -> bool:
        waiting.append(self.path)
        try:
            return wait(self, interrupt)
        finally:
            waiting.remove(self.path)

    monkeypatch.setattr(Follower, "wait_while_growing", watched)
    async with browsing(scene.root, **scene.options()) as browser:
        await opened(browser)
        await until(lambda: bool(waiting), "a wait")
        await browser.press("k")
        await browser.shows("I look at the code first.")
        await until(lambda: waiting == [str(scene.investigator.path)], "the other wait")
        await browser.press("escape")
        await until(lambda: not waiting, "no wait")
