"""Behind a dialog the list lives on: what is asked is done to what was shown, whatever is
highlighted when the answer comes."""

import errno
from pathlib import Path

import pytest

from exito_tui.domain.root_paths import root_title
from exito_tui.store.trash import targets as captured
from tests.store.support import OLD
from tests.support import Root, until
from tests.ui.browser.test_recover import KEY, LIVE, told
from tests.ui.driver import Browser, browsing

__all__ = ["told"]

FIRST, SECOND = "build/build_20250103_100000", "patch/patch_20250102_100000"


@pytest.fixture
def other(tmp_path: Path) -> Root:
    """Another root, with one session."""
    made = Root(tmp_path / "other")
    made.write(f"{SECOND}/context.md", "# Context: Dark mode\n\nof the other root\n", at=OLD)
    return made


async def highlight(browser: Browser, root: Root, key: str) -> None:
    """Highlight a session behind whatever is open, as following the fleet does."""
    assert browser.app.browser.selection.select(("session", str(root), key))
    await browser.settle()


async def test_the_doctor_fixes_the_root_that_it_examined(root: Root, other: Root) -> None:
    for one, key in ((root, FIRST), (other, SECOND)):
        one.write(f"{key}/context.md", "# x\n", at=OLD)
        one.write(f"{key}/.write_test", "", at=OLD)
    async with browsing(root, other) as browser:
        await highlight(browser, root, FIRST)
        await browser.press("x")
        await browser.shows("fix this")
        await highlight(browser, other, SECOND)
        await browser.press("M")
        await browser.shows("Fix 1 problem?")
        assert root.project.name in browser.text and FIRST in browser.text
        await highlight(browser, other, SECOND)
        await browser.press("y")
        await until(lambda: not (root.path / FIRST / ".write_test").exists())
    assert (other.path / SECOND / ".write_test").exists()
    assert not (other.path / ".trash").exists()


async def test_one_root_alone_is_not_named(root: Root) -> None:
    root.write(f"{FIRST}/.write_test", "", at=OLD)
    root.write(f"{FIRST}/context.md", "# x\n", at=OLD)
    async with browsing(root) as browser:
        await browser.press("x")
        await browser.shows("fix this")
        await browser.press("M")
        await browser.shows("Fix 1 problem?")
        assert "In " not in browser.text


async def test_an_error_names_the_root_in_which_it_came_up(
    root: Root, other: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{FIRST}/context.md", "# x\n", at=OLD)

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(captured, "capture_targets", broken)
    async with browsing(root, other) as browser:
        await highlight(browser, root, FIRST)
        await browser.press("space")
        await highlight(browser, other, SECOND)
        await browser.press("d")
        await until(lambda: browser.toasts, "a word")
        assert str(root) in browser.toasts[-1] and str(other) not in browser.toasts[-1]


async def test_why_goes_to_the_session_that_it_was_about(root: Root, other: Root) -> None:
    root.write(f"{FIRST}/context.md", "# Context\n\nof the first root\n", at=OLD)
    async with browsing(root, other) as browser:
        await highlight(browser, root, FIRST)
        await browser.press("w")
        await browser.shows("enter")
        await highlight(browser, other, SECOND)
        await browser.press("enter")
        await browser.shows("of the first root")
        assert browser.selected == FIRST


async def test_what_the_agents_screen_offers_is_done_to_its_session(
    told: Root, other: Root
) -> None:
    path = told.path / KEY / "context.md"
    async with browsing(told, other, **LIVE) as browser:
        await highlight(browser, told, KEY)
        await browser.shows("came back")
        await browser.press("a")
        await browser.shows("as context.md (R)")
        await highlight(browser, other, SECOND)
        await browser.agree("R", to="Save context.md?")
        await until(path.exists, "the file")


async def test_the_agents_screen_opens_the_file_of_its_session(told: Root, other: Root) -> None:
    told.write(f"{KEY}/plan.md", "# Plan\n\nof the first root\n")
    other.write(f"{SECOND}/plan.md", "# Plan\n\nof the other root\n", at=OLD)
    async with browsing(told, other, **LIVE) as browser:
        await highlight(browser, told, KEY)
        await browser.press("a")
        await browser.shows("o open its file")
        await highlight(browser, other, SECOND)
        browser.app.screen.dismiss("plan.md")  # as `o` does for what an agent wrote
        await browser.shows("of the first root")
        assert browser.selected == KEY


async def test_undo_and_redo_are_of_what_was_done_last_whatever_is_highlighted(
    root: Root, other: Root
) -> None:
    root.write(f"{FIRST}/context.md", "# x\n", at=OLD)
    async with browsing(root, other) as browser:
        await highlight(browser, root, FIRST)
        await browser.agree("d", to="Move 1 session")
        await until(lambda: not (root.path / FIRST).exists())
        await browser.shows("u to undo")
        await highlight(browser, other, SECOND)
        await browser.press("u")
        await until(lambda: (root.path / FIRST).exists(), "it comes back")
        await browser.shows("U to redo")
        await highlight(browser, other, SECOND)
        await browser.press("U")
        await until(lambda: not (root.path / FIRST).exists(), "it goes again")


async def test_of_several_roots_the_one_that_a_dialog_is_about_is_named(
    root: Root, other: Root
) -> None:
    root.write(f"{FIRST}/context.md", "# x\n", at=OLD)
    async with browsing(root, other) as browser:
        await highlight(browser, other, SECOND)
        for key, title in (("x", "Doctor ({}): "), ("T", "Trash ({}): "), ("P", "Prune ({}): ")):
            await browser.press(key)
            await browser.shows(title.format(root_title(str(other))))
            await browser.press("escape")
        await browser.press("u")
        await until(lambda: browser.toasts, "a word")
        assert browser.toasts[-1].startswith(f"{root_title(str(other))}: There is nothing to undo")
