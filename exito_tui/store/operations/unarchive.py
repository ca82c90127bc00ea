"""Unpacking an archive of a session: into the trash first, as an entry, and from there to its place
by renames.

An archive may come from anywhere: only plain files, folders and links of one session are unpacked,
and only below its own place.
"""

import os
import tarfile
import time
import zlib
from contextlib import suppress
from typing import IO

from exito_tui.domain.cleanup.operation import Item, Operation, Rename, payload, reverse
from exito_tui.domain.cleanup.operation_json import operation_text
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.names import flat_file, folder_in_root, is_registry
from exito_tui.domain.text import decoded
from exito_tui.domain.units import short_size
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import UnfitArchiveError, describe_error
from exito_tui.store.operations.archive import modified_ns_of
from exito_tui.store.operations.common import new_id, open_for_change
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.renames import inode_of, make_staging
from exito_tui.store.trash.trash import Trash

_BLOCK = 1 << 20


def unarchive(root: str, path: str) -> Outcome:
    """Put the session of an archive (the path of a file) back in its place. The archive stays.

    Raises:
        CleanupError: nothing was done, or the session lies in the trash, as the text says.
    """
    try:
        with open(path, "rb") as file, open_for_change(root) as (trash, notes):
            members = _members(file, path)
            what, paths = _session_of(members, path)
            for place in paths:
                with suppress(FileNotFoundError):
                    inode_of(trash, place)
                    raise UnfitArchiveError(
                        f"{decoded(place)} is there already; move it away first: nothing was "
                        "unpacked"
                    ) from None
            _check_room(trash, members, path)
            try:
                item = _unpack(trash, file, members, what, paths)
            except BaseException:
                with suppress(OSError):
                    trash.tidy()
                    trash.end_journal()
                raise
            operation = Operation(item.entry, "unarchive", time.time_ns(), (item,))
            outcome = execute(trash, operation, announced=True)
            kept = [Reason("lies-in-trash", {"entry": item.entry})] if outcome.failed else []
            return outcome._replace(notes=(*notes, *outcome.notes, *kept))
    except (
        OSError,
        tarfile.TarError,
        EOFError,
        zlib.error,
        ValueError,
        OverflowError,
        IndexError,
    ) as error:
        # The last three: what tarfile lets through of headers that make no sense, such as a time
        # that is no number.
        why = describe_error(error) if isinstance(error, OSError) and error.errno else str(error)
        raise UnfitArchiveError(
            f"{decoded(path)} cannot be unpacked: {why or 'it is damaged'}"
        ) from None


def _members(file: IO[bytes], path: str) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=file, mode="r:gz") as tar:
        members = tar.getmembers()
    for info in members:
        names = info.name.split("/")
        if (
            info.name.startswith("/")
            or any(name in ("", ".", "..") for name in names)
            or "\0" in info.name
        ):
            raise UnfitArchiveError(
                f"{decoded(path)}: {decoded(info.name)!r} leads out of a session; nothing was "
                "unpacked"
            )
        if names[0].startswith(".") or (len(names) == 1 and is_registry(info.name)):
            raise UnfitArchiveError(
                f"{decoded(path)}: {decoded(info.name)!r} is no part of a session; nothing was "
                "unpacked"
            )
        if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE):
            raise UnfitArchiveError(
                f"{decoded(path)}: {decoded(info.name)!r} is neither a file nor a folder nor a link"
            )
    return members


def _check_room(trash: Trash, members: list[tarfile.TarInfo], path: str) -> None:
    """Raises CleanupError when what an archive unpacks to cannot fit: a small one may say that it
    holds anything."""
    system = os.fstatvfs(trash.root)
    needed, free = sum(info.size for info in members), system.f_bavail * system.f_frsize
    if needed > free:
        raise UnfitArchiveError(
            f"{decoded(path)} unpacks to {short_size(needed)}, and only {short_size(free)} are free"
        )


