"""Sessions as JSON, schema 1: only ever added to.

The text is put together here piece by piece: for ten thousand sessions that takes half the time of making
dictionaries for `json.dumps` first.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii

from exito_tui.cli.shares import in_shares
from exito_tui.domain.listing import Sort, in_order
from exito_tui.domain.session import Artefact, Note, Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc
from exito_tui.store import safefs
from exito_tui.store.scan import read_sessions, scan, scan_names

SCHEMA = 1


def listing(roots: Sequence[str], sort: Sort = "started") -> str:
    """What `ls --json` prints: one root's fields, or `roots` with one object for each.

    Raises:
        OSError: a root cannot be read.
    """
    head = f'{{"schema": {SCHEMA}, "generated_at": {_time(time.time_ns())}, '
    made = [_root(root, sort) for root in roots]
    body = made[0] if len(made) == 1 else '"roots": [' + ", ".join(f"{{{one}}}" for one in made) + "]"
    return f"{head}{body}}}\n"


def _root(root: str, sort: Sort) -> str:
    with safefs.opened_root(root) as folder:

        def text_of(share: Sequence[Session]) -> str:
            unread = read_sessions(folder, [session for session in share if session.artefacts is None])
            return ", ".join(
                [session_json(next(unread) if session.artefacts is None else session) for session in share]
            )

        if sort in ("started", "name"):  # the order is in the names: the files can be read in shares
            snapshot = scan_names(root)
            sessions = in_shares(in_order(snapshot.sessions.values(), sort), text_of, joint=", ")
        else:
            snapshot = scan(root)
            sessions = ", ".join(map(session_json, in_order(snapshot.sessions.values(), sort)))
    notes = ", ".join(map(_note_json, snapshot.notes))
    return f'"root": {_text(root)}, "sessions": [{sessions}], "notes": [{notes}]'


def session_json(session: Session) -> str:
    """One session as a JSON object."""
    problem = f', "problem": {_text(session.problem)}' if session.problem else ""
    return (
        f'{{"key": {_text(session.key)}, "command": {_known(session.command)}, "id": {_text(session.id)}, '
        f'"path": {_text(session.path)}, "shape": "{session.shape}", "started_at": {_time(session.started_ns)}, '
        f'"last_write_at": {_time(session.last_write_ns)}, "size_bytes": {session.size}, '
        f'"artefacts": [{", ".join([artefact_json(one) for one in session.artefacts or ()])}]{problem}}}'
    )


def artefact_json(artefact: Artefact, more: str = "") -> str:
    """One file of a session as a JSON object; `more` are further members, as JSON."""
    name, kind, size, modified, _ = artefact
    facts = f'"name": {_known(name)}, "kind": "{kind}", "size_bytes": {size}, "modified_at": "{iso_utc(modified)}"'
    return f"{{{facts}{more}}}"


def _note_json(note: Note) -> str:
    return f'{{"name": {_text(note.name)}, "size_bytes": {note.size}, "modified_at": {_time(note.modified_ns)}}}'


def _text(text: str) -> str:
    return encode_basestring_ascii(decoded(text))


_known = lru_cache(maxsize=4096)(_text)
"""`_text` for what is said over and over: commands and file names."""


def _time(epoch_ns: int | None) -> str:
    return "null" if epoch_ns is None else f'"{iso_utc(epoch_ns)}"'
