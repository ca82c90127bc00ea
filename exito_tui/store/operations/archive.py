"""Archives of sessions: a tar.gz that is read back and compared before the session's folder goes to
the trash."""

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

from exito_tui.domain.cleanup.operation import Item, Operation
from exito_tui.domain.cleanup.operation_json import operation_text
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.units import EARLIEST_NS, LATEST_NS, SECOND_NS
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import (
    ChangedError,
    UnusableRootError,
    reason_of,
)
from exito_tui.store.fs.folders import opened_parent
from exito_tui.store.fs.tree import File
from exito_tui.store.operations.common import ChangeRules, Progress, pointers_left, refuse_blocked
from exito_tui.store.operations.move import trash_items, verify_moved
from exito_tui.store.trash.archive_file import (
    OWN_FOLDER,
    draft_of,
    drop_archives,
    give_name,
    opened_archives,
)
from exito_tui.store.trash.journal import Outcome, execute, unwritten
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.targets import Target, verify_unchanged
from exito_tui.store.trash.trash import Trash
from exito_tui.store.trash.user_record import Archive, Archives, remember_archives

SUFFIX = ".tar.gz"

_LONGEST_NAME = 200
_BLOCK = 1 << 20


class Member(NamedTuple):
    """One member as it must be found again: its name in the archive, kind, mode, time in ns, and
    its content's hash (of a link: where it leads)."""

    name: str
    kind: bytes
    mode: int
    modified_ns: int
    content: str


def archive(
    root: str,
    targets: Sequence[Target],
    folder: str,
    rules: ChangeRules,
    *,
    progress: Progress | None = None,
) -> Outcome:
    """Make an archive of each session in a folder (an absolute path; empty: the root's own), verify
    it, and move the session to the trash.

    Raises:
        CleanupError: nothing was done.
    """
    progress = progress or Progress()
    _refuse_trash(root, folder)
    with open_for_change(root) as (trash, notes), opened_archives(trash.root, folder) as place:
        fit, lost = refuse_blocked(trash, targets, rules)
        by_key = {target.session.key: target for target in fit}
        operation = _named(
            trash, trash_items(new_id(), fit), by_key, folder or f"{root}/{OWN_FOLDER}", place
        )
        _announce(trash, operation, folder, ())
        items, archives = _made_all(trash, operation.items, by_key, place, lost, progress)

        def before(item: Item) -> None:
            verify_unchanged(trash, by_key[item.what])
            give_name(place, os.path.basename(item.archive))

        done: Sequence[Item] = ()
        try:
            operation = operation._replace(items=tuple(items))
            _announce(trash, operation, folder, archives)
            outcome = execute(
                trash,
                operation,
                before=before,
                after=lambda item: verify_moved(trash, item, by_key[item.what]),
                announced=True,
            )
            done = outcome.done
        finally:
            with suppress(OSError):  # the next start does it
                drop_archives(trash, operation.id, keep={item.what for item in done})
        left = pointers_left(fit, outcome)
        return outcome._replace(
            failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes, *left)
        )


def _refuse_trash(root: str, folder: str) -> None:
    """Raise UnusableRootError if the folder named for the archives lies in the root's trash."""
    if folder and f"{os.path.realpath(folder)}/".startswith(f"{os.path.realpath(root)}/{TRASH}/"):
        raise UnusableRootError(
            f"{folder} lies in the trash, where nothing is safe from a purge; name another place"
        )


def _named(
    trash: Trash, items: Iterable[Item], by_key: Mapping[str, Target], folder: str, place: int
) -> Operation:
    """The operation with the names of the archives to be."""
    taken = set(safefs.names_in(place))
    made = []
    for item in items:
        name = _free_name(taken, by_key[item.what])
        taken.add(name)
        made.append(item._replace(archive=os.path.join(folder, name)))
    return Operation(new_id(), "archive", time.time_ns(), tuple(made))


def _announce(trash: Trash, operation: Operation, folder: str, archives: Sequence[Archive]) -> None:
    """Write down what is about to be made, outside the root and in the journal: what a process
    leaves of it is found again.

    Raises:
        CleanupError: it cannot be written down.
    """
    known = {item.what: item for item in archives}
    noted = [
        known.get(item.what) or Archive(item.what, os.path.basename(item.archive))
        for item in operation.items
    ]
    try:
        trash.make_mark()
        remember_archives(trash.mark, operation.id, Archives(folder, tuple(noted)))
        trash.write_journal(operation_text(operation._replace(mark=trash.mark)))
    except OSError as error:
        raise unwritten(trash, error) from None


def _made_all(
    trash: Trash,
    wanted: Iterable[Item],
    by_key: Mapping[str, Target],
    place: int,
    lost: list[tuple[str, Reason]],
    progress: Progress,
) -> tuple[list[Item], list[Archive]]:
    """Make the archive of each session; returns those that have one, and adds the others to what is
    `lost`."""
    items: list[Item] = []
    archives: list[Archive] = []
    for item in wanted:
        if progress.should_stop():
            lost.append((item.what, Reason("not-begun")))
            continue
        try:
            archives.append(_made(trash, by_key[item.what], item, place))
            items.append(item)
        except (OSError, tarfile.TarError) as error:
            lost.append((item.what, Reason("no-archive", {"cause": reason_of(error)})))
        progress.on_progress(len(items) + len(lost))
    return items, archives


def _made(trash: Trash, target: Target, item: Item, place: int) -> Archive:
    """Make the archive of one session, as a draft still. Raises OSError; then there is none."""
    name = os.path.basename(item.archive)
    draft = draft_of(name)
    descriptor = -1
    try:
        descriptor = mutations.create(place, draft)
        with open(descriptor, "w+b", buffering=0, closefd=False) as file:
            members = _write(trash, target, file)
            mutations.sync(descriptor)
            file.seek(0)
            if list(_read(file)) != members:
                raise ChangedError(Reason("read-back-differs"))
        mutations.sync(place)
        status = os.fstat(descriptor)
        return Archive(item.what, name, status.st_ino, status.st_size, status.st_mtime_ns)
    except FileExistsError:
        raise  # somebody else's
    except BaseException:
        with suppress(OSError):
            mutations.remove_file(place, draft)
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _free_name(taken: Container[str], target: Target) -> str:
    """A name that is not taken: the session's id, with its command where the id does not begin with
    it."""
    session = target.session
    stem = (
        session.id if session.id.startswith(session.command) else f"{session.command}_{session.id}"
    )
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
        mutations.write_all(self._descriptor, made)
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
    info.mtime = modified_ns // SECOND_NS
    seconds, rest = divmod(abs(modified_ns), SECOND_NS)
    info.pax_headers = {"mtime": f"{'-' if modified_ns < 0 else ''}{seconds}.{rest:09}"}
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
        raise ChangedError(Reason("special-file", {"path": name}))
    with safefs.opened_file(trash.root, name) as (descriptor, status):
        if (status.st_ino, status.st_size, status.st_mtime_ns) != (
            seen.inode,
            seen.size,
            seen.modified_ns,
        ):
            raise ChangedError(Reason("file-changed", {"path": name}))
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
    """The time of a member to the nanosecond, within what a file can have. Raises ValueError when
    it is no time."""
    text = str(info.pax_headers.get("mtime", int(info.mtime)))
    seconds, _, rest = text.removeprefix("-").partition(".")
    since_ns = int(seconds) * SECOND_NS + int((rest + "000000000")[:9] or 0)
    return max(EARLIEST_NS, min(-since_ns if text.startswith("-") else since_ns, LATEST_NS))
