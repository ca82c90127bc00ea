"""How the sessions of a root stand, kept between calls of `exito-tui status`: of those whose
standing only a write can change. Nothing that judges is needed to see that it still holds.

The file may be deleted at any time; one that is damaged, or was made with other settings, is as
good as none.
"""

import contextlib
import marshal
import os
import time
from binascii import crc32
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from exito_tui import __version__
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.state import State
from exito_tui.safe_read import read_kept_file
from exito_tui.safe_write import keep_own_file
from exito_tui.store.read.scan import Sign, paths_in, signs_of
from exito_tui.user_folders import cache_folder

_SCHEMA = 4
_LARGEST = 64 * 1024 * 1024
_CHECK = 4
"""Bytes of the checksum before the rest."""


class Stand(NamedTuple):
    """How a session stands, and until when (epoch ns) if nothing is written; None: for good."""

    state: State
    is_old: bool
    until_ns: int | None = None


class SessionBasis(NamedTuple):
    """A session as it was seen: what else than its files a verdict on it rests on, and their sign
    (None: they cannot be read)."""

    called: tuple[str, ...]
    sign: Sign | None


class KeptStandings:
    """What is kept of one root. `settings` are those that its sessions are judged by."""

    def __init__(self, snapshot: Snapshot, settings: object) -> None:
        root = os.fsencode(snapshot.root)
        self._path = os.path.join(cache_folder(), "standings", f"{crc32(root):08x}")
        rest = (
            f"{time.tzname} {time.timezone} {sorted(snapshot.checkouts)} {snapshot.layouts!r} "
            f"{settings!r}"
        )
        self._basis = (_SCHEMA, __version__, root, rest.encode("utf-8", "replace"))
        self.clocks = ""
        """What the root's sessions told together of their times when they were judged."""
        self.is_whole = True
        """Whether all sessions of which something is kept were there when they were looked at."""
        self._kept: dict[str, tuple[SessionBasis, tuple[Any, ...]]] = {}
        self._load()

    def look(
        self, root: int, sessions: Sequence[Session]
    ) -> tuple[dict[str, SessionBasis], dict[str, Stand]]:
        """The sessions as they are now, by key, and how those stand of which that is kept and
        holds. `root` is the root's descriptor."""
        before = {key: basis[1] for key, (basis, _) in self._kept.items()}
        paths = {key: paths_in(sign) for key, sign in before.items() if sign}
        signs = {
            one.key: sign
            for one, sign in zip(sessions, signs_of(root, sessions, paths), strict=True)
        }
        # Whatever is another one may be so by files that were not looked for
        other = [one for one in sessions if signs[one.key] != before.get(one.key)]
        signs.update(zip([one.key for one in other], signs_of(root, other), strict=True))
        seen = {one.key: SessionBasis(_called(one), signs[one.key]) for one in sessions}
        self.is_whole = self._kept.keys() <= seen.keys()
        stands = {
            key: Stand(*kept[1])
            for key, one in seen.items()
            if (kept := self._kept.get(key)) and one == kept[0] and one.sign is not None
        }
        return seen, stands

    def save(
        self, seen: Mapping[str, SessionBasis], stands: Mapping[str, Stand], clocks: str
    ) -> None:
        """Keep how sessions stand for good; when that fails, more are judged the next time."""
        plain = {key: (tuple(seen[key]), tuple(stand)) for key, stand in stands.items()}
        body = marshal.dumps((self._basis, clocks, plain))
        keep_own_file(self._path, crc32(body).to_bytes(_CHECK, "big") + body)

    def _load(self) -> None:
        try:
            raw = read_kept_file(self._path, _LARGEST)
        except OSError:
            return
        if raw[:_CHECK] != crc32(raw[_CHECK:]).to_bytes(_CHECK, "big"):
            return
        with contextlib.suppress(EOFError, ValueError, TypeError):
            basis, clocks, kept = marshal.loads(raw[_CHECK:])  # noqa: S302 our own, undamaged
            if basis == self._basis:
                self._kept, self.clocks = kept, clocks


def _called(session: Session) -> tuple[str, ...]:
    pointed_at = "current" if session.is_current else ""
    return (
        session.command, session.id, session.shape, session.stamp, session.form, pointed_at
    )  # fmt: skip
