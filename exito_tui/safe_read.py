"""Reading the program's own small files, which may turn out to be anything."""

import os
import stat


class NotAFileError(OSError):
    """The path is a pipe, a folder, a device or a socket."""


class TooLargeError(OSError):
    """The file is larger than it can be in good order."""


def read_own_file(path: str, limit: int = 1_000_000) -> bytes:
    """A regular file of `limit` bytes at the most (links are followed: people link their settings).
    Never blocks.

    Raises:
        NotAFileError: it is no regular file.
        TooLargeError: it is larger.
        OSError: it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAFileError(f"{path} is not a regular file")
        content = os.read(descriptor, limit + 1)
        if len(content) > limit:
            raise TooLargeError(f"{path} is larger than {limit} bytes")
        return content
    finally:
        os.close(descriptor)
