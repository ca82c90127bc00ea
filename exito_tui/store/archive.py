"""Archives of sessions: a tar.gz that is read back and compared before the session's folder goes to the trash."""

import gzip
import hashlib
import io
import os
import stat
import tarfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple

from exito_tui.domain.deed import Deed, Unit
from exito_tui.domain.text import decoded
from exito_tui.store import changes, safefs
from exito_tui.store.aim import Target, check_again
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


class Archived(NamedTuple):
    """An archive that was made and verified: its absolute path, inode, and size in bytes."""

    path: str
    inode: int
    size: int


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
    with working(root) as (trash, notes):
        fit, lost = refuse_hindered(trash, targets, rules)
        deed_id, now_ns = new_id(), time.time_ns()
        by_key = {target.session.key: target for target in fit}
        units = []
        with opened_archives(folder) as place:
            for unit in trash_units(deed_id, fit):
                if pace.stopped():
                    lost.append((unit.what, "not begun: you stopped it"))
                    continue
                try:
                    made = _made(trash, by_key[unit.what], folder, place)
                except (OSError, tarfile.TarError) as error:
                    lost.append((unit.what, f"no archive could be made: {_why(error)}"))
                    continue
                units.append(unit._replace(archive=made.path, archive_inode=made.inode, archive_size=made.size))
                pace.told(len(units) + len(lost))

        def before(unit: Unit) -> None:
            check_again(trash, by_key[unit.what])

        try:
            outcome = carry_out(
                trash, Deed(deed_id, "archive", now_ns, tuple(units)), before=before,
                after=lambda unit: is_whole(trash, unit, by_key[unit.what]),
            )  # fmt: skip
        except CleanupError:
            _drop_all(units)
            raise
        _drop_all(unit for unit in units if unit not in outcome.done)
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _drop_all(units: Iterable[Unit]) -> None:
    """Remove the archives of sessions that stay where they are."""
    for unit in units:
        drop(unit.archive, unit.archive_inode, unit.archive_size)


def drop(path: str, inode: int, size: int) -> str:
    """Remove an archive whose session is back in its place; returns what is to be told if it is left."""
    folder, name = os.path.split(path)
    try:
        with opened_archives(folder) as place:
            status = os.stat(name, dir_fd=place, follow_symlinks=False)
            if (status.st_ino, status.st_size) != (inode, size):
                return f"the archive {decoded(path)} is not the one that was made; it is left there"
            changes.remove_file(place, name)
    except FileNotFoundError:
        return ""
    except (OSError, CleanupError) as error:
        return f"the archive {decoded(path)} could not be removed: {_why(error)}"
    return ""


@contextmanager
def opened_archives(folder: str) -> Iterator[int]:
    """Open the folder that archives go to; it is made when it is not there.

    Raises:
        CleanupError: it cannot be.
    """
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise CleanupError(f"{folder} cannot be used for archives: {words(error)}") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _made(trash: Trash, target: Target, folder: str, place: int) -> Archived:
    """Make the archive of one session. Raises OSError; then there is none."""
    name = _free_name(place, target)
    draft = f".{name}.part"
    with suppress(FileNotFoundError):
        changes.remove_file(place, draft)
    descriptor = changes.create(place, draft)
    try:
        try:
            with open(descriptor, "w+b", buffering=0, closefd=False) as file:
                members = _write(trash, target, file)
                changes.sync(descriptor)
                file.seek(0)
                if list(_read(file)) != members:
                    raise ChangedError("what was read back from it differs")
            check_again(trash, target)
            changes.move(place, draft, place, name)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft, dir_fd=place)
            raise
        changes.sync(place)
        status = os.fstat(descriptor)
        return Archived(os.path.join(folder, name), status.st_ino, status.st_size)
    finally:
        os.close(descriptor)


def _free_name(place: int, target: Target) -> str:
    """A name that is not taken: the session's id, with its command where the id does not begin with it."""
    session = target.session
    stem = session.id if session.id.startswith(session.command) else f"{session.command}_{session.id}"
    raw = os.fsencode(stem)
    if len(raw) > _LONGEST_NAME:
        stem = os.fsdecode(raw[: _LONGEST_NAME - 20]) + "-" + hashlib.sha256(raw).hexdigest()[:12]
    taken = set(safefs.names_in(place))
    number = 1
    while (name := f"{stem}{f'-{number}' if number > 1 else ''}{SUFFIX}") in taken:
        number += 1
    return name


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
