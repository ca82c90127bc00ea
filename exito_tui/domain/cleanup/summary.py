"""Ending a session in writing: what the plugin's SessionEnd hook was meant to do, and never did.

Its files and key names are kept, so that whatever reads them still works: `session_metadata.json`
with `status` and `ended_at`, and `session_summary.md`. All that is written follows from the session
alone and not from the clock, so that to do it once more changes nothing.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.artefact import BOOKKEEPING, METADATA, Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, duration, iso_utc, short_size
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.file_roles import OwnFiles, facts_of, role
from exito_tui.domain.workflows.model import Gate, Phase

SUMMARY = "session_summary.md"
CONVERSATION = "claude_session_id"
"""The key of the metadata that holds the id of Claude Code's conversation."""

_CONVERSATION = regex(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}\Z")

Status = Literal["completed", "interrupted", "failed"]
STATUSES: tuple[Status, ...] = ("completed", "interrupted", "failed")

_SAME_MOMENT_NS = 2 * SECOND_NS


class Ending(NamedTuple):
    """What is known of how it ended, where that has just happened: when (epoch ns), and the id of
    Claude Code's conversation, which `claude --resume` takes."""

    at_ns: int | None = None
    conversation: str = ""


class Closing(NamedTuple):
    """What is written when a session ends."""

    status: Status
    message: str
    metadata: str
    summary: str


_NO_ENDING = Ending()


