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
    if case.is_copy:
        return _stopped(case, phase, view, expected, case.began_ns)
    if last_ns is None or last_ns > case.now_ns + CLOCK_SLACK_NS:
        return _timeless(case, phase, view, expected, last_ns)
    quiet_ns = max(0, case.now_ns - last_ns)
    who = _who(case, phase)
    case.clock_says(last_ns, quiet_ns, expected)
    if quiet_ns > case.rules.interrupted_ns:
        return _stopped(case, phase, view, expected, last_ns)
    if quiet_ns > expected.seconds * SECOND_NS:
        within = duration(int(expected.seconds * SECOND_NS))
        return case.answer(
            "stuck",
            last_ns + int(expected.seconds * SECOND_NS),
            f"{who} {'has' if who == phase.agent else 'have'} written nothing for "
            f"{duration(quiet_ns)} (usually up to {within}); {owed}.",
            f"Look at Claude Code: it may ask for permission. {case.say.again(view)}",
            "guess" if expected.source == "default" else "likely",
            f"{who} quiet, {case.say.file_name(view) if who == phase.agent else 'reports'} due",
            phase=case.phase_at(phase),
            expected=expected,
        )
    return _running(case, phase, view, quiet_ns, expected)


def _stopped(
    case: Case, phase: Phase, view: StepView, expected: Expectation, last_ns: int | None
) -> Verdict:
    who, owed = _who(case, phase), case.say.owed(view)
    if case.is_copy:
        reason = f"Stopped at {who}: {owed} ({case.of_a_copy()})."
    else:
        quiet = case.say.length(last_ns)
        reason = f"Stopped at {who}: nothing written for {quiet}, and {owed}."
    return case.answer(
        "interrupted",
        last_ns,
        reason,
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
        at = f", now at {step}" if step and step != name else ""
        reason = f"{phase.agent} is writing {name}{at} (last write {ago})."
        now = f"{phase.agent}: {step}" if step else f"{phase.agent} writes {name}"
    elif part := case.say.part_in(phase):
        reason = f"{phase.agent} has written {part}."
        now = f"{phase.agent}: {part.partition(';')[0]}"
    else:
        who = _who(case, phase)
        several = who != phase.agent
        what = "their reports" if several else case.say.file_name(view)
        near = case.say.instead(view)
        reason = (
            f"{who} {'are' if several else 'is'} working on {what}, {_of_usual(quiet_ns, within)}"
            f"{'; ' + near if near else ''}."
        )
        now = f"{who}: {what.removeprefix('their ')} next"
    return case.answer(
        "running",
        view.began_ns if view.began_ns is not None else case.now_ns - quiet_ns,
        reason,
        f"Nothing to do: {_who_writes(case, phase, view)}.",
        "certain" if quiet_ns < case.rules.writing_ns else "likely",
        now,
        phase=case.phase_at(phase),
        expected=expected,
    )


def _who_writes(case: Case, phase: Phase, view: StepView) -> str:
    who = _who(case, phase)
    if who != phase.agent:
        return f"{who} are writing their reports"
    return f"{who} is writing {case.say.file_name(view)}"


def _of_usual(length_ns: int, within: str) -> str:
    """How long a turn has lasted, of how long it usually does: `14 min (usually up to 25)`."""
    lasted = duration(length_ns)
    same_unit = lasted.partition(" ")[2] == within.partition(" ")[2]
    return f"{lasted} (usually up to {within.partition(' ')[0] if same_unit else within})"


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
    fact = "no time is known"
    if last_ns is not None:
        fact = f"{what} is in the future: {local_time(last_ns)}"
    case.evidence.append(Evidence("clock", fact))
    return case.answer(
        "running",
        last_ns,
        f"{phase.agent} is next, for an unknown time: {fact}.",
        f"Look at Claude Code: {case.say.file_name(view)} should come next.",
        "guess",
        f"{phase.agent} next, {fact.partition(':')[0]}",
        phase=case.phase_at(phase),
        expected=expected,
    )
