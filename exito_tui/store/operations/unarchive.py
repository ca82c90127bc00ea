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
from exito_tui.domain.sessions.layouts import SHELVES
from exito_tui.domain.sessions.names import command_of, flat_file, folder_in_root, is_registry
from exito_tui.domain.text import decoded
from exito_tui.domain.units import short_size
from exito_tui.domain.workflows.data import command_folders
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import UnfitArchiveError, describe_error
from exito_tui.store.operations.archive import modified_ns_of
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.renames import inode_of, make_staging
from exito_tui.store.trash.trash import Trash

_BLOCK = 1 << 20
_DEEPEST = 4
"""So many folders deep, at the most, does a session lie: archived/YYYY/MM/ in a group."""


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
                f"{decoded(path)}: {decoded(info.name)!r} is not a part of a session; nothing was "
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
    files = [info.name for info in members if not info.isdir()]
    folders = sorted((info.name for info in members if info.isdir()), key=len)
    found = _folder_session(folders[0], files, folders) if folders else _file_session(files)
    if found is None:
        raise UnfitArchiveError(
            f"{decoded(path)} is not the archive of one session; nothing was unpacked"
        )
    return found


def _folder_session(top: str, files: list[str], folders: list[str]) -> tuple[str, list[str]] | None:
    """The session that a folder is, if all lies below it; a command's whole folder is none."""
    if not all(name == top or name.startswith(f"{top}/") for name in (*files, *folders)):
        return None
    if top.count("/") > _DEEPEST:
        return None
    is_one = "/" in top or folder_in_root(top) is not None
    if not is_one and command_of(top).lower() not in command_folders():
        is_one = any(name.count("/") == 1 for name in files)
    return (top, [top]) if is_one else None


def _file_session(files: list[str]) -> tuple[str, list[str]] | None:
    """The session that some files are: one of its own, or those of one id in a flat folder, or what
    lies loose in a command's folder."""
    parents = {name.rpartition("/")[0] for name in files}
    if len(parents) != 1:
        return None
    parent = next(iter(parents))
    on_shelf = any(part.lower() in SHELVES for part in parent.split("/"))
    if len(files) == 1 and (not parent or on_shelf):
        return files[0], files
    if not parent or "/" in parent:
        return None
    ids = {
        flat[0] if (flat := flat_file(parent, name[len(parent) + 1 :])) else "" for name in files
    }
    if len(ids) != 1:
        return None
    session_id = next(iter(ids))
    return (f"{parent}/{session_id}" if session_id else parent), files


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
