"""What was read of a root's sessions, kept between runs: what their files say, and verdicts that
time cannot change.

A file's text is read again only when its size, inode, or time of writing or change is another
one. The cache may be deleted at any time. One that is damaged, of another shape, or made with other
settings is as good as none, and so is each entry in it.
"""

import json
import marshal
import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from json.encoder import encode_basestring_ascii
from typing import Any, NamedTuple, get_args
from zlib import crc32

from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import SOURCES, Title
from exito_tui.domain.verdicts.claims import Claim, Claims, Status
from exito_tui.domain.workflows.file_roles import ROLES
from exito_tui.safe_read import read_kept_file
from exito_tui.safe_write import keep_own_file
from exito_tui.user_folders import cache_folder

_SCHEMA = "exito-tui kept 8"
_DIGEST = 16
_MARK = 2 * 2 * _DIGEST
"""How long the mark of a verdict is: two digests."""
_IS_VERDICT, _SESSION, _COMPLETED = b"\tverdict\t", b'"key": ', b'"state": "completed", '
"""What stands behind it, and what the first two fields of a `Lasting` begin with."""
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
    is on, as far as its files and its name tell them, and its own; and the paths of the session's
    sign, as JSON."""

    session: str
    verdict: str
    paths: str = "[]"


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
        self._content = self._load()
        self._places = _places_in(self._content)
        self._fresh: dict[str, bytes] = {}
        self._paths: dict[bytes, Sequence[str]] = {}

    def entry(self, session: Session) -> CachedEntry | None:
        """What is kept of a session, if anything; its mark shows whether that still holds."""
        mark, *rest = str(self._content[slice(*self._place(session))], "ascii").split("\t", 2)
        return CachedEntry(mark, *rest) if len(rest) == 2 else None

    def paths(self, session: Session) -> Sequence[str] | None:
        """The paths of the sign of a session of which a verdict is kept; empty where it has none or
        they are not known. None where no verdict is kept."""
        start, end = self._place(session)
        if not self._content.startswith(_IS_VERDICT, start + _MARK, end):
            return None
        found = self._content[self._content.rfind(b"\t", start, end) + 1 : end]
        if found not in self._paths:  # many sessions have the same
            self._paths[found] = _paths_of(found)
        return self._paths[found]

    def is_signed(self, session: Session, digest: str) -> bool:
        """Whether the mark of what is kept of a session begins with this digest of its sign."""
        return self._content.startswith(digest.encode("ascii"), *self._place(session))

    def holds(self, session: Session, mark: str) -> bool:
        """Whether a verdict is kept of a session with this mark."""
        start, end = self._place(session)
        marked = mark.encode("ascii") + _IS_VERDICT + _SESSION
        if not self._content.startswith(marked, start, end):
            return False
        between = self._content.find(b"\t" + _COMPLETED, start, end)
        return 0 < between < self._content.rfind(b"\t", start, end)

    def lasting(self, session: Session) -> Lasting:
        """The verdict that is kept of a session and holds."""
        start, end = self._place(session)
        start += _MARK + len(_IS_VERDICT)
        between = self._content.index(b"\t", start, end)
        last = self._content.rindex(b"\t", between, end)
        content = self._content
        return Lasting(
            str(content[start:between], "ascii"), str(content[between + 1 : last], "ascii")
        )

    def _place(self, session: Session) -> tuple[int, int]:
        return self._places.get(session.key, (0, 0))

    def keep(self, session: Session, entry: CachedEntry) -> None:
        """Keep what is known of a session for the next run."""
        self._fresh[session.key] = "\t".join(entry).encode("ascii")

    def save(self, sessions: Iterable[Session]) -> None:
        """Write what is kept of these sessions (the first of them), if any of it is new. When that
        fails, the next run reads more."""
        if not self._fresh:
            return
        kept = {key: self._content[slice(*place)] for key, place in self._places.items()}
        kept |= self._fresh
        lines = [
            b"%b\t%b" % (encode_basestring_ascii(one.key).encode("ascii"), kept[one.key])
            for one in sessions
            if one.key in kept
        ]
        body = b"\n".join(lines[:_MOST])
        keep_own_file(self._path, self._head(body) + body)

    def _load(self) -> bytes:
        """The whole file; empty where there is none in good order."""
        try:
            content = read_kept_file(self._path, _LARGEST)
        except OSError:
            return b""
        begins = content.find(b"\n") + 1
        is_good = content.isascii() and content[:begins] == self._head(memoryview(content)[begins:])
        return content if is_good else b""

    def _head(self, body: bytes | memoryview) -> bytes:
        return f"{_SCHEMA} {self._basis} {crc32(body):08x}\n".encode("ascii")


def _places_in(content: bytes) -> dict[str, tuple[int, int]]:
    """Where in a file what is kept of each session begins and ends, by key. The lines are not
    copied: of ten thousand sessions they are many megabytes."""
    places = {}
    end = content.find(b"\n")
    while 0 <= end < len(content):
        start, end = end + 1, content.find(b"\n", end + 1)
        end = len(content) if end < 0 else end
        behind = content.find(b"\t", start, end)
        quoted = content[start : max(start, behind)]
        key = _json(quoted) if b"\\" in quoted else str(quoted[1:-1], "ascii")
        if type(key) is str:
            places[key] = (behind + 1, end)
    return places


def cache_folder_of_verdicts() -> str:
    """Where it lies."""
    return os.path.join(cache_folder(), "verdicts")


# ── claims ───────────────────────────────────────────────────────────────────────────────────────

_LINES = frozenset(
    (
        "line",
        "done",
        "total",
        "next_line",
        "last_line",
        "score_line",
        "session_line",
        "at_ns",
        "began_ns",
    )
)  # fmt: skip
_WORDS = frozenset(
    (
        "next",
        "last",
        "score_of",
        "session",
        "agent",
        "message",
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


def _json(text: str | bytes) -> Any:
    """What a JSON text says; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# ── verdicts ─────────────────────────────────────────────────────────────────────────────────────

_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


def _paths_of(content: bytes) -> Sequence[str]:
    """The paths in what `Lasting.paths` became; none if it has another shape."""
    made = _json(str(content, "ascii"))
    is_list = isinstance(made, list) and all(type(one) is str and "\0" not in one for one in made)
    return made if is_list else ()


_TITLE = regex(rf'"title": ({_TEXT}), "title_source": "([a-z]+)"')


def title_in(lasting: Lasting) -> Title | None:
    """What the session is about that a verdict is on."""
    found = _TITLE.search(lasting.session)
    source = next((one for one in SOURCES if found and one == found[2]), None)
    return Title(json.loads(found[1]), source) if found and source else None


def lasting_text(lasting: Lasting) -> str:
    """The text that is kept; no JSON has a tab in it."""
    return "\t".join(lasting)
