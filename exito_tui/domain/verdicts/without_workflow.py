"""Judging a session of no known workflow: by what it says of itself, and nothing beyond."""

from exito_tui.domain.sessions.foreign_files import conflict_of
from exito_tui.domain.sessions.layouts import SHELVES
from exito_tui.domain.sessions.names import POINTER
from exito_tui.domain.text import decoded
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.case import COPIED, Case
from exito_tui.domain.verdicts.claims import Claim
from exito_tui.domain.verdicts.verdict import Evidence, Verdict

_FORGOTTEN_NS = 2 * DAY_NS
"""A current session that nobody wrote for so long is perhaps current no longer."""


def without_workflow(case: Case) -> Verdict:
    """The verdict on a session that follows no workflow, by the first answer that holds."""
    return _conflict(case) or _closed(case) or _current(case) or _quiet(case)


def _conflict(case: Case) -> Verdict | None:
    original = conflict_of(case.session.id)
    if not original:
        return None
    return case.answer(
        "unknown",
        case.written_ns,
        f"A sync tool left this conflict copy of {decoded(original)}.",
        f"Compare it with {decoded(original)}, then move one of them to the trash.",
        "likely",
        "a conflict copy",
    )


def _closed(case: Case) -> Verdict | None:
    said = _account(case, "completed")
    if said:
        name = decoded(said.artefact.name)
        _note(case, said)
        why, confidence = f"{name} says: {said.message}", "certain"
        outcome = f"Read {name}"
    elif case.outcome == "completed":
        shelf = next(
            (one for one in case.session.key.split("/")[:-1] if one.lower() in SHELVES), ""
        )
        why = f"It lies in {decoded(shelf)}/" if shelf else "Its name says so"
        outcome, confidence = "Nothing to do", "likely"
    else:
        return None
    done_ns = case.began_ns if case.is_copy else case.written_ns
    return case.answer(
        "completed",
        done_ns,
        f"{why}.",
        f"Done. {outcome}.",
        "certain" if confidence == "certain" else "likely",
        "done",
    )


def _current(case: Case) -> Verdict | None:
    if not case.session.is_current or case.written_ns is None:
        return None
    case.evidence.append(Evidence("artefact", f"{POINTER} names it", POINTER))
    quiet_ns = case.now_ns - case.written_ns
    ago = case.say.ago(case.written_ns)
    if quiet_ns < case.rules.interrupted_ns:
        return case.answer(
            "running",
            case.written_ns,
            f"It is the current session, last written {ago}.",
            "Nothing to do: somebody is working on it.",
            "likely",
            "current",
        )
    old = quiet_ns > _FORGOTTEN_NS
    return case.answer(
        "unknown",
        case.written_ns,
        f"{POINTER} names it, but nothing has been written for {case.say.length(case.written_ns)}.",
        f"If it is finished, write so in it, and let {POINTER} name another one."
        if old
        else "Nothing waits for you here.",
        "likely",
        "current, but quiet",
    )


def _quiet(case: Case) -> Verdict:
    session, written = case.session, case.written_ns
    command = decoded(session.command)
    busy = written is not None and abs(case.now_ns - written) < case.rules.writing_ns
    if session.is_stray:
        why = "These files lie in the command's folder, outside any session"
    elif session.is_note:
        why = "A note, which is part of no session"
    elif session.form == "file" or session.shape in ("dated", "shelved"):
        why = "It does not say whether it is finished"
    else:
        why = f"No workflow is known for {command}"
    did = "it is being written" if busy else f"last written {case.say.ago(written)}"
    if written is None:
        did = COPIED if case.is_copy else "it has no files"
    if said := _account(case, "in_progress"):
        _note(case, said)
        why = f"{decoded(said.artefact.name)} says: {said.message}"
    tasks = next((claim for claim in case.claims.of("account") if claim.total), None)
    counted = f"{tasks.done} of {tasks.total} tasks, " if tasks else ""
    now = "copied" if case.is_copy else "no files"
    if written is not None:
        now = "being written" if busy else "quiet"
    return case.answer(
        "unknown",
        written,
        f"{why}; {did}.",
        "`exito-tui doctor` says where they belong."
        if session.is_stray
        else "Nothing waits for you here.",
        "guess",
        f"{counted}{now}",
    )


def _account(case: Case, status: str) -> Claim | None:
    return next((one for one in case.claims.of("account") if one.status == status), None)


def _note(case: Case, said: Claim) -> None:
    case.evidence.append(Evidence("artefact", said.message, said.artefact.name, said.line))
