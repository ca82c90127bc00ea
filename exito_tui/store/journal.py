"""Carrying out deeds so that, whatever fails or ends the process, each unit is whole in exactly one place.

The deed is written down first; then each part of a unit is one rename that replaces nothing; then the disk is looked
at again, and only what it shows is reported. What a process left half done is finished or taken back at the next start.
"""

import errno
import os
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import NamedTuple

from exito_tui.domain.deed import (
    SCRATCH,
    TRASH,
    Deed,
    NotADeedError,
    Part,
    Unit,
    deed_text,
    enters_trash,
    places,
    read_deed,
    reverse,
)
from exito_tui.domain.text import decoded
from exito_tui.store import changes, safefs
from exito_tui.store.archives import drop
from exito_tui.store.errors import ChangedError, CleanupError, words
from exito_tui.store.trash import Trash, make_folders, opened_parent


class Outcome(NamedTuple):
    """What became of a deed: the units done, those that were not with the reason, and what else is to be told."""

    deed: Deed
    done: tuple[Unit, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    """(what it was, why not) pairs."""
    notes: tuple[str, ...] = ()


Check = Callable[[Unit], None]
"""Looks at a unit, before or after its move; raises OSError if it is not as it should be."""


def _nothing(unit: Unit) -> None:
    pass


def carry_out(
    trash: Trash,
    deed: Deed,
    *,
    before: Check = _nothing,
    after: Check = _nothing,
    told: Callable[[int], None] = lambda count: None,
    stopped: Callable[[], bool] = lambda: False,
    announced: bool = False,
) -> Outcome:
    """Do what a deed says, unit by unit. `before` and `after` look at each unit; `told` hears how many have been dealt
    with; `stopped` is asked between units. `announced`: a first version of the deed is in the journal already.

    Raises:
        CleanupError: nothing was done.
    """
    try:
        if not announced and trash.journal() is not None:
            raise CleanupError("nothing was done: something is half done here still; the next start puts it right")
        deed = deed._replace(units=tuple(_with_folders(trash, unit) for unit in deed.units))
        trash.write_journal(deed_text(deed))
    except OSError as error:
        # A purge has to work on a full disk, since it is what makes room. It needs no journal: what it has moved into
        # the scratch is wiped at the next start, whatever happens.
        if deed.action != "purge" or error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise CleanupError(f"nothing was done: the journal cannot be written: {words(error)}") from None
    done: list[Unit] = []
    failed: list[tuple[str, str]] = []
    notes: list[str] = []
    resolved = True
    unprepared = trash.prepare(deed)
    for count, unit in enumerate(deed.units):
        if stopped():
            failed += [(left.what, "not begun: you stopped it") for left in deed.units[count:]]
            break
        problem = unprepared.get(unit.entry) or _carry(trash, unit, before, after, notes)
        if problem:
            failed.append((unit.what, problem))
            resolved = resolved and _is_resolved(trash, unit)
        else:
            done.append(unit)
        told(count + 1)
    finished = deed._replace(units=tuple(done))
    _sweep_left(trash, deed, done)
    if resolved:
        notes += _finish(trash, finished)
    else:
        notes.append("something is half done; the next start finishes it or takes it back")
    return Outcome(finished, tuple(done), tuple(failed), tuple(notes))


def recover(trash: Trash) -> list[str]:
    """Finish or take back what a process left half done; returns what is to be told of it.

    Raises:
        CleanupError: it cannot be, so nothing else may be done either.
    """
    try:
        text = trash.journal()
        if text is None:
            trash.tidy()
            return []
        try:
            deed = read_deed(text)
        except NotADeedError as error:
            return [f"the journal could not be read ({error}); it is kept as {trash.set_journal_aside()}"]
        # Once it is in the log its units are resolved, and what was put into the scratch may be gone already.
        logged = next((one for one in trash.deeds() if one.id == deed.id), None)
        done = list(logged.units) if logged else [unit for unit in deed.units if _recovered(trash, deed, unit)]
        for unit in deed.units:
            trash.sweep(unit)  # which leaves alone what keeps something
            if unit.archive and unit not in done and deed.action == "archive":
                with suppress(OSError):
                    drop(unit.archive, unit.archive_inode, unit.archive_size)
        notes = _finish(trash, deed._replace(units=tuple(done), recovered=True), logged=bool(logged))
        rest = "" if len(done) == len(deed.units) else ", the rest is as it was"
        trash.tidy()
        return [f"{deed.action} was interrupted: {len(done)} of {len(deed.units)} had been done{rest}", *notes]
    except OSError as error:
        raise CleanupError(f"what was interrupted cannot be put right yet: {words(error)}") from None


def is_done(trash: Trash, unit: Unit) -> bool:
    """Whether everything a unit moves lies where it should lie afterwards. Raises OSError."""
    _, after = places(unit)
    return all(inode_at(trash, path) == inode for path, inode in after.items() if inode)


def is_ready(trash: Trash, unit: Unit) -> bool:
    """Whether everything a unit moves lies where it should lie before. Raises OSError."""
    before, _ = places(unit)
    return bool(before) and all(inode_at(trash, path) == inode for path, inode in before.items() if inode)


def _is_begun(trash: Trash, unit: Unit) -> bool:
    """Whether anything lies already where it should lie afterwards."""
    before, after = places(unit)
    return any(inode and before[path] != inode and inode_at(trash, path) == inode for path, inode in after.items())


def _sweep_left(trash: Trash, deed: Deed, done: Collection[Unit]) -> None:
    """Take away the entries that were made for units that are not done."""
    entries = {unit.entry for unit in done}
    for unit in deed.units:
        if enters_trash(unit) and unit.entry not in entries:
            with suppress(OSError):  # the next start does it
                trash.sweep(unit)


def _carry(trash: Trash, unit: Unit, before: Check, after: Check, notes: list[str]) -> str:
    """Do one unit; returns why it could not be done, or an empty text."""
    try:
        before(unit)
        for part in unit.parts:
            _rename(trash, part)
        _sync(trash, unit)
        after(unit)
        _remove_folders(trash, unit)
    except (OSError, RecursionError) as error:
        return _settle(trash, unit, error, notes)
    return ""


def _with_folders(trash: Trash, unit: Unit) -> Unit:
    """The unit with the folders outside the trash that it will have to make, outermost first."""
    missing: dict[str, None] = {}
    for part in unit.parts:
        parent = part.target.rpartition("/")[0]
        while parent and not parent.startswith(TRASH + "/") and inode_at(trash, parent) is None:
            missing[parent] = None
            parent = parent.rpartition("/")[0]
    return unit._replace(makes=tuple(sorted(missing))) if missing else unit


def _remove_folders(trash: Trash, unit: Unit) -> None:
    """Remove the folders that were made for what has left them, if nothing else has come."""
    for path in reversed(unit.unmakes):
        try:
            with opened_parent(trash.root, path) as (parent, name):
                changes.remove_folder(parent, name)
        except OSError:
            return  # something is in it


def _settle(trash: Trash, unit: Unit, error: Exception, notes: list[str]) -> str:
    """After an error: look at what there is, and make it whole. Returns why the unit is not done; empty if it is."""
    why = words(error) if isinstance(error, OSError) and not isinstance(error, ChangedError) else str(error)
    try:
        if is_done(trash, unit) and not isinstance(error, ChangedError):
            notes.append(f"{decoded(unit.what)}: moved, but it may not be on the disk for good yet: {why}")
            return ""
        left = _take_back(trash, unit)
        if left:
            return f"{why}; and it could not be put back whole: {left}; {_where(unit)}"
    except OSError as again:
        return f"{why}; then {words(again)}"
    return why


def _take_back(trash: Trash, unit: Unit) -> str:
    """Put back the parts that were moved; returns why one could not be, or an empty text."""
    problem = ""
    for part in reverse(unit).parts:
        try:
            if inode_at(trash, part.source) == part.inode:
                _rename(trash, part)
        except OSError as error:
            problem = problem or words(error)
    _sync(trash, unit)
    return problem


def _recovered(trash: Trash, deed: Deed, unit: Unit) -> bool:
    """Make a unit whole that was interrupted; returns whether it is done. What was begun is taken back; if somebody
    has made its place new meanwhile, it is finished instead.

    Raises:
        OSError: neither can be done.
    """
    if is_done(trash, unit):
        return True
    if not _is_begun(trash, unit):
        return False
    if not _take_back(trash, unit):
        return False
    for part in unit.parts:
        if inode_at(trash, part.source) == part.inode:
            _rename(trash, part)
    _sync(trash, unit)
    if not is_done(trash, unit):
        raise ChangedError(f"{decoded(unit.what)} lies in two places; {_where(unit)}")
    return True


def _is_resolved(trash: Trash, unit: Unit) -> bool:
    """Whether a unit is done or as it was, and not in between."""
    try:
        return not _is_begun(trash, unit) or is_done(trash, unit)
    except OSError:
        return False


def _finish(trash: Trash, deed: Deed, *, logged: bool = False) -> list[str]:
    """The deed is done: write it into the log, and forget the journal; returns what is to be told."""
    notes: list[str] = []
    try:
        if deed.action == "purge" and trash.journal() is None:
            notes += trash.wipe_scratch()  # there was no room for a journal, nor is there for a line of the log before
        if deed.units and not logged:
            trash.log(deed_text(deed))
        for unit in deed.units if deed.action == "undo" else ():
            if unit.archive and (note := drop(unit.archive, unit.archive_inode, unit.archive_size)):
                notes.append(note)
        notes += trash.wipe_scratch()
        for unit in deed.units:
            if unit.entry and not enters_trash(unit):
                trash.sweep(unit)
        if not all(map(enters_trash, deed.units)):
            trash.sweep_manifests()
        trash.end_journal()
    except OSError as error:
        notes.append(f"what was done is done, but not all was written down: {words(error)}; the next start does it")
    return notes


def _rename(trash: Trash, part: Part) -> None:
    with (
        opened_parent(trash.root, part.source) as (source, name),
        opened_parent(trash.root, part.target, make=True) as (target, new),
    ):
        status = os.stat(name, dir_fd=source, follow_symlinks=False)
        if status.st_ino != part.inode:
            raise ChangedError(f"{decoded(part.source)} is not what it was: somebody put something else there")
        if part.swap:
            if os.stat(new, dir_fd=target, follow_symlinks=False).st_ino != part.swap:
                raise ChangedError(f"{decoded(part.target)} is not what it was: somebody put something else there")
            changes.swap(source, name, target, new)
        else:
            if stat.S_ISDIR(status.st_mode) and status.st_dev != os.fstat(source).st_dev:
                raise ChangedError(f"something is mounted at {decoded(part.source)}")
            changes.move(source, name, target, new)


def _sync(trash: Trash, unit: Unit) -> None:
    """Have every folder of a unit written down to the disk."""
    paths = [path.rpartition("/")[0] for part in unit.parts for path in (part.source, part.target)]
    for path in dict.fromkeys(paths):
        try:
            with safefs.opened_folder(trash.root, path) as folder:
                changes.sync(folder)
        except FileNotFoundError:
            continue  # nothing was moved from there or to there


def inode_at(trash: Trash, path: str) -> int | None:
    """The inode of what lies at a path below the root, or None. Raises OSError when it cannot be told."""
    try:
        return inode_of(trash, path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _where(unit: Unit) -> str:
    places = dict.fromkeys(place for part in unit.parts for place in (part.source, part.target))
    return f"look at {', '.join(map(decoded, places))}"


def make_scratch(trash: Trash, deed_id: str) -> str:
    """Make the folder of a deed in the scratch, and return its path."""
    place = f"{SCRATCH}/{deed_id}"
    make_folders(trash.root, place)
    return place


def inode_of(trash: Trash, path: str) -> int:
    """The inode of what lies at a path below the root. Raises OSError."""
    with opened_parent(trash.root, path) as (folder, name):
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_ino
