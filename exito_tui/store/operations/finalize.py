"""Writing a session's end into it: two files, put in place by renames, the old ones kept in the
trash."""

import hashlib
import os
import secrets
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import Item, Operation, Rename, payload
from exito_tui.domain.cleanup.protection import Blocker
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.cleanup.summary import (
    SUMMARY,
    Closing,
    Ending,
    MetadataError,
    close,
)
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.sessions.artefact import METADATA
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import UnusableRootError, describe_error, reason_of
from exito_tui.store.operations.common import ChangeRules, pins_in
from exito_tui.store.read.pins import read_pins
from exito_tui.store.read.roots import project_of
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.renames import make_staging
from exito_tui.store.trash.trash import Trash

_LARGEST = 1024 * 1024


class Finalized(NamedTuple):
    """What became of it: the outcome, the closing of each session by key, and the keys of those
    that were so before."""

    outcome: Outcome
    closings: dict[str, Closing]
    same: tuple[str, ...] = ()


class _Change(NamedTuple):
    session: Session
    files: tuple[tuple[str, str], ...]
    """(name, new text) pairs."""


class _Wanted(NamedTuple):
    """What is to be written, the closings by key, and the sessions that are left, with the
    reasons."""

    changes: list[_Change]
    closings: dict[str, Closing]
    left: list[tuple[str, Reason]]

    @property
    def same(self) -> tuple[str, ...]:
        """The keys of the sessions in which everything is as it should be."""
        changing = {change.session.key for change in self.changes}
        return tuple(key for key in self.closings if key not in changing)


_NO_ENDING = Ending()


def finalize_blockers(
    root: str, sessions: Iterable[Session], rules: ChangeRules, now_ns: int
) -> dict[str, Blocker]:
    """Why the end of sessions is not to be written into them, by key.

    Raises:
        CleanupError: nobody knows what is pinned.
        OSError: the root cannot be opened.
    """
    pins = pins_in(root)
    found = {one.key: _blocker(one, pins, rules, now_ns) for one in sessions}
    return {key: blocker for key, blocker in found.items() if blocker}


