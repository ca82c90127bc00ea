"""The answer that a command gave, given again while all that it rests on is as it was.

A status line asks every few seconds, and mostly nothing has changed. To see that takes no more than
to ask the system once more for what it was asked for then (`looks.py`); to import what reads and
judges takes longer than that. So this module imports next to nothing.

The file may be deleted at any time; one that is damaged, or was made otherwise, is as good as none.
"""

import marshal
import os
import sys
import time
from binascii import crc32

from exito_tui import __version__
from exito_tui.processes import told_at
from exito_tui.safe_read import is_kept_file, read_kept_file
from exito_tui.user_folders import cache_folder

TYPE_CHECKING = False  # to import typing takes longer than all of the above
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn, TypeAlias

    Signed: TypeAlias = tuple[str, int]
    Basis: TypeAlias = tuple[list[Signed], Signed, list[tuple[str, str]], list[str]]

_SCHEMA = 1
_LARGEST = 32 * 1024 * 1024
_CHECK = 4
"""Bytes of the checksum before the rest."""

_WORTH_A_CHILD = 2000
"""Paths, of which to look at half takes longer than to start a process for them."""

_OLDEST_NS = 300 * 1_000_000_000
"""An answer is made anew after so long, whatever the system says."""

_VARIABLES = (
    "CLAUDE_CONFIG_DIR", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME", "XDG_STATE_HOME",
)  # fmt: skip
_PREFIX = "EXITO_TUI_"
"""The variables that an answer may depend on: these, and all that begin so."""


def given_again(arguments: "Sequence[str]") -> int | None:
    """Print the answer to a command line if one is kept that holds; its exit code. None if there is
    none, or it cannot be printed."""
    try:
        path = path_of(arguments)
        raw = read_kept_file(path, _LARGEST)
        if raw[:_CHECK] != crc32(raw[_CHECK:]).to_bytes(_CHECK, "big"):
            return None
        kept = marshal.loads(raw[_CHECK:])  # noqa: S302 our own, undamaged
        asked, made_ns, until_ns, text, code, basis = kept
        if asked != question(arguments) or not made_ns <= time.time_ns() < until_ns:
            return None
        code = int(code)
        if not holds(basis):
            os.unlink(path)  # while something goes on, each call would look as long in vain
            return None
        sys.stdout.write(text)
        sys.stdout.flush()
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return None  # whoever makes the answer says what is wrong
    return code


def to_keep(
    arguments: "Sequence[str]", text: str, code: int, basis: "Basis", made_ns: int, until_ns: int
) -> bytes:
    """What is to be kept of an answer, at `path_of(arguments)`. It holds until `until_ns` at the
    longest, and while `basis` does."""
    until_ns = min(until_ns, made_ns + _OLDEST_NS)
    body = marshal.dumps((question(arguments), made_ns, until_ns, text, code, basis))
    return crc32(body).to_bytes(_CHECK, "big") + body


def path_of(arguments: "Sequence[str]") -> str:
    """Where the answer to a command line given here is kept. Raises OSError where here is not
    there any more."""
    words = "\0".join((os.getcwd(), *arguments)).encode("utf-8", "surrogateescape")
    return os.path.join(_folder(), f"{crc32(words):08x}")


def forget_old(now_ns: int) -> None:
    """Remove the answers that hold no more by now, and what was left half written: whoever asks in
    another folder, or in other words, leaves one behind each time. Nothing else is removed,
    whatever lies there."""
    folder = _folder()
    try:
        for name in [] if os.path.islink(folder) else os.listdir(folder):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            is_ours = _is_answer(name) and is_kept_file(status)
            if is_ours and status.st_mtime_ns < now_ns - _OLDEST_NS:
                os.unlink(path)
    except OSError:
        return  # another process removes them, or the next call


def _is_answer(name: str) -> bool:
    """Whether a name is one of `path_of`, or that of a draft."""
    digits, _, process = name.partition(".")
    return len(digits) == 8 and not digits.strip("0123456789abcdef") and (process + "0").isdecimal()


def _folder() -> str:
    return os.path.join(cache_folder(), "answers")


def question(arguments: "Sequence[str]") -> "tuple[Any, ...]":
    """All that makes a question another one: plain data."""
    return (
        _SCHEMA,
        __version__,
        (os.getcwd(), *arguments),
        os.geteuid(),
        sys.stdout.encoding,
        (*time.tzname, time.timezone),
        sorted(
            (name, value)
            for name, value in os.environ.items()
            if name in _VARIABLES or name.startswith(_PREFIX)
        ),
    )


def holds(basis: "Basis") -> bool:
    """Whether the system says again what it said then."""
    parts, kinds, told, missing = basis
    try:
        if any(told_at(path) != before for path, before in told):
            return False
        if any(os.path.lexists(path) for path in missing):
            return False
        return _kinds_of(kinds[0]) == kinds[1] and _are_the_same(parts)
    except OSError:
        return False


def _are_the_same(parts: "list[Signed]") -> bool:
    """Whether all parts have their signs, each looked at by a process of its own: most of what that
    takes is the system's, which has as many cores as they are."""
    children = []
    for paths, sign in parts[1:]:
        child = os.fork()
        if not child:
            _end(paths, sign)
        children.append(child)
    is_same = all(_sign_of(paths) == sign for paths, sign in parts[:1])
    ends = [os.waitpid(child, 0)[1] for child in children]
    return is_same and not any(ends)


def _end(paths: str, sign: int) -> "NoReturn":
    """End a child: with 0 where the files have the sign."""
    is_same = False
    try:
        is_same = _sign_of(paths) == sign
    finally:
        os._exit(not is_same)


def basis_of(
    files: "Sequence[str]",
    folders: "Sequence[str]",
    told: "list[tuple[str, str]]",
    missing: "list[str]",
) -> "Basis":
    """What an answer rests on: what was written to files, and which names are in folders
    (`files`); what other `folders` there are; what was `told` of processes, by path; where there is
    nothing (`missing`). Raises OSError where there is nothing at one of the first."""
    half = len(files) // 2 if len(files) >= _WORTH_A_CHILD else len(files)
    parts = ["\0".join(part) for part in (files[:half], files[half:]) if part]
    kinds = "\0".join(folders)
    return [(part, _sign_of(part)) for part in parts], (kinds, _kinds_of(kinds)), told, missing


def _sign_of(paths: str) -> int:
    """A number that is another one whenever something was written to one of the files, or a name in
    one of the folders has changed. Raises OSError where there is nothing."""
    sign = 0
    ask = os.lstat
    for path in paths.split("\0"):
        one = ask(path)
        sign = hash((sign, one.st_ctime_ns, one.st_mtime_ns, one.st_size, one.st_ino, one.st_mode))
    return sign


def _kinds_of(paths: str) -> int:
    """A number that is another one whenever something else stands at one of the paths. Raises
    OSError where there is nothing."""
    sign = 0
    for path in paths.split("\0") if paths else ():
        one = os.lstat(path)
        sign = hash((sign, one.st_ino, one.st_dev, one.st_mode, one.st_uid))
    return sign
