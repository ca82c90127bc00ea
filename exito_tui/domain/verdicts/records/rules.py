"""What Claude Code's own records decide: who asks, who works, what was lost.

They are asked before the files' times are: a model that writes a long message leaves no trace on
disk for minutes, and a prompt that waits looks like an agent at work.
"""

from exito_tui.domain.records.conversation import Agent, Known
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.case import Case
from exito_tui.domain.verdicts.records.asking import Asking, asking, asks_permission
from exito_tui.domain.verdicts.records.owed import EmptyHanded, empty_handed
from exito_tui.domain.verdicts.records.words import (
    call_text,
    doing,
    go_on,
    name_of,
    short_call,
    short_doing,
    where,
)
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.verdict import Evidence, GateName, PhaseAt, Verdict
from exito_tui.domain.workflows.model import Phase

_MOST_NAMED = 3
"""So many of several calls are named in a sentence."""


def by_records(case: Case) -> Verdict | None:
    """The verdict on a session that is not completed, if the records give one."""
    known = case.known
    if known is None:
        return None
    status = known.status if known.is_current else ""
    if status == "waiting":
        return _prompted(case, known)
    agents = [agent for agent in known.agents if agent.state == "running"]
    if status == "busy" or (known.is_alive and agents):
        return _at_work(case, known, agents)
    if known.is_alive and known.is_current:
        return _at_the_prompt(case, known)
    return _gone(case, known) if known.is_gone else None


def after_files(case: Case) -> Verdict | None:
    """The verdict on a session in which no gate is due and nobody asks in a file, though nobody
    works either."""
    known = case.known
    if known is None or not known.is_current or not known.is_settled:
        return None
    if not known.is_gone and not known.is_alive:
        return None
    if found := empty_handed(case.steps, known, case.session.folder):
        due = [one for one in found if one.view.state == "due"]
        if due and (known.is_alive or not _is_long_ago(case, known)):
            return _came_back_empty(case, known, due[0])
    if known.is_gone:
        return _stopped(case, known, "Claude Code has ended", "ended before the next phase")
    view = _next(case)
    lost = [
        agent for agent in known.agents if view and _does(view, agent) and agent.state == "lost"
    ]
    what = f"{_agent_of(view)} was not started" if view else "the next phase was not started"
    if lost:
        what = f"{name_of(lost[-1])} was cut off and did not come back"
    case.evidence.append(Evidence("registry", "the process is idle"))
    return _waits(
        case,
        known,
        "prompt",
        f"Claude Code is at its prompt; {what}.",
        "Tell it to go on",
        "at its prompt",
        known.conversation.turn.since_ns,
    )


# ── somebody asks ────────────────────────────────────────────────────────────────────────────────


def _prompted(case: Case, known: Known) -> Verdict:
    process = known.process
    assert process is not None
    what = process.waiting_for or "an answer"
    case.evidence.append(Evidence("registry", f"the process waits: {one_line(what)}"))
    since_ns = process.since_ns
    if asks_permission(known):
        return _asks_permission(case, known, since_ns)
    question = known.conversation.turn.question
    if what == "input needed":
        said = f": {one_line(question)}" if question else ""
        return _waits(
            case, known, "question", f"Claude Code asks you{said}{'' if said else '.'}", "Answer",
            f"asks you{said}" if said else "asks you a question", since_ns,
        )  # fmt: skip
    return _waits(
        case, known, "dialog", f"A dialog is open in Claude Code ({one_line(what)}).", "Answer it",
        "a dialog is open", since_ns,
    )  # fmt: skip


def _asks_permission(case: Case, known: Known, since_ns: int | None) -> Verdict:
    found = asking(known)
    cwd, folder = known.conversation.cwd, decoded(case.session.folder)
    for one in found:
        what = call_text(one.call, cwd, folder)
        fact = f"{name_of(one.agent)} called {what}; there is no result yet"
        case.evidence.append(Evidence("transcript", fact))
    who, now, agent = "Claude Code", "allow a tool", None
    if len(found) == 1:
        ((agent, call),) = found
        who, now = name_of(agent), f"allow {short_call(call)}"
        asks = f"asks you to allow {call_text(call, cwd, folder)}"
    elif found:
        asks = f"asks you to allow one of {len(found)} calls: {_listed(found, cwd)}"
    else:
        needs = one_line(known.process.needs if known.process else "")
        asks = f"asks you to allow {needs}" if needs else "asks for your permission"
    names = list(dict.fromkeys(name_of(one.agent) for one in found)) or [who]
    now = f"{now}, {' or '.join(names) if len(names) < _MOST_NAMED else 'one of several'}"
    return _waits(
        case, known, "permission", f"{who} {asks}.", "Answer", now, since_ns,
        _phase_of(case, agent),
    )  # fmt: skip


