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

from exito_tui.domain.cleanup.operation import (
    SCRATCH,
    TRASH,
    Deed,
    Part,
    Unit,
    enters_trash,
    has_holder,
    places,
    reverse,
)
from exito_tui.domain.cleanup.operation_json import NotADeedError, deed_text, read_deed
from exito_tui.domain.text import decoded
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, CleanupError, words
from exito_tui.store.fs.folders import make_folders, opened_parent
from exito_tui.store.trash.archive_file import drop_archives
from exito_tui.store.trash.trash import Trash
from exito_tui.store.trash.user_record import archives_of


class Outcome(NamedTuple):
    """What became of a deed: the units done, those that were not with the reason, and what else is to be told."""

    deed: Deed
    done: tuple[Unit, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    """(what it was, why not) pairs."""
    notes: tuple[str, ...] = ()


class _Carried(NamedTuple):
    """What became of a unit: why it is not done, what of it lies where it was to go all the same, and whether it is one
    or the other, and not in between."""

    problem: str = ""
    moved: Unit | None = None
    resolved: bool = True


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
        trash.make_mark()
        deed = deed._replace(mark=trash.mark)
        trash.write_journal(deed_text(deed))
    except OSError as error:
        # A purge has to work on a full disk, since it is what makes room. It needs no journal: what it has moved into
        # the scratch is wiped at the next start, whatever happens.
        if deed.action != "purge" or error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise CleanupError(f"nothing was done: the journal cannot be written: {words(error)}") from None
    done: list[Unit] = []
    moved: list[Unit] = []
    failed: list[tuple[str, str]] = []
    notes: list[str] = []
    resolved = True
    unprepared = trash.prepare(deed)
    for count, unit in enumerate(deed.units):
        if stopped():
            failed += [(left.what, "not begun: you stopped it") for left in deed.units[count:]]
            break
        problem = unprepared.get(unit.entry)
        carried = _Carried(problem) if problem else _carry(trash, unit, before, after, notes)
        resolved = resolved and carried.resolved
        if carried.moved:
            moved.append(carried.moved)
        if carried.problem:
            failed.append((unit.what, carried.problem))
        else:
            done.append(unit)
        told(count + 1)
    _sweep_left(trash, deed, moved)
    if resolved:
        notes += _finish(trash, deed._replace(units=tuple(moved)))
    else:
        notes.append("something is half done; the next start finishes it or takes it back")
    return Outcome(deed._replace(units=tuple(done)), tuple(done), tuple(failed), tuple(notes))


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
        if not trash.mark or deed.mark != trash.mark:
            kept = trash.set_journal_aside()
            return [f"a journal lay here that you did not write: nothing in it was done, and it is kept as {kept}"]
        # Once it is in the log its units are resolved, and what was put into the scratch may be gone already.
        logged = next((one for one in trash.deeds() if (one.id, one.mark) == (deed.id, deed.mark)), None)
        done = list(logged.units) if logged else [one for unit in deed.units if (one := _recovered(trash, deed, unit))]
        for unit in deed.units:
            trash.sweep(unit)  # which leaves alone what keeps something
        if deed.action == "archive":
            drop_archives(trash, deed.id, keep={unit.what for unit in done})
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


def _carry(trash: Trash, unit: Unit, before: Check, after: Check, notes: list[str]) -> _Carried:
    """Do one unit."""
    try:
        before(unit)
        for part in unit.parts:
            _rename(trash, part)
        _sync(trash, unit)
        after(unit)
        _remove_folders(trash, unit)
    except OSError as error:
        return _settle(trash, unit, error, notes)
    return _Carried(moved=unit)


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
                mutations.remove_folder(parent, name)
        except OSError:
            return  # something is in it


def _settle(trash: Trash, unit: Unit, error: OSError, notes: list[str]) -> _Carried:
    """After an error: look at what there is, and make it whole."""
    why = str(error) if isinstance(error, ChangedError) else words(error)
    try:
        if is_done(trash, unit) and not isinstance(error, ChangedError):
            notes.append(f"{decoded(unit.what)}: moved, but it may not be on the disk for good yet: {why}")
            return _Carried(moved=unit)
        left = _take_back(trash, unit)
        if left:
            why = f"{why}; and it could not be put back: {left}; {_where(unit)}; undo takes it back when that is mended"
        return _Carried(why, _moved_of(trash, unit))
    except OSError as again:
        return _Carried(f"{why}; then {words(again)}", resolved=False)


def _moved_of(trash: Trash, unit: Unit) -> Unit | None:
    """What of a unit lies where it should lie afterwards, as a unit; None when nothing does. Raises OSError."""
    moved = tuple(
        part
        for part in unit.parts
        if inode_at(trash, part.target) == part.inode and inode_at(trash, part.source) != part.inode
    )
    return unit._replace(parts=moved) if moved else None


def _take_back(trash: Trash, unit: Unit) -> str:
    """Put back the parts that were moved; returns why one could not be, or an empty text."""
    back = reverse(unit)
    problem = ""
    for part in back.parts:
        try:
            if inode_at(trash, part.source) == part.inode:
                _rename(trash, part)
        except OSError as error:
            problem = problem or words(error)
    _sync(trash, back)
    return problem


def _recovered(trash: Trash, deed: Deed, unit: Unit) -> Unit | None:
    """Make a unit whole that was interrupted; returns what of it is done. What was begun is taken back; if somebody has
    made its place new meanwhile, it is finished instead.

    Raises:
        OSError: nobody can tell.
    """
    if is_done(trash, unit) or (deed.action == "purge" and _is_gone(trash, unit)):
        return unit
    if not _is_begun(trash, unit) or not _take_back(trash, unit):
        return None
    for part in unit.parts:
        with suppress(OSError):  # what cannot be finished either is in the log as far as it got
            if inode_at(trash, part.source) == part.inode:
                _rename(trash, part)
    _sync(trash, unit)
    return _moved_of(trash, unit)


def _is_gone(trash: Trash, unit: Unit) -> bool:
    """Whether what a purge destroys is destroyed. Raises OSError."""
    return all(inode_at(trash, path) is None for part in unit.parts for path in (part.source, part.target))


def _finish(trash: Trash, deed: Deed, *, logged: bool = False) -> list[str]:
    """The deed is done: write it into the log, and forget the journal; returns what is to be told."""
    notes: list[str] = []
    try:
        if deed.action == "purge" and trash.journal() is None:
            notes += trash.wipe_scratch()  # there was no room for a journal, nor is there for a line of the log before
        if deed.units and not logged:
            trash.log(deed_text(deed))
        if deed.undoes:
            notes += _drop_what_was_undone(trash, deed)
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


def _drop_what_was_undone(trash: Trash, deed: Deed) -> list[str]:
    """Remove the archives of sessions that are back; returns what is to be told of those that are left."""
    back = {unit.what for unit in deed.units if unit.archive}
    if not back:
        return []
    noted = archives_of(trash.mark, deed.undoes)
    if noted is None:
        return [f"the archive {decoded(unit.archive)} is left where it is" for unit in deed.units if unit.archive]
    return drop_archives(trash, deed.undoes, keep={one.what for one in noted.archives} - back)


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
            mutations.swap(source, name, target, new)
        else:
            if stat.S_ISDIR(status.st_mode) and status.st_dev != os.fstat(source).st_dev:
                raise ChangedError(f"something is mounted at {decoded(part.source)}")
            mutations.move(source, name, target, new)


def _sync(trash: Trash, unit: Unit) -> None:
    """Have every folder of a unit written down to the disk: first those that hold a folder that was made, then those
    that were entered, then those that were left. A power failure in between leaves a thing twice, never nowhere."""
    made = [path.rpartition("/")[0] for path in unit.makes] + ([TRASH] if has_holder(unit) else [])
    entered = [part.target.rpartition("/")[0] for part in unit.parts]
    left = [part.source.rpartition("/")[0] for part in unit.parts]
    for path in dict.fromkeys((*made, *entered, *left)):
        try:
            with safefs.opened_folder(trash.root, path) as folder:
                mutations.sync(folder)
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
