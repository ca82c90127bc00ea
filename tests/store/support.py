"""What the tests of the store share: sessions of long ago, and what is done to them."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

from exito_tui.domain.sessions.session import Session
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.journal import Outcome
from exito_tui.store.trash.targets import Target, capture_targets
from tests.support import Root

OLD = 1_735_700_000.0
KEY = "build/build_20250101_100000"


def seen(root: Root, *keys: str) -> list[Session]:
    found = scan(str(root)).sessions
    return [found[key] for key in keys]


def targets(root: Root, *keys: str) -> list[Target]:
    return capture_targets(str(root), seen(root, *keys))


def rm(root: Root, *keys: str, rules: ChangeRules | None = None) -> Outcome:
    return move_to_trash(str(root), targets(root, *keys), rules or ChangeRules())


def tree(root: Root) -> list[tuple[str, int, int, bytes]]:
    """Every file outside the program's own folders: name, mode, time and content."""
    made = []
    for base, folders, files in os.walk(os.fsencode(root.path)):
        folders[:] = [name for name in folders if name not in (b".trash", b".archive")]
        for name in files:
            path = os.path.join(base, name)
            status = os.lstat(path)
            text = (
                os.readlink(path)
                if stat.S_ISLNK(status.st_mode)
                else Path(os.fsdecode(path)).read_bytes()
            )
            made.append(
                (
                    os.fsdecode(os.path.relpath(path, os.fsencode(root.path))),
                    status.st_mode,
                    status.st_mtime_ns,
                    text,
                )
            )
    return sorted(made)


EVERY = (
    KEY,
    "pr_reviews/pr_7",
    "pr_reviews/pr_70",
    "research/topic_20250101_100000",
    "patch",
    "validator_20250101_100000",
)


Deepen = Callable[[Path, int], None]
