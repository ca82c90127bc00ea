"""Reading the trash: what is in it, and what was done. It need not be held for that."""

import os
import stat
from contextlib import suppress

from exito_tui.domain.deed import TRASH, Deed, Entry, NotADeedError, Unit, enters_trash, entry_of, has_holder, read_deed
from exito_tui.store import safefs

LOG, JOURNAL, DRAFT = "log.jsonl", "journal.json", "journal.draft"
MANIFEST = ".json"
"""How the name of a manifest ends; it begins with the id of the deed."""

DRAFTS = (DRAFT, "manifest.draft", "pins.draft")
OWN = frozenset((".gitignore", "lock", LOG, JOURNAL, *DRAFTS, "scratch"))
_LARGEST = 256 * 1024 * 1024


def is_interrupted(path: str) -> bool:
    """Whether something was left half done in a root, and nobody is at it now."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return JOURNAL in safefs.names_in(folder)
    except OSError:
        return False


def entries_of(path: str) -> list[Entry]:
    """What is in the trash of a root, oldest first; the trash need not be held. Raises OSError."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return entries_in(folder)
    except FileNotFoundError:
        return []


def deeds_of(path: str) -> list[Deed]:
    """What was done to a root, oldest first; the trash need not be held. Raises OSError."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return deeds_in(folder)
    except FileNotFoundError:
        return []


def entries_in(folder: int) -> list[Entry]:
    """What is in an open trash, oldest first."""
    names = safefs.names_in(folder)
    known: dict[str, Entry] = {}
    for name in filter(is_manifest, names):
        with suppress(NotADeedError, OSError):
            deed = read_deed(read_text(folder, name) or "")
            known.update((unit.entry, entry_of(deed, unit)) for unit in deed.units)
    ids = [name for name in names if name not in OWN and not name.endswith(MANIFEST) and _is_folder(folder, name)]
    if not known.keys() >= set(ids):  # a manifest is gone or damaged: the log says the same
        for deed in deeds_in(folder):
            known.update((unit.entry, entry_of(deed, unit)) for unit in deed.units if enters_trash(unit))
    found = [known.get(name) or _unknown(folder, name) for name in ids]
    found = [entry for entry in found if not (entry.problem or has_holder(entry.unit)) or _keeps(folder, entry.id)]
    found.sort(key=lambda entry: (entry.at_ns, entry.id))
    return found


def is_manifest(name: str) -> bool:
    """Whether a file in the trash is the manifest of a deed's entries."""
    return name.endswith(MANIFEST) and name != JOURNAL


def _is_folder(folder: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


def _keeps(folder: int, entry: str) -> bool:
    """Whether a folder in the trash keeps anything."""
    try:
        with safefs.opened_folder(folder, entry) as own:
            return bool(safefs.names_in(own))
    except OSError:
        return False


def _unknown(folder: int, name: str) -> Entry:
    """An entry of which nothing is known but what is in it."""
    with safefs.opened_folder(folder, name) as own:
        kept, at_ns = sorted(safefs.names_in(own)), os.fstat(own).st_mtime_ns
    problem = "no manifest and no line of the log says where it came from"
    return Entry(name, "", "rm", at_ns, Unit(", ".join(kept[:3]), (), name), problem)


def deeds_in(folder: int) -> list[Deed]:
    """What was done, by the log of an open trash, oldest first."""
    made = []
    for line in (read_text(folder, LOG) or "").splitlines():
        with suppress(NotADeedError):  # torn: the process was ended while it wrote the line
            made.append(read_deed(line))
    return made


def read_text(folder: int, name: str) -> str | None:
    """A text file of our own, or None when there is none. Raises OSError."""
    try:
        with safefs.opened_file(folder, name) as (descriptor, _):
            return safefs.pread_all(descriptor, 0, _LARGEST).decode(errors="replace")
    except FileNotFoundError:
        return None
