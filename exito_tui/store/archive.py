"""Archives of sessions: a tar.gz that is read back and compared before the session's folder goes to the trash."""

import gzip
import hashlib
import io
import os
import stat
import tarfile
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import IO, NamedTuple

from exito_tui.domain.deed import TRASH, Deed, Unit, deed_text
from exito_tui.domain.text import decoded
from exito_tui.store import changes, safefs
from exito_tui.store.aim import Target, check_again
from exito_tui.store.archives import draft_of, drop, give_name, opened_archives
from exito_tui.store.cleanup import Pace, Rules, is_whole, new_id, refuse_hindered, trash_units, working
from exito_tui.store.errors import ChangedError, CleanupError, words
from exito_tui.store.journal import Outcome, carry_out
from exito_tui.store.trash import Trash, opened_parent
from exito_tui.store.tree import File

SUFFIX = ".tar.gz"
FOLDER = ".archive"
"""Where archives go unless another place is named: a folder in the root, hidden from the list of sessions."""

_LONGEST_NAME = 200
_BLOCK = 1 << 20


class Member(NamedTuple):
    """One member as it must be found again: its name in the archive, kind, mode, time in ns, and its content's hash
    (of a link: where it leads)."""

    name: str
    kind: bytes
    mode: int
    modified_ns: int
    content: str


def archive(root: str, targets: Sequence[Target], folder: str, rules: Rules, *, pace: Pace | None = None) -> Outcome:
    """Make an archive of each session in a folder (an absolute path), verify it, and move the session to the trash.

    Raises:
        CleanupError: nothing was done.
    """
    pace = pace or Pace()
    if f"{os.path.realpath(folder)}/".startswith(f"{os.path.realpath(root)}/{TRASH}/"):
        raise CleanupError(f"{folder} lies in the trash, where nothing is safe from a purge; name another place")
    with working(root) as (trash, notes), opened_archives(folder) as place:
        fit, lost = refuse_hindered(trash, targets, rules)
        by_key = {target.session.key: target for target in fit}
        deed = _announced(trash, trash_units(new_id(), fit), by_key, folder, place)
        units = []
        for unit in deed.units:
            if pace.stopped():
                lost.append((unit.what, "not begun: you stopped it"))
                continue
            try:
                units.append(_made(trash, by_key[unit.what], unit, place))
            except (OSError, tarfile.TarError) as error:
                lost.append((unit.what, f"no archive could be made: {_why(error)}"))
            pace.told(len(units) + len(lost))

        def before(unit: Unit) -> None:
            check_again(trash, by_key[unit.what])
            give_name(unit.archive)

        try:
            outcome = carry_out(
                trash, deed._replace(units=tuple(units)), before=before,
                after=lambda unit: is_whole(trash, unit, by_key[unit.what]), announced=True,
            )  # fmt: skip
        except CleanupError:
            _drop_all(units)
            raise
        _drop_all(unit for unit in units if unit not in outcome.done)
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _announced(trash: Trash, units: Iterable[Unit], by_key: Mapping[str, Target], folder: str, place: int) -> Deed:
    """The deed with the names of the archives to be, in the journal: what a process leaves of them is found again.

    Raises:
        CleanupError: it cannot be written down.
    """
    taken = set(safefs.names_in(place))
    made = []
    for unit in units:
        name = _free_name(taken, by_key[unit.what])
        taken.add(name)
        made.append(unit._replace(archive=os.path.join(folder, name)))
    deed = Deed(new_id(), "archive", time.time_ns(), tuple(made))
    try:
        trash.write_journal(deed_text(deed))
    except OSError as error:
        raise CleanupError(f"nothing was done: the journal cannot be written: {words(error)}") from None
    return deed


def _drop_all(units: Iterable[Unit]) -> None:
    """Remove the archives of sessions that stay where they are."""
    for unit in units:
        with suppress(OSError):
            drop(unit.archive, unit.archive_inode, unit.archive_size)


