"""What cleaning up raises, and the system's errors in plain words."""

import errno
import os


class CleanupError(Exception):
    """Nothing was changed, for the reason given, with what to do about it."""


class ChangedError(OSError):
    """What was to be moved is not what was seen, or was written meanwhile."""


def words(error: OSError) -> str:
    """An error of the system in plain words, with what to do about the common ones."""
    hints = {
        errno.ENOSPC: "no space left on the disk; nothing was lost, make room and try again",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "permission denied; check who owns it",
        errno.EXDEV: "it lies on another file system, and copying would not be safe",
        errno.EEXIST: "something is there already",
        errno.ELOOP: "there is a link in the way, and links are not followed",
    }
    return hints.get(error.errno or 0) or (os.strerror(error.errno).lower() if error.errno else str(error))
