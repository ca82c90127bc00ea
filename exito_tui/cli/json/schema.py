"""What is printed as JSON: every object, schema 1, only ever added to. Text is made at the last
line only."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from exito_tui.cli.json.claude import claude_object, paths_left
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.hook_notes import NO_NOTES, HookNotes, notes_of, saved_from
from exito_tui.domain.sessions.session import Note, Session
from exito_tui.domain.sessions.stamps import started_seconds
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, iso_utc, time_or_none
from exito_tui.domain.verdicts.state import STATES, State
from exito_tui.domain.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from exito_tui.config.checks import Problem
    from exito_tui.domain.records.conversation import Known
    from exito_tui.domain.sessions.layouts import Layout, Layouts, Reading
    from exito_tui.domain.sessions.snapshot import Change, Snapshot
    from exito_tui.domain.verdicts.expectation import PhaseHistory
    from exito_tui.domain.verdicts.stats import CommandFigures, SessionFigures
    from exito_tui.store.live.events import StateChange

SCHEMA = 1
"""The version of what is printed: members are added, and none is ever taken away or changed."""

Object: TypeAlias = dict[str, Any]


def document(made: Object | Sequence[Object], **head: Any) -> str:
    """A whole line of JSON: the schema, what holds for all of it, and then the members of an object
    or of the only root's; of several roots `roots`, with an object for each."""
    objects = [made] if isinstance(made, dict) else made
    return document_text([members(one) for one in objects], **head)


def document_text(made: Sequence[str], **head: Any) -> str:
    """As `document`, of objects whose members are text already."""
    body = made[0] if len(made) == 1 else f'"roots": [{", ".join(f"{{{one}}}" for one in made)}]'
    return f"{{{members({'schema': SCHEMA, **head})}, {body}}}\n"


def members(made: Object) -> str:
    """The text of an object's members, without its braces: in no place with a byte of a name that
    is not UTF-8, which strict readers refuse."""
    text = json.dumps(made)
    if _SURROGATE in text:
        text = json.dumps(_visible(made))
    return text[1:-1]


_SURROGATE = "\\ud"
"""How what stands for such a byte begins in JSON (and some signs that are as they should be)."""


def _visible(made: Any) -> Any:
    if isinstance(made, str):
        return decoded(made)
    if isinstance(made, Mapping):
        return {_visible(key): _visible(one) for key, one in made.items()}
    return [_visible(one) for one in made] if isinstance(made, list | tuple) else made


# ── sessions ─────────────────────────────────────────────────────────────────────────────────────


def session_object(
    session: Session,
    verdict: Verdict,
    *,
    pinned: bool,
    layouts: "Layouts" = (),
    known: "Known | None" = None,
) -> Object:
    """A session with its files and the verdict on it; `layouts` say what its name means, `known`
    is what Claude Code's records tell of it."""
    title, notes = title_of(session, layouts), notes_of(session)
    return {
        "key": decoded(session.key),
        "command": decoded(session.command),
        "id": decoded(session.id),
        "title": title.text,
        "title_source": title.source,
        "path": decoded(session.path),
        "shape": session.shape,
        "started_at": time_or_none(session.started_ns),
        "last_write_at": time_or_none(session.last_write_ns),
        "size_bytes": session.size,
        "artefacts": [artefact_object(artefact, notes) for artefact in session.artefacts or ()],
        **({"problem": decoded(session.problem)} if session.problem else {}),
        "pinned": pinned,
        "current": session.is_current,
        **verdict_object(verdict),
        "claude": claude_object(known, paths_left(session, verdict.steps)),
    }


def artefact_object(artefact: Artefact, notes: HookNotes = NO_NOTES) -> Object:
    """One file of a session; `notes` tell whether it was saved from an agent's answer."""
    agent = saved_from(artefact, notes)
    return {
        "name": decoded(artefact.name),
        "kind": artefact.kind,
        "size_bytes": artefact.size,
        "modified_at": iso_utc(artefact.modified_ns),
        **({"saved_from": agent} if agent else {}),
    }


def note_object(note: Note) -> Object:
    """A file that lies loose in the root."""
    return {
        "name": decoded(note.name),
        "size_bytes": note.size,
        "modified_at": time_or_none(note.modified_ns),
    }


def verdict_object(verdict: Verdict) -> Object:
    """What is to be thought of a session, and why."""
    phase = verdict.phase
    return {
        "state": verdict.state,
        "since": time_or_none(verdict.since_ns),
        "old": verdict.is_old,
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
                "code": warning.code,
                "file": decoded(warning.file),
                "line": warning.line or None,
                "fact": warning.fact,
            }
            for warning in verdict.warnings
        ],
    }