def finalize(
    root: str,
    sessions: Sequence[Session],
    judge: Judge,
    rules: ChangeRules,
    ending: Ending = _NO_ENDING,
) -> Finalized:
    """Write status, end and summary into sessions that have been read for what they say. Those that
    run or are pinned are left, unless forced.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        wanted = _wanted(root, trash.root, sessions, judge, rules, ending)
        operation_id, items, lost = new_id(), [], []
        for number, change in enumerate(wanted.changes, 1):
            try:
                items.append(_item(trash, change, operation_id, number))
            except OSError as error:
                lost.append((change.session.key, reason_of(error)))
        outcome = execute(trash, Operation(operation_id, "finalize", time.time_ns(), tuple(items)))
        outcome = outcome._replace(
            failed=(*wanted.left, *lost, *outcome.failed), notes=(*notes, *outcome.notes)
        )
        return Finalized(outcome, wanted.closings, wanted.same)


def finalize_ended(
    root: str, sessions: Sequence[Session], judge: Judge, rules: ChangeRules, ending: Ending
) -> Finalized:
    """As `finalize`, for a conversation that has just ended, unasked. In a root that has no trash
    none is made for it: where no file has to give way, the new ones are only written.

    Raises:
        CleanupError: nothing was done.
    """
    try:
        with safefs.opened_root(root) as descriptor:
            if TRASH not in safefs.names_in(descriptor):
                wanted = _wanted(root, descriptor, sessions, judge, rules, ending)
                if not any(_replaces(change) for change in wanted.changes):
                    return _written(descriptor, wanted)
    except OSError as error:
        raise UnusableRootError(f"{root} cannot be opened: {describe_error(error)}") from None
    return finalize(root, sessions, judge, rules, ending)


def _replaces(change: _Change) -> bool:
    return any(change.session.artefact(name) for name, _ in change.files)


def _written(root: int, wanted: _Wanted) -> Finalized:
    """Write the new files, each whole or not at all, and never over one that is there."""
    done, lost = [], []
    for change in wanted.changes:
        try:
            with safefs.opened_folder(root, change.session.key) as folder:
                for name, text in change.files:
                    _write_whole(folder, name, text.encode(errors="surrogateescape"))
        except OSError as error:
            lost.append((change.session.key, reason_of(error)))
        else:
            done.append(Item(change.session.key, (), files=len(change.files)))
    outcome = Outcome(
        Operation(new_id(), "finalize", time.time_ns(), tuple(done)),
        tuple(done),
        (*wanted.left, *lost),
    )
    return Finalized(outcome, wanted.closings, wanted.same)


def _write_whole(folder: int, name: str, content: bytes) -> None:
    draft = f".{name}.{secrets.token_hex(4)}"
    mutations.write_new(folder, draft, content, 0o666)
    try:
        mutations.move(folder, draft, folder, name)
    except OSError:
        mutations.remove_file(folder, draft)
        raise
    mutations.sync(folder)


def _wanted(
    root: str,
    descriptor: int,
    sessions: Sequence[Session],
    judge: Judge,
    rules: ChangeRules,
    ending: Ending,
) -> _Wanted:
    """What is to be written into which session. Raises CleanupError."""
    pins, project = read_pins(descriptor), project_of(root) or ""
    wanted = _Wanted([], {}, [])
    for session in sessions:
        blocker = _blocker(session, pins, rules, time.time_ns())
        if blocker and rules.hold_back(session.key, blocker):
            wanted.left.append((session.key, blocker.reason))
            continue
        try:
            metadata, summary = (
                _text(descriptor, f"{session.key}/{name}") for name in (METADATA, SUMMARY)
            )
            closing = close(session, judge, metadata, project, time.time_ns(), ending)
        except (OSError, MetadataError) as error:
            why = error.reason if isinstance(error, MetadataError) else reason_of(error)
            wanted.left.append((session.key, why))
            continue
        wanted.closings[session.key] = closing
        pairs = ((METADATA, metadata, closing.metadata), (SUMMARY, summary, closing.summary))
        if files := tuple((name, new) for name, old, new in pairs if old != new):
            wanted.changes.append(_Change(session, files))
    return wanted


def _blocker(
    session: Session, pins: frozenset[str], rules: ChangeRules, now_ns: int
) -> Blocker | None:
    if session.problem:
        return Blocker(Reason("unreadable", {"cause": session.problem}))
    if session.form != "folder":
        return Blocker(Reason("loose"))
    if session.key in pins:
        return Blocker(Reason("pinned"))
    state = rules.states.get(session.key)
    written = session.last_write_ns
    if state == "unknown" and written is not None and now_ns - written < rules.quiet_ns:
        return Blocker(Reason("perhaps-running"))
    return Blocker(Reason("running")) if state == "running" else None


def _text(root: int, path: str) -> str | None:
    try:
        with safefs.opened_file(root, path) as (descriptor, status):
            if status.st_size > _LARGEST:
                raise MetadataError(Reason("too-large", {"path": path.rpartition("/")[2]}))
            return safefs.pread_all(descriptor, 0, _LARGEST).decode(errors="surrogateescape")
    except FileNotFoundError:
        return None
    except safefs.NotRegularError:
        raise MetadataError(Reason("not-regular", {"path": path.rpartition("/")[2]})) from None


def _item(trash: Trash, change: _Change, operation_id: str, number: int) -> Item:
    """Write the new files into the staging folder; the item puts them in place, and the old ones
    into the trash."""
    place = f"{make_staging(trash, operation_id)}/{number}"
    entry = f"{operation_id}-{number}"
    renames: list[Rename] = []
    size = 0
    with (
        safefs.opened_folder(trash.root, place.rpartition("/")[0]) as staging,
        safefs.opened_folder(trash.root, change.session.key) as folder,
    ):
        mutations.make_folder(staging, str(number))
        with safefs.opened_folder(staging, str(number)) as own:
            for name, text in change.files:
                content = text.encode(errors="surrogateescape")
                size += len(content)
                descriptor = mutations.create(own, name, 0o666)
                try:
                    mutations.write_all(descriptor, content)
                    old: os.stat_result | None = None
                    with suppress(FileNotFoundError):
                        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
                        mutations.set_mode(descriptor, stat.S_IMODE(old.st_mode))
                    mutations.sync(descriptor)
                    inode = os.fstat(descriptor).st_ino
                finally:
                    os.close(descriptor)
                swapped = old.st_ino if old else 0
                digest = hashlib.sha256(content).hexdigest()
                renames.append(
                    Rename(
                        f"{place}/{name}", f"{change.session.key}/{name}", inode, swapped, digest
                    )
                )
                if swapped:
                    renames.append(Rename(f"{place}/{name}", f"{payload(entry)}/{name}", swapped))
    return Item(change.session.key, tuple(renames), entry, len(change.files), size)
