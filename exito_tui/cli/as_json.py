"""Sessions as JSON, schema 1: only ever added to."""

import json
import time
from collections.abc import Sequence
from typing import Any

from exito_tui.domain.listing import Sort, in_order
from exito_tui.domain.session import Artefact, Note, Session
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc

SCHEMA = 1


def listing(snapshots: Sequence[Snapshot], sort: Sort = "started") -> str:
    """The object that `ls --json` prints: one root's fields, or `roots` with one object for each."""
    head: dict[str, Any] = {"schema": SCHEMA, "generated_at": iso_utc(time.time_ns())}
    if len(snapshots) == 1:
        return json.dumps({**head, **_root(snapshots[0], sort)}) + "\n"
    return json.dumps({**head, "roots": [_root(snapshot, sort) for snapshot in snapshots]}) + "\n"


def _root(snapshot: Snapshot, sort: Sort) -> dict[str, Any]:
    sessions = in_order(snapshot.sessions.values(), sort)
    return {
        "root": decoded(snapshot.root),
        "sessions": [session_object(session) for session in sessions],
        "notes": [note_object(note) for note in snapshot.notes],
    }


def session_object(session: Session) -> dict[str, Any]:
    """One session."""
    started, written = session.started_ns, session.last_write_ns
    made = {
        "key": decoded(session.key),
        "command": decoded(session.command),
        "id": decoded(session.id),
        "path": decoded(session.path),
        "shape": session.shape,
        "started_at": None if started is None else iso_utc(started),
        "last_write_at": None if written is None else iso_utc(written),
        "size_bytes": session.size,
        "artefacts": [artefact_object(artefact) for artefact in session.artefacts or ()],
    }
    if session.problem:
        made["problem"] = session.problem
    return made


def artefact_object(artefact: Artefact) -> dict[str, Any]:
    """One file of a session."""
    return {
        "name": decoded(artefact.name),
        "kind": artefact.kind,
        "size_bytes": artefact.size,
        "modified_at": iso_utc(artefact.modified_ns),
    }


def note_object(note: Note) -> dict[str, Any]:
    """One loose file of the root."""
    return {"name": decoded(note.name), "size_bytes": note.size, "modified_at": iso_utc(note.modified_ns)}
