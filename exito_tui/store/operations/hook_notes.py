"""What is noted in a session's metadata of the work of hooks, and of files that were saved from
answers; see `domain/sessions/hook_notes.py`.

Of several that note at once each waits its turn. Where it cannot be noted, the work is done all the
same."""

import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.locks import take_lock

METADATA = "session_metadata.json"
DRAFT = f".{METADATA}.tmp"
"""What is to become the metadata; what a process left of it that was ended is no file of the
session."""
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


def saved(name: str, agent: str, size: int, *, by_hand: bool = False) -> Callable[[Notes], None]:
    """A change that tells from whose answer a file of so many bytes was saved, by a hook or by
    hand."""

    def change(notes: Notes) -> None:
        before = notes.get("save")
        files = before if isinstance(before, dict) else {}
        one = {"agent": agent, "size": size, **({"by_hand": True} if by_hand else {})}
        notes["save"] = {**files, name: one}

    return change


def forgotten(name: str) -> Callable[[Notes], None]:
    """A change after which no file of a name was saved from an answer."""

    def change(notes: Notes) -> None:
        before = notes.get("save")
        if isinstance(before, dict) and name in before:
            notes["save"] = {key: one for key, one in before.items() if key != name}
            if not notes["save"]:
                del notes["save"]

    return change


def _change(folder: int, change: Callable[[Notes], None]) -> None:
    """Put the changed metadata in the place of what was read, and of nothing else: whoever ends the
    session at this moment has the last word. Raises OSError, ValueError."""
    told, seen = _read(folder)
    before = told.get(_KEY)
    notes: Notes = {**before} if isinstance(before, dict) else {}
    change(notes)
    made = {key: value for key, value in told.items() if key != _KEY}
    made |= {_KEY: notes} if notes else {}
    if made == told:
        return
    with suppress(FileNotFoundError):
        mutations.remove_file(folder, DRAFT)  # what a hook left that was ended
    if not made:
        _remove(folder, seen)
        return
    text = json.dumps(made, indent=2) + "\n"
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


def _remove(folder: int, seen: os.stat_result | None) -> None:
    """Remove metadata that told nothing but notes, if it is still what was read. Raises OSError."""
    if seen is None:
        return
    mutations.move(folder, METADATA, folder, DRAFT)
    if os.stat(DRAFT, dir_fd=folder, follow_symlinks=False).st_ino == seen.st_ino:
        mutations.remove_file(folder, DRAFT)
    else:
        mutations.move(folder, DRAFT, folder, METADATA)


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