def _made(trash: Trash, target: Target, unit: Unit, place: int) -> Unit:
    """Make the archive of one session, as a draft still; returns the unit with what tells it. Raises OSError; then
    there is none."""
    draft = draft_of(os.path.basename(unit.archive))
    descriptor = -1
    try:
        descriptor = changes.create(place, draft)
        with open(descriptor, "w+b", buffering=0, closefd=False) as file:
            members = _write(trash, target, file)
            changes.sync(descriptor)
            file.seek(0)
            if list(_read(file)) != members:
                raise ChangedError("what was read back from it differs")
        changes.sync(place)
        status = os.fstat(descriptor)
        return unit._replace(archive_inode=status.st_ino, archive_size=status.st_size)
    except FileExistsError:
        raise  # somebody else's
    except BaseException:
        with suppress(OSError):
            changes.remove_file(place, draft)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _free_name(taken: Container[str], target: Target) -> str:
    """A name that is not taken: the session's id, with its command where the id does not begin with it."""
    session = target.session
    stem = session.id if session.id.startswith(session.command) else f"{session.command}_{session.id}"
    raw = os.fsencode(stem)
    if len(raw) > _LONGEST_NAME:
        stem = os.fsdecode(raw[: _LONGEST_NAME - 20]) + "-" + hashlib.sha256(raw).hexdigest()[:12]
    names = (f"{stem}{f'-{number}' if number > 1 else ''}{SUFFIX}" for number in count(1))
    return next(name for name in names if name not in taken and draft_of(name) not in taken)


class _Sink(io.RawIOBase):
    """Writes through the calls that tests can let fail."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        made = bytes(content)  # type: ignore[call-overload]
        changes.write_all(self._descriptor, made)
        return len(made)


def _write(trash: Trash, target: Target, file: IO[bytes]) -> list[Member]:
    """Write all of a session into an archive; returns what must be found in it."""
    members: list[Member] = []
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=_Sink(file.fileno()), mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path, tree in target.trees:
            for inner, mode, modified_ns in tree.folders:
                name = f"{path}/{inner}" if inner else path
                tar.addfile(_info(name, tarfile.DIRTYPE, mode, modified_ns))
                members.append(Member(name, tarfile.DIRTYPE, stat.S_IMODE(mode), modified_ns, ""))
            for one in tree.files:
                members.append(_add(trash, tar, f"{path}/{one.path}" if one.path else path, one))
    return members


def _info(name: str, kind: bytes, mode: int, modified_ns: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.mode = kind, stat.S_IMODE(mode)
    seconds, rest = divmod(modified_ns, 1_000_000_000)
    info.mtime = seconds
    info.pax_headers = {"mtime": f"{seconds}.{rest:09}"}
    return info


def _add(trash: Trash, tar: tarfile.TarFile, name: str, seen: File) -> Member:
    """Add one file, just as it was seen."""
    mode = stat.S_IMODE(seen.mode)
    if stat.S_ISLNK(seen.mode):
        with opened_parent(trash.root, name) as (parent, own):
            leads = os.readlink(own, dir_fd=parent)
        info = _info(name, tarfile.SYMTYPE, seen.mode, seen.modified_ns)
        info.linkname = leads
        tar.addfile(info)
        return Member(name, tarfile.SYMTYPE, mode, seen.modified_ns, leads)
    if not stat.S_ISREG(seen.mode):
        raise ChangedError(f"{decoded(name)} is a pipe, a socket or a device, which no archive can keep")
    with safefs.opened_file(trash.root, name) as (descriptor, status):
        if (status.st_ino, status.st_size, status.st_mtime_ns) != (seen.inode, seen.size, seen.modified_ns):
            raise ChangedError(f"{decoded(name)} has changed since you looked")
        info = _info(name, tarfile.REGTYPE, seen.mode, seen.modified_ns)
        info.size = seen.size
        with open(descriptor, "rb", closefd=False) as file:
            hashing = _Hashing(file)
            tar.addfile(info, hashing)
    return Member(name, tarfile.REGTYPE, mode, seen.modified_ns, hashing.digest)


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sum = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(size)
        self._sum.update(content)
        return content

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()


def _read(file: IO[bytes]) -> Iterator[Member]:
    """What is in an archive."""
    with tarfile.open(fileobj=file, mode="r:gz") as tar:
        for info in tar:
            yield Member(info.name, info.type, info.mode, modified_ns_of(info), _content(tar, info))


def _content(tar: tarfile.TarFile, info: tarfile.TarInfo) -> str:
    if info.type == tarfile.SYMTYPE:
        return info.linkname
    file = tar.extractfile(info) if info.isreg() else None
    if file is None:
        return ""
    total = hashlib.sha256()
    while block := file.read(_BLOCK):
        total.update(block)
    return total.hexdigest()


def modified_ns_of(info: tarfile.TarInfo) -> int:
    """The time of a member to the nanosecond."""
    seconds, _, rest = str(info.pax_headers.get("mtime", int(info.mtime))).partition(".")
    return int(seconds) * 1_000_000_000 + int((rest + "000000000")[:9] or 0)


def _why(error: Exception) -> str:
    return words(error) if isinstance(error, OSError) and error.errno else str(error)
