"""Reading one file as it is written.

Agents rewrite whole files, append to them, truncate and replace them, often with the same size or
inode. So the part that is shown is read again on every hint and compared; only what is exactly the
old text plus more counts as an append. The part is bounded, and reading it again costs tens of
microseconds.
"""

import os
from collections.abc import Iterator
from threading import Event
from typing import Literal, NamedTuple

from exito_tui.domain.documents.encodings import decode, decode_grown, is_binary
from exito_tui.growth import is_growing, wait_for_growth
from exito_tui.store.fs import safefs

WINDOW = 256 * 1024
"""How many bytes of a file's end are shown; the rest is fetched when the reader goes there."""

GROWTH = 2 * 1024 * 1024
"""How many bytes a file may grow by until what is shown of it is its last `window` bytes again."""

_PROBE = 4096
_BLOCK = 1 << 20


class Page(NamedTuple):
    """The end of a file as text that is safe to show.

    `start` is the offset in bytes at which the text begins and `size` the file's size, so `start >
    0` means that the text is the last `size - start` bytes. `raw` are those bytes.
    """

    text: str
    raw: bytes
    start: int
    size: int
    modified_ns: int
    binary: bool = False
    encoding: str = ""
    """The name of the text's encoding, where it is not UTF-8."""


Step = Literal["same", "grown", "rewritten"]


def read_page(root: str, path: str, window: int = WINDOW) -> Page:
    """Read the last `window` bytes of a file below a root, from the beginning of a line.

    Raises:
        OSError: it cannot be read; `safefs.NotRegularError` when it is no regular file.
    """
    with (
        safefs.opened_root(root) as folder,
        safefs.opened_file(folder, path) as (descriptor, status),
    ):
        start = max(0, status.st_size - window)
        raw = safefs.pread_all(descriptor, start, min(window, status.st_size) + _PROBE)
    if start:
        cut = raw.find(b"\n") + 1
        raw, start = raw[cut:], start + cut
    return _page(raw, start, status.st_mtime_ns)


def reread(root: str, path: str, old: Page, window: int = WINDOW) -> tuple[Step, Page]:
    """Read the file again and say what became of it since `old`, which was read with the same
    `window`. When it has outgrown that by far, the new page starts later.

    Raises:
        OSError: as `read_page`.
    """
    with (
        safefs.opened_root(root) as folder,
        safefs.opened_file(folder, path) as (descriptor, status),
    ):
        length = max(0, status.st_size - old.start)
        fits = length <= window + GROWTH
        raw = safefs.pread_all(descriptor, old.start, length) if fits else b""
    if raw == old.raw and status.st_size >= old.start and fits:
        return "same", old._replace(modified_ns=status.st_mtime_ns)
    if len(raw) > len(old.raw) and raw.startswith(old.raw):
        return "grown", _page(raw, old.start, status.st_mtime_ns, old)
    return "rewritten", read_page(root, path, window)


def wait_while_growing(root: str, path: str, page: Page, interrupt: Event) -> bool:
    """Wait, while a file is being written, until it is another one than `page` tells: whether it
    is.

    Not before it has rested for some seconds, or is interrupted, does it give up. Raises OSError as
    `read_page`.
    """
    with (
        safefs.opened_root(root) as folder,
        safefs.opened_file(folder, path) as (descriptor, _),
    ):
        known = page.size, page.modified_ns
        return wait_for_growth(
            lambda: os.fstat(descriptor),
            lambda now: (now.st_size, now.st_mtime_ns) != known,
            interrupt,
        )


def read_bytes(root: str, path: str, limit: int) -> bytes:
    """The file's bytes from the beginning, at most `limit` of them. Raises OSError as
    `read_page`."""
    with safefs.opened_root(root) as folder, safefs.opened_file(folder, path) as (descriptor, _):
        return safefs.pread_all(descriptor, 0, limit)


def read_blocks(root: str, path: str) -> Iterator[bytes]:
    """The very bytes of a file from the beginning to the end, some at a time. Raises OSError as
    `read_page`."""
    offset = 0
    with safefs.opened_root(root) as folder, safefs.opened_file(folder, path) as (descriptor, _):
        while block := safefs.pread_all(descriptor, offset, _BLOCK):
            yield block
            offset += len(block)


def _page(raw: bytes, start: int, modified_ns: int, old: Page | None = None) -> Page:
    """A page of these bytes; those of `old`, if any, are their beginning."""
    size = start + len(raw)
    if is_binary(raw):
        return Page("", raw, start, size, modified_ns, binary=True)
    ended = not is_growing(modified_ns)
    if old is None or old.binary or old.encoding:
        text, encoding = decode(raw, ended=ended)
    else:
        text, encoding = decode_grown(old.text, raw, len(old.raw), ended=ended)
    return Page(text, raw, start, size, modified_ns, encoding=encoding)