def _listed(found: list[Asking], cwd: str) -> str:
    """Several calls with who made them."""
    parts = [f"{name_of(one.agent)}'s {call_text(one.call, cwd)}" for one in found[:_MOST_NAMED]]
    more = len(found) - len(parts)
    return "; ".join(parts) + (f"; and {more} more" if more else "")


# ── somebody works ───────────────────────────────────────────────────────────────────────────────


def _at_work(case: Case, known: Known, agents: list[Agent]) -> Verdict:
    turn = known.conversation.turn
    busy = max(agents, key=lambda one: one.last_ns or one.started_ns or 0, default=None)
    case.evidence.append(
        Evidence("registry", f"the process is {known.process.status}")
        if known.process
        else Evidence("transcript", "the conversation goes on")
    )
    for agent in agents:
        last = f", last {call_text(agent.last, known.conversation.cwd)}" if agent.last else ""
        case.evidence.append(Evidence("transcript", f"{name_of(agent)} is at work{last}"))
    view = next((one for one in case.steps if busy and _does(one, busy)), None) or _next(case)
    phase = view.step if view and isinstance(view.step, Phase) else None
    expected = case.expecting(phase) if phase else None
    since_ns = (busy.started_ns if busy else turn.since_ns) or case.written_ns
    names = ", ".join(dict.fromkeys(name_of(agent) for agent in agents))
    cwd = known.conversation.cwd
    does = doing(busy or known.conversation.lead, case.now_ns, cwd)
    who = names or "Claude Code"
    if turn.attempt > 1 and not agents:
        waits = f", for {duration(case.now_ns - turn.asking_ns)}" if turn.asking_ns else ""
        reason = f"Claude Code waits for the model: attempt {turn.attempt}{waits}."
        now = f"model is silent, attempt {turn.attempt}"
    else:
        verb = "are" if len(agents) > 1 else "is"
        reason = f"{who} {verb} at work{': ' + does if does else ''}."
        now = short_doing(busy or known.conversation.lead)
        now = f"{name_of(busy)}: {now}" if busy else now
    owes = view and busy and phase
    what = f": {name_of(busy)} is writing {case.say.file_name(view)}" if view and owes else ""
    return case.answer(
        "running",
        since_ns,
        reason,
        f"Nothing to do{what}.",
        "certain",
        now,
        phase=case.phase_at(phase) if phase else None,
        expected=expected,
    )


# ── nobody works ─────────────────────────────────────────────────────────────────────────────────


def _at_the_prompt(case: Case, known: Known) -> Verdict | None:
    """What an idle conversation tells, before the files are asked for a gate."""
    turn = known.conversation.turn
    if turn.error:
        case.evidence.append(Evidence("transcript", f"the last call ended: {one_line(turn.error)}"))
        return _waits(
            case, known, "prompt", f"The model did not answer: {one_line(turn.error)}.",
            "Try again", f"error: {one_line(turn.error)}", turn.since_ns,
        )  # fmt: skip
    if turn.interrupted:
        case.evidence.append(Evidence("transcript", "the last turn was interrupted by you"))
        return _waits(
            case, known, "prompt", "You interrupted Claude Code; it is at its prompt.",
            "Tell it how to go on", "interrupted, at its prompt", turn.since_ns,
        )  # fmt: skip
    return _stopped_by_user(case, known)


