"""What cleaning up raises, and the system's errors: in plain words, and as reasons."""

import errno
import os
from typing import TYPE_CHECKING

from exito_tui.domain.system_errors import describe_errno

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.reason import Reason


class CleanupError(Exception):
    """Nothing was changed, for the reason given, with what to do about it."""

    exit_code = 1
    """The command line's exit code when this ends a command."""


class BusyError(CleanupError):
    """Another process is moving things in the root."""


class HalfDoneError(CleanupError):
    """What was interrupted has to be put right first, and cannot be yet."""


class UnusableRootError(CleanupError):
    """The root, its trash or the place for archives cannot be used."""


class NotWrittenDownError(CleanupError):
    """What is about to be done cannot be written down, so it is not done."""


class NothingToUndoError(CleanupError):
    """Nothing that was done can be taken back."""


class NothingToRedoError(CleanupError):
    """Nothing that was taken back can be done again."""


class OvertakenError(CleanupError):
    """Something else was done to the root since the user was asked."""


class UnfitNameError(CleanupError):
    """A session cannot be called so."""


class UnfitArchiveError(CleanupError):
    """An archive cannot be unpacked here."""


class ChangedError(OSError):
    """What was to be moved is not what was seen, or was written meanwhile."""

    def __init__(self, reason: "Reason") -> None:
        super().__init__(reason.code)
        self.reason = reason


def describe_error(error: OSError) -> str:
    """An error of the system in plain words, with what to do about the common ones."""
    return describe_errno(error.errno or 0, str(error))


def bare_error(error: OSError) -> str:
    """As `describe_error`, without what to do: where nothing is to be done again."""
    return describe_error(error).partition(";")[0]


def reason_of(error: Exception) -> "Reason":
    """The reason that an error stands for."""
    from exito_tui.domain.cleanup.reason import Reason  # every command imports this module

    if isinstance(error, ChangedError):
        return error.reason
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    if number == errno.EEXIST:
        return Reason("exists")
    return Reason("system", {"errno": number, "detail": "" if number else str(error)})


_REMEDIES = {
    errno.EIO: "the disk or the network gives errors: check it, then try again",
    errno.ENOENT: "it was moved or removed meanwhile: look again",
    errno.ENOTDIR: "it was moved or removed meanwhile: look again",
    errno.EPERM: "check who owns it and how it is mounted",
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
