"""What the first screen does on a click."""

import pytest

from exito_tui.config.settings import Config
from tests.support import Root
from tests.ui.driver import browsing

BY_NEED = Config(ascii="never", by="need")


async def test_a_click_on_a_row_selects_it_and_two_open_it(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.click("? craft")
        assert browser.selected.startswith("craft/") and not browser.app.browser.panes.is_reading
        await browser.click("! patch", times=2)
        assert browser.selected.startswith("patch/") and browser.app.browser.panes.is_reading


async def test_a_click_on_a_heading_folds_and_unfolds_it(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.click("NEEDS YOU")
        assert "▸ NEEDS YOU 6" in browser.text and "? craft" not in browser.text
        await browser.click("NEEDS YOU")
        assert "▾ NEEDS YOU 6" in browser.text and "? craft" in browser.text


@pytest.mark.parametrize(("count", "left"), [
    ("3 need you", 3), ("2 stuck", 2), ("1 failed", 1), ("41 done", 41),
])  # fmt: skip
async def test_a_click_on_a_count_shows_just_that_and_again_everything(
    fleet: Root, count: str, left: int
) -> None:
    async with browsing(fleet, config=BY_NEED, size=(140, 40)) as browser:
        session_list = browser.app.browser.session_list
        everything = session_list.session_count
        await browser.click(count)
        assert session_list.session_count == left
        await browser.click(count)
        assert session_list.session_count == everything


async def test_a_click_on_a_hint_does_what_its_key_does(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED, size=(160, 40)) as browser:
        await browser.click("space mark")
        assert "1 marked" in browser.text
        await browser.click("why")
        await browser.shows("Evidence")


async def test_a_click_on_a_folded_step_opens_its_last_file(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.click("? craft")
        await browser.click("✓ 4 files")
        assert browser.file == "feasibility.md"
        await browser.click("✓ plan")
        assert browser.file == "plan.md"
