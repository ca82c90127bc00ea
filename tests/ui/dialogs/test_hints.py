"""Every hint of every dialog is a button that does what its key does."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.trash.contents import operations_of
from exito_tui.ui.dialogs.base import Dialog
from exito_tui.ui.dialogs.hints import Hint, Hints, rows
from exito_tui.ui.dialogs.progress import ProgressScreen
from tests.store.support import targets
from tests.support import NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

OLD = NOW_NS / 1e9 - 40 * 86_400
TEN = 1_756_634_400 + 600
"""Ten past ten, on the day before the first of September 2025."""
KEYS = {
    "esc": "escape", "/": "slash", "-": "minus", "pgdn": "pagedown", "pgup": "pageup",
}  # fmt: skip
DIALOGS: dict[str, Sequence[str]] = {
    "undo": ("u",),
    "confirm": ("d",), "force": ("k", "p", "d"), "prune": ("P", "1"), "prune typing": ("P", "tab", "2"),
    "save policy": ("P", "1", "S", "x"), "trash": ("T",), "log": ("T", "l"),
    "purge": ("T", "X", "p", "u", "r", "g", "e"), "doctor": ("x",), "help": ("question_mark",),
    "why": ("w",), "timeline": ("t",), "contents": ("c",),
}  # fmt: skip
"""Which keys open each dialog."""
CHANGING = {
    ("confirm", "y"), ("force", "F"), ("undo", "y"), ("purge", "enter"), ("trash", "r"),
}  # fmt: skip
"""What changes something on disk, so that it cannot be done twice."""
NEWEST = "build/build_20250913_100000"


@pytest.fixture
def filled(root: Root) -> Root:
    """Sessions, one in the trash, and something for the doctor."""
    for day in range(1, 14):
        key = f"build/build_202509{day:02}_100000"
        root.write(f"{key}/context.md", "# Context: Carts\n\n## More\n\nx\n", at=TEN + day * 86_400)
    root.write("build/build_20250913_100000/.write_test", "", at=TEN + 13 * 86_400)
    root.write("build/session/plan.md", "# Plan: Lost\n", at=OLD)
    move_to_trash(str(root), targets(root, "build/build_20250901_100000"))
    return root


SIZE = (100, 36)


async def opened(browser: Browser, keys: Sequence[str]) -> Hints:
    """Open a dialog on the newest session, and wait until it has read what it shows."""
    at_work = browser.app.browser.operations.at_work

    def is_open() -> bool:
        return isinstance(browser.app.screen, Dialog)

    while len(browser.app.screen_stack) > 1 or at_work.locked():
        if is_open():  # what one dialog was opened from may open the next
            browser.app.screen.dismiss(None)
        await browser.settle()
    browser.app.clear_notifications()
    browser.app.browser.session_list.select(
        ("session", str(browser.app.browser.fleet.snapshots[0].root), NEWEST)
    )
    for key in keys:
        await browser.press(key)
        await until(lambda: is_open() or not at_work.locked(), f"what {key} does")
    await until(is_open, f"the dialog of {keys}")
    screen = browser.app.screen

    def has_read() -> bool:  # a reader that was overtaken by the next one is finished as well
        return all(one.is_finished for one in browser.app.workers if one.node is screen)

    for _ in range(3):
        await until(has_read, f"what the dialog of {keys} reads")
        await browser.settle()
    return screen.query_one(".dialog-hints", Hints)


@asynccontextmanager
async def dialog(root: Root, keys: Sequence[str], size: tuple[int, int]) -> AsyncIterator[Browser]:
    """The app with a dialog open."""
    async with browsing(root, size=size) as browser:
        await opened(browser, keys)
        yield browser


def foot(browser: Browser) -> Hints:
    return browser.app.screen.query_one(".dialog-hints", Hints)


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_click_on_a_hint_does_what_its_key_does(
    filled: Root, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either runs the same action of the dialog, or ends it with the same answer."""
    async with dialog(filled, DIALOGS[name], SIZE) as browser:
        screen, hints = browser.app.screen, foot(browser).hints
        assert hints and hints[-1].key == "esc"
        done: list[object] = []
        run = browser.app.run_action

        async def note(action: str, namespace: object = None, *_: object) -> bool:
            if namespace in (screen, None) and action != "select":
                done.append(action.removeprefix("app."))
                return True
            return await run(action, namespace)  # type: ignore[arg-type]

        monkeypatch.setattr(browser.app, "run_action", note)
        monkeypatch.setattr(screen, "dismiss", lambda result=None: done.append(result))
        for hint in hints:
            done.clear()
            await browser.press(KEYS.get(hint.key, hint.key))
            await until(lambda: done, hint.key)
            by_key = done.copy()
            done.clear()
            await click(browser, hint)
            if by_key != done and hint.key == "enter":  # an input answers by itself
                assert done == [hint.action]
                done.clear()
                getattr(screen, f"action_{hint.action}")()
            assert by_key == done, hint


@pytest.mark.parametrize("name, key", sorted(CHANGING - {("force", "F")}))
async def test_a_click_does_what_changes_something_as_well(
    filled: Root, name: str, key: str
) -> None:
    async with dialog(filled, DIALOGS[name], SIZE) as browser:
        before = len(operations_of(str(filled)))
        hint = next(one for one in foot(browser).hints if one.key == key)
        await click(browser, hint)
        await until(lambda: len(operations_of(str(filled))) == before + 1, "the operation")


