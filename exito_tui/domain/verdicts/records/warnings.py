"""What does not add up between a session's files and Claude Code's own records."""

from collections.abc import Sequence

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.claims import Claims, Status
from exito_tui.domain.verdicts.phrases import owed_name
from exito_tui.domain.verdicts.records.owed import empty_handed
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.warnings import Warned
from exito_tui.domain.workflows.file_roles import Role
from exito_tui.domain.workflows.model import Phase

_OVER: tuple[tuple[Role, Status, str], ...] = (
    ("metadata", "completed", "that it is completed"),
    ("metadata", "failed", "that it failed"),
    ("metadata", "interrupted", "that it was interrupted"),
    ("validation", "needs_info", "NEEDS_INFO"),
    ("progress", "blocked", "Blocked"),
    ("log", "failed", "that an agent failed"),
)


def warnings_of_records(
    session: Session,
    claims: Claims,
    steps: Sequence[StepView],
    known: Known | None,
    state: State,
) -> list[Warned]:
    """The warnings that the records give, of a session that is taken to be in a state."""
    if known is None:
        return []
    found: list[Warned] = []
    if known.others:
        count = len(known.every)
        fact = f"{count} conversations of Claude Code work in this folder and overwrite each other"
        found.append(Warned("shared-folder", "", 0, fact))
    if state != "stuck":
        for one in empty_handed(steps, known, session.folder):
            assert isinstance(one.view.step, Phase)
            name = owed_name(session, one.view.step)
            who = one_line(one.agent.name)
            fact = f"{who} came back without {name}: {one.why}"
            found.append(Warned("agent-without-file", "", 0, fact))
    agents = [one_line(agent.name) for agent in known.agents if agent.state == "running"]
    if agents and known.is_alive and state in ("running", "completed"):
        at_work = f"Claude Code says that {', '.join(dict.fromkeys(agents))} is at work"
        for role, status, says in _OVER:
            if claim := claims.says(role, status):
                fact = f"{decoded(claim.artefact.name)} says {says}; {at_work}"
                found.append(Warned("records-disagree", claim.artefact.name, claim.line, fact))
        if state == "completed" and not found:
            fact = f"every file is there; {at_work}"
            found.append(Warned("records-disagree", "", 0, fact))
    return found
