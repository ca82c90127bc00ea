"""What time decides: whether the agent in turn is at work, stuck, or interrupted."""

from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, duration, local_time
from exito_tui.domain.verdicts.case import Case
from exito_tui.domain.verdicts.expectation import Expectation
from exito_tui.domain.verdicts.steps import CLOCK_SLACK_NS, StepView
from exito_tui.domain.verdicts.verdict import Evidence, Verdict
from exito_tui.domain.workflows.model import Phase


def in_turn(case: Case) -> Verdict:
    """The verdict on a session in which nothing but an agent's file is awaited."""
    view = next((view for view in case.steps if view.state == "active"), None)
    view = view or next(view for view in case.steps if view.state == "due")
    phase = view.step
    assert isinstance(phase, Phase)
    owed = case.say.owed(view)
    expected = case.expecting(phase)
    last_ns = case.written_ns if case.written_ns is not None else case.session.started_ns
    if last_ns is None and case.is_copy:
        why = "Its files have the time of a copy, and when it began is not known"
        return _stopped(case, phase, view, expected, None, why)
    if last_ns is None or last_ns > case.now_ns + CLOCK_SLACK_NS:
        return _timeless(case, phase, view, expected, last_ns)
    quiet_ns = max(0, case.now_ns - last_ns)
    who = _who(case, phase)
    case.clock_says(last_ns, quiet_ns, expected)
    if quiet_ns > case.rules.interrupted_ns or case.is_copy:
        why = (
            f"Its files bear the time of a copy, and it began {case.say.ago(last_ns)}"
            if case.is_copy
            else f"Nothing was written for {duration(quiet_ns)}"
        )
        return _stopped(case, phase, view, expected, last_ns, why)
    if quiet_ns > expected.seconds * SECOND_NS:
        within = duration(int(expected.seconds * SECOND_NS))
        return case.answer(
            "stuck",
            last_ns + int(expected.seconds * SECOND_NS),
            f"{who} {'has' if who == phase.agent else 'have'} been quiet for "
            f"{duration(quiet_ns)}, longer than the "
            f"{within} expected; {owed}.",
            f"Look at Claude Code: a permission prompt may wait there. {case.say.again(view)}",
            "guess" if expected.source == "default" else "likely",
            f"{who} quiet, {case.say.file_name(view) if who == phase.agent else 'reports'} due",
            phase=case.phase_at(phase),
            expected=expected,
        )
    return _running(case, phase, view, quiet_ns, expected)


def _stopped(
    case: Case, phase: Phase, view: StepView, expected: Expectation, last_ns: int | None, why: str
) -> Verdict:
    return case.answer(
        "interrupted",
        last_ns,
        f"{why}, in the turn of {_who(case, phase)}: {case.say.owed(view)}.",
        case.say.resume(),
        "likely",
        f"stopped before {case.say.file_name(view)}" if not view.artefact else "stopped",
        phase=case.phase_at(phase),
        expected=expected,
    )


def _running(
    case: Case, phase: Phase, view: StepView, quiet_ns: int, expected: Expectation
) -> Verdict:
    ago = case.say.ago(case.now_ns - quiet_ns)
    within = duration(int(expected.seconds * SECOND_NS))
    step = case.say.step_in(view)
    if view.artefact:
        name = decoded(view.artefact.name)
        reason = f"{phase.agent} is at work{': ' + step if step else ''}; {name} was written {ago}."
        now = f"{phase.agent}, {step}" if step else f"{phase.agent} writes {name}"
    elif part := case.say.part_in(phase):
        reason, now = f"{phase.agent} is at work: {part}.", f"{phase.agent}, {part}"
    else:
        who = _who(case, phase)
        several = who != phase.agent
        what = "their reports" if several else case.say.file_name(view)
        near = case.say.instead(view)
        reason = (
            f"{who} {'are' if several else 'is'} working on {what}, {duration(quiet_ns)} so far "
            f"(usually up to {within}){'; ' + near if near else ''}."
        )
        now = f"{who}: {what.removeprefix('their ')} next"
    return case.answer(
        "running",
        view.began_ns if view.began_ns is not None else case.now_ns - quiet_ns,
        reason,
        f"Nothing to do: {phase.agent} is writing {case.say.file_name(view)}.",
        "certain" if quiet_ns < case.rules.writing_ns else "likely",
        now,
        phase=case.phase_at(phase),
        expected=expected,
    )


def _who(case: Case, phase: Phase) -> str:
    """The agent in turn, or how many of them when they work side by side."""
    due = sum(view.state == "due" for view in case.steps)
    return f"{due} agents" if phase.group and due > 1 else phase.agent


def _timeless(
    case: Case, phase: Phase, view: StepView, expected: Expectation, last_ns: int | None
) -> Verdict:
    """The clock tells nothing: no time, or one in the future. That never makes a session
    stuck."""
    what = "the last write" if case.written_ns is not None else "its start"
    fact = "no time is known" if last_ns is None else f"{what} lies ahead: {local_time(last_ns)}"
    case.evidence.append(Evidence("clock", fact))
    return case.answer(
        "running",
        last_ns,
        f"It is the turn of {phase.agent}; how long it has been quiet cannot be told: {fact}.",
        f"Look at Claude Code; {case.say.file_name(view)} comes next.",
        "guess",
        f"{phase.agent}'s turn, {fact}",
        phase=case.phase_at(phase),
        expected=expected,
    )
