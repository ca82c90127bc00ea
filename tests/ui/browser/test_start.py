"""What the start costs: nothing is done twice."""

from typing import Any

import pytest

from exito_tui.domain.sessions.list_rows import arrange
from tests.support import Root
from tests.ui.driver import browsing


async def test_rows_are_arranged_anew_only_where_the_list_has_another_height(
    fleet: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rooms: list[int] = []

    def counted(snapshots: Any, arrangement: Any, *rest: Any) -> Any:
        rooms.append(arrangement.room)
        return arrange(snapshots, arrangement, *rest)

    monkeypatch.setattr("exito_tui.ui.browser.screen.arrange", counted)
    async with browsing(fleet) as browser:
        rooms.clear()
        await browser.pilot.resize_terminal(110, 40)
        assert not rooms
        await browser.pilot.resize_terminal(110, 35)
        assert rooms == [33]
