"""The only system calls that change anything in a root. Each takes names inside open folders, never
a path.

Every one is announced to `probe` before and after, which is how tests let any of them fail, or end
the process there.
"""

import errno
import os
import stat
from collections.abc import Callable
from typing import Any, NamedTuple

from exito_tui.store.fs.safefs import is_there, names_in, open_child

probe: Callable[[str, str], None] | None = None
"""Called with the name of a call and "before" or "after"; it may raise OSError."""

_NOREPLACE, _EXCHANGE = 1, 2
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)
"""What a system says whose kernel or file system has no such rename."""


class CrossesDevicesError(OSError):
    """The two places lie on different file systems: a rename cannot lead there, and copying is not
    safe."""


def make_folder(parent: int, name: str, mode: int = 0o700) -> None:
    """Make a folder. Raises FileExistsError."""
    _call("mkdir", os.mkdir, name, mode, dir_fd=parent)


def write_new(parent: int, name: str, content: bytes, mode: int = 0o600) -> None:
    """Write a new file, down to the disk. Raises FileExistsError; a file half written is taken away
    again."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = _call("open", os.open, name, flags, mode, dir_fd=parent)
    try:
        write_all(descriptor, content)
        sync(descriptor)
    except OSError:
        os.unlink(name, dir_fd=parent)
        raise
    finally:
        os.close(descriptor)


def create(parent: int, name: str, mode: int = 0o600) -> int:
    """Open a new file to write and read back; returns its descriptor. Raises FileExistsError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    made: int = _call("open", os.open, name, flags, mode, dir_fd=parent)
    return made


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    left = memoryview(content)
    while left:
        left = left[_call("write", os.write, descriptor, left) :]


