"""Reasons in words: the one place where a reason becomes a sentence."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from exito_tui.domain.cleanup.reason import Code, Reason
from exito_tui.domain.system_errors import describe_errno
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, duration, short_size

SENTENCES: Mapping[Code, tuple[str, str]] = {
    # What keeps a session or an entry where it is.
    "unreadable": ("it ", "cannot be read: {cause}"),
    "pinned": ("it is ", "pinned"),
    "current": ("it is ", "the current session"),
    "time-ahead": ("", "its time lies in the future"),
    "written": ("it was ", "written {ago}"),
    "began": ("it ", "began {ago}"),
    "running": ("it is ", "running"),
    "changed": ("it ", "has changed since you looked"),
    "gone": ("it is ", "not there any more"),
    "mounted-inside": ("", "something is mounted in it"),
    "too-deep": ("", "folders lie more than {most:,} deep in it; remove it by hand: rm -r"),
    "not-looked-through": ("it ", "cannot be looked through: {cause}"),
    # What a policy says.
    "waiting": ("it ", "waits for you"),
    "no-time": ("these files are ", "in no session"),
    "other-command": ("it is ", "of {command}, another command"),
    "other-state": ("it is ", "{state}, another state"),
    "age-unknown": ("", "its age is not known"),
    "too-young": ("it is ", "not older than {length}"),
    "among-last": ("it is ", "among the last {count} of {command}"),
    "within": ("it is ", "within {length}"),
    "old": ("it is ", "{length} old"),
    "not-among-last": ("it is ", "not among the last {count} of {command}"),
    "to-get-down": ("it goes ", "to get down to {limit}"),
    "fits": ("it is ", "not among the oldest that must go to get down to {limit}"),
    "too-much-stays": (
        "",
        "{size} stay, more than {limit}: what would have to go is kept by another rule or may not "
        "go, and nothing newer goes in its place",
    ),
    # Why something could not be done.
    "system": ("", "{error}"),
    "exists": ("", "something is there already"),
    "not-begun": ("", "not begun: you stopped it"),
    "written-meanwhile": ("it was ", "written while it was moved, so it was put back"),
    "written-just-now": ("", "{name} was written just now, so it was put back"),
    "written-since": ("", "{name} was written since; it is left where it is"),
    "not-as-written": ("", "{name} is not what was written there; it is left where it is"),
    "replaced": ("", "{path} is not what it was: somebody put something else there"),
    "mounted-at": ("", "something is mounted at {path}"),
    "stuck": (
        "",
        "{cause}; and it could not be put back: {left}; look at {paths}; undo takes it back when "
        "that is fixed",
    ),
    "then": ("", "{cause}; then {second}"),
    "no-archive": ("", "no archive could be made: {cause}"),
    "read-back-differs": ("", "what was read back from it differs"),
    "special-file": (
        "",
        "{path} is a pipe, a socket or a device, which no archive or copy can keep",
    ),
    "file-changed": ("", "{path} has changed since you looked"),
    "not-in-trash": ("it is ", "not in the trash any more"),
    "in-its-entry": ("", "{cause}; its files lie in {path}"),
    "not-yours": ("", "you did not put it there, so it stays; its files lie in {path}"),
    "origin-unknown": (
        "",
        "nothing says where it came from; look at {path}, and purge it by its id",
    ),
    "written-in-trash": ("", "{name} was written {when}, after it came to the trash"),
    "rest-put-back": ("", "{path} was written just now, so what was left of it was put back"),
    "not-destroyed": ("", "{cause}: it could not be destroyed whole"),
    "written-lately": ("it was ", "written {length} ago"),
    "lies-ahead": ("", "its time lies ahead"),
    "home-pinned": ("", "{path} is pinned"),
    "home-written": ("", "{path} is being written; try again when it is quiet"),
    "loose": ("", "its files lie loose among others, so there is no folder to write into"),
    "perhaps-running": (
        "it was ",
        "written just now, and nobody knows whether it has ended",
    ),
    "not-json": ("", "{path} is not JSON ({detail}); repair it or move it away"),
    "not-an-object": ("", "{path} is not a JSON object; repair it or move it away"),
    "too-large": ("", "{path} is far too large to be what it should be"),
    "not-regular": ("", "{path} is not a regular file; move it away"),
    # What else is to be told.
    "journal-unreadable": ("", "the journal could not be read ({detail}); it is kept as {path}"),
    "journal-foreign": (
        "",
        "a journal lay here that you did not write: nothing in it was done, and it is kept as "
        "{path}",
    ),
    "interrupted": ("", "{action} was interrupted: {done} of {count} had been done"),
    "interrupted-midway": (
        "",
        "{action} was interrupted: {done} of {count} had been done, the rest is as it was",
    ),
    "half-done": ("", "something is half done; the next start finishes it or takes it back"),
    "perhaps-not-on-disk": (
        "",
        "{path}: moved, but it may not be on the disk for good yet: {cause}",
    ),
    "not-written-down": (
        "",
        "what was done is done, but not all was written down: {cause}; the next start does it",
    ),
    "staging-left": ("", "{path}: {cause}"),
    "lies-in-trash": ("", "it lies in the trash as {entry}"),
    "archive-left": ("", "the archive {path} is left where it is"),
    "archive-changed": (
        "",
        "the archive {path} is not the one that was made; it is left there",
    ),
    "archives-closed": ("", "{path} cannot be opened ({cause}); its archives are left"),
    "undone-in-part": (
        "",
        "{action} is taken back as far as it can be; the next undo takes back what was done before",
    ),
    "pointer-left": ("", "{pointer} still names {name}, which is not there any more"),
}
"""By code: how its sentence begins, and the rest, which alone is the remark. `{name}` stands for a
value as `_SHOWN` shows it."""


_NOTHING_TO_DO = ("not-written-down", "perhaps-not-on-disk")
"""What is done already: nothing of it is to be tried again, whatever the cause says."""


def sentence(reason: Reason) -> str:
    """A reason in full, such as "it is pinned"."""
    return SENTENCES[reason.code][0] + remark(reason)


def remark(reason: Reason) -> str:
    """A reason in a word or two beside what it is about, such as "pinned"."""
    shown = {name: _shown(name, value) for name, value in reason.values.items()}
    if reason.code == "system":
        number, detail = cast("int", reason.values["errno"]), str(reason.values["detail"])
        shown["error"] = describe_errno(number, detail)
    if reason.code in _NOTHING_TO_DO:
        shown["cause"] = str(shown["cause"]).partition(";")[0]
    return SENTENCES[reason.code][1].format_map(shown)


def remarks(reasons: Iterable[Reason]) -> str:
    """Several reasons beside what they are about."""
    return ", ".join(map(remark, reasons))


def _ago(length_ns: int) -> str:
    return "just now" if length_ns < 5 * SECOND_NS else f"{duration(length_ns)} ago"


def _when(length_ns: int) -> str:
    return f"{duration(length_ns)} ago" if length_ns > 0 else "in the future"


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "ago": _ago,
    "when": _when,
    "length": duration,
    "size": short_size,
    "limit": short_size,
    "name": lambda name: decoded(name) or "it",
}
"""How a value is shown, by its name; any other is shown as it is."""


def _shown(name: str, value: object) -> object:
    if isinstance(value, Reason):
        return sentence(value)
    if shown := _SHOWN.get(name):
        return shown(value)
    if isinstance(value, tuple):
        return ", ".join(map(decoded, value))
    return decoded(value) if isinstance(value, str) else value