def status_object(roots: Sequence[str], counts: Mapping[State, int], old: int) -> Object:
    """How many sessions of some roots are in each state, and how many are old."""
    states = {state: counts[state] for state in STATES}
    return {"roots": [decoded(root) for root in roots], "states": states, "old": old}


def waited_object(session: Session, verdict: Verdict, is_there: bool) -> Object:
    """A session that was waited for, and whether it got into a state that was."""
    return {
        "root": decoded(session.root),
        "key": decoded(session.key),
        "state": verdict.state,
        "reason": verdict.reason,
        "reached": is_there,
    }


def change_object(change: "Change", at_ns: int) -> Object:
    """What happened to a session, and when it was seen."""
    session = change.session
    return {
        "event": change.kind,
        "at": iso_utc(at_ns),
        "root": decoded(session.root),
        "key": decoded(session.key),
        "command": decoded(session.command),
        "files": [decoded(name) for name in change.files],
        "size_bytes": session.size,
        "last_write_at": time_or_none(session.last_write_ns),
    }


def state_change_object(change: "StateChange", at_ns: int, known: "Known | None" = None) -> Object:
    """A session whose state became another one, and what Claude Code's records tell of it."""
    title = title_of(change.session)
    return {
        "event": "state",
        "at": iso_utc(at_ns),
        "root": decoded(change.session.root),
        "key": decoded(change.session.key),
        "title": title.text,
        "from": change.before,
        "to": change.now,
        "files": [],
        "claude": claude_object(known),
    }


def root_change_object(snapshot: "Snapshot", at_ns: int) -> Object:
    """What happened to a root, and when it was seen."""
    return {
        "event": "root",
        "at": iso_utc(at_ns),
        "root": decoded(snapshot.root),
        "state": snapshot.state,
    }


# ── figures ──────────────────────────────────────────────────────────────────────────────────────


def session_figures_object(figures: "SessionFigures") -> Object:
    """The figures of a session."""
    return {
        "key": decoded(figures.session.key),
        "state": figures.state,
        "agents": list(figures.agents),
        "seconds": figures.seconds,
        "artefacts": len(figures.session.artefacts or ()),
        "size_bytes": figures.session.size,
        "commits": list(figures.commits),
        "tokens_spared": figures.tokens_spared,
    }


def command_figures_object(figures: "CommandFigures") -> Object:
    """The figures of a command's sessions."""
    return {
        "command": decoded(figures.command),
        "sessions": figures.sessions,
        "states": dict(figures.states),
        "size_bytes": figures.size,
        "median_seconds": figures.median,
        "slowest_seconds": figures.slowest,
        "commits": figures.commits,
        "tokens_spared": figures.tokens_spared,
        "phases": [_phase_object(key, past) for key, past in figures.phases.items()],
    }


def _phase_object(key: str, past: "PhaseHistory") -> Object:
    agent, _, artefact = key.partition("/")
    return {
        "agent": agent,
        "artefact": artefact,
        "runs": past.runs,
        "median_seconds": past.median,
        "p95_seconds": past.p95,
        "slowest_seconds": past.slowest,
    }


# ── settings ─────────────────────────────────────────────────────────────────────────────────────


def setting_object(name: str, value: object, source: str) -> Object:
    """A setting, and where its value comes from: a file, a variable, or "default". Durations are in
    seconds."""
    return {"name": name, "value": _plain(value), "source": source}


def problem_object(problem: "Problem") -> Object:
    """One thing wrong with the settings."""
    where, key, expected = problem
    return {"where": where, "key": key or None, "expected": expected}


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        fields = getattr(value, "_asdict", None)
        return _plain(fields()) if fields else [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | None) else str(value)


# ── names ────────────────────────────────────────────────────────────────────────────────────────


def layout_object(layout: "Layout") -> Object:
    """One form of names."""
    return {
        "name": layout.name,
        "in": list(layout.where),
        "pattern": layout.pattern,
        "zone": layout.zone,
        "group": layout.command or None,
        "source": layout.source or "built in",
    }


def reading_object(
    name: str, where: str, reading: "Reading", precision: str, outcome: str
) -> Object:
    """How a name is read in one place."""
    seconds = started_seconds(reading.stamp)
    return {
        "name": decoded(name),
        "where": where,
        "layout": reading.layout.name,
        "started_at": time_or_none(None if seconds is None else seconds * SECOND_NS),
        "precision": precision or None,
        "zone": reading.zone,
        "title": decoded(reading.title),
        "state": outcome or None,
        "parts": {part: decoded(text) for part, text in reading.parts.items()},
    }
