"""What was read of a root's sessions, kept between runs: what their files say, and verdicts that
time cannot change.

A file's text is read again only when its size, inode, or time of writing or change is another
one. The cache may be deleted at any time. One that is damaged, of another shape, or made with other
settings is as good as none, and so is each entry in it.
"""

import json
import marshal
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple, get_args
from zlib import crc32

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import SOURCES, Title
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.claims import Claim, Claims, Status
from exito_tui.domain.workflows.file_roles import ROLES
from exito_tui.safe_read import keep_own_file, read_own_file
from exito_tui.user_folders import cache_folder

RACY_NS = 2 * SECOND_NS
"""A file that was written so shortly before it was read may change again and keep its time: the
clocks of file systems are coarse."""

_SCHEMA = "exito-tui kept 5"
_DIGEST = 16
_IS_VERDICT = "\tverdict\t"
_VERDICT = slice(2 * _DIGEST, 2 * _DIGEST + len(_IS_VERDICT))
"""Where that stands in what is kept of a session, behind its mark."""
_MOST = 20_000
_LARGEST = 64 * 1024 * 1024


class CachedEntry(NamedTuple):
    """What is kept of one session, as JSON: a "verdict" (see `Lasting`), or "claims".

    `mark` tells of which files: for claims, of those that decide whether context.md is a copy
    (every other claim names its own file).
    """

    mark: str
    kind: str
    text: str


class Lasting(NamedTuple):
    """A verdict that only a write can change, as members of JSON objects: those of the session it
    is on, as far as its files and its name tell them, and its own."""

    session: str
    verdict: str


def mark_of(files: Iterable[tuple[str, Artefact]]) -> str:
    """What tells whether any of some files, each with its session's key, has changed: its name,
    size, time or inode."""
    return digest_of([(key, tuple(artefact)) for key, artefact in files])


def digest_of(plain: list[Any]) -> str:
    """A short text that is the same for equal plain data, and another one for other data."""
    # Version 2: what is equal gives equal bytes.
    return blake2b(marshal.dumps(plain, 2), digest_size=_DIGEST).hexdigest()


class VerdictCache:
    """What is kept of one root. `basis` is what it depends on besides the files."""

    def __init__(self, folder: str, root: str, basis: str) -> None:
        self._path = os.path.join(
            folder, blake2b(os.fsencode(root), digest_size=_DIGEST).hexdigest()
        )
        self._basis = blake2b(basis.encode("utf-8", "replace"), digest_size=_DIGEST).hexdigest()
        self._known: Mapping[str, str] = self._load()
        self._fresh: dict[str, str] = {}

    def entry(self, session: Session) -> CachedEntry | None:
        """What is kept of a session, if anything; its mark shows whether that still holds."""
        line = self._known.get(encode_basestring_ascii(session.key))
        mark, _, rest = line.partition("\t") if line else ("", "", "")
        kind, _, text = rest.partition("\t")
        return CachedEntry(mark, kind, text) if line else None

    def is_verdict(self, session: Session) -> bool:
        """Whether what is kept of a session is a verdict."""
        return self._known.get(encode_basestring_ascii(session.key), "")[_VERDICT] == _IS_VERDICT

    def lasting(self, session: Session) -> Lasting:
        """The verdict that is kept of a session, where `lasting_of` has shown that it is one."""
        entry = self._known[encode_basestring_ascii(session.key)]
        members, _, verdict = entry[_VERDICT.stop :].partition("\t")
        return Lasting(members, verdict)

    def keep(self, session: Session, entry: CachedEntry) -> None:
        """Keep what is known of a session for the next run."""
        self._fresh[encode_basestring_ascii(session.key)] = "\t".join(entry)

    def save(self, sessions: Iterable[Session]) -> None:
        """Write what is kept of these sessions (the first of them), if any of it is new. When that
        fails, the next run reads more."""
        if not self._fresh:
            return
        merged = {**self._known, **self._fresh}
        keys = (encode_basestring_ascii(session.key) for session in sessions)
        lines = [f"{key}\t{merged[key]}" for key in keys if key in merged][:_MOST]
        body = "\n".join(lines).encode("ascii")
        keep_own_file(self._path, self._head(body) + body)

    def _load(self) -> dict[str, str]:
        try:
            raw = read_own_file(self._path, _LARGEST)
        except OSError:
            return {}
        head, _, body = raw.partition(b"\n")
        if head + b"\n" != self._head(body) or not body.isascii():
            return {}
        entries = (line.partition("\t") for line in body.decode("ascii").split("\n"))
        return {key: rest for key, _, rest in entries}

    def _head(self, body: bytes) -> bytes:
        return f"{_SCHEMA} {self._basis} {crc32(body):08x}\n".encode("ascii")


