"""What is printed as JSON about cleaning up: findings, the trash, what was done and what would be.
As in `schema`, members are only ever added."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from exito_tui.cli.json.schema import Object
from exito_tui.domain.cleanup.operation import Entry, Operation, payload
from exito_tui.domain.cleanup.operation_json import origin_object
from exito_tui.domain.cleanup.policy import policy_words
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import Title
from exito_tui.domain.text import decoded
from exito_tui.domain.units import iso_utc, time_or_none
from exito_tui.domain.verdicts.state import State
from exito_tui.render.reasons import remarks, sentence

if TYPE_CHECKING:
    from exito_tui.claude.reports import FoundReports
    from exito_tui.domain.cleanup.operation import Origin
    from exito_tui.domain.cleanup.reason import Reason
    from exito_tui.domain.cleanup.retention import Decision, Plan, Policy
    from exito_tui.domain.cleanup.summary import Closing
    from exito_tui.domain.doctor.finding import Finding
    from exito_tui.store.operations.fix import Fix
    from exito_tui.store.trash.journal import Outcome


def finding_object(finding: "Finding") -> Object:
    """What the doctor finds, with the moves that fix it."""
    return {
        "code": finding.code,
        "title": finding.title,
        "weight": finding.weight,
        "place": decoded(finding.place),
        "line": finding.line or None,
        "fact": finding.fact,
        "cause": finding.cause,
        "remedy": finding.remedy,
        "moves": [
            {
                "from": decoded(move.source),
                "to": decoded(move.target) or None,
                "copied_from": decoded(move.origin) or None,
            }
            for move in finding.moves
        ],
    }


def fix_object(fix: "Fix") -> Object:
    """What would fix a finding, or why it is left."""
    left = sentence(fix.problem) if fix.problem else None
    return {**finding_object(fix.finding), "emptied": decoded(fix.emptied) or None, "left": left}


def entry_object(entry: Entry) -> Object:
    """An entry of the trash."""
    return {
        "id": entry.id,
        "what": decoded(entry.item.what),
        "action": entry.action,
        "at": iso_utc(entry.at_ns),
        "files": entry.item.files,
        "size_bytes": entry.item.size,
        "paths": [decoded(rename.source) for rename in entry.item.renames],
        "payload": payload(entry.id),
        "archive": decoded(entry.item.archive) or None,
        "problem": sentence(entry.problem) if entry.problem else None,
    }


def operation_object(operation: Operation) -> Object:
    """Something that was done to a root."""
    return {
        "id": operation.id,
        "action": operation.action,
        "at": iso_utc(operation.at_ns),
        "undoes": operation.undoes or None,
        "recovered": operation.recovered,
        "units": [
            {
                "what": decoded(item.what),
                "entry": item.entry or None,
                "files": item.files,
                "size_bytes": item.size,
                "archive": decoded(item.archive) or None,
                "origin": origin_object(item.origin) if item.origin else None,
                "moves": [
                    {"from": decoded(rename.source), "to": decoded(rename.target)}
                    for rename in item.renames
                ],
            }
            for item in operation.items
        ],
    }


def outcome_object(outcome: "Outcome", root: str, undo: str) -> Object:
    """What became of an operation on a root; `undo` is the command that takes it back, empty if
    none does."""
    operation = outcome.operation
    return {
        "root": decoded(root),
        "action": operation.action,
        "id": operation.id,
        "undoes": operation.undoes or None,
        "done": [
            {
                "what": decoded(item.what),
                "entry": item.entry or None,
                "archive": decoded(item.archive) or None,
                "size_bytes": item.size,
            }
            for item in outcome.done
        ],
        "failed": failed_object(outcome.failed),
        "notes": [sentence(note) for note in outcome.notes],
        "undo": undo or None,
    }


def failed_object(failed: "Sequence[tuple[str, Reason]]") -> list[Object]:
    """What is not done, and why."""
    return [{"what": decoded(what), "reason": sentence(why)} for what, why in failed]


def plan_object(root: str, states: Mapping[str, State], sessions: Sequence[Session]) -> Object:
    """The sessions of a root that something would be done to."""
    named = [{"key": decoded(one.key), "state": states.get(one.key)} for one in sessions]
    return {"root": decoded(root), "sessions": named}


def closings_members(closings: "Mapping[str, Closing]", same: Sequence[str]) -> Object:
    """What was written at the end of sessions, and those in which nothing had to be."""
    return {
        "closings": [
            {"key": decoded(key), "status": closing.status, "message": closing.message}
            for key, closing in closings.items()
        ],
        "unchanged": [decoded(key) for key in same],
    }


def pins_object(root: str, keys: Sequence[str], *, pinned: bool) -> Object:
    """The sessions of a root whose pins were set or taken off just now."""
    return {"root": decoded(root), "pinned": pinned, "changed": [decoded(key) for key in keys]}


def decision_object(decision: "Decision", state: State, title: Title) -> Object:
    """What a policy says of a session, and why."""
    return {
        "key": decoded(decision.session.key),
        "title": title.text,
        "title_source": title.source,
        "reason": remarks(decision.reasons),
        "size_bytes": decision.session.size,
        "at": time_or_none(decision.when_ns),
        "state": state,
    }


def entries_object(root: str, entries: Sequence[Entry]) -> Object:
    """Entries of the trash of a root."""
    return {"root": decoded(root), "entries": [entry_object(one) for one in entries]}


def prune_object(
    root: str,
    policy: "Policy",
    made: "Plan",
    states: Mapping[str, State],
    titles: Mapping[str, Title],
) -> Object:
    """What a policy does to the sessions of a root."""

    def objects(*, keep: bool) -> list[Object]:
        return [
            decision_object(decision, states[decision.session.key], titles[decision.session.key])
            for decision in made.decisions
            if decision.keep is keep
        ]

    return {
        "root": decoded(root),
        "policy": policy_words(policy),
        "keep": objects(keep=True),
        "remove": objects(keep=False),
        "keep_bytes": made.size(keep=True),
        "remove_bytes": made.size(keep=False),
        "note": sentence(made.note) if made.note else None,
    }


def reports_object(
    session: Session, found: "FoundReports", outcome: "Outcome | None" = None
) -> Object:
    """The reports of a session's agents that were saved (`outcome`: None were yet), and those that
    were left."""
    saved = {item.what for item in outcome.done} if outcome else set()
    failed = {what: sentence(why) for what, why in outcome.failed} if outcome else {}
    files = []
    for report in found.reports:
        what = f"{session.key}/{report.name}"
        files.append(
            {
                "file": report.name,
                "size_bytes": len(report.content),
                **_told_origin(report.origin),
                "saved": what in saved,
                "problem": failed.get(what),
            }
        )
    left = [{"file": name or None, "problem": why} for name, why in found.left]
    head = {"key": decoded(session.key), "root": decoded(session.root)}
    return {**head, "files": files, "left": left}


def _told_origin(origin: "Origin") -> Object:
    told = origin_object(origin)
    del told["by_hook"]  # the user is asked right now
    return told