class MetadataError(ValueError):
    """The session's metadata cannot be understood, so it is not written to."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def without_bookkeeping(session: Session) -> Session:
    """A session without what a hook or a person wrote about it afterwards."""
    claims = session.claims
    return session._replace(
        artefacts=tuple(one for one in session.artefacts or () if one.name not in BOOKKEEPING),
        claims=claims
        and claims._replace(
            files={name: claim for name, claim in claims.files.items() if name not in BOOKKEEPING}
        ),
    )


def close(
    session: Session,
    judge: Judge,
    metadata: str | None,
    project: str,
    now_ns: int,
    ending: Ending = _NO_ENDING,
) -> Closing:
    """What to write into a session that has been read for what it says. `metadata` is the text of
    its session_metadata.json, None if it has none; `project` is the folder that holds `.claude`.

    Raises:
        MetadataError: the metadata is not a JSON object.
    """
    before = _read(metadata)
    verdict = judge.verdict(without_bookkeeping(session), now_ns, over=True)
    said = _said(session, before)
    status = said or _status(session, verdict)
    ended_ns = ending.at_ns or session.last_write_ns or session.started_ns
    ended = before.get("ended_at") if said else None
    ended = ended if isinstance(ended, str) else iso_utc(ended_ns) if ended_ns is not None else None
    message = _message(session, judge.own_files(session), status)
    after = _metadata(session, before, status, ended, project)
    if ending.conversation and not said:
        after[CONVERSATION] = ending.conversation
    text = (
        metadata if metadata is not None and after == before else json.dumps(after, indent=2) + "\n"
    )
    return Closing(
        status, message, text, _summary(session, verdict, status, message, after, project)
    )


def _read(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        values = {"path": METADATA, "detail": str(error)}
        raise MetadataError(Reason("not-json", values)) from None
    if not isinstance(made, dict):
        raise MetadataError(Reason("not-an-object", {"path": METADATA}))
    return made


def _said(session: Session, metadata: Mapping[str, Any]) -> Status | None:
    """The status that the metadata gives already, if no agent wrote anything since."""
    file, written = session.artefact(METADATA), session.last_write_ns
    if file is None or (written is not None and written > file.modified_ns + _SAME_MOMENT_NS):
        return None
    return next((status for status in STATUSES if metadata.get("status") == status), None)


def _status(session: Session, verdict: Verdict) -> Status:
    if verdict.state in ("completed", "failed"):
        return "completed" if verdict.state == "completed" else "failed"
    if not without_bookkeeping(session).artefacts:
        return "failed"
    finished = any(role(one.name) == "review" for one in session.artefacts or ())
    return "completed" if verdict.state == "unknown" and finished else "interrupted"


def _message(session: Session, own: OwnFiles, status: Status) -> str:
    if status == "completed":
        return "Session completed"
    if status == "failed":
        there = without_bookkeeping(session).artefacts
        return (
            "Session failed"
            if there
            else "Session failed or was cancelled early: nothing was written"
        )
    reached = [
        (facts.rank, facts.stage)
        for one in session.artefacts or ()
        if (facts := facts_of(one.name, own)).stage
    ]
    stage = max(reached, default=(0, "work"))[1]
    return f"Session interrupted during {stage}"


def _metadata(
    session: Session, before: Mapping[str, Any], status: Status, ended: str | None, project: str
) -> dict[str, Any]:
    """The metadata with what it lacks; keys that are there already keep their place and, but for
    two, their value."""
    fresh: dict[str, Any] = {"session_id": decoded(session.id)}
    if session.started_ns is not None:
        fresh["created_at"] = iso_utc(session.started_ns)
    fresh["command"] = decoded(session.command)
    fresh["status"] = status
    fresh["working_directory"] = decoded(project)
    fresh["ended_at"] = ended
    return {**fresh, **before, "status": status, "ended_at": ended} if before else fresh


def _summary(
    session: Session,
    verdict: Verdict,
    status: Status,
    message: str,
    metadata: Mapping[str, Any],
    project: str,
) -> str:
    files = without_bookkeeping(session).artefacts or ()
    folder = decoded(f"{project}/.claude/sessions/{session.folder}" if project else session.path)
    lines = [
        "# Session summary", "",
        f"- Session: {_code(decoded(session.id))}",
        f"- Status: {status}",
        f"- Message: {message}",
        f"- Started: {metadata.get('created_at') or 'not known'}",
        f"- Ended: {metadata.get('ended_at') or 'not known'}",
        f"- Directory: {_code(folder)}",
        "", "## Artefacts", "",
        *(_artefact_line(one) for one in files),
    ]  # fmt: skip
    if not files:
        lines.append("None.")
    if verdict.steps:
        lines += ["", "## Phases", "", "| phase | file | outcome | time |", "|---|---|---|---|"]
        lines += [_phase_line(view) for view in verdict.steps]
    lines += ["", "## What happened", "", *_happened(verdict, message)]
    if verdict.warnings:
        lines += ["", "## Warnings", ""]
        for one in verdict.warnings:
            place = f", line {one.line}" if one.line else ""
            lines.append(f"- {_code(decoded(one.file))}{place}: {one_line(one.fact)}")
    lines += [
        "",
        "## Next steps",
        "",
        *_next_steps(session, status, str(metadata.get(CONVERSATION) or "")),
    ]
    return "\n".join(lines) + "\n"


def _artefact_line(artefact: Artefact) -> str:
    return (
        f"- {_code(decoded(artefact.name))}: {short_size(artefact.size)}, written "
        f"{iso_utc(artefact.modified_ns)}"
    )


def _phase_line(view: StepView) -> str:
    step = view.step
    if not isinstance(step, Phase):
        return f"| your answer ({step.kind}) | | {_outcome(view)} | {_took(view)} |"
    name = view.artefact.name if view.artefact else step.artefact
    return f"| {one_line(step.agent)} | {_cell(decoded(name))} | {_outcome(view)} | {_took(view)} |"


def _outcome(view: StepView) -> str:
    """How a step ended, now that the session has."""
    words = {
        "active": "not finished",
        "due": "never came",
        "gate": "not answered",
        "later": "not begun",
    }
    return words.get(view.state, view.state)


def _took(view: StepView) -> str:
    if view.state == "done" and view.began_ns is not None and view.ended_ns is not None:
        return duration(view.ended_ns - view.began_ns)
    return ""


def _happened(verdict: Verdict, message: str) -> list[str]:
    phases = [
        view for view in verdict.steps if isinstance(view.step, Phase) and not view.step.outside
    ]
    lines = [f"{message}."]
    if phases:
        done = [view for view in phases if view.state == "done"]
        lines.append(
            f"{len(done)} of {len(phases)} phases of {one_line(verdict.workflow)} were done."
        )
    stopped = next(
        (view for view in verdict.steps if view.state in ("active", "due", "gate")), None
    )
    if stopped is not None and isinstance(stopped.step, Gate):
        lines.append(f"It waited for your answer ({stopped.step.kind}).")
    elif stopped is not None and isinstance(stopped.step, Phase) and not stopped.step.outside:
        name = stopped.artefact.name if stopped.artefact else stopped.step.artefact
        word = "had not finished" if stopped.artefact else "had yet to write"
        lines.append(f"{one_line(stopped.step.agent)} {word} {_code(decoded(name))}.")
    return lines


def _next_steps(session: Session, status: Status, conversation: str) -> list[str]:
    newest = without_bookkeeping(session).newest()
    if status == "completed":
        name = newest.name if newest else ""
        return [f"Nothing to do{'; the outcome is in ' + _code(decoded(name)) if name else ''}."]
    steps = []
    if _CONVERSATION.match(conversation):
        steps.append(f"To go back to the conversation: `claude --resume {conversation}`.")
    if newest is None:
        return [*steps, "Start it anew, or move it to the trash."]
    folder = _code(f".claude/sessions/{decoded(session.folder)}")
    return [
        *steps,
        f"To resume, tell Claude Code to go on in {folder} from {_code(decoded(newest.name))}.",
        "`exito-tui rm` moves it to the trash.",
    ]


def _code(text: str) -> str:
    """Text of an agent as code: one line, and nothing in it ends the code."""
    return f"`{one_line(text).replace('`', chr(39))}`"


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
