"""Help: the pane in focus first, filtered by typing; five keys on the very first start."""

import json
from pathlib import Path

import pytest

from exito_tui.app_state import Remembered, recall, remember
from exito_tui.config.settings import Config
from tests.support import NOW_NS, Root
from tests.ui.driver import browsing


@pytest.fixture
def filled(root: Root) -> Root:
    """One session that can be read."""
    root.write("build/build_20251106_193000/plan.md", "# Plan: Carts\n", at=NOW_NS / 1e9 - 60)
    return root


async def test_help_opens_at_the_pane_in_focus(filled: Root) -> None:
    async with browsing(filled, size=(120, 60)) as browser:
        await browser.press("question_mark")
        await browser.shows("Mark the session for a later action")
        assert browser.text.index("In the list") < browser.text.index("Everywhere")
        await browser.press("question_mark")
        await browser.hides("Everywhere")
        await browser.press("enter", "question_mark")
        await browser.shows("In the document")
        assert browser.text.index("In the document") < browser.text.index("Everywhere")


async def test_typing_filters_by_words_and_by_keys(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("question_mark", "slash")
        await browser.type("trash move")
        await browser.shows("Move the session, or the marked ones, to the trash")
        assert "Find any text ever written" not in browser.text
        await browser.press("escape")
        await browser.shows("Find any text ever written")
        await browser.type("ctrl+s")
        await browser.shows("The key ctrl+s")
        await browser.press("escape")
        await browser.type("nonsense")
        await browser.shows("No key does that.")
        await browser.press("escape", "escape")
        await browser.hides("type a word or a key")


async def test_what_a_key_does_hangs_below_itself(filled: Root) -> None:
    async with browsing(filled, size=(60, 24)) as browser:
        await browser.press("question_mark")
        await browser.type("verified")
        await browser.shows("verified")
        lines = browser.text.split("\n")
        first = next(at for at, line in enumerate(lines) if "Pack the session" in line)
        assert lines[first + 1].index("tar.gz") == lines[first].index("Pack")


async def test_a_rebound_key_is_the_one_that_is_shown(filled: Root) -> None:
    config = Config(ascii="never", by="command", keys={"trash": "ctrl+k"})
    async with browsing(filled, config=config, remembered=Remembered(is_first=True)) as browser:
        assert "ctrl+k to the trash" in browser.text
        await browser.press("question_mark")
        await browser.type("ctrl+k")
        await browser.shows("The key ctrl+k")


async def test_five_keys_are_shown_on_the_very_first_start_until_one_is_pressed(
    filled: Root,
) -> None:
    for size in ((80, 24), (120, 40)):
        async with browsing(filled, size=size, remembered=Remembered(is_first=True)) as browser:
            await browser.shows("Five keys to begin with")
            for words in (
                "enter read it",
                "w why it is so",
                "/ filter",
                "d to the trash",
                "? all keys",
            ):
                assert words in browser.text
            await browser.press("j")
            await browser.hides("Five keys")
    async with browsing(filled) as browser:
        assert "Five keys" not in browser.text


async def test_they_wait_until_there_is_a_session(root: Root) -> None:
    async with browsing(root, remembered=Remembered(is_first=True)) as browser:
        assert "Five keys" not in browser.text
        await browser.press("j")
        assert len(browser.app.screen.query("#first-keys")) == 1


def test_only_the_start_that_remembers_nothing_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "state" / "state.json"
    first = recall(str(path))
    assert first.is_first
    remember(str(path), first)
    assert not recall(str(path)).is_first
    assert "is_first" not in json.loads(path.read_text())
    path.write_text("broken")
    assert not recall(str(path)).is_first
