"""What the hooks note of their work in a session's metadata; see `domain/sessions/hook_notes.py`.

Of several that note at once each waits its turn. Where it cannot be noted, the work is done all the
same."""

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from exito_tui.hooks.folders import DRAFT, METADATA
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.locks import take_lock

Notes = dict[str, Any]
"""The member `hooks` of the metadata, by part."""
_KEY = "hooks"
_LARGEST = 64 * 1024
_PATIENCE = 1.0


def note(root: int, place: str, change: Callable[[Notes], None]) -> None:
    """Change the notes of the session at a place below a root's descriptor. Metadata that is no
    JSON object stays as it is; where there is none it is made."""
    try:
        with safefs.opened_folder(root, place) as folder:
            if take_lock(folder, _PATIENCE):
                _change(folder, change)
    except (OSError, ValueError, RecursionError):
        return


def count(part: str) -> Callable[[Notes], None]:
    """A change that counts one more thing that a part did."""

    def change(notes: Notes) -> None:
        before = notes.get(part)
        notes[part] = (before if type(before) is int else 0) + 1

    return change


def saved(name: str, agent: str, size: int) -> Callable[[Notes], None]:
    """A change that tells from whose answer a file of so many bytes was saved."""

    def change(notes: Notes) -> None:
        before = notes.get("save")
        files = before if isinstance(before, dict) else {}
        notes["save"] = {**files, name: {"agent": agent, "size": size}}

    return change


def _change(folder: int, change: Callable[[Notes], None]) -> None:
    """Put the changed metadata in the place of what was read, and of nothing else: whoever ends the
    session at this moment has the last word. Raises OSError, ValueError."""
    made, seen = _read(folder)
    before = made.get(_KEY)
    notes: Notes = before if isinstance(before, dict) else {}
    change(notes)
    text = json.dumps({**made, _KEY: notes}, indent=2) + "\n"
    with suppress(FileNotFoundError):
        mutations.remove_file(folder, DRAFT)  # what a hook left that was ended
    mode = stat.S_IMODE(seen.st_mode) if seen else 0o644
    mutations.write_new(folder, DRAFT, text.encode(errors="surrogateescape"), mode)
    try:
        if seen is None:
            mutations.move(folder, DRAFT, folder, METADATA)
            return
        mutations.swap(folder, DRAFT, folder, METADATA)
        if os.stat(DRAFT, dir_fd=folder, follow_symlinks=False).st_ino != seen.st_ino:
            mutations.swap(folder, DRAFT, folder, METADATA)
    finally:
        with suppress(FileNotFoundError):
            mutations.remove_file(folder, DRAFT)


def _read(folder: int) -> tuple[dict[str, Any], os.stat_result | None]:
    """The metadata, and the status of its file; None where there is no file. Raises OSError,
    ValueError."""
    try:
        with safefs.opened_file(folder, METADATA) as (descriptor, status):
            if status.st_size > _LARGEST:
                raise ValueError("far longer than metadata should be")
            made = json.loads(safefs.pread_all(descriptor, 0, _LARGEST))
    except FileNotFoundError:
        return {}, None
    if not isinstance(made, dict):
        raise ValueError("no JSON object")
    return made, status
