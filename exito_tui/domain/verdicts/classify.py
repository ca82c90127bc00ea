"""Judging one session. Pure: the clock is a parameter.

The order of the questions is the order of their strength: what is complete stays complete; what
says that it failed has failed; what asks the user waits; only then does time decide.
"""

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.layouts import Outcome
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import local_time
from exito_tui.domain.verdicts.case import Case, Expecting
from exito_tui.domain.verdicts.claims import Status
from exito_tui.domain.verdicts.records.rules import after_files, by_records
from exito_tui.domain.verdicts.records.several import of_several
from exito_tui.domain.verdicts.records.words import where
from exito_tui.domain.verdicts.steps import outcome_of
from exito_tui.domain.verdicts.turn import in_turn
from exito_tui.domain.verdicts.verdict import DEFAULT_TIME_RULES, Evidence, TimeRules, Verdict
from exito_tui.domain.verdicts.without_workflow import without_workflow
from exito_tui.domain.workflows.file_roles import Role
from exito_tui.domain.workflows.model import Gate, Phase, Workflow


def classify(
    session: Session,
    workflow: Workflow | None,
    expecting: Expecting,
    now_ns: int,
    rules: TimeRules = DEFAULT_TIME_RULES,
    outcome: Outcome = "",
    known: Known | None = None,
) -> Verdict:
    """Judge a session whose files have been read: the first answer that holds. `expecting` tells
    how long each phase may take, `outcome` what the session's name or shelf says of how it
    ended, `known` what Claude Code's records tell of it at that moment."""

    def judged(known: Known | None) -> Verdict:
        return _judged(Case(session, workflow, expecting, now_ns, rules, outcome, known))

    return of_several(known, judged) if known and known.others else judged(known)


def _judged(case: Case) -> Verdict:
    """As `classify`, by one conversation."""
    if case.session.form == "run":
        return by_records(case) or after_files(case) or _without_folder(case)
    if case.session.problem:
        return _unreadable(case)
    if not case.workflow:
        return (
            _completed_by_metadata(case)
            or by_records(case)
            or _ended(case)
            or without_workflow(case)
        )
    return (
        _completed_by_metadata(case)
        or _completed(case)
        or by_records(case)
        or _ended(case)
        or _asks(case)
        or _at_gate(case)
        or after_files(case)
        or in_turn(case)
    )


# ── what is over ──────────────────────────────────────────────────────────────────────────────────


def _completed_by_metadata(case: Case) -> Verdict | None:
    claim = case.claims.says("metadata", "completed")
    if not claim:
        return None
    case.metadata_says(claim, "completed")
    return case.answer(
        "completed",
        case.said_ns(claim),
        f"{decoded(claim.artefact.name)} says completed.",
        "Done. Nothing to do.",
        "certain",
        "done",
    )


def _completed(case: Case) -> Verdict | None:
    required = [view for view in case.steps if isinstance(view.step, Phase) and view.step.required]
    if not all(view.state == "done" and view.artefact for view in required):
        return None
    last = outcome_of(case.steps, is_copy=case.is_copy)
    if last is None:
        return None
    name = decoded(last.name)
    done_ns = case.began_ns if case.is_copy else last.modified_ns
    written = local_time(last.modified_ns)[:16]
    if len(required) == 1:
        reason = f"{name} is there, {'in a copy' if case.is_copy else f'written {written}'}."
    elif case.is_copy:
        reason = f"All {len(required)} files are there, in a copy."
    else:
        reason = f"All {len(required)} files are there; the last, {name}, was written {written}."
    return case.answer(
        "completed",
        done_ns,
        reason,
        f"Done. Read {name}.",
        "certain" if case.session.shape in ("canonical", "flat") else "likely",
        case.outcome_in_short(),
    )


def _ended(case: Case) -> Verdict | None:
    """Failed or interrupted, by what the metadata or the log says, if nothing was written
    since."""
    failed = case.claims.says("log", "failed")
    if failed and case.is_last_word(failed):
        message = f": {failed.message}" if failed.message else ""
        name = decoded(failed.artefact.name)
        case.evidence.append(
            Evidence("agent_log", f"ERROR by {failed.agent}{message}", name, failed.line)
        )
        return case.answer(
            "failed",
            case.said_ns(failed),
            f"{failed.agent} failed{message} ({name}, line {failed.line}).",
            f"Read {name} from line {failed.line}, then tell Claude Code to run {failed.agent} "
            "again.",
            "certain",
            f"{failed.agent} failed{message}",
        )
    for state in ("failed", "interrupted"):
        claim = case.claims.says("metadata", state)
        if claim and case.is_last_word(claim, "log"):
            case.metadata_says(claim, state)
            return case.answer(
                "failed" if state == "failed" else "interrupted",
                case.said_ns(claim),
                f"{decoded(claim.artefact.name)} says {state}.",
                case.say.resume(),
                "certain",
                state,
            )
    return None


