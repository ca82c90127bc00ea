"""Which folders are watched: few of them, and none with all that is in it."""

import os
import stat
from collections.abc import Iterable, Sequence

from exito_tui.store.live.events import Focus
from exito_tui.store.live.session_index import SessionIndex

MOST_WATCHES = 96
_NEWEST = 24


def watched_folders(
    indexes: Sequence[SessionIndex], focus: Focus, others: Iterable[str]
) -> list[tuple[str, int]]:
    """The paths and inodes of what to watch: these `others`, each root and what holds it, its
    command folders, and the sessions most looked at, `MOST_WATCHES` at most."""
    paths: dict[str, None] = dict.fromkeys(others)
    for index in indexes:
        paths[_nearest_existing(os.path.dirname(index.root))] = None
        if index.snapshot.state == "present":
            paths.update(dict.fromkeys(index.folders()[: MOST_WATCHES // 2]))
    for index in indexes:
        for key in hot_sessions(index, focus):
            session = index.snapshot.sessions.get(key)
            if session and len(paths) < MOST_WATCHES:
                paths[f"{session.root}/{session.folder}".rstrip("/")] = None
    return [(path, inode) for path in paths if (inode := _folder_inode(path)) is not None]


def hot_sessions(index: SessionIndex, focus: Focus) -> list[str]:
    """The keys of a root's sessions that are on screen, then of those written last."""
    shown = focus.get(index.root, frozenset()) & index.snapshot.sessions.keys()
    return list(dict.fromkeys([*shown, *index.recent[:_NEWEST]]))


def _folder_inode(path: str) -> int | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino if stat.S_ISDIR(status.st_mode) else None


def _nearest_existing(path: str) -> str:
    while not os.path.isdir(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
