"""Reading the program's own small files, which may turn out to be anything."""

import os
import stat


class NotAFileError(OSError):
    """The path is a pipe, a folder, a device or a socket."""


class TooLargeError(OSError):
    """The file is larger than it can be in good order."""


class NotOwnError(OSError):
    """The file is another user's, or another user may write it."""


def read_own_file(path: str, limit: int = 1_000_000) -> bytes:
    """A regular file of `limit` bytes at the most (links are followed: people link their settings).
    Never blocks.

    Raises:
        NotAFileError: it is no regular file.
        TooLargeError: it is larger.
        OSError: it cannot be read.
    """
    return _read(path, limit, _READING, is_kept=False)


def read_kept_file(path: str, limit: int) -> bytes:
    """As `read_own_file`, a file that `keep_own_file` wrote, which only the user may even read, and
    no link: what is in it is taken at its word. What a clone brings is open to others.

    Raises:
        NotOwnError: somebody else may have written it.
    """
    return _read(path, limit, _READING | os.O_NOFOLLOW, is_kept=True)


_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def _read(path: str, limit: int, flags: int, *, is_kept: bool) -> bytes:
    descriptor = os.open(path, flags)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAFileError(f"{path} is not a regular file")
        if is_kept and not is_kept_file(status):
            raise NotOwnError(f"{path} may have been written by another user")
        content = os.read(descriptor, limit + 1)
        if len(content) > limit:
            raise TooLargeError(f"{path} is larger than {limit} bytes")
        return content
    finally:
        os.close(descriptor)


def is_kept_file(status: os.stat_result) -> bool:
    """Whether it is as `keep_own_file` leaves a file."""
    is_private = not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and is_private
