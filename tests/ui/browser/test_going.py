"""Going to Claude Code from the app: what is copied, and what is said, where there is no pane."""

import os
from pathlib import Path

import pytest

from exito_tui.claude import tmux
from tests.claude.conversations import ID, Run
from tests.support import Root, until
from tests.ui.browser.test_recover import KEY, LIVE
from tests.ui.driver import Browser, browsing


async def copied(browser: Browser) -> str:
    """What J puts on the clipboard."""
    browser.app.copy_to_clipboard("")
    await browser.press("J")
    await until(lambda: browser.app.clipboard, "something on the clipboard")
    return browser.app.clipboard


@pytest.fixture
def talk(root: Root) -> Run:
    root.write(f"{KEY}/context.md", "# Context\n")
    made = Run(root, KEY)
    made.agent("a1").finish()
    made.ends()
    return made


def resume(root: Root) -> str:
    return f"cd {root.project} && claude --resume {ID}"


async def test_the_folder_the_pid_and_the_command_are_said(root: Root, talk: Run) -> None:
    talk.register(statusUpdatedAt=1_700_000_000_000)
    async with browsing(root, **LIVE) as browser:
        await browser.shows("J go there")
        assert await copied(browser) == resume(root)
        said = browser.toasts[-1]
        assert said == f"It runs in {root.project}, pid {os.getpid()}. Copied: {resume(root)}"


async def test_a_background_job_is_attached_to(root: Root, talk: Run) -> None:
    talk.register(statusUpdatedAt=1_700_000_000_000, kind="bg", jobId="26f77fda")
    async with browsing(root, **LIVE) as browser:
        await browser.shows("J go there")
        assert await copied(browser) == "claude attach 26f77fda"


async def test_one_that_has_ended_is_resumed(root: Root, talk: Run) -> None:
    (Path(os.environ["CLAUDE_CONFIG_DIR"]) / "sessions").mkdir()
    async with browsing(root, **LIVE) as browser:
        await browser.shows("Claude Code has ended")
        assert "J go there" not in browser.text
        assert await copied(browser) == resume(root)
        assert browser.toasts[-1] == f"Copied: {resume(root)}"


async def test_what_a_terminal_would_obey_is_not_copied(root: Root) -> None:
    root.write(f"{KEY}/context.md", "# Context\n")
    talk = Run(root, KEY, cwd=f"{root.project}/\x1b]0;x\x07\n'a")
    talk.agent("a1").finish()
    talk.ends()
    talk.register(statusUpdatedAt=1_700_000_000_000)
    async with browsing(root, **LIVE) as browser:
        await browser.shows("J go there")
        assert not set("\x1b\x07\n") & set(await copied(browser))
        assert "with signs for what cannot be pasted" in browser.toasts[-1]


async def test_the_pane_is_asked_for_with_the_process_of_the_registry(
    root: Root, talk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def select(pane: str, pid: int) -> bool:
        asked.append((pane, pid))
        return True

    monkeypatch.setattr(tmux, "select_pane", select)
    talk.register(statusUpdatedAt=1_700_000_000_000, tmux="work:@2.%1")
    async with browsing(root, **LIVE) as browser:
        await browser.shows("J go there")
        await browser.press("J")
        await until(lambda: asked, "tmux to be asked")
        assert asked == [("work:@2.%1", os.getpid())] and not browser.app.clipboard


async def test_nothing_is_known_of_a_session_without_records(root: Root) -> None:
    root.write("build/build_20250101_100000/context.md", "# Context\n")
    async with browsing(root, **LIVE) as browser:
        await browser.press("J")
        await until(lambda: browser.toasts, "a word")
        assert "tell nothing of it" in browser.toasts[-1]
