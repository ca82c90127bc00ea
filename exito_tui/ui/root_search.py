"""Looking for a project's own root, as long as it has none, off the event loop."""

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from exito_tui.config.checks import ConfigError
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.read.roots import is_user_level

if TYPE_CHECKING:
    from exito_tui.ui.app import ExitoApp

_PACE = 0.8
"""Seconds between two looks."""

Search = Callable[[str], tuple[Snapshot, Config] | None]
"""Looks for a root nearer than the given one: its first picture, and its settings."""


class RootSearch:
    """Opens the nearest root of an app's project the moment it appears."""

    def __init__(self, app: "ExitoApp", search: Search | None) -> None:
        """Without a `search` the roots were named by the user, and none is looked for."""
        self._app = app
        self._search = search

    @property
    def is_over(self) -> bool:
        """Whether the roots on show are those that are wanted."""
        return self._search is None

    def end(self) -> None:
        """Look no further."""
        self._search = None

    async def follow(self, show: Callable[[Snapshot, Config], None]) -> None:
        """Look until a root of a project is on show, and `show` each that is found meanwhile."""
        browser = self._app.browser
        while (search := self._search) is not None:
            root = browser.fleet.snapshots[0].root
            if not await asyncio.to_thread(_may_give_way, root):
                return
            try:
                found = await asyncio.to_thread(search, root)
            except ConfigError as error:
                self._app.errors.tell(error, once=True)
                found = None
            if found and self._search is search and not browser.operations.at_work.locked():
                show(*found)
            await asyncio.sleep(_PACE)


def _may_give_way(root: str) -> bool:
    """Whether a nearer root is opened in place of this one when it appears: it is not there, or no
    project's."""
    return not os.path.isdir(root) or is_user_level(root)
