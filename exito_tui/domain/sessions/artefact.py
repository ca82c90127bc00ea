"""The files of a session."""

import os
import stat
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.foreign_files import evicted_name, is_noise
from exito_tui.domain.workflows.file_roles import EVERY_OTHER, rank

Kind = Literal[
    "markdown", "json", "agent_log", "text", "image", "binary", "symlink", "special", "evicted"
]
"""What a file holds. An `evicted` one stands for a file that iCloud holds and this machine does
not."""


_KIND_OF_SUFFIX: dict[str, Kind] = {
    "md": "markdown",
    "markdown": "markdown",
    "json": "json",
    "png": "image",
    "jpg": "image",
    "jpeg": "image",
    "gif": "image",
    "webp": "image",
    "bmp": "image",
    "key": "special",  # Claude Code keeps secrets in such files: they are never opened
    "gz": "binary",
    "zip": "binary",
    "tar": "binary",
    "pdf": "binary",
    "ico": "binary",
    "db": "binary",
    "sqlite": "binary",
    "pyc": "binary",
    "so": "binary",
    "exe": "binary",
    "bin": "binary",
    "mp4": "binary",
    "woff": "binary",
    "woff2": "binary",
}


NOT_OPENED: frozenset[Kind] = frozenset(("symlink", "special", "evicted"))
"""Kinds of files whose text is never read."""

METADATA = "session_metadata.json"
BOOKKEEPING = frozenset((METADATA, "session_summary.md", ".write_test"))
"""Files that no agent writes as its work: what ends a session in writing does not make it
younger."""

_TYPE, _REGULAR = stat.S_IFMT(0o177777), stat.S_IFREG


class Artefact(NamedTuple):
    """One file of a session.

    `name` is relative to the session's folder, as `os` gives it (undecodable bytes as surrogates);
    `size` is in bytes, `modified_ns` epoch nanoseconds; `inode` tells a rewritten file from a
    replaced one.
    """

    name: str
    kind: Kind
    size: int
    modified_ns: int
    inode: int


def is_work(artefact: Artefact) -> bool:
    """Whether a file's time tells when somebody worked."""
    return artefact.name not in BOOKKEEPING and artefact.kind != "evicted"


def newest_of(artefacts: Sequence[Artefact]) -> Artefact | None:
    """Of some artefacts the one written last; bookkeeping only where there is nothing else. None
    when there are none."""
    return max(
        artefacts,
        key=lambda artefact: (is_work(artefact), artefact.modified_ns),
        default=None,
    )


def artefact_of(name: str, status: os.stat_result) -> Artefact:
    """The artefact of one file."""
    kind = kind_of(name, status.st_mode)
    return Artefact(name, kind, status.st_size, status.st_mtime_ns, status.st_ino)


def artefacts_in_order(found: Iterable[tuple[str, os.stat_result]]) -> tuple[Artefact, ...]:
    """The artefacts of (name, status) pairs, in the workflow's order and within one phase by time.
    What editors and systems left is none."""
    made = []
    for name, status in found:
        if is_noise(name):
            continue
        mode, modified = status.st_mode, status.st_mtime_ns
        kind, place = (
            _regular(name) if mode & _TYPE == _REGULAR else (kind_of(name, mode), rank(name))
        )
        made.append(
            (
                place,
                modified,
                Artefact(name, kind, status.st_size, modified, status.st_ino),
            )
        )
    made.sort()
    return tuple([artefact for _, _, artefact in made])


def kind_of(name: str, mode: int) -> Kind:
    """What kind of file a name and a `st_mode` tell of; the content may yet turn out to be
    binary."""
    if mode & _TYPE == _REGULAR:
        return _regular(name)[0]
    return "symlink" if stat.S_ISLNK(mode) else "special"


@lru_cache(maxsize=8192)
def _regular(name: str) -> tuple[Kind, float]:
    """The kind of a regular file, and its place in the workflow."""
    if name.rpartition("/")[2] == ".agent_log":
        return "agent_log", rank(name)
    if name.endswith(".icloud") and evicted_name(name):
        return "evicted", rank(EVERY_OTHER)
    return _KIND_OF_SUFFIX.get(name.rpartition(".")[2].lower(), "text"), rank(name)
