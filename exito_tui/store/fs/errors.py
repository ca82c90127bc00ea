"""What cleaning up raises, and the system's errors in plain words."""

import errno
import os


class CleanupError(Exception):
    """Nothing was changed, for the reason given, with what to do about it."""


class ChangedError(OSError):
    """What was to be moved is not what was seen, or was written meanwhile."""


def describe_error(error: OSError) -> str:
    """An error of the system in plain words, with what to do about the common ones."""
    hints = {
        errno.ENOSPC: "no space left on the disk; nothing was lost, make room and try again",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "permission denied; check who owns it",
        errno.EXDEV: "it lies on another file system, and copying would not be safe",
        errno.EEXIST: "something is there already",
        errno.ELOOP: "there is a link in the way, and links are not followed",
    }
    return hints.get(error.errno or 0) or (
        os.strerror(error.errno).lower() if error.errno else str(error)
    )


_REMEDIES = {
    errno.EIO: "the disk or the network gives errors: check it, then try again",
    errno.ENOENT: "it was moved or removed meanwhile: look again",
    errno.ENOTDIR: "it was moved or removed meanwhile: look again",
    errno.EPERM: "check who owns it and how it is mounted",
    errno.EROFS: "make it writable first",
    errno.EXDEV: "move it by hand",
    errno.EEXIST: "move one of the two by hand",
    errno.ELOOP: "take the link away",
}


def complaint(error: OSError, place: str) -> str:
    """What is said of an error that nothing else has put into words: the thing, the place, why, and
    what to do.

    `place` is where the thing lies, when the error does not say so itself.
    """
    name = error.filename
    thing = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    where = (
        thing if os.path.isabs(thing) or not place else f"{thing} in {place}" if thing else place
    )
    why = describe_error(error)
    if ";" not in why:
        why += "; " + _REMEDIES.get(error.errno or 0, "check it, then try again")
    return f"{where}: {why}" if where else why
