"""Folders on a path below the root: opened, and made where they are missing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from exito_tui.domain.root_paths import TRASH
from exito_tui.store.fs import mutations, safefs


@contextmanager
def opened_parent(root: int, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """(descriptor of the folder, name in it) of a path below the root; `make`: folders that are
    missing are made.

    Raises:
        OSError: there is no such folder, or a link in its place.
    """
    parent, _, name = path.rpartition("/")
    if make and not _opens(root, parent):
        make_folders(root, parent)
    with safefs.opened_folder(root, parent) as folder:
        yield folder, name


def _opens(root: int, path: str) -> bool:
    try:
        with safefs.opened_folder(root, path):
            return True
    except FileNotFoundError:
        return False


def make_folders(root: int, path: str) -> None:
    """Make the folders on a path below the root that are missing."""
    done = ""
    for name in filter(None, path.split("/")):
        with safefs.opened_folder(root, done) as folder:
            try:
                os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                with suppress(FileExistsError):
                    mutations.make_folder(
                        folder, name, 0o700 if f"{path}/".startswith(f"{TRASH}/") else 0o777
                    )
        done = f"{done}/{name}".lstrip("/")
