"""What was read of a project's transcripts, kept between runs: so that another one reads only what
is new, and the few lines whose words it needs.

No word of a transcript is in it: ids, times, counts, states and paths are, and at which bytes lines
begin. It may be deleted at any time. One that is damaged, or of another shape, is as good as none,
and so is each entry in it.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any
from zlib import crc32

from exito_tui.claude.follower import SAMPLE, Follower
from exito_tui.claude.kept_transcript import KeptTranscript
from exito_tui.safe_read import read_kept_file
from exito_tui.safe_write import keep_own_file
from exito_tui.user_folders import cache_folder

_SCHEMA = b"exito-tui records 1 "
_DIGEST = 16
_LARGEST = 32 * 1024 * 1024
_MOST = 4000
_LONGEST_LINE = 8 * 1024 * 1024
_BLOCK = 64 * 1024


class RecordsCache:
    """What is kept of the transcripts of one project, whose folder is `project`, in Claude Code's
    configuration folder `config`."""

    def __init__(self, config: str, project: str) -> None:
        self._path = os.path.join(cache_folder(), "records", _digest(f"{config}\0{project}"))
        self._known: Mapping[str, Any] | None = None

    def follow(self, path: str) -> Follower[KeptTranscript]:
        """What follows a transcript, from where what is kept of it ends."""
        if self._known is None:
            self._known = self._load()
        follower = Follower(path, KeptTranscript)
        entry = self._known.get(_digest(path))
        if entry is not None:
            with contextlib.suppress(Exception):  # whatever it is: it is read anew
                _go_on(follower, entry)
        return follower

    def save(self, followers: Iterable[Follower[KeptTranscript]]) -> None:
        """Keep what was read. When that fails, the next run reads more."""
        made = {_digest(one.path): entry for one in followers if (entry := _entry(one))}
        body = json.dumps(dict(list(made.items())[:_MOST]), separators=(",", ":")).encode()
        keep_own_file(self._path, _head(body) + body)

    def _load(self) -> Mapping[str, Any]:
        try:
            head, _, body = read_kept_file(self._path, _LARGEST).partition(b"\n")
            made = json.loads(body) if head + b"\n" == _head(body) else None
        except (OSError, ValueError, RecursionError):
            return {}
        return made if isinstance(made, dict) else {}


def _entry(follower: Follower[KeptTranscript]) -> dict[str, Any] | None:
    """What is kept of a transcript; None where that is nothing, or cannot be."""
    whole = follower.whole_lines()
    kept = follower.taker.kept() if whole and whole[1] else None
    if whole is None or kept is None:
        return None
    inode, read_to, changed_ns = whole
    try:
        with open(_opened(follower.path), "rb", buffering=0) as file:
            sample = _digest_of(_before(file.fileno(), read_to))
    except OSError:
        return None
    return {"file": [inode, read_to, changed_ns, sample], **kept}


def _go_on(follower: Follower[KeptTranscript], entry: Mapping[str, Any]) -> None:
    """Let a follower go on from what was kept, if its file is still the one.

    Raises:
        Exception: of any kind, when it is not.
    """
    inode, read_to, changed_ns, sample = entry["file"]
    with open(_opened(follower.path), "rb", buffering=0) as file:
        descriptor = file.fileno()
        status = os.fstat(descriptor)
        before = _before(descriptor, read_to)
        is_same = status.st_size > read_to or changed_ns in (0, status.st_mtime_ns)
        if status.st_ino == inode and is_same and _digest_of(before) == sample:
            taker = KeptTranscript.restored(entry, lambda at: _line_at(descriptor, at, read_to))
            follower.go_on(taker, inode, read_to, before)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW)


def _before(descriptor: int, at: int) -> bytes:
    return os.pread(descriptor, min(at, SAMPLE), max(0, at - SAMPLE))


def _line_at(descriptor: int, at: int, end: int) -> bytes:
    """The line that begins at some byte, which ends before another one."""
    line = bytearray()
    while len(line) < _LONGEST_LINE and at < end:
        block = os.pread(descriptor, min(_BLOCK, end - at), at)
        head, found, _ = block.partition(b"\n")
        line += head
        if found or not block:
            break
        at += len(block)
    return bytes(line)


def _digest(text: str) -> str:
    return _digest_of(os.fsencode(text))


def _digest_of(content: bytes) -> str:
    return blake2b(content, digest_size=_DIGEST).hexdigest()


def _head(body: bytes) -> bytes:
    return _SCHEMA + f"{crc32(body):08x}\n".encode()
