"""The system's errors in plain words."""

import errno
import os

_WORDS = {
    errno.ENOSPC: "no space left on the disk; nothing was lost, make room and try again",
    errno.EROFS: "the file system is read-only; make it writable first",
    errno.EACCES: "permission denied; check its owner and its permissions",
    errno.EXDEV: "it lies on another file system, and copying would not be safe",
    errno.EEXIST: "something is there already",
    errno.ELOOP: "there is a link in the way, and links are not followed",
}


def describe_errno(number: int, otherwise: str = "") -> str:
    """What the number of an error means, with what to do about the common ones; 0: the text of an
    error that has no number."""
    return _WORDS.get(number) or (os.strerror(number).lower() if number else otherwise)