# ── what waits for the user ───────────────────────────────────────────────────────────────────────


def _asks(case: Case) -> Verdict | None:
    questions: tuple[tuple[Role, Status, str], ...] = (
        ("validation", "needs_info", "NEEDS_INFO"), ("progress", "blocked", "Blocked"),
    )  # fmt: skip
    for asking, status, word in questions:
        claim = case.claims.says(asking, status)
        if not claim or not case.is_last_word(claim, "log"):
            continue
        name = decoded(claim.artefact.name)
        case.evidence.append(Evidence("artefact", f"says {word}", name, claim.line))
        step = f" at step {claim.done + 1} of {claim.total}" if claim.total > claim.done else ""
        at = case.phase_of(claim.artefact.name)
        who = at.agent if at else name
        since_ns, place = case.said_ns(claim), f"({name}, line {claim.line})"
        length = case.say.length(since_ns)
        if status == "needs_info":
            waits = f"waits for answers from you, in {case.of_a_copy()}"
            if not case.is_copy:
                waits = f"has waited {length} for answers from you"
            reason, asks = f"{who} {waits} {place}.", "needs answers"
        else:
            lasts = f", in {case.of_a_copy()}" if case.is_copy else f" for {length}"
            reason, asks = f"Blocked{step}{lasts}: {who} asks you {place}.", f"blocked{step}"
        return case.answer(
            "waiting",
            since_ns,
            reason,
            f"Read {name} from line {claim.line}, then answer in Claude Code{_where(case)}.",
            "likely" if case.is_copy else "certain",
            asks,
            gate="answer",
            phase=at,
        )
    return None


def _at_gate(case: Case) -> Verdict | None:
    place = next((at for at, view in enumerate(case.steps) if view.state == "gate"), None)
    if place is None:
        return None
    gate = case.steps[place].step
    assert isinstance(gate, Gate)
    before = next((view.artefact for view in reversed(case.steps[:place]) if view.artefact), None)
    done_ns = before.modified_ns if before and not case.is_copy else case.began_ns
    name = decoded(before.name) if before else ""
    approve = gate.kind == "approve"
    answer = f"your {'approval' if approve else 'choice'}"
    waits = f"{name} has waited {case.say.length(done_ns)} for {answer}" if name else (
        f"Everything waits for {answer}")  # fmt: skip
    if case.is_copy:
        waits = f"{name or 'It'} waits for {answer}, in {case.of_a_copy()}"
    old = done_ns is not None and case.now_ns - done_ns > case.rules.interrupted_ns
    forgotten = " If it no longer matters, move it to the trash." if old else ""
    following = next(
        (view.step for view in case.steps[place:] if isinstance(view.step, Phase)), None
    )
    return case.answer(
        "waiting", done_ns,
        f"{waits}.",
        (f'Say "proceed" in Claude Code{_where(case)}, or what to change.' if approve else
         f"Name the option you want in Claude Code{_where(case)}, or ask for another.") + forgotten,
        "certain" if _is_idle(case) else "guess" if old else "likely",
        (f"approve {name}" if approve else f"choose from {name}") if name else answer,
        gate=gate.kind, phase=case.phase_at(following) if following else None,
    )  # fmt: skip


def _where(case: Case) -> str:
    """Where the conversation is, or how to carry it on, as far as that is known."""
    known = case.known
    if known is None or not known.is_current:
        return ""
    if known.is_gone:
        return f" (carry it on with `{known.resume}`)"
    return where(known) if known.is_alive else ""


def _is_idle(case: Case) -> bool:
    """Whether the records show that the conversation is at its prompt."""
    known = case.known
    return bool(known and known.is_alive and known.is_current and known.is_settled)


# ── what cannot be judged ─────────────────────────────────────────────────────────────────────────


def _without_folder(case: Case) -> Verdict:
    return case.answer(
        "running",
        case.session.started_ns,
        "Claude Code was told to start it; its folder is not there yet.",
        "Look at Claude Code.",
        "guess",
        "no folder yet",
    )


def _unreadable(case: Case) -> Verdict:
    problem = case.session.problem
    if case.session.form == "link":
        return case.answer(
            "unknown",
            None,
            f"It is {problem}: a link in a clone may lead anywhere.",
            "To see what is there, open that folder: `exito-tui --root FOLDER`.",
            "certain",
            problem,
        )
    return case.answer(
        "unknown",
        None,
        f"This folder cannot be read: {problem}.",
        "Make it readable (chmod u+rx); it is tried again every few seconds.",
        "certain",
        f"cannot be read: {problem}",
    )
