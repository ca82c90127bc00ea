"""The copies that Claude Code keeps of the files that it writes and edits. Read-only and lenient.

They lie in `file-history/<conversation>/` of its folder, one for each version, named by the first
16 hexadecimal digits of the SHA-256 of the file's absolute path, and `@v` with a number (observed
with 2.1.332, which keeps those of the main conversation's files only).
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable

_VERSION = re.compile(r"@v(\d{1,9})\Z")
_MOST_VERSIONS = 100_000


def latest_copy(lead: str, paths: Iterable[str], most: int) -> bytes:
    """The latest copy of the first of some files (absolute paths) of which there is any, from the
    history of the conversation whose transcript is `lead`; empty where there is none of 1 to `most`
    bytes."""
    projects = os.path.dirname(os.path.dirname(lead))
    conversation = os.path.basename(lead).removesuffix(".jsonl")
    folder = os.path.join(os.path.dirname(projects), "file-history", conversation)
    try:
        names = os.listdir(folder)[:_MOST_VERSIONS]
    except OSError:
        return b""
    for path in paths:
        start = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        own = [(int(found[1]), name) for name in names
               if name.startswith(f"{start}@") and (found := _VERSION.search(name))]  # fmt: skip
        for _, name in sorted(own, reverse=True):
            if content := _content(os.path.join(folder, name), most):
                return content
    return b""


def _content(path: str, most: int) -> bytes:
    """What a regular file holds, which is no link; nothing of one that is too large."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | os.O_NOFOLLOW
    try:
        with open(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > most:
                return b""
            content = file.read(most + 1)
    except OSError:
        return b""
    return content if len(content) <= most else b""
