"""The other roots of a repository, looked for off the event loop: those that are announced and
opened on request, and the work trees that Claude Code makes, which are shown as they come and
go."""

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from exito_tui.actions import first_key
from exito_tui.claude.registry import is_worked_in
from exito_tui.domain.root_paths import project_folder, work_tree_of
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.sibling_roots import (
    bare_work_trees,
    own_work_trees,
    sibling_roots,
    where_siblings_lie,
)

if TYPE_CHECKING:
    from exito_tui.store.live.events import RecordsSource
    from exito_tui.ui.app import ExitoApp

PACE = 5.0
"""Seconds between two looks for work trees."""

Show = Callable[..., bool]
"""Shows other snapshots, unless something is at work on those on show; whether it did."""


class Siblings:
    """The roots beside those that an app shows."""

    def __init__(self, app: "ExitoApp") -> None:
        self._app = app
        self._records: dict[str, RecordsSource | None] = {}
        """What follows the records of work trees that have no sessions yet."""

    async def announce(self) -> None:
        """Say how many there are, and which key opens them."""
        if more := await asyncio.to_thread(_siblings_of, self._shown):
            key = first_key("worktrees", self._app.config.keys)
            words = f"{pluralize(len(more), 'more root')} {where_siblings_lie(self._shown)}"
            self._app.notify(f"{words}: {key} opens them.", markup=False, timeout=8)

    async def fresh(self) -> list[Snapshot]:
        """A first picture of each; the user is told when there are none."""
        more = await asyncio.to_thread(_siblings_of, self._shown)
        if not more:
            where = where_siblings_lie(self._shown)
            self._app.notify(f"There is no other root {where}.", markup=False)
        return await self._pictures(more)

    async def follow(self, show: Show) -> None:
        """Show the work trees that Claude Code makes in the projects on show, and no longer those
        that are gone; for ever."""
        while True:
            await asyncio.sleep(PACE)
            shown = self._shown
            added, gone = await asyncio.to_thread(_changed, shown, self._is_awaited)
            if (not added and not gone) or shown != self._shown:
                continue
            fresh = await self._pictures(added)
            left = [one for one in self._app.browser.fleet.snapshots if one.root not in gone]
            lost = [root for root in gone if not os.path.isdir(project_folder(root))]
            for root in lost if show(*left, *fresh) else ():
                name = one_line(work_tree_of(root))
                self._app.notify(
                    f"The work tree {name} is gone, and its sessions with it.",
                    severity="warning",
                    markup=False,
                )

    def _is_awaited(self, root: str) -> bool:
        """Whether Claude Code runs a workflow in a work tree that will make its root."""
        if not is_worked_in(project_folder(root)):
            return False
        missing = Snapshot(root, state="missing")
        if root not in self._records:
            self._records[root] = self._app.records_of([missing])
        if (records := self._records[root]) is None:
            return False
        records.look([missing])
        return bool(records.joined[root].runs)

    @property
    def _shown(self) -> list[str]:
        return [snapshot.root for snapshot in self._app.browser.fleet.snapshots]

    async def _pictures(self, roots: Sequence[str]) -> list[Snapshot]:
        def pictures() -> list[Snapshot]:
            settings_of = self._app.settings_of
            return [scan_names(root, settings_of(root).layouts_in_force) for root in roots]

        return await asyncio.to_thread(pictures)


def _siblings_of(shown: Sequence[str]) -> list[str]:
    """The roots that belong to the repositories of some roots, and are not among them."""
    found = {sibling for root in shown for sibling in sibling_roots(root)}
    return sorted(found - set(shown))


def _changed(
    shown: Sequence[str], is_awaited: Callable[[str], bool]
) -> tuple[list[str], list[str]]:
    """The work trees of the projects of some roots that are not among these, and those of these
    that are gone. One that has no sessions yet counts while they are awaited."""
    projects = [root for root in shown if not work_tree_of(root)]
    there = {tree for root in projects for _, tree in own_work_trees(root)}
    there |= {tree for root in projects for tree in bare_work_trees(root) if is_awaited(tree)}
    gone = [
        root
        for root in shown
        if work_tree_of(root) and root not in there and len(shown) > 1 and projects
    ]
    return sorted(there - set(shown)), gone
