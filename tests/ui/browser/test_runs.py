"""Runs that have no folder yet, in the list."""

import pytest

from exito_tui.config.settings import Config
from tests.claude import moments
from tests.claude.moments import Moment
from tests.ui.browser.test_recover import LIVE
from tests.ui.driver import browsing


@pytest.mark.parametrize("by", ["need", "command", "time"])
async def test_the_row_and_the_header_count_from_when_it_asked(now: Moment, by: str) -> None:
    moments.main_asks_to_make_the_folder(now)
    now.lives("waiting", waitingFor="permission prompt", since=200)
    now.root.write("patch/patch_20250101_100000/plan.md", "# Plan\n", at=1.0)
    config = Config(ascii="never", by=by)  # type: ignore[arg-type]
    async with browsing(now.root, config=config, **LIVE) as browser:
        await browser.shows("? 1 need you")
        await browser.press("!")
        wide = browser.app.browser.session_list.size.width
        rows = [line[:wide].rstrip() for line in browser.text.splitlines()]
        (row,) = [row for row in rows if "Let users" in row]
        assert row.endswith(" 3 min"), browser.text
        if by == "command":
            (heading,) = [row for row in rows if " build 1" in row]
            assert heading.endswith(" 3 min"), heading
        await browser.shows("your permission · 3 min")
        await browser.shows("No files yet.")
