"""What installed plugins tell of the commands of a root, kept between runs.

The file may be deleted at any time; one that is damaged, or was made of other texts, is as good as
none.
"""

import contextlib
import marshal
import os
from binascii import crc32
from collections.abc import Sequence
from typing import Any

from exito_tui import __version__
from exito_tui.safe_read import read_kept_file
from exito_tui.safe_write import keep_own_file
from exito_tui.user_folders import cache_folder

_SCHEMA = 1
_LARGEST = 1024 * 1024
_CHECK = 4
"""Bytes of the checksum before the rest."""


class KeptWorkflows:
    """What is kept of one root, of the commands of these `names` and of plugins, of each of which
    there are the `signs` of its texts. `flows` is plain data, None where nothing is kept that
    holds."""

    def __init__(self, root: str, names: frozenset[str], signs: Sequence[object]) -> None:
        self._path = os.path.join(cache_folder(), "workflows", f"{crc32(os.fsencode(root)):08x}")
        self._basis = [_SCHEMA, __version__, root, sorted(names), signs]
        self.flows = self._load()

    def save(self, flows: Any) -> None:
        """Keep plain data; when that fails, the plugins are read again the next time."""
        body = marshal.dumps((self._basis, flows))
        keep_own_file(self._path, crc32(body).to_bytes(_CHECK, "big") + body)

    def _load(self) -> Any:
        try:
            raw = read_kept_file(self._path, _LARGEST)
        except OSError:
            return None
        if raw[:_CHECK] != crc32(raw[_CHECK:]).to_bytes(_CHECK, "big"):
            return None
        with contextlib.suppress(EOFError, ValueError, TypeError):
            basis, flows = marshal.loads(raw[_CHECK:])  # noqa: S302 our own, undamaged
            if basis == self._basis:
                return flows
        return None
