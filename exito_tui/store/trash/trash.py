"""The trash of a root: where it lies, who holds it, and what is in it.

    .trash/
      .gitignore  lock  mark  journal.json  log.jsonl
      scratch/            what nobody will miss
      <operation>.json    the entries that an operation made: what they are, where they came from
      <id>/               an entry's payload: a session's own folder, renamed; or a folder of ours
                          with the files of a session that has none

It lies in the root, so that moving there is a rename on one file system: a session is at no moment
in two places.
"""

import errno
import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

from exito_tui.domain.cleanup.operation import (
    STAGING,
    Entry,
    Item,
    Operation,
    enters_trash,
    has_wrapper,
)
from exito_tui.domain.cleanup.operation_json import (
    NotAnOperationError,
    operation_text,
    read_operation,
)
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import (
    BusyError,
    CleanupError,
    UnusableRootError,
    describe_error,
    reason_of,
)
from exito_tui.store.fs.locks import take_lock
from exito_tui.store.fs.mounts import mounts_below
from exito_tui.store.trash.contents import (
    DRAFT,
    DRAFTS,
    JOURNAL,
    LOG,
    MANIFEST,
    MARK,
    OWN_FILES,
    entries_in,
    is_manifest,
    known_mark,
    operations_in,
    read_text,
)
from exito_tui.store.trash.user_record import new_mark, remember_root


class Trash:
    """The trash of a root while this process holds it; `root` and `folder` are descriptors."""

    def __init__(self, path: str, root: int, folder: int) -> None:
        self.path, self.root, self.folder = path, root, folder
        self.mark = known_mark(path, root, folder)
        """What this user's records here carry; empty before the first."""

    def make_mark(self) -> None:
        """Give the root a mark, unless it has one. Raises OSError."""
        if not self.mark:
            mark = new_mark()
            remember_root(mark, os.path.realpath(self.path), os.fstat(self.root).st_ino)
            self.write_own("mark.draft", mark + "\n", self.folder, MARK)
            self.mark = mark

    # ── the journal and the log ──────────────────────────────────────────────────────────────────

    def write_journal(self, text: str) -> None:
        """Write down, to the disk, what is about to be done."""
        self.write_own(DRAFT, text, self.folder, JOURNAL)

    def write_own(self, draft: str, text: str, target: int, name: str) -> None:
        """Write a small file of our own, in the place of the one before, down to the disk."""
        with suppress(FileNotFoundError):
            mutations.remove_file(self.folder, draft)
        mutations.write_new(self.folder, draft, text.encode())
        mutations.replace(self.folder, draft, target, name)
        mutations.sync(target)
        if target != self.folder:
            mutations.sync(self.folder)

    def journal(self) -> str | None:
        """What was about to be done when a process was ended, or None. Raises OSError."""
        return read_text(self.folder, JOURNAL)

    def end_journal(self) -> None:
        """It has been done, or taken back."""
        with suppress(FileNotFoundError):
            mutations.remove_file(self.folder, JOURNAL)
        mutations.sync(self.folder)

    def set_journal_aside(self) -> str:
        """Keep a journal that is not to be obeyed, under another name, which is returned; and the
        staging folder with it, since nobody knows any more that it can be missed."""
        number = os.stat(JOURNAL, dir_fd=self.folder, follow_symlinks=False).st_ino
        name = f"journal.unreadable.{number}"
        with safefs.opened_folder(self.folder, "scratch") as staging:
            kept = safefs.names_in(staging)
        if kept:
            mutations.move(self.folder, "scratch", self.folder, f"scratch.{number}")
            mutations.make_folder(self.folder, "scratch")
        mutations.move(self.folder, JOURNAL, self.folder, name)
        return f"{TRASH}/{name}"

    def log(self, line: str) -> None:
        """Append a line to the log."""
        mutations.append(self.folder, LOG, line.encode() + b"\n")

    # ── entries ──────────────────────────────────────────────────────────────────────────────────

    def prepare(self, operation: Operation) -> dict[str, Reason]:
        """Make the entries that an operation will fill, and their manifest, unless they are there;
        returns why some could not be made, by their ids. One manifest for all, since a new file for
        each would take most of the time."""
        items = [item for item in operation.items if enters_trash(item)]
        problems: dict[str, Reason] = {}
        try:
            if items:
                self.write_manifest(operation._replace(items=tuple(items)))
        except OSError as error:
            return {item.entry: reason_of(error) for item in items}
        for item in filter(has_wrapper, items):
            try:
                with suppress(FileExistsError):
                    mutations.make_folder(self.folder, item.entry)
            except OSError as error:
                problems[item.entry] = reason_of(error)
        return problems

    def write_manifest(self, operation: Operation) -> None:
        """Write the manifest of the entries that an operation makes, whole or not at all."""
        self.write_own(
            "manifest.draft", operation_text(operation) + "\n", self.folder, operation.id + MANIFEST
        )

    def sweep(self, item: Item) -> None:
        """Take the entry of an item away if it keeps nothing any more. A session's own folder is
        kept, even empty."""
        if not has_wrapper(item):
            return
        try:
            mutations.remove_folder(self.folder, item.entry)  # which fails while anything is in it
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise

    def sweep_manifests(self) -> None:
        """Take away the manifests of which no entry is left."""
        names = set(safefs.names_in(self.folder))
        for name in filter(is_manifest, names):
            with suppress(
                NotAnOperationError, safefs.NotRegularError
            ):  # what cannot be read is left
                operation = read_operation(read_text(self.folder, name) or "")
                if not any(item.entry in names for item in operation.items):
                    mutations.remove_file(self.folder, name)

    @cached_property
    def mounts(self) -> list[str]:
        """Where something is mounted in the root, relative to it."""
        return mounts_below(self.root)

    def wipe_staging(self) -> list[Reason]:
        """Remove what nobody will miss; returns what could not be removed, and why. What is left is
        tried again at every start, and hinders nobody."""
        left: list[Reason] = []
        mounts = mounts_below(self.root)
        with safefs.opened_folder(self.folder, "scratch") as staging:
            for name in safefs.names_in(staging):
                path = f"{STAGING}/{name}"
                if any(f"{mount}/".startswith(f"{path}/") for mount in mounts):
                    left.append(staging_left(path, Reason("mounted-inside")))
                    continue
                try:
                    mutations.wipe(staging, name, path)
                except OSError as error:
                    left.append(staging_left(f"{error.filename or path}", reason_of(error)))
        return left

    def tidy(self) -> None:
        """Remove what a process left that was ended before it began anything. Raises OSError."""
        names = safefs.names_in(self.folder)
        for draft in DRAFTS:
            if draft in names:
                mutations.remove_file(self.folder, draft)
        self.sweep_manifests()
        self.wipe_staging()

    def entries(self) -> list[Entry]:
        """What is in the trash, oldest first."""
        return entries_in(self.folder)

    def operations(self) -> list[Operation]:
        """What was done, oldest first."""
        return operations_in(self.folder)