def append(parent: int, name: str, content: bytes) -> None:
    """Append to a file, down to the disk; it is made when it is not there. What a call before left
    torn is ended."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = _call("open", os.open, name, flags, 0o600, dir_fd=parent)
    try:
        size = os.fstat(descriptor).st_size
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        write_all(descriptor, b"\n" + content if torn else content)
        sync(descriptor)
    finally:
        os.close(descriptor)


def replace(source: int, draft: str, target: int, name: str) -> None:
    """Put a file of our own in the place of another one of our own."""
    _call("rename", os.replace, draft, name, src_dir_fd=source, dst_dir_fd=target)


def move(source: int, name: str, target: int, new: str) -> None:
    """Rename without ever replacing what is there.

    Raises:
        FileExistsError: something is there.
        CrossesDevicesError: the target lies on another file system.
    """
    _call("renameat2", _move, source, name, target, new)


def swap(source: int, name: str, target: int, new: str) -> None:
    """Let two files change places, so that at no moment one of the names is missing.

    Raises:
        CrossesDevicesError: they lie on different file systems.
    """
    _call("renameat2", _swap, source, name, target, new)


def remove_file(parent: int, name: str) -> None:
    """Remove anything but a folder; a link itself, never what it leads to."""
    _call("unlink", os.unlink, name, dir_fd=parent)


def remove_folder(parent: int, name: str) -> None:
    """Remove an empty folder."""
    _call("rmdir", os.rmdir, name, dir_fd=parent)


def sync(descriptor: int) -> None:
    """Have a file or folder written down to the disk."""
    _call("fsync", os.fsync, descriptor)


def set_times(descriptor: int, accessed_ns: int, modified_ns: int) -> None:
    """Set a file's or folder's times."""
    _call("utimensat", os.utime, descriptor, ns=(accessed_ns, modified_ns))


def set_mode(descriptor: int, mode: int) -> None:
    """Set a file's or folder's permissions."""
    _call("fchmod", os.fchmod, descriptor, mode)


def link(parent: int, name: str, target: str) -> None:
    """Make a symbolic link that leads to `target`. Raises FileExistsError."""
    _call("symlink", os.symlink, target, name, dir_fd=parent)


def set_link_time(parent: int, name: str, modified_ns: int) -> None:
    """Set the time of a symbolic link itself, where the system can."""
    if os.utime in os.supports_follow_symlinks:
        _call(
            "utimensat",
            os.utime,
            name,
            ns=(modified_ns, modified_ns),
            dir_fd=parent,
            follow_symlinks=False,
        )


Check = Callable[[str, os.stat_result], None]
"""Looks at something, called by its path, just before it is removed; raises OSError to keep it."""

_MOST_OPEN = 64
"""So many folders are held open at once; what lies deeper is brought up first."""


class _Folder(NamedTuple):
    """A folder that is being emptied: where it lies, and what is left in it."""

    parent: int
    name: str
    path: str
    descriptor: int
    names: list[str]


def wipe(parent: int, name: str, path: str = "", check: Check = lambda path, status: None) -> None:
    """Remove whatever is there, all that is in it included, however deep: no link is followed, no
    other file system entered. An error calls it by `path`.

    Raises:
        OSError: something cannot be removed, or is mounted in it; its `filename` says what.
    """
    waiting = [(name, path or name)]
    while waiting:
        waiting += _wipe(parent, *waiting.pop(), check)


def _wipe(parent: int, name: str, path: str, check: Check) -> list[tuple[str, str]]:
    """Remove what is there but for folders that lie too deep: they are moved to `parent`, and
    returned as (name, path) pairs."""
    deep: list[tuple[str, str]] = []
    folders: list[_Folder] = []
    at = path
    try:
        _remove(parent, name, path, check, folders)
        while folders:
            top = folders[-1]
            at = top.path
            if not top.names:
                os.close(folders.pop().descriptor)
                remove_folder(top.parent, top.name)
                continue
            inner = top.names.pop()
            at = f"{top.path}/{inner}"
            if len(folders) < _MOST_OPEN:
                _remove(top.descriptor, inner, at, check, folders)
            else:
                aside = (
                    f"{name}.{os.stat(inner, dir_fd=top.descriptor, follow_symlinks=False).st_ino}"
                )
                move(top.descriptor, inner, parent, aside)
                deep.append((aside, at))
    except OSError as error:
        if error.errno:  # what a check says of its own names it already
            error.filename = at
        raise
    finally:
        for folder in folders:
            os.close(folder.descriptor)
    return deep


def _remove(parent: int, name: str, path: str, check: Check, folders: list[_Folder]) -> None:
    """Remove a file, or open a folder to empty it first."""
    status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if not stat.S_ISDIR(status.st_mode):
        check(path, status)
        remove_file(parent, name)
        return
    if status.st_dev != os.fstat(parent).st_dev:
        raise CrossesDevicesError(errno.EXDEV, "something is mounted here", name)
    if status.st_mode & 0o700 != 0o700:
        _call("fchmodat", os.chmod, name, 0o700, dir_fd=parent)
    descriptor = open_child(parent, name)
    folders.append(_Folder(parent, name, path, descriptor, names_in(descriptor)))


def _call(name: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    told = probe  # read once: it may be taken away meanwhile
    if told is None:
        return function(*arguments, **named)
    told(name, "before")
    result = function(*arguments, **named)
    told(name, "after")
    return result


def _move(source: int, name: str, target: int, new: str) -> None:
    if _renameat2(source, name, target, new, _NOREPLACE):
        return
    # No such call here: looking first leaves a moment in which an empty folder could be replaced,
    # but never a file of a session, since a folder cannot be renamed onto a file, nor onto a folder
    # that holds anything.
    if is_there(target, new):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), new)
    if stat.S_ISREG(os.stat(name, dir_fd=source, follow_symlinks=False).st_mode):
        os.link(name, new, src_dir_fd=source, dst_dir_fd=target, follow_symlinks=False)
        os.unlink(name, dir_fd=source)
    else:
        _in_words(os.rename, name, new, src_dir_fd=source, dst_dir_fd=target)


def _swap(source: int, name: str, target: int, new: str) -> None:
    if _renameat2(source, name, target, new, _EXCHANGE):
        return
    aside = f"{name}.aside"
    _in_words(os.link, new, aside, src_dir_fd=target, dst_dir_fd=source, follow_symlinks=False)
    os.rename(name, new, src_dir_fd=source, dst_dir_fd=target)
    os.rename(aside, name, src_dir_fd=source, dst_dir_fd=source)


def _in_words(function: Callable[..., None], *arguments: Any, **named: Any) -> None:
    try:
        function(*arguments, **named)
    except OSError as error:
        raise _fitting(error.errno or 0, str(arguments[0])) from None


_kernel: list[Any] = []


def _renameat2(source: int, name: str, target: int, new: str, flags: int) -> bool:
    """Rename in the kernel's own way, which checks and renames in one step; False where there is
    none."""
    if not _kernel:
        import ctypes

        _kernel.append(getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None))
    if _kernel[0] is None:
        return False
    import ctypes

    if _kernel[0](source, os.fsencode(name), target, os.fsencode(new), flags) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_HERE:
        return False
    raise _fitting(number, name)


def _fitting(number: int, name: str) -> OSError:
    if number == errno.EXDEV:
        return CrossesDevicesError(number, "another file system", name)
    return OSError(number, os.strerror(number), name)