def _stopped_by_user(case: Case, known: Known) -> Verdict | None:
    view = _next(case)
    stopped = [one for one in known.agents if one.state == "stopped" and view and _does(view, one)]
    latest = max((one for one in known.agents), key=lambda one: one.started_ns or 0, default=None)
    if not stopped or latest is None or latest.state != "stopped":
        return None
    agent = stopped[-1]
    case.evidence.append(Evidence("transcript", f"{name_of(agent)} was stopped by you"))
    return case.answer(
        "interrupted",
        agent.ended_ns or agent.last_ns,
        f"You stopped {name_of(agent)}.",
        go_on(known, "To go on, tell Claude Code so"),
        "certain",
        f"you stopped {name_of(agent)}",
        phase=_phase_of(case, agent),
    )


def _gone(case: Case, known: Known) -> Verdict | None:
    """The process has ended: in the middle of a turn, or after it."""
    if not known.is_current:
        return None
    if stopped := _stopped_by_user(case, known):
        return stopped
    lost = [agent for agent in known.agents if agent.state == "lost"]
    conversation = known.conversation
    if lost:
        names = ", ".join(dict.fromkeys(map(name_of, lost)))
        case.evidence.append(Evidence("transcript", f"{names} did not come back"))
        why = f"Claude Code ended while {names} {'were' if len(lost) > 1 else 'was'} at work"
        return _stopped(case, known, why, f"ended with {names} at work")
    if conversation.lead.open_call or not conversation.turn.over:
        what = (
            f", at {call_text(conversation.lead.open_call, conversation.cwd)}"
            if conversation.lead.open_call
            else ""
        )
        case.evidence.append(Evidence("transcript", "its last turn has no end"))
        return _stopped(
            case, known, f"Claude Code ended in the middle of a turn{what}", "ended in mid-turn"
        )
    return None


def _stopped(case: Case, known: Known, why: str, now: str) -> Verdict:
    case.evidence.append(
        Evidence(
            "registry",
            "the process is dead" if known.process else "the process is registered no more",
        )
    )
    view = _next(case)
    phase = view.step if view and isinstance(view.step, Phase) else None
    owed = f"; {case.say.owed(view)}" if view and phase else ""
    return case.answer(
        "interrupted",
        known.conversation.lead.last_ns,
        f"{why}{owed}.",
        go_on(known, "To go on"),
        "certain",
        now,
        phase=case.phase_at(phase) if phase else None,
    )


def _came_back_empty(case: Case, known: Known, one: EmptyHanded) -> Verdict:
    who, name = name_of(one.agent), case.say.file_name(one.view)
    case.evidence.append(Evidence("transcript", f"{who} came back; {one.why}"))
    ago = f" {case.say.ago(one.agent.ended_ns)}" if one.agent.ended_ns else ""
    ask = "Or ask" if one.can_be_recovered else "Ask"
    return case.answer(
        "stuck",
        one.agent.ended_ns or one.agent.last_ns,
        f"{who} came back{ago} without {name}: {one.why}.",
        go_on(known, f"{ask} Claude Code for {name} again"),
        "certain",
        f"no {name}, {who} came back without it",
        phase=_phase_of(case, one.agent),
    )


def _is_long_ago(case: Case, known: Known) -> bool:
    last_ns = known.conversation.lead.last_ns
    return last_ns is None or case.now_ns - last_ns > case.rules.interrupted_ns


# ── words ────────────────────────────────────────────────────────────────────────────────────────


def _waits(
    case: Case,
    known: Known,
    gate: GateName,
    reason: str,
    verb: str,
    now: str,
    since_ns: int | None,
    phase: PhaseAt | None = None,
) -> Verdict:
    return case.answer(
        "waiting", since_ns, reason, f"{verb} in Claude Code{where(known)}.", "certain", now,
        gate=gate, phase=phase,
    )  # fmt: skip


def _next(case: Case) -> StepView | None:
    return next((view for view in case.steps if view.state in ("active", "due", "gate")), None)


def _agent_of(view: StepView) -> str:
    return view.step.agent if isinstance(view.step, Phase) else "the next phase"


def _does(view: StepView, agent: Agent) -> bool:
    return isinstance(view.step, Phase) and view.step.agent == agent.type


def _phase_of(case: Case, agent: Agent | None) -> PhaseAt | None:
    view = next((one for one in case.steps if agent and _does(one, agent)), None)
    return case.phase_at(view.step) if view and isinstance(view.step, Phase) else None
