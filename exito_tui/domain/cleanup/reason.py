"""Why something in cleaning up is as it is: data, so that code asks for a code and nobody reads a
sentence. The sentences are made in `render/reasons.py`."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, Union

BlockerCode = Literal[
    "unreadable", "pinned", "current", "time-ahead", "written", "began", "running",
    "changed", "gone", "mounted-inside", "too-deep", "not-looked-through",
]  # fmt: skip
"""Why a session, or an entry of the trash, is left alone."""

RetentionCode = Literal[
    "waiting", "no-time", "other-command", "other-state", "age-unknown", "too-young", "among-last",
    "within", "old", "not-among-last", "to-get-down", "fits", "too-much-stays",
]  # fmt: skip
"""Why a policy keeps a session or lets it go."""

FailureCode = Literal[
    "system", "exists", "not-begun", "written-meanwhile", "written-just-now", "written-since",
    "not-as-written", "replaced", "mounted-at", "stuck", "then",
    "no-archive", "read-back-differs", "special-file", "file-changed",
    "not-in-trash", "in-its-entry", "not-yours", "origin-unknown",
    "written-in-trash", "rest-put-back", "not-destroyed",
    "written-lately", "lies-ahead", "home-pinned", "home-written",
    "loose", "perhaps-running", "not-json", "not-an-object", "too-large", "not-regular",
]  # fmt: skip
"""Why an item of an operation is not done."""

NoteCode = Literal[
    "journal-unreadable", "journal-foreign", "interrupted", "interrupted-midway", "half-done",
    "perhaps-not-on-disk", "not-written-down", "staging-left", "lies-in-trash",
    "archive-left", "archive-changed", "archives-closed", "pointer-left", "undone-in-part",
]  # fmt: skip
"""What else is to be told of an operation."""

Code = Literal[BlockerCode, RetentionCode, FailureCode, NoteCode]
Value: TypeAlias = Union[str, int, tuple[str, ...], "Reason"]


class Reason(NamedTuple):
    """A code, and the plain data that its sentence speaks of: paths as the system has them, lengths
    of time in ns, sizes in bytes, and the reason behind it as `cause`."""

    code: Code
    values: Mapping[str, Value] = {}

    def involves(self, code: Code) -> bool:
        """Whether this is, or any reason behind it is, of a code."""
        return self.code == code or any(
            isinstance(value, Reason) and value.involves(code) for value in self.values.values()
        )
