"""Verdicts on sessions that are long completed, kept between runs: they change only when a file does.

The cache may be deleted at any time; one that is damaged, or made with other settings, is as good as none.
"""

import contextlib
import marshal
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from zlib import crc32

from exito_tui.domain.session import Session

_DIGEST = 16
_SUM = 4
_MOST = 20_000
_LARGEST = 64 * 1024 * 1024


def mark_of(session: Session) -> bytes:
    """What tells whether any file of a session has changed: every name, size, time and inode."""
    return marshal.dumps([tuple(artefact) for artefact in session.artefacts or ()])


class SettledVerdicts:
    """The kept verdicts of one root, as text. `basis` is what they depend on besides the files."""

    def __init__(self, folder: str, root: str, basis: str) -> None:
        self._path = os.path.join(folder, blake2b(os.fsencode(root), digest_size=_DIGEST).hexdigest())
        self._basis = basis
        self._known: dict[str, tuple[bytes, str]] = self._load()
        self._fresh: dict[str, tuple[bytes, str]] = {}

    def text(self, session: Session) -> str | None:
        """The kept text, if no file has changed since."""
        known = self._known.get(session.key)
        return known[1] if known and known[0] == mark_of(session) else None

    def last(self, key: str) -> str:
        """The kept text of a session that is known to be unchanged."""
        return self._known[key][1]

    def keep(self, key: str, mark: bytes, text: str) -> None:
        """Keep a text for the next run."""
        self._fresh[key] = mark, text

    def save(self, keys: Iterable[str]) -> None:
        """Write what is new, and forget sessions that are not among `keys`. Failing to is no reason for complaint."""
        if not self._fresh:
            return
        there = set(keys)
        merged = {key: entry for key, entry in {**self._known, **self._fresh}.items() if key in there}
        content = marshal.dumps((self._basis, dict(list(merged.items())[-_MOST:])))
        draft = f"{self._path}.{os.getpid()}"
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_sum_of(content) + content)
            os.replace(draft, self._path)

    def _load(self) -> dict[str, tuple[bytes, str]]:
        try:
            with open(self._path, "rb") as file:
                raw = file.read(_LARGEST)
        except OSError:
            return {}
        content = raw[_SUM:]
        if _sum_of(content) != raw[:_SUM]:
            return {}  # damaged: what follows would not be safe to read
        basis, known = marshal.loads(content)  # noqa: S302 our own file, and whole
        return known if basis == self._basis else {}


def _sum_of(content: bytes) -> bytes:
    return crc32(content).to_bytes(_SUM, "big")


def cache_folder(environment: Mapping[str, str] = os.environ) -> str:
    """Where kept verdicts lie."""
    base = environment.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "exito-tui", "verdicts")
