"""What was read of a root's sessions, kept between runs: what their files say, and verdicts that
time cannot change.

A file's text is read again only when its size, time or inode is another one. The cache may be
deleted at any time. One that is damaged, of another shape, or made with other settings is as good
as none, and so is each entry in it.
"""

import json
import marshal
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
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

_SCHEMA = "exito-tui kept 3"
_DIGEST = 16
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


def mark_of(files: Iterable[tuple[str, Artefact]], *also: str) -> str:
    """What tells whether any of some files, each with its session's key, has changed: its name,
    size, time or inode; `also` is what else must be the same."""
    # Version 2: what is equal gives equal bytes.
    plain = marshal.dumps([also, *[(key, tuple(artefact)) for key, artefact in files]], 2)
    return blake2b(plain, digest_size=_DIGEST).hexdigest()


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


def claims_text(claims: Claims, before_ns: int) -> str:
    """Claims as JSON: those of files written before a moment."""
    files = {
        name: [claim.artefact.size, claim.artefact.modified_ns, claim.artefact.inode, _said(claim)]
        for name, claim in claims.files.items()
        if claim.artefact.modified_ns < before_ns
    }
    titled = [list(artefact) for artefact in claims.titled]
    if any(artefact.modified_ns >= before_ns for artefact in claims.titled):
        titled = []
    kept = [claims.copied, files, claims.title if titled else "", titled]
    return json.dumps(kept, separators=(",", ":"))


def _said(claim: Claim) -> dict[str, Any]:
    """What a claim says, without what it does not."""
    return {
        name: value
        for name, value in zip(Claim._fields[1:], claim[1:], strict=True)
        if value != _SILENT[name]
    }


def claims_of(text: str, session: Session, compared: Artefact | None) -> Claims | None:
    """The claims in a text that `claims_text` made, as far as the files are still the same.

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
        if isinstance(one, list) and one[:3] == [
            artefact.size,
            artefact.modified_ns,
            artefact.inode,
        ]:
            if len(one) != 4 or not _is_claim(one[3]):
                return None
            files[artefact.name] = Claim(artefact, **one[3])
    artefacts = session.artefacts or ()
    known = tuple(one for kept_one in titled for one in artefacts if list(one) == kept_one)
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

_TEXT = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-f]{4})[^"\\\x00-\x1f]*+)*+"'
_TEXT_OR_NULL = rf"(?:{_TEXT}|null)"


def _facts(first: str) -> str:
    """What a list of evidence or warnings looks like, whose `first` member is a text."""
    line = "(?:[0-9]{1,15}|null)"
    fact = rf'{{"{first}": {_TEXT}, "file": {_TEXT_OR_NULL}, "line": {line}, "fact": {_TEXT}}}'
    return rf"\[(?:{fact}(?:, {fact})*)?\]"


_TIME = r'"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"'
_TIME_OR_NULL = rf"(?:{_TIME}|null)"


@cache
def _lasting() -> re.Pattern[str]:
    """What is kept of a completed session and the verdict on it."""
    artefact = (
        rf'{{"name": {_TEXT}, "kind": "[a-z_]+", "size_bytes": [0-9]+, "modified_at": {_TIME}'
        rf'(?:, "saved_from": {_TEXT})?}}'
    )
    return re.compile(
        rf'("key": {_TEXT}, "command": {_TEXT}, "id": {_TEXT}, '
        rf'"title": {_TEXT}, "title_source": "[a-z]+", "path": {_TEXT}, "shape": "[a-z]+", '
        rf'"started_at": {_TIME_OR_NULL}, "last_write_at": {_TIME_OR_NULL}, "size_bytes": [0-9]+, '
        rf'"artefacts": \[{artefact}(?:, {artefact})*\])\t'
        rf'("state": "completed", "since": {_TEXT}, "reason": {_TEXT}, "next_step": {_TEXT}, '
        rf'"confidence": {_TEXT}, "workflow": {_TEXT_OR_NULL}, "gate": null, "phase": null, '
        rf'"evidence": {_facts("source")}, "warnings": {_facts("code")})'
    )


def lasting_of(text: str) -> Lasting | None:
    """What a text that `lasting_text` made tells; None if it is of any other shape."""
    found = _lasting().fullmatch(text)
    return Lasting(*found.groups()) if found else None


_TITLE = regex(rf'"title": ({_TEXT}), "title_source": "([a-z]+)"')


def title_in(text: str) -> Title | None:
    """What the session is about, as a text that `lasting_text` made tells."""
    found = _TITLE.search(text)
    source = next((one for one in SOURCES if found and one == found[2]), None)
    return Title(json.loads(found[1]), source) if found and source else None


def lasting_text(lasting: Lasting) -> str:
    """The text that is kept; no JSON has a tab in it."""
    return "\t".join(lasting)
