"""Which session folders a conversation of Claude Code used: those under which it told a tool to
work.

A transcript is one JSON record a line. A folder counts when a path below it stands in the input of
a tool call (a task's prompt, or what Write, Edit or Bash were given); that it is merely mentioned,
as in a listing that a tool gave back, does not make it this conversation's.
"""

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

MARK = b".claude/sessions/"
_KEY = re.compile(rb"\.claude/sessions/([^\s\"'`\\<>|;&()*?/]+(?:/[^\s\"'`\\<>|;&()*?/]+)?)")
_USING = frozenset(("Task", "Agent", "Write", "Edit", "MultiEdit", "NotebookEdit", "Bash"))
"""The tools that work on what they are given; to read or look for something is not to use it."""

_LONGEST_LINE = 16 * 1024 * 1024
_BLOCK = 1024 * 1024


class Used(NamedTuple):
    """The paths below a sessions root that were used, as (first, or first/second) names;
    `complete`: whether all of the transcript was looked at in time."""

    places: frozenset[str]
    complete: bool = True


def used_places(path: str, seconds: float) -> Used:
    """What a transcript tells, looked at for so many seconds at the most.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no regular file.
    """
    end = time.monotonic() + seconds
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a regular file")
        return _used(descriptor, status.st_size, end)
    finally:
        os.close(descriptor)


def _used(descriptor: int, size: int, end: float) -> Used:
    """Line by line where the mark stands; a line whose places are all known already is not read
    again. Latest first: when time runs out, it is the beginning of a long conversation that was not
    looked at."""
    known: set[str] = set()
    for lines in _blocks_backwards(descriptor, size):
        if time.monotonic() > end:
            return Used(frozenset(known), complete=False)
        at = lines.rfind(MARK)
        while at >= 0:
            start = lines.rfind(b"\n", 0, at) + 1
            stop = lines.find(b"\n", at)
            line = lines[start : stop if stop >= 0 else len(lines)]
            if b'"tool_use"' in line and {_decoded(place) for place in _KEY.findall(line)} - known:
                known |= _places_in(line)
            at = lines.rfind(MARK, 0, start) if start else -1
    return Used(frozenset(known))


def _blocks_backwards(descriptor: int, size: int) -> Iterator[bytes]:
    """Whole lines, a block at a time from the end of a file. What is cut off while it is read is
    not there; a line that is far too long is left out."""
    rest, too_long = b"", False
    for start in range((size - 1) // _BLOCK * _BLOCK, -1, -_BLOCK):
        block = os.pread(descriptor, min(_BLOCK, size - start), start) + rest
        first = block.find(b"\n") + 1 if start else 0
        if start and not first:  # no line begins here
            rest, too_long = (
                (b"", True) if too_long or len(block) > _LONGEST_LINE else (block, False)
            )
            continue
        rest = block[: max(0, first - 1)] if start else b""
        yield block[first:]
        too_long = False


def _places_in(line: bytes) -> set[str]:
    """The places in the inputs of the tool calls of one record."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return set()
    message = record.get("message") if isinstance(record, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    found: set[str] = set()
    for item in content if isinstance(content, list) else ():
        if isinstance(item, dict) and item.get("type") == "tool_use" and item.get("name") in _USING:
            for words in _texts(item.get("input"), 0):
                found |= {
                    _decoded(place) for place in _KEY.findall(words.encode(errors="surrogatepass"))
                }
    return found


def _texts(value: Any, depth: int) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _texts(one, depth + 1)] if depth < 20 else []


def _decoded(place: bytes) -> str:
    return os.fsdecode(place).rstrip(".,:")
