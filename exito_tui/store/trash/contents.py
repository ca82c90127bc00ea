"""Reading the trash: what is in it, and what was done. It need not be held for that."""

import os
import re
import stat
from contextlib import suppress

from exito_tui.domain.cleanup.operation import (
    Entry,
    Item,
    Operation,
    enters_trash,
    entry_of,
    has_wrapper,
)
from exito_tui.domain.cleanup.operation_json import NotAnOperationError, read_operation
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import reason_of
from exito_tui.store.trash.user_record import is_known

LOG, JOURNAL, DRAFT, MARK = "log.jsonl", "journal.json", "journal.draft", "mark"
MANIFEST = ".json"
"""How the name of a manifest ends; it begins with the id of the operation."""

DRAFTS = (DRAFT, "manifest.draft", "pins.draft", "mark.draft")
OWN_FILES = (".gitignore", "lock", LOG, JOURNAL, MARK, *DRAFTS)
OWN = frozenset((*OWN_FILES, "scratch"))
_LARGEST = 64 * 1024 * 1024


def is_interrupted(path: str) -> bool:
    """Whether something that this user did was left half done in a root, and nobody is at it
    now."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            text = read_text(folder, JOURNAL)
            return (
                text is not None
                and read_operation(text).mark == known_mark(path, root, folder) != ""
            )
    except (OSError, NotAnOperationError):
        return False


def known_mark(path: str, root: int, folder: int) -> str:
    """The mark that this user's records in an open trash carry; empty when it has none that this
    user gave it."""
    try:
        mark = (read_text(folder, MARK) or "").strip()
    except OSError:
        return ""
    return mark if is_known(mark, os.path.realpath(path), os.fstat(root).st_ino) else ""


def entries_of(path: str) -> list[Entry]:
    """What is in the trash of a root, oldest first; the trash need not be held. Raises OSError."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return entries_in(folder)
    except FileNotFoundError:
        return []


def operations_of(path: str) -> list[Operation]:
    """What was done to a root, oldest first; the trash need not be held. Raises OSError."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return operations_in(folder)
    except FileNotFoundError:
        return []


def entries_in(folder: int) -> list[Entry]:
    """What is in an open trash, oldest first."""
    names = safefs.names_in(folder)
    known: dict[str, Entry] = {}
    for name in filter(is_manifest, names):
        with suppress(NotAnOperationError, OSError):
            operation = read_operation(read_text(folder, name) or "")
            known.update((item.entry, entry_of(operation, item)) for item in operation.items)
    ids = [
        name
        for name in names
        if name not in OWN and not name.endswith(MANIFEST) and _is_folder(folder, name)
    ]
    if not known.keys() >= set(ids):  # a manifest is gone or damaged: the log says the same
        for operation in operations_in(folder):
            known.update(
                (item.entry, entry_of(operation, item))
                for item in operation.items
                if enters_trash(item)
            )
    found = [known.get(name) or _unknown(folder, name) for name in ids]
    found = [
        entry
        for entry in found
        if not (entry.problem or has_wrapper(entry.item)) or _keeps(folder, entry.id)
    ]
    found.sort(key=lambda entry: (entry.at_ns, _in_numbers(entry.id)))
    return found


_DIGITS = re.compile(r"([0-9]{1,18})")


def _in_numbers(name: str) -> list[tuple[int, str]]:
    """A key by which the numbers in names are in their order: 2 before 12."""
    parts = _DIGITS.split(name)  # texts and, in every second place, numbers
    return [(int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts)]


def is_manifest(name: str) -> bool:
    """Whether a file in the trash is the manifest of an operation's entries."""
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
    try:
        with safefs.opened_folder(folder, name) as own:
            kept, at_ns = sorted(safefs.names_in(own)), os.fstat(own).st_mtime_ns
    except OSError as error:
        problem = Reason("unreadable", {"cause": reason_of(error)})
        return Entry(name, "", "rm", 0, Item(name, (), name), problem)
    problem = Reason("origin-unknown", {"path": f"{TRASH}/{name}"})
    return Entry(name, "", "rm", at_ns, Item(", ".join(kept[:3]), (), name), problem)


def strangers_in(path: str) -> list[str]:
    """The names of what lies in the trash of a root and is neither an entry nor anything else of
    ours."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            return sorted(
                name
                for name in safefs.names_in(folder)
                if not (name in OWN or is_manifest(name) or name.startswith("journal.unreadable."))
                and not _is_folder(folder, name)
            )
    except OSError:
        return []


def has_foreign_records(path: str) -> bool:
    """Whether the log of a root tells of something that carries no mark of this user."""
    try:
        with safefs.opened_root(path) as root, safefs.opened_folder(root, TRASH) as folder:
            mark = known_mark(path, root, folder)
            return any(not mark or operation.mark != mark for operation in operations_in(folder))
    except OSError:
        return False


def operations_in(folder: int) -> list[Operation]:
    """What was done, by the log of an open trash, oldest first."""
    made = []
    for line in (read_text(folder, LOG) or "").splitlines():
        with suppress(NotAnOperationError):  # torn: the process was ended while it wrote the line
            made.append(read_operation(line))
    return made


def read_text(folder: int, name: str) -> str | None:
    """A text file of our own, or None when there is none; the end of one that is far too long.
    Raises OSError."""
    try:
        with safefs.opened_file(folder, name) as (descriptor, status):
            start = max(0, status.st_size - _LARGEST)
            return safefs.pread_all(descriptor, start, _LARGEST).decode(errors="replace")
    except FileNotFoundError:
        return None
