"""Reading what agents say in their files, within bounds, and only again when a file has changed."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from exito_tui.domain.documents.encodings import decode, text_is_wide, text_or_none
from exito_tui.domain.documents.subject import subject_of
from exito_tui.domain.sessions.artefact import METADATA, NOT_OPENED, Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.claim_readers import is_telling, read_claim
from exito_tui.domain.verdicts.claims import NOTHING, Claim, Claims
from exito_tui.domain.workflows.file_roles import EVERY_OTHER, OwnFiles, Role, rank, role
from exito_tui.store.fs import safefs

T = TypeVar("T")

MOST_READ = 256 * 1024
"""How many bytes of a file are read at the most to judge it: half from its beginning, half from its
end."""

HEAD = 4096
"""How many bytes of a file are read for its first heading."""

FEWEST_COPIED = 200
"""How many bytes a context.md must have to say that it was copied."""


def read_claims(
    root: int,
    session: Session,
    earlier: Sequence[Session] = (),
    *,
    own: OwnFiles = (),
    every: bool = False,
) -> Claims:
    """What the files of a session say. `root` is the root's descriptor, `own` what its workflow
    says about files; claims that the session has already are kept for files that did not change.
    `earlier` are sessions whose context it may have been copied from; `every` reads all Markdown,
    not only what can change a verdict. Nothing is raised: what cannot be read says nothing."""
    before = session.claims or NOTHING
    context = session.context(own)
    files: dict[str, Claim] = {}
    fresh: list[Artefact] = []
    newest = session.newest()
    for artefact in session.artefacts or ():
        if _counts(artefact, newest, own, every):
            known = before.files.get(artefact.name)
            if known and known.artefact == artefact:
                files[artefact.name] = known
            else:
                fresh.append(artefact)
    copied = before.copied if before.compared == context else ""
    compare = context is not None and before.compared != context and bool(earlier)
    titled = _titled(session, context, own)
    title = before.title if before.titled == titled else ""
    if fresh or compare or before.titled != titled:
        try:
            with safefs.opened_folder(root, session.folder) as folder:
                for artefact in fresh:
                    if claim := _read(folder, artefact, role(artefact.name, own), session.id):
                        files[artefact.name] = claim
                if context and compare:
                    copied = _copied_from(root, folder, context, earlier)
                if before.titled != titled:
                    title = _title(folder, titled)
        except OSError:
            return Claims(files, copied, before.compared, title, before.titled)
    return Claims(files, copied, context if compare else before.compared, title, titled)


def with_metadata(root: int, session: Session) -> Session:
    """A session, whose files are known, with what its metadata alone say; `root` is the root's
    descriptor."""
    metadata = session.artefact(METADATA)
    if metadata is None:
        return session
    return session._replace(claims=read_claims(root, session._replace(artefacts=(metadata,))))


def is_comparable(context: Artefact | None) -> bool:
    """Whether a context.md is long enough to say that it was copied."""
    return context is not None and context.size >= FEWEST_COPIED


def _counts(artefact: Artefact, newest: Artefact | None, own: OwnFiles, every: bool) -> bool:
    if artefact.kind in NOT_OPENED or artefact.kind in ("binary", "image") or not artefact.size:
        return False
    if is_telling(role(artefact.name, own)):
        return True
    if artefact.kind != "markdown":
        return False
    return every or (artefact is newest and rank(artefact.name, own) < rank(EVERY_OTHER))


def _titled(session: Session, context: Artefact | None, own: OwnFiles) -> tuple[Artefact, ...]:
    """The files whose heading tells what a session is about: its plan, then its context."""
    plans = [one for one in session.artefacts or () if role(one.name, own) == "plan"]
    found = (*plans[:1], *([context] if context else ()))
    return tuple(one for one in found if one.kind == "markdown" and one.size)


def _title(folder: int, titled: Iterable[Artefact]) -> str:
    """What the first of some files with a telling heading is about; empty when none has one."""
    for artefact in titled:
        try:
            head = read_head(folder, artefact.name)
        except OSError:
            continue
        if title := subject_of(decode(head).text):
            return title
    return ""


def _read(folder: int, artefact: Artefact, role_of_it: Role, session_id: str) -> Claim | None:
    try:
        raw, whole = read_ends(folder, artefact.name)
    except OSError:
        return None
    text = text_or_none(raw)
    if text is None:
        return Claim(artefact, role_of_it, torn=True)
    if b"\0" in raw:  # as if they were not there: a log may begin with thousands
        text = decode(raw.replace(b"\0", b"")).text if not text_is_wide(raw) else text
    return read_claim(artefact, role_of_it, session_id, text, whole=whole)


def read_ends(folder: int, name: str) -> tuple[bytes, bool]:
    """The beginning and the end of a file in (or below) a folder, `MOST_READ` bytes at the most;
    whether that is all.

    Raises:
        OSError: it cannot be read.
    """
    return _read_with(folder, name, _ends_of)


def read_head(folder: int, name: str) -> bytes:
    """The beginning of a file in (or below) a folder, `HEAD` bytes at the most.

    Raises:
        OSError: it cannot be read.
    """
    return _read_with(folder, name, _head_of)


def _ends_of(descriptor: int, size: int) -> tuple[bytes, bool]:
    if size <= MOST_READ:
        return safefs.pread_all(descriptor, 0, size), True
    half = MOST_READ // 2
    head = safefs.pread_all(descriptor, 0, half)
    return head + b"\n" + safefs.pread_all(descriptor, size - half, half), False


def _head_of(descriptor: int, size: int) -> bytes:
    return safefs.pread_all(descriptor, 0, min(HEAD, size))


def _read_with(folder: int, name: str, read: Callable[[int, int], T]) -> T:
    """What `read` gives for the descriptor and the size of a file in (or below) a folder."""
    if "/" in name:
        inner, _, name = name.rpartition("/")
        with safefs.opened_folder(folder, inner) as below:
            return _read_with(below, name, read)
    descriptor, status = safefs.open_seen(folder, name)
    try:
        return read(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _copied_from(root: int, folder: int, context: Artefact, earlier: Iterable[Session]) -> str:
    """The key of the earlier session whose context.md is byte for byte the same, or empty."""
    own: bytes | None = None
    for other in earlier:
        theirs = other.artefact(context.name)
        if theirs is None or theirs.size != context.size:
            continue
        try:
            own = own if own is not None else read_ends(folder, context.name)[0]
            if read_ends(root, other.place(context.name))[0] == own:
                return other.key
        except OSError:
            continue
    return ""
