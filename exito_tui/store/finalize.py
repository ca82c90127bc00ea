"""Writing a session's end into it: two files, put in place by renames, the old ones kept in the trash."""

import os
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.closing import METADATA, SUMMARY, Closing, MetadataError, close
from exito_tui.domain.deed import Deed, Part, Unit, payload
from exito_tui.domain.judge import Judge
from exito_tui.domain.session import Session
from exito_tui.domain.steps import activity_ns
from exito_tui.domain.text import decoded
from exito_tui.store import changes, safefs
from exito_tui.store.aim import is_loose
from exito_tui.store.cleanup import Rules, new_id, working
from exito_tui.store.errors import words
from exito_tui.store.journal import Outcome, carry_out, make_scratch
from exito_tui.store.pins import read_pins
from exito_tui.store.roots import project_of
from exito_tui.store.trash import Trash

_LARGEST = 1024 * 1024


class Finalized(NamedTuple):
    """What became of it: the outcome, the closing of each session by key, and the keys of those that were so before."""

    outcome: Outcome
    closings: dict[str, Closing]
    same: tuple[str, ...] = ()


class _Change(NamedTuple):
    session: Session
    files: tuple[tuple[str, str], ...]
    """(name, new text) pairs."""


def finalize(root: str, sessions: Sequence[Session], judge: Judge, rules: Rules) -> Finalized:
    """Write status, end and summary into sessions that have been read for what they say. Those that run or are pinned
    are left, unless forced.

    Raises:
        CleanupError: nothing was done.
    """
    with working(root) as (trash, notes):
        pins, deed_id = read_pins(trash.root), new_id()
        lost: list[tuple[str, str]] = []
        closings: dict[str, Closing] = {}
        wanted: list[_Change] = []
        for session in sessions:
            if why := _refused(session, pins, rules):
                lost.append((session.key, why))
                continue
            try:
                closing, files = _wanted(trash, session, judge, project_of(root) or "")
            except (OSError, MetadataError) as error:
                lost.append((session.key, words(error) if isinstance(error, OSError) else str(error)))
                continue
            closings[session.key] = closing
            if files:
                wanted.append(_Change(session, files))
        units = []
        for number, change in enumerate(wanted, 1):
            try:
                units.append(_unit(trash, change, deed_id, number))
            except OSError as error:
                lost.append((change.session.key, words(error)))
        changing = {change.session.key for change in wanted}
        same = tuple(key for key in closings if key not in changing)
        outcome = carry_out(trash, Deed(deed_id, "finalize", time.time_ns(), tuple(units)))
        outcome = outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))
        return Finalized(outcome, closings, same)


def _refused(session: Session, pins: frozenset[str], rules: Rules) -> str:
    if session.problem:
        return f"it cannot be read: {session.problem}"
    if is_loose(session):
        return "its files lie loose among others, so there is no folder to write into"
    if session.key in rules.forced:
        return ""
    if session.key in pins:
        return "it is pinned"
    state = rules.states.get(session.key)
    written = activity_ns(session)
    fresh = written is not None and time.time_ns() - written < rules.quiet_ns
    if state == "unknown" and fresh:
        return "it was written just now, and nobody knows whether it has ended"
    return "it is running" if state == "running" else ""


def _wanted(trash: Trash, session: Session, judge: Judge, project: str) -> tuple[Closing, tuple[tuple[str, str], ...]]:
    """The closing of a session, and the files whose text is not yet what it should be."""
    metadata, summary = (_text(trash, f"{session.key}/{name}") for name in (METADATA, SUMMARY))
    closing = close(session, judge, metadata, project, time.time_ns())
    pairs = ((METADATA, metadata, closing.metadata), (SUMMARY, summary, closing.summary))
    return closing, tuple((name, new) for name, old, new in pairs if old != new)


def _text(trash: Trash, path: str) -> str | None:
    try:
        with safefs.opened_file(trash.root, path) as (descriptor, status):
            if status.st_size > _LARGEST:
                raise MetadataError(f"{decoded(path.rpartition('/')[2])} is far too large to be what it should be")
            return safefs.pread_all(descriptor, 0, _LARGEST).decode(errors="surrogateescape")
    except FileNotFoundError:
        return None
    except safefs.NotRegularError:
        raise MetadataError(f"{decoded(path.rpartition('/')[2])} is no regular file; move it away") from None


def _unit(trash: Trash, change: _Change, deed_id: str, number: int) -> Unit:
    """Write the new files into the scratch; the unit puts them in place, and the old ones into the trash."""
    place = f"{make_scratch(trash, deed_id)}/{number}"
    entry = f"{deed_id}-{number}"
    parts: list[Part] = []
    size = 0
    with (
        safefs.opened_folder(trash.root, place.rpartition("/")[0]) as scratch,
        safefs.opened_folder(trash.root, change.session.key) as folder,
    ):
        changes.make_folder(scratch, str(number))
        with safefs.opened_folder(scratch, str(number)) as own:
            for name, text in change.files:
                content = text.encode(errors="surrogateescape")
                size += len(content)
                descriptor = changes.create(own, name, 0o666)
                try:
                    changes.write_all(descriptor, content)
                    old: os.stat_result | None = None
                    with suppress(FileNotFoundError):
                        old = os.stat(name, dir_fd=folder, follow_symlinks=False)
                        changes.set_mode(descriptor, stat.S_IMODE(old.st_mode))
                    changes.sync(descriptor)
                    inode = os.fstat(descriptor).st_ino
                finally:
                    os.close(descriptor)
                swapped = old.st_ino if old else 0
                parts.append(Part(f"{place}/{name}", f"{change.session.key}/{name}", inode, swapped))
                if swapped:
                    parts.append(Part(f"{place}/{name}", f"{payload(entry)}/{name}", swapped))
    return Unit(change.session.key, tuple(parts), entry, len(change.files), size)