def cache_folder_of_verdicts() -> str:
    """Where it lies."""
    return os.path.join(cache_folder(), "verdicts")


# ── claims ───────────────────────────────────────────────────────────────────────────────────────

_LINES = frozenset(
    ("line", "done", "total", "next_line", "last_line", "score_line", "session_line")
)
_WORDS = frozenset(
    (
        "next",
        "last",
        "score_of",
        "session",
        "agent",
        "message",
        "ended",
        "title",
        "claude",
        "hooks",
    )
)
_SILENT = Claim._field_defaults


_STATUSES = get_args(Status)


def claims_text(claims: Claims, before_ns: int, changed: Mapping[str, int]) -> str:
    """Claims as JSON: those of files written before a moment. `changed` tells when the system last
    saw each of them change, in epoch ns, as far as that is known."""
    files = {
        name: [*_state_of(claim.artefact, changed), _said(claim)]
        for name, claim in claims.files.items()
        if claim.artefact.modified_ns < before_ns
    }
    titled = [[artefact.name, *_state_of(artefact, changed)] for artefact in claims.titled]
    if any(artefact.modified_ns >= before_ns for artefact in claims.titled):
        titled = []
    kept = [claims.copied, files, claims.title if titled else "", titled]
    return json.dumps(kept, separators=(",", ":"))


def _state_of(artefact: Artefact, changed: Mapping[str, int]) -> list[int]:
    """What tells whether a file was written to since."""
    return [
        artefact.size, artefact.modified_ns, artefact.inode, changed.get(artefact.name, 0)
    ]  # fmt: skip


def _said(claim: Claim) -> dict[str, Any]:
    """What a claim says, without what it does not."""
    return {
        name: value
        for name, value in zip(Claim._fields[1:], claim[1:], strict=True)
        if value != _SILENT[name]
    }


def claims_of(
    text: str, session: Session, compared: Artefact | None, changed: Mapping[str, int]
) -> Claims | None:
    """The claims in a text that `claims_text` made, as far as the files are still the same
    (`changed`, as there).

    `compared` is the context of which it still holds that it is a copy, or is none. None if the
    text is of any other shape.
    """
    kept = _json(text)
    if not (isinstance(kept, list) and len(kept) == 4):
        return None
    copied, said, title, titled = kept
    if not (isinstance(copied, str) and isinstance(said, dict) and isinstance(title, str)):
        return None
    if not isinstance(titled, list):
        return None
    files: dict[str, Claim] = {}
    for artefact in session.artefacts or ():
        one = said.get(artefact.name)
        if isinstance(one, list) and one[:-1] == _state_of(artefact, changed):
            if not _is_claim(one[-1]):
                return None
            files[artefact.name] = Claim(artefact, **one[-1])
    artefacts = session.artefacts or ()
    known = tuple(
        one
        for kept_one in titled
        for one in artefacts
        if [one.name, *_state_of(one, changed)] == kept_one
    )
    claims = Claims(files)
    if len(known) == len(titled):
        claims = Claims(files, title=title, titled=known)
    return claims._replace(copied=copied, compared=compared) if compared else claims


def _is_claim(said: object) -> bool:
    if not isinstance(said, dict):
        return False
    return all(_is_value(name, value) for name, value in said.items())


def _is_value(name: str, value: object) -> bool:
    if name in _LINES:
        return type(value) is int and value >= 0
    if name in _WORDS:
        return type(value) is str
    if name == "role":
        return type(value) is str and value in ROLES
    if name == "status":
        return type(value) is str and value in _STATUSES
    if name == "score":
        return type(value) in (int, float) and 0 <= value <= 10  # type: ignore[operator]
    return name == "torn" and type(value) is bool


def _json(text: str) -> Any:
    """What a JSON text says; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────

_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


def lasting_of(text: str) -> Lasting | None:
    """What a text that `lasting_text` made tells; None if it has another shape."""
    session, _, verdict = text.partition("\t")
    shaped = session.startswith('"key": ') and verdict.startswith('"state": "completed", ')
    return Lasting(session, verdict) if shaped and "\t" not in verdict else None


_TITLE = regex(rf'"title": ({_TEXT}), "title_source": "([a-z]+)"')


def title_in(text: str) -> Title | None:
    """What the session is about, as a text that `lasting_text` made tells."""
    found = _TITLE.search(text)
    source = next((one for one in SOURCES if found and one == found[2]), None)
    return Title(json.loads(found[1]), source) if found and source else None


def lasting_text(lasting: Lasting) -> str:
    """The text that is kept; no JSON has a tab in it."""
    return "\t".join(lasting)