async def test_a_long_operation_is_stopped_by_a_click(filled: Root) -> None:
    async with browsing(filled) as browser:
        screen = ProgressScreen("Moving", 9)
        browser.app.push_screen(screen)
        await browser.shows("esc stop after the session it is at")
        await click(browser, screen.hints()[0])
        assert screen.stopped
        await browser.shows("Stopping after the session it is at")


async def click(browser: Browser, hint: Hint) -> None:
    """Click in the middle of a hint."""
    shown = foot(browser)
    lines = rows(shown.hints, shown.size.width)
    y, x = next((y, at) for y, row in enumerate(lines) for at, one in row if one == hint)
    await browser.pilot.click(shown, offset=(x + hint.width // 2, y))
    await browser.settle()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_all_hints_are_on_the_screen_at_every_size(
    filled: Root, size: tuple[int, int]
) -> None:
    async with browsing(filled, size=size) as browser:
        for name, keys in DIALOGS.items():
            shown = await opened(browser, keys)
            assert shown.region.bottom <= size[1] and shown.region.height >= 1, name
            browser.app.notify("something happened\n" * 4, markup=False, timeout=1000)
            await browser.shows("something happened")
            for hint in shown.hints:
                assert f"{hint.key} {hint.words}" in browser.text, (name, hint)


async def test_what_is_searched_for_is_marked_and_gone_to(filled: Root) -> None:
    async with dialog(filled, ("x",), (120, 40)) as browser:
        await browser.press("slash")
        await browser.type("write_test")
        await browser.shows("1 found")
        await browser.press("enter")
        await browser.hides("1 found")
        styles = [
            segment.style
            for strip in browser.app.screen._compositor.render_strips()
            for segment in strip
            if segment.text == "write_test"
        ]
        assert styles and all(style and style.reverse for style in styles)
        await browser.press("escape")
        await browser.shows("Doctor: ")
        await browser.press("slash")
        await browser.type("zebra")
        await browser.shows("not found")
        await browser.press("escape", "escape")
        await browser.hides("Doctor: ")


async def test_n_goes_round_the_matches(filled: Root) -> None:
    async with dialog(filled, ("x",), (120, 40)) as browser:
        await browser.press("slash")
        await browser.type("e")
        await browser.press("enter")
        listed = browser.app.screen.query_one("OptionList")
        first = listed.highlighted  # type: ignore[attr-defined]
        places = [first]
        for _ in range(9):
            await browser.press("n")
            places.append(listed.highlighted)  # type: ignore[attr-defined]
            if places[-1] == first:
                break
        assert places[-1] == first and len(set(places)) > 1
        await browser.press("N")
        assert listed.highlighted == places[-2]  # type: ignore[attr-defined]


async def test_typing_filters_the_trash(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, "build/session"))
    async with dialog(filled, ("T",), (120, 40)) as browser:
        await browser.shows("Carts  build")
        await browser.shows("Lost  build")
        await browser.press("slash")
        await browser.type("lost")
        await browser.hides("Carts  build")
        await browser.press("enter")
        assert "Lost  build" in browser.text
        await browser.press("ctrl+x")
        await browser.shows("Destroy 1 entry")
        await browser.press("escape")
        await browser.shows("Carts  build")
        await browser.press("slash")
        await browser.type("zebra")
        await browser.shows("Nothing here fits.")
        await browser.press("escape")
        await browser.shows("Carts  build")


def test_hints_break_between_two_and_never_within() -> None:
    hints = [Hint("a", "x" * 10, "a"), Hint("b", "x" * 10, "b"), Hint("c", "y", "c")]
    assert rows(hints, 30) == [[(0, hints[0]), (15, hints[1])], [(0, hints[2])]]
    assert rows(hints, 5) == [[(0, one)] for one in hints]


async def test_a_key_that_comes_before_the_dialog_is_there_does_nothing(filled: Root) -> None:
    async with browsing(filled) as browser:
        screen = ProgressScreen("Moving", 9)
        assert not screen.check_action("down", ()) and screen.check_action("dismiss", ())
        browser.app.push_screen(screen)
        await browser.shows("Moving")
        assert screen.check_action("down", ())
        await browser.press("escape")
    async with browsing(filled) as browser:
        await browser.app.run_action("timeline", browser.app.browser)
        screen_on_top = browser.app.screen
        await browser.app.run_action("up", screen_on_top)  # at once: nothing is laid out yet
        await browser.shows("Timeline")


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_toast_hides_nothing_of_a_dialog_on_a_low_screen(
    filled: Root, size: tuple[int, int]
) -> None:
    """Whether it was there before, or comes meanwhile."""
    async with browsing(filled, size=size) as browser:
        await browser.press("P", "1")
        await browser.shows("keep last 10")
        bare = browser.text.split("\n")
        await browser.press("escape")
        for words in ("Something was said a moment ago.", "A run waits for you. " * 9):
            browser.app.notify(words, markup=False, timeout=1000)
        await browser.press("P", "1")
        browser.app.notify("Another one waits for you.", markup=False, timeout=1000)
        await browser.shows("Another one waits")
        lines = browser.text.split("\n")
        assert "Another one waits" in lines[0]
        assert lines[1:12] == bare[1:12]
