"""Writing the program's own small files, which may turn out to be anything."""

import contextlib
import os
from collections.abc import Iterator


def keep_own_file(path: str, content: bytes) -> None:
    """Write a file that only the user may read and that can be made again, whole or not at all; its
    folder is made. When that fails, there is none."""
    draft = f"{path}.{os.getpid()}"
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(draft, path)
        except BaseException:  # a signal too
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise


def add_to_log(path: str, text: str, limit: int = 1_000_000) -> bool:
    """Add a text to a log; whether that could be done. Never raises; else as `opened_log`."""
    try:
        with opened_log(path, limit) as log:
            os.write(log, text.encode(errors="backslashreplace"))
    except OSError:
        return False
    return True


@contextlib.contextmanager
def opened_log(path: str, limit: int = 1_000_000) -> Iterator[int]:
    """The descriptor of a log that only the user may read, to be added to. Never blocks.

    A log longer than `limit` bytes is put aside first, as `<path>.old`.

    Raises:
        OSError: it cannot be opened, or is a link.
    """
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    if os.path.lexists(path) and os.lstat(path).st_size > limit:
        os.replace(path, f"{path}.old")
    flags = (
        os.O_WRONLY
        | os.O_APPEND
        | os.O_CREAT
        | os.O_NOFOLLOW
        | os.O_NONBLOCK
        | os.O_CLOEXEC
        | os.O_NOCTTY
    )
    descriptor = os.open(path, flags, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        yield descriptor
    finally:
        os.close(descriptor)