def staging_left(path: str, cause: Reason) -> Reason:
    """What is told of something in the staging folder that could not be removed."""
    return Reason("staging-left", {"path": path, "cause": cause})


@contextmanager
def locked(path: str, patience: float = 0.0) -> Iterator[Trash]:
    """Hold the trash of the root at `path` (made when there is none): nobody else changes anything
    meanwhile. `patience`: for so many seconds another process that holds it is waited for.

    Raises:
        CleanupError: it cannot be made or opened, or another process holds it.
    """
    with _opened(path) as root:
        folder = _open(path, root)
        try:
            lock = _lock(path, folder, patience)
            try:
                yield Trash(path, root, folder)
            finally:
                os.close(lock)
        finally:
            os.close(folder)


@contextmanager
def _opened(path: str) -> Iterator[int]:
    try:
        root = safefs.open_root(path)
    except OSError as error:
        raise UnusableRootError(f"{path} cannot be opened: {describe_error(error)}") from None
    try:
        yield root
    finally:
        os.close(root)


def _open(path: str, root: int) -> int:
    """The trash's descriptor."""
    place = f"{path}/{TRASH}"
    try:
        if not safefs.is_there(root, TRASH):
            with suppress(FileExistsError):
                mutations.make_folder(root, TRASH)
            mutations.sync(root)
        folder = safefs.open_child(root, TRASH)
    except (NotADirectoryError, FileExistsError):
        raise UnusableRootError(
            f"{place} is a file or a link, not a folder; move it away"
        ) from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnusableRootError(f"{place} is a link, not a folder; move it away") from None
        raise UnusableRootError(
            f"{place} cannot be made or opened: {describe_error(error)}"
        ) from None
    try:
        _check(place, root, folder)
        # Nobody has the lock yet: another process may make them at the same moment.
        if not safefs.is_there(folder, ".gitignore"):
            with suppress(FileExistsError):
                mutations.write_new(folder, ".gitignore", b"*\n")
        if not safefs.is_there(folder, "scratch"):
            with suppress(FileExistsError):
                mutations.make_folder(folder, "scratch")
            mutations.sync(folder)
    except CleanupError:
        os.close(folder)
        raise
    except OSError as error:
        os.close(folder)
        raise UnusableRootError(f"{place} cannot be written: {describe_error(error)}") from None
    return folder


def _check(place: str, root: int, folder: int) -> None:
    """Raises CleanupError when a trash is not one that this program made for this user."""
    status = os.fstat(folder)
    if status.st_dev != os.fstat(root).st_dev:
        raise UnusableRootError(
            f"{place} lies on another file system than the root, so nothing can be moved there"
        )
    if status.st_uid != os.geteuid():
        raise UnusableRootError(f"{place} belongs to another user; nothing is moved there")
    for name in (*OWN_FILES, "scratch"):
        wanted = stat.S_ISDIR if name == "scratch" else stat.S_ISREG
        with suppress(FileNotFoundError):
            if not wanted(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                kind = "folder" if name == "scratch" else "file"
                raise UnusableRootError(
                    f"{place}/{name} is no {kind}, so it was not made by exito-tui; look at it, "
                    "then remove it: "
                    f"rm -r {shlex.quote(f'{place}/{name}')}"
                )


def _lock(path: str, folder: int, patience: float) -> int:
    """Lock the trash; returns the descriptor whose closing unlocks it."""
    try:
        lock = os.open(
            "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder
        )
    except OSError as error:
        raise UnusableRootError(
            f"{path}/{TRASH}/lock cannot be opened: {describe_error(error)}"
        ) from None
    try:
        is_ours = take_lock(lock, patience)
    except OSError as error:
        os.close(lock)
        raise UnusableRootError(
            f"{path}/{TRASH}/lock cannot be locked: {describe_error(error)}; mount its file system "
            "with locks, or move the project to one that has them"
        ) from None
    if not is_ours:
        os.close(lock)
        raise BusyError(
            f"another exito-tui is moving things in {path} just now; try again when it is done"
        )
    return lock
