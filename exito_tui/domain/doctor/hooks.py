"""Runs that went wrong in a way that a part of our plugin for Claude Code mends, and what keeps it
from that. Only where Claude Code's records tell of the run."""

from collections.abc import Iterator, Sequence

from exito_tui.domain.doctor.finding import Finding
from exito_tui.domain.hook_setup import HINDERING, HookSetup
from exito_tui.domain.records.conversation import Agent, Call, Known
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.phrases import owed_name
from exito_tui.domain.verdicts.records.asking import asks_permission
from exito_tui.domain.verdicts.records.owed import empty_handed
from exito_tui.domain.workflows.model import Phase

_WRITING = ("Write", "Edit")


def hook_findings(session: Session, judge: Judge, setup: HookSetup, now_ns: int) -> list[Finding]:
    """What went wrong in a session that a part which is off would have mended, one finding for each
    part."""
    known = judge.known(session, now_ns)
    if known is None:
        return []
    checks = {"begin": _begin, "brief": _brief, "save": _save}
    found = [*_permission(session, known, setup), *_shared(session, known, setup)]
    for part, check in checks.items():
        if part not in setup.on:
            line = f"For the next run: {setup.line_with(part)}"
            found += check(session, judge, known, line, now_ns)
    return found


def without_told(found: Sequence[Finding], told: Sequence[Finding]) -> list[Finding]:
    """The findings without those that say less of what is `told` for certain: that a file's header
    names another session, where two conversations share the folder."""
    shared = {one.place for one in told if one.code == "shared-folder"}
    return [
        one
        for one in found
        if one.code != "shared-folder" or not {one.place, one.place.rpartition("/")[0]} & shared
    ]


def _begin(
    session: Session, judge: Judge, known: Known, line: str, now_ns: int
) -> Iterator[Finding]:
    if session.form == "run" and (known.agents or known.conversation.turn.over):
        yield Finding(
            "run-without-folder",
            session.key,
            "the run goes on without a folder of its own",
            "The command's lines that should make it are not run by Claude Code.",
            f"{line} (the folder is there before the model's first word)",
        )


def _shared(session: Session, known: Known, setup: HookSetup) -> Iterator[Finding]:
    if known.others:
        line = setup.line_with("begin")
        yield Finding(
            "shared-folder",
            session.key,
            f"{pluralize(len(known.every), 'conversation')} of Claude Code work in this "
            "folder and overwrite each other",
            "Both runs were given the same id, which is unique to the second only.",
            "End one of them and start it anew: it gets a folder that nobody else can have."
            if "begin" in setup.on
            else f"For the next run: {line} (each run gets a folder that nobody else can have)",
        )


def _brief(
    session: Session, judge: Judge, known: Known, line: str, now_ns: int
) -> Iterator[Finding]:
    workflow = judge.workflow_of(session)
    if session.form == "run" or workflow is None:
        return
    wanted = {phase.agent for phase in workflow.phases if not phase.outside}
    lost = [
        one_line(agent.name)
        for agent in known.agents
        if agent.type in wanted and not {session.key, session.id} & agent.places
    ]
    if lost:
        names = " and ".join(dict.fromkeys(lost))
        yield Finding(
            "task-without-folder",
            session.key,
            f"the task of {names} did not say where to write",
            "The model left out the Directory: line, or names a folder that is not there.",
            f"{line} (each task gets its lines)",
        )


def _save(
    session: Session, judge: Judge, known: Known, line: str, now_ns: int
) -> Iterator[Finding]:
    steps = judge.verdict(session, now_ns).steps
    for one in empty_handed(steps, known, session.folder):
        if (
            one.can_be_recovered
            and isinstance(one.view.step, Phase)
            and not _was_refused(one.agent, one.view.step)
        ):
            yield Finding(
                "report-in-answer",
                session.key,
                f"{one_line(one.agent.name)} came back without "
                f"{owed_name(session, one.view.step)}: {one.why}",
                "Claude Code tells agents to answer in text, and some have no tool to write with.",
                f"Save it now: exito-tui recover {one_line(decoded(session.id))}. {line}",
            )
            return


def _was_refused(agent: Agent, step: Phase) -> bool:
    """Whether anybody said no to a write of an agent, be it by a shell's command, or a file that it
    wrote is gone: nothing is saved then."""
    return bool(agent.wrote) or any(
        one.cause in ("you", "rule")
        and (one.call.tool in _WRITING or any(name in one.call.target for name in step.leaves))
        for one in agent.failures
    )


def _permission(session: Session, known: Known, setup: HookSetup) -> Iterator[Finding]:
    """A question about a write into the session's folder, or a refusal; where the part is on, only
    what a mode that hinders did."""
    mode = known.conversation.mode or setup.mode
    hinders = HINDERING.get(mode, "")
    fact = _asked(session, known) or _refused(session, known)
    if not fact or ("permission" in setup.on and not hinders):
        return
    cause = "Claude Code asks before each write below .claude, whatever its rules allow."
    remedies = []
    if hinders:
        cause = f"{hinders[:1].upper()}{hinders[1:]}, and the permission part is not asked."
        remedies = ["Start Claude Code in acceptEdits or manual mode (shift+tab)."]
    if "permission" not in setup.on:
        remedies += [f"To be asked no more: {setup.line_with('permission')}"]
    yield Finding("write-asked", session.key, fact, cause, " ".join(remedies))


def _asked(session: Session, known: Known) -> str:
    if not known.is_current or not asks_permission(known):
        return ""
    for agent in (*known.agents, known.conversation.lead):
        for call in agent.open_calls:
            if _is_own_write(session, call):
                return f"{_who(agent)} waits for your yes to write {_name(call)}"
    return ""


def _refused(session: Session, known: Known) -> str:
    """What a rule refused; what the user refused is no fault."""
    for agent in (*known.agents, known.conversation.lead):
        for one in agent.failures:
            if one.cause == "rule" and _is_own_write(session, one.call):
                return f"{_who(agent)} was refused to write {_name(one.call)}"
    return ""


def _is_own_write(session: Session, call: Call) -> bool:
    place = f"/.claude/sessions/{session.key}/"
    return call.tool in _WRITING and place in f"/{call.target}"


def _who(agent: Agent) -> str:
    return "Claude Code" if agent.type == "lead" else one_line(agent.name)


def _name(call: Call) -> str:
    return one_line(call.target.rpartition("/")[2])
