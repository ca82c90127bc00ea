"""Sessions as JSON, schema 1: only ever added to.

The text is put together here piece by piece: for ten thousand sessions that takes half the time of
making dictionaries for `json.dumps` first.
"""

import json
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any, cast

from exito_tui import __version__
from exito_tui.cli.json.parallel import in_chunks
from exito_tui.domain.sessions.list_rows import Sort, in_order
from exito_tui.domain.sessions.session import Artefact, Note, Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.fs import safefs
from exito_tui.store.read.caching_reader import CachingReader
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.verdict_cache import CachedEntry, VerdictCache, cache_folder_of_verdicts

SCHEMA = 1


def listing(
    roots: Sequence[str], judge: Judge, sort: Sort = "started", wanted: Collection[State] = ()
) -> str:
    """What `ls --json` prints: one root's fields, or `roots` with one object for each; only
    sessions in the `wanted` states, if any are named.

    Raises:
        OSError: a root cannot be read.
    """
    head = f'{{"schema": {SCHEMA}, "generated_at": {_time(time.time_ns())}, '
    made = [_root(root, judge, sort, wanted) for root in roots]
    body = (
        made[0] if len(made) == 1 else '"roots": [' + ", ".join(f"{{{one}}}" for one in made) + "]"
    )
    return f"{head}{body}}}\n"


def _root(root: str, judge: Judge, sort: Sort, wanted: Collection[State]) -> str:
    with safefs.opened_root(root) as folder:
        reader = CachingReader(folder, scan_names(root), judge, kept_of(root, judge))
        made = _sessions(reader, sort, wanted, time.time_ns())
        notes = ", ".join(map(_note_json, reader.snapshot.notes))
    return f'"root": {_text(root)}, "sessions": [{", ".join(made)}], "notes": [{notes}]'


def kept_of(root: str, judge: Judge) -> VerdictCache:
    """What was kept of a root, when the same judge judged it."""
    basis = f"{__version__} {time.tzname} {time.timezone} {judge.settings!r}"
    return VerdictCache(cache_folder_of_verdicts(), root, basis)


def _sessions(
    reader: CachingReader, sort: Sort, wanted: Collection[State], now_ns: int
) -> list[str]:
    """The text of each wanted session, in order."""
    by_start = in_order(reader.snapshot.sessions.values(), "started")
    made = _in_shares(reader, by_start, now_ns) if by_start else []
    states = {session.key: state for session, (state, _) in zip(by_start, made, strict=True)}
    texts = {session.key: text for session, (_, text) in zip(by_start, made, strict=True)}
    if sort not in ("started", "name"):  # the order is in the files
        by_start = reader.with_files(by_start)
    return [
        texts[session.key]
        for session in in_order(by_start, sort, states)
        if not wanted or states[session.key] in wanted
    ]


_NEXT, _PART = "\x1e", "\x1f"
"""Between what is said of two sessions, and between its parts; neither can stand in JSON."""


def _in_shares(
    reader: CachingReader, sessions: list[Session], now_ns: int
) -> list[tuple[State, str]]:
    """The state and the text of each session; what is new of them is kept."""

    def text_of(share: Sequence[Session]) -> str:
        return _NEXT.join(
            [
                _PART.join(one_session(reader, session, now_ns))
                for session in reader.with_files(share)
            ]
        )

    made: list[tuple[State, str]] = []
    texts = in_chunks(sessions, text_of, separator=_NEXT).split(_NEXT)
    for session, said in zip(sessions, texts, strict=True):
        state, text, *entry = said.split(_PART)
        made.append((cast(State, state), text))
        if entry:
            reader.kept.keep(session, CachedEntry(*entry))
    reader.kept.save(sessions)
    return made


def one_session(reader: CachingReader, session: Session, now_ns: int) -> tuple[str, ...]:
    """A session's state and text, and what is to be kept of it if that is new."""
    pinned = session.key in reader.snapshot.pinned
    if verdict_text := reader.kept_verdict(session):
        return "completed", session_json(session, verdict_text, pinned=pinned)
    ((full, verdict),) = reader.judged([session], now_ns)
    verdict_text = verdict_json(verdict)
    entry = reader.to_keep(full, verdict, verdict_text, now_ns)
    return verdict.state, session_json(full, verdict_text, pinned=pinned), *(entry or ())


def session_json(session: Session, verdict: str, *, pinned: bool) -> str:
    """One session as a JSON object; `verdict` are the members that tell what is to be thought of
    it, as JSON."""
    return f"{session_head(session, pinned=pinned)}{verdict}}}"


def session_head(session: Session, *, pinned: bool) -> str:
    """One session's JSON object up to where the members of its verdict follow."""
    problem = f', "problem": {_text(session.problem)}' if session.problem else ""
    artefacts = ", ".join([artefact_json(artefact) for artefact in session.artefacts or ()])
    return (
        f'{{"key": {_text(session.key)}, "command": {_known(session.command)}, '
        f'"id": {_text(session.id)}, "path": {_text(session.path)}, "shape": "{session.shape}", '
        f'"started_at": {_time(session.started_ns)}, '
        f'"last_write_at": {_time(session.last_write_ns)}, "size_bytes": {session.size}, '
        f'"artefacts": [{artefacts}]{problem}, '
        f'"pinned": {"true" if pinned else "false"}, '
    )


def artefact_json(artefact: Artefact, more: str = "") -> str:
    """One file of a session as a JSON object; `more` are further members, as JSON."""
    name, kind, size, modified, _ = artefact
    facts = (
        f'"name": {_known(name)}, "kind": "{kind}", "size_bytes": {size}, '
        f'"modified_at": "{iso_utc(modified)}"'
    )
    return f"{{{facts}{more}}}"


def verdict_json(verdict: Verdict) -> str:
    """The members that tell of a verdict."""
    return json.dumps(verdict_object(verdict))[1:-1]


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the members of a JSON object."""
    phase = verdict.phase
    return {
        "state": verdict.state,
        "since": None if verdict.since_ns is None else iso_utc(verdict.since_ns),
        "reason": verdict.reason,
        "next_step": verdict.next_step,
        "confidence": verdict.confidence,
        "workflow": verdict.workflow or None,
        "gate": verdict.gate,
        "phase": phase
        and {
            "agent": phase.agent,
            "artefact": phase.artefact,
            "index": phase.place,
            "of": phase.of,
        },
        "evidence": [
            {
                "source": one.source,
                "file": decoded(one.file) or None,
                "line": one.line or None,
                "fact": one.fact,
            }
            for one in verdict.evidence
        ],
        "warnings": [
            {
                "code": finding.code,
                "file": decoded(finding.file),
                "line": finding.line or None,
                "fact": finding.fact,
            }
            for finding in verdict.warnings
        ],
    }


def _note_json(note: Note) -> str:
    return (
        f'{{"name": {_text(note.name)}, "size_bytes": {note.size}, '
        f'"modified_at": {_time(note.modified_ns)}}}'
    )


def _text(text: str) -> str:
    return encode_basestring_ascii(decoded(text))


_known = lru_cache(maxsize=4096)(_text)
"""`_text` for what is said over and over: commands and file names."""


def _time(epoch_ns: int | None) -> str:
    return "null" if epoch_ns is None else f'"{iso_utc(epoch_ns)}"'
