"""The other roots of a repository, looked for off the event loop."""

import asyncio
import os
from collections.abc import Sequence

from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.read.roots import is_user_level
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.sibling_roots import sibling_roots


async def siblings_of(snapshots: Sequence[Snapshot]) -> list[str]:
    """The roots that belong to the repositories of some roots, and are not among them."""
    shown = [snapshot.root for snapshot in snapshots]
    found = await asyncio.to_thread(lambda: [one for root in shown for one in sibling_roots(root)])
    return sorted(set(found) - set(shown))


async def sibling_snapshots(snapshots: Sequence[Snapshot], layouts: Layouts) -> list[Snapshot]:
    """A first picture of each of these roots."""
    more = await siblings_of(snapshots)
    return await asyncio.to_thread(lambda: [scan_names(root, layouts) for root in more])


def may_give_way(root: str) -> bool:
    """Whether a nearer root is opened in place of this one when it appears: it is not there, or no
    project's."""
    return not os.path.isdir(root) or is_user_level(root)