def _session_of(members: list[tarfile.TarInfo], path: str) -> tuple[str, list[str]]:
    """(the key of the one session in an archive, the paths that it consists of).

    Raises:
        CleanupError: it is not one session's archive.
    """
    names = [info.name for info in members]
    tops = dict.fromkeys(name.partition("/")[0] for name in names)
    if len(tops) == 1:
        top = next(iter(tops))
        if folder_in_root(top) and top in names:
            return top, [top]
        inner = dict.fromkeys(name.split("/")[1] for name in names if "/" in name)
        folders = {info.name for info in members if info.isdir()}
        if len(inner) == 1 and f"{top}/{next(iter(inner))}" in folders:
            return f"{top}/{next(iter(inner))}", [f"{top}/{next(iter(inner))}"]
        if inner and not folders and all(name.count("/") == 1 for name in names):
            ids = {found[0] if (found := flat_file(top, name)) else "" for name in inner}
            if len(ids) == 1:
                session_id = next(iter(ids))
                return f"{top}/{session_id}" if session_id else top, [
                    f"{top}/{name}" for name in inner
                ]
    raise UnfitArchiveError(
        f"{decoded(path)} is not the archive of one session; nothing was unpacked"
    )


def _unpack(
    trash: Trash, file: IO[bytes], members: list[tarfile.TarInfo], what: str, paths: list[str]
) -> Item:
    """Unpack into the staging folder, and make an entry of the trash of it by one rename."""
    entry_id = new_id()
    files = [info for info in members if not info.isdir()]
    with safefs.opened_folder(trash.root, make_staging(trash, entry_id)) as staging:
        mutations.make_folder(staging, entry_id)
        with safefs.opened_folder(staging, entry_id) as own:
            _unpack_into(
                own,
                file,
                members,
                cut=len(paths[0].rpartition("/")[0]) + 1 if "/" in paths[0] else 0,
            )
            renames = tuple(_rename(own, entry_id, path) for path in paths)
            mutations.sync(own)
        item = Item(what, renames, entry_id, len(files), sum(info.size for info in files))
        trash.make_mark()
        operation = Operation(entry_id, "unarchive", time.time_ns(), (item,), mark=trash.mark)
        trash.write_journal(operation_text(operation))
        trash.write_manifest(operation._replace(items=(reverse(item),)))
        mutations.move(staging, entry_id, trash.folder, entry_id)
        mutations.sync(trash.folder)
    return item


def _rename(own: int, entry: str, path: str) -> Rename:
    name = path.rpartition("/")[2]
    inode = os.stat(name, dir_fd=own, follow_symlinks=False).st_ino
    return Rename(f"{payload(entry)}/{name}", path, inode)


def _unpack_into(own: int, file: IO[bytes], members: list[tarfile.TarInfo], cut: int) -> None:
    """Unpack below an open folder; `cut` is how much of each name is left off. Folders get their
    times last."""
    file.seek(0)
    with tarfile.open(fileobj=file, mode="r:gz") as tar:
        for info in tar:
            relative = info.name[cut:]
            parent, _, name = relative.rpartition("/")
            with safefs.opened_folder(own, parent) as folder:
                if info.isdir():
                    mutations.make_folder(folder, name)
                elif info.issym():
                    mutations.link(folder, name, info.linkname)
                    mutations.set_link_time(folder, name, modified_ns_of(info))
                else:
                    _write_file(folder, name, tar, info)
    for info in sorted(members, key=lambda one: one.name, reverse=True):
        if info.isdir():
            with safefs.opened_folder(own, info.name[cut:]) as folder:
                mutations.set_mode(
                    folder, info.mode & 0o3777
                )  # with the bits that say how it is shared
                mutations.set_times(folder, modified_ns_of(info), modified_ns_of(info))
                mutations.sync(folder)


def _write_file(folder: int, name: str, tar: tarfile.TarFile, info: tarfile.TarInfo) -> None:
    source = tar.extractfile(info)
    assert source is not None
    descriptor = mutations.create(folder, name)
    try:
        while block := source.read(_BLOCK):
            mutations.write_all(descriptor, block)
        mutations.set_mode(descriptor, info.mode & 0o777)
        mutations.set_times(descriptor, modified_ns_of(info), modified_ns_of(info))
        mutations.sync(descriptor)
    finally:
        os.close(descriptor)
