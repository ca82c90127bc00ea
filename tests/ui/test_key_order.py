"""Keys that come faster than the screen: each goes to what the one before it has opened."""

import asyncio
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Event, Key, Paste
from textual.widgets import Input

from exito_tui.ui.key_order import KeyHandled, KeyOrder
from tests.support import NOW, Root, until
from tests.ui.driver import Browser, browsing

NAMES = {" ": "space", "/": "slash", ":": "colon", "?": "question_mark", "\n": "enter"}


def rush(browser: Browser, *keys: str) -> None:
    """All keys at once, as a terminal hands on what was typed while the app was busy."""
    driver = browser.app._driver
    assert driver
    for key in keys:
        event = Key(NAMES.get(key, key), key if len(key) == 1 and key != "\n" else None)
        event.set_sender(browser.app)
        driver.send_message(event)


@pytest.fixture
def two(root: Root) -> Root:
    """A session of build and one of patch."""
    root.write("build/build_20251106_193000/plan.md", "# Plan: Lamps\n", at=NOW - 40_000)
    root.write("patch/patch_20251106_183000/context.md", "# Context: Doors\n", at=NOW - 40_000)
    return root


def typed(browser: Browser) -> str:
    """What stands in the input of the screen on top."""
    inputs = browser.app.screen.query(Input)
    return inputs.first().value if inputs else ""


@pytest.mark.parametrize("opens", ["/", "ctrl+s", ":", "?"])
async def test_what_follows_the_key_that_opens_an_input_is_typed_into_it(
    two: Root, opens: str
) -> None:
    async with browsing(two) as browser:
        rush(browser, opens, *"dad quad")
        await until(lambda: typed(browser) == "dad quad", "the whole text")
        assert not browser.toasts


async def test_nothing_is_done_to_more_than_the_filter_shows(two: Root) -> None:
    async with browsing(two) as browser:
        rush(browser, *"/command:patch\n", "ctrl+a", "d")
        await browser.shows("Move 1 session to the trash")
        [mark] = browser.app.browser.session_list.marks
        assert "patch/patch_20251106_183000" in mark


async def test_after_escape_the_next_key_is_the_lists_at_once(two: Root) -> None:
    async with browsing(two) as browser:
        rush(browser, "ctrl+s", *"lamp", "escape", *"/patch\n", "s")
        await until(lambda: browser.app.browser.arrangement.sort == "written", "the other order")
        assert browser.app.browser.arrangement.filter == "patch"


class Slow(App[None]):
    """Counts what was typed, and forgets to answer."""

    def __init__(self) -> None:
        super().__init__()
        self.order = KeyOrder(self, self.hand_on)

    async def hand_on(self, event: Event) -> None:
        """As an action does that waits for something."""
        await asyncio.sleep(0)
        await super().on_event(event)

    def compose(self) -> ComposeResult:
        yield Input()

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self.order.typed(event)
        else:
            await super().on_event(event)

    async def on_key_handled(self, event: KeyHandled) -> None:
        pass


async def test_a_key_whose_end_is_never_told_does_not_stop_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("exito_tui.ui.key_order._LOOK", 0.01)
    monkeypatch.setattr("exito_tui.ui.key_order._LONGEST", 0.0)
    app = Slow()
    async with app.run_test() as pilot:
        await pilot.press("a", "b", "c")
        await until(lambda: app.query_one(Input).value == "abc", "all three")


async def test_a_key_waits_for_an_answer_that_is_only_late(tmp_path: Path) -> None:
    app = Slow()
    async with app.run_test() as pilot:
        await pilot.press("a", "b")
        for _ in range(5):
            await app.order._look()
        assert app.query_one(Input).value == "a"
        await app.query_one(Input).remove()  # nobody is there to answer any more
        await app.order._look()
        assert not app.order._held


async def test_a_key_that_was_under_way_when_the_app_ended_is_nobodys() -> None:
    app = Slow()
    async with app.run_test() as pilot:
        await pilot.press("a")
        message = app.order._awaited
        assert message
        screens = app._screen_stacks[app._current_mode]
        kept = [*screens]
        screens.clear()
        await app.order.handled(message)
        await app.order.handled(KeyHandled(message.target, 1))
        screens.extend(kept)


async def test_keys_that_are_held_or_come_when_the_app_has_ended_are_nobodys() -> None:
    app = Slow()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await app.order.typed(Key("b", "b"))
        assert app.order._held
        screens = app._screen_stacks[app._current_mode]
        kept = [*screens]
        screens.clear()
        await app.order._go_on()  # as when a key has waited for long enough
        await app.order.typed(Key("c", "c"))
        screens.extend(kept)
        assert not app.order._held


async def test_what_is_pasted_keeps_its_place(two: Root) -> None:
    async with browsing(two) as browser:
        rush(browser, "/")
        driver = browser.app._driver
        assert driver
        driver.send_message(Paste("two words"))
        rush(browser, "x")
        await until(lambda: typed(browser) == "two wordsx", "the pasted words")
