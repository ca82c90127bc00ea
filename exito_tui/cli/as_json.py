"""Sessions as JSON, schema 1: only ever added to.

The text is put together here piece by piece: for ten thousand sessions that takes half the time of making
dictionaries for `json.dumps` first.
"""

import json
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from exito_tui import __version__
from exito_tui.cli.shares import in_shares
from exito_tui.domain.judge import SETTLED_NS, Judge
from exito_tui.domain.listing import Sort, in_order
from exito_tui.domain.session import Artefact, Note, Session
from exito_tui.domain.state import State
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc
from exito_tui.domain.verdict import Verdict
from exito_tui.store import safefs
from exito_tui.store.scan import scan_names
from exito_tui.store.settled import SettledVerdicts, cache_folder, mark_of
from exito_tui.store.survey import JudgingReader

SCHEMA = 1


def listing(roots: Sequence[str], judge: Judge, sort: Sort = "started", wanted: Collection[State] = ()) -> str:
    """What `ls --json` prints: one root's fields, or `roots` with one object for each; only sessions in the `wanted`
    states, if any are named.

    Raises:
        OSError: a root cannot be read.
    """
    head = f'{{"schema": {SCHEMA}, "generated_at": {_time(time.time_ns())}, '
    made = [_root(root, judge, sort, wanted) for root in roots]
    body = made[0] if len(made) == 1 else '"roots": [' + ", ".join(f"{{{one}}}" for one in made) + "]"
    return f"{head}{body}}}\n"


def _root(root: str, judge: Judge, sort: Sort, wanted: Collection[State]) -> str:
    now_ns = time.time_ns()
    with safefs.opened_root(root) as folder:
        reader = JudgingReader(folder, scan_names(root), judge)
        sessions = reader.snapshot.sessions.values()
        if sort in ("started", "name"):  # the order is in the names: the files can be read in shares
            made = _in_shares(reader, in_order(sessions, sort), _settled(root, judge), now_ns, wanted)
        else:
            pairs = reader.judged(reader.with_files(list(sessions)), now_ns)
            verdicts = {session.key: verdict for session, verdict in pairs}
            states = {key: verdict.state for key, verdict in verdicts.items()}
            pinned = reader.snapshot.pinned
            made = [
                session_json(session, verdict_json(verdicts[session.key]), pinned=session.key in pinned)
                for session in in_order([session for session, _ in pairs], sort, states)
                if not wanted or states[session.key] in wanted
            ]
        notes = ", ".join(map(_note_json, reader.snapshot.notes))
    return f'"root": {_text(root)}, "sessions": [{", ".join(made)}], "notes": [{notes}]'


def _settled(root: str, judge: Judge) -> SettledVerdicts:
    basis = f"{__version__} {time.tzname} {time.timezone} {judge.bench!r}"
    return SettledVerdicts(cache_folder(), root, basis)


_NEXT, _KEPT = "\x1e", "\x1f"
"""Between two sessions' texts, and before what is to be kept of one; neither can stand in JSON."""


def _in_shares(
    reader: JudgingReader, ordered: list[Session], settled: SettledVerdicts, now_ns: int, wanted: Collection[State]
) -> list[str]:
    """The text of each session. Those that are long completed, and unchanged since a run before, are not judged."""

    pinned = reader.snapshot.pinned

    def text_of(share: Sequence[Session]) -> str:
        return _NEXT.join([one_text(session) for session in reader.with_files(share)])

    def one_text(session: Session) -> str:
        if settled.text(session):
            return (
                session_head(session, pinned=session.key in pinned) + _KEPT
                if not wanted or "completed" in wanted
                else ""
            )
        ((full, verdict),) = reader.judged([session], now_ns)
        text = verdict_json(verdict)
        made = session_json(full, text, pinned=session.key in pinned) if not wanted or verdict.state in wanted else ""
        lasting = verdict.state == "completed" and verdict.since_ns and now_ns - verdict.since_ns > SETTLED_NS
        return f"{made}{_KEPT}{mark_of(session).hex()}{_KEPT}{text}" if lasting else made

    made = []
    texts = in_shares(ordered, text_of, joint=_NEXT).split(_NEXT) if ordered else []
    for session, text in zip(ordered, texts, strict=True):
        shown, is_kept, kept = text.partition(_KEPT)
        if kept:
            mark, _, verdict = kept.partition(_KEPT)
            settled.keep(session.key, bytes.fromhex(mark), verdict)
        if shown:
            made.append(f"{shown}{settled.last(session.key)}}}" if is_kept and not kept else shown)
    settled.save(session.key for session in ordered)
    return made


def session_json(session: Session, verdict: str, *, pinned: bool) -> str:
    """One session as a JSON object; `verdict` are the members that tell what is to be thought of it, as JSON."""
    return f"{session_head(session, pinned=pinned)}{verdict}}}"


def session_head(session: Session, *, pinned: bool) -> str:
    """One session's JSON object up to where the members of its verdict follow."""
    problem = f', "problem": {_text(session.problem)}' if session.problem else ""
    return (
        f'{{"key": {_text(session.key)}, "command": {_known(session.command)}, "id": {_text(session.id)}, '
        f'"path": {_text(session.path)}, "shape": "{session.shape}", "started_at": {_time(session.started_ns)}, '
        f'"last_write_at": {_time(session.last_write_ns)}, "size_bytes": {session.size}, '
        f'"artefacts": [{", ".join([artefact_json(one) for one in session.artefacts or ()])}]{problem}, '
        f'"pinned": {"true" if pinned else "false"}, '
    )


def artefact_json(artefact: Artefact, more: str = "") -> str:
    """One file of a session as a JSON object; `more` are further members, as JSON."""
    name, kind, size, modified, _ = artefact
    facts = f'"name": {_known(name)}, "kind": "{kind}", "size_bytes": {size}, "modified_at": "{iso_utc(modified)}"'
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
        "phase": phase and {"agent": phase.agent, "artefact": phase.artefact, "index": phase.place, "of": phase.of},
        "evidence": [
            {"source": one.source, "file": decoded(one.file) or None, "line": one.line or None, "fact": one.fact}
            for one in verdict.evidence
        ],
        "warnings": [
            {"code": one.code, "file": decoded(one.file), "line": one.line or None, "fact": one.fact}
            for one in verdict.warnings
        ],
    }


def _note_json(note: Note) -> str:
    return f'{{"name": {_text(note.name)}, "size_bytes": {note.size}, "modified_at": {_time(note.modified_ns)}}}'


def _text(text: str) -> str:
    return encode_basestring_ascii(decoded(text))


_known = lru_cache(maxsize=4096)(_text)
"""`_text` for what is said over and over: commands and file names."""


def _time(epoch_ns: int | None) -> str:
    return "null" if epoch_ns is None else f'"{iso_utc(epoch_ns)}"'
