"""What the start costs: nothing is done twice."""

from typing import Any

import pytest

from exito_tui.config.settings import Config
from exito_tui.domain.sessions.list_rows import arrange
from tests.support import Root, until
from tests.ui.driver import browsing


def count_rooms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many rows the list is arranged, each time that it is."""
    rooms: list[int] = []

    def counted(snapshots: Any, arrangement: Any, *rest: Any) -> Any:
        rooms.append(arrangement.room)
        return arrange(snapshots, arrangement, *rest)

    monkeypatch.setattr("exito_tui.ui.browser.screen.arrange", counted)
    return rooms


async def test_rows_are_arranged_anew_only_where_the_list_has_another_height(
    fleet: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = count_rooms(monkeypatch)
    async with browsing(fleet) as browser:
        rooms.clear()
        await browser.pilot.resize_terminal(110, 40)
        await browser.settle()
        await browser.pilot.resize_terminal(110, 35)
        await until(lambda: rooms, "the rows for the new height")
        assert rooms == [33]


async def test_the_first_rows_are_arranged_for_the_screen_that_there_is(
    fleet: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms = count_rooms(monkeypatch)
    async with browsing(fleet, size=(120, 30), config=Config(ascii="never", by="need")):
        assert set(rooms) == {28}


async def test_a_briefing_that_has_no_place_lays_nothing_out(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        briefing = browser.app.browser.bars.briefing
        await browser.press("!")
        assert str(briefing.styles.height) == "3"  # another one lays out the whole screen
        await browser.pilot.resize_terminal(80, 24)
        verdict = browser.app.browser.fleet.verdicts.of(browser.app.browser.session_list.row)
        assert verdict
        await browser.shows(verdict.reason[:30])
