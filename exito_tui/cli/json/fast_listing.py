"""What `ls --json` prints: the objects of schema.py, put together as text piece by piece, which for
ten thousand sessions takes half the time of making the objects first."""

import json
import time
from collections.abc import Callable, Collection, Sequence
from json.encoder import encode_basestring_ascii
from typing import cast

from exito_tui.cli.json.claude import claude_object, paths_left
from exito_tui.cli.json.parallel import parallel_map
from exito_tui.cli.json.schema import document_text, members, note_object, verdict_object
from exito_tui.cli.shared.claude import opened_or_awaited
from exito_tui.cli.shared.settings import layouts_for
from exito_tui.domain.root_paths import work_tree_of
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.hook_notes import notes_of, saved_from
from exito_tui.domain.sessions.layouts import Layouts
from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.orders import Sort, newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.state import Standing, State
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.scan import scan_names
from exito_tui.store.read.verdict_cache import (
    CachedEntry,
    Lasting,
)

Informing = Callable[[Snapshot, Judge], tuple[Snapshot, Judge]]
"""Adds what Claude Code's records tell to the names of a root, and to who judges them."""


def _as_it_is(snapshot: Snapshot, judge: Judge) -> tuple[Snapshot, Judge]:
    return snapshot, judge


def listing(
    roots: Sequence[str],
    judge: Judge,
    sort: Sort = "started",
    wanted: Collection[State] = (),
    informing: Informing = _as_it_is,
    *,
    work_trees: Sequence[str] = (),
) -> str:
    """What `ls --json` prints: one root's fields, and `worktrees` with one object for each of its
    work trees; or `roots` with one object for each; only sessions in the `wanted` states, if any
    are named.

    Raises:
        OSError: a root cannot be read.
    """
    at = iso_utc(time.time_ns())
    made = [_root(root, judge, sort, wanted, informing) for root in roots]
    trees = [
        f'"worktree": {_text(work_tree_of(root))}, {_root(root, judge, sort, wanted, informing)}'
        for root in work_trees
    ]
    if trees and len(made) == 1:
        made[0] += f', "worktrees": [{", ".join(f"{{{one}}}" for one in trees)}]'
    else:
        made += trees
    return document_text(made, generated_at=at)


def _root(
    root: str, judge: Judge, sort: Sort, wanted: Collection[State], informing: Informing
) -> str:
    names, judge = informing(scan_names(root, layouts_for(root)), judge)
    with opened_or_awaited(names) as folder:
        reader = CachingReader(folder, names, judge, kept_of(root, judge))
        made = _sessions(reader, sort, wanted, time.time_ns())
        notes = members({"notes": [note_object(note) for note in reader.snapshot.notes]})
    return f'"root": {_text(root)}, "sessions": [{", ".join(made)}], {notes}'


def _sessions(
    reader: CachingReader, sort: Sort, wanted: Collection[State], now_ns: int
) -> list[str]:
    """The text of each wanted session, in order."""
    by_start = newest_first(reader.snapshot.sessions.values())
    made = _judged(reader, by_start, now_ns) if by_start else []
    if sort == "started" and not wanted:
        return [text for _, text in made]
    states = {session.key: state for session, (state, _) in zip(by_start, made, strict=True)}
    known = {key: Standing(state) for key, state in states.items()}
    texts = {session.key: text for session, (_, text) in zip(by_start, made, strict=True)}
    if sort not in ("started", "name"):  # the order is in the files
        by_start = reader.with_files(by_start)
    return [
        texts[session.key]
        for session in in_order(by_start, sort, {reader.snapshot.root: known})
        if not wanted or states[session.key] in wanted
    ]


def _judged(reader: CachingReader, sessions: list[Session], now_ns: int) -> list[tuple[State, str]]:
    """The state and the text of each session; what is new of them is kept."""

    def work(chunk: Sequence[Session]) -> list[tuple[str, ...]]:
        reader.look(chunk)
        kept = {one.key for one in chunk if reader.is_verdict_kept(one)}
        reader.with_files([one for one in chunk if one.key not in kept])
        return [_KEPT if one.key in kept else one_session(reader, one, now_ns) for one in chunk]

    made: list[tuple[State, str]] = []
    for session, one in zip(sessions, parallel_map(sessions, work), strict=True):
        if one == _KEPT:
            lasting = reader.kept.lasting(session)
            made.append(("completed", _session_text(reader, session, lasting, now_ns)))
            continue
        state, text, *entry = one
        made.append((cast(State, state), text))
        if entry:
            reader.kept.keep(session, CachedEntry(*entry))
    reader.kept.save(sessions)
    return made


_KEPT = ("kept",)
"""Of a session of which a verdict is kept and holds: to send it on from process to process takes
longer than to look it up."""


def one_session(reader: CachingReader, session: Session, now_ns: int) -> tuple[str, ...]:
    """A session's state and text, judged anew, and what is to be kept of it if that is new."""
    ((full, verdict),) = reader.judged([session], now_ns)
    layouts = reader.snapshot.layouts
    lasting = Lasting(_session_members(full, layouts), members(verdict_object(verdict)))
    entry = None if reader.knows(session) else reader.to_keep(full, verdict, lasting, now_ns)
    text = _session_text(reader, full, lasting, now_ns, verdict.steps)
    return verdict.state, text, *(entry or ())


def _session_text(
    reader: CachingReader,
    session: Session,
    lasting: Lasting,
    now_ns: int,
    steps: Sequence[StepView] = (),
) -> str:
    """The text of `session_object`. `steps` are asked for only of what the records tell of."""
    known = reader.known(session, now_ns)
    claude = json.dumps(claude_object(known, paths_left(session, steps))) if known else "null"
    problem = f', "problem": {_text(session.problem)}' if session.problem else ""
    pinned = session.key in reader.snapshot.pinned
    return (
        f'{{{lasting.session}{problem}, "pinned": {"true" if pinned else "false"}, '
        f'"current": {"true" if session.is_current else "false"}, {lasting.verdict}, '
        f'"claude": {claude}}}'
    )


def _session_members(session: Session, layouts: Layouts) -> str:
    """The members of a session's object that its name and files tell."""
    title, notes = title_of(session, layouts), notes_of(session)
    files = session.artefacts or ()
    artefacts = ", ".join([_artefact_text(one, saved_from(one, notes)) for one in files])
    return (
        f'"key": {_text(session.key)}, "command": {_text(session.command)}, '
        f'"id": {_text(session.id)}, "title": {_text(title.text)}, '
        f'"title_source": "{title.source}", '
        f'"path": {_text(session.path)}, "shape": "{session.shape}", '
        f'"started_at": {_time(session.started_ns)}, '
        f'"last_write_at": {_time(session.last_write_ns)}, "size_bytes": {session.size}, '
        f'"artefacts": [{artefacts}]'
    )


def _artefact_text(artefact: Artefact, agent: str) -> str:
    """The text of `artefact_object`, for a file that was saved from the answer of an agent (empty:
    it was not)."""
    name, kind, size, modified, _ = artefact
    saved = f', "saved_from": {_text(agent)}' if agent else ""
    return (
        f'{{"name": {_text(name)}, "kind": "{kind}", "size_bytes": {size}, '
        f'"modified_at": "{iso_utc(modified)}"{saved}}}'
    )


def _text(text: str) -> str:
    return encode_basestring_ascii(decoded(text))


def _time(epoch_ns: int | None) -> str:
    return "null" if epoch_ns is None else f'"{iso_utc(epoch_ns)}"'
