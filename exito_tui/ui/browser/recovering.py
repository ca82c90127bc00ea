"""Saving what agents returned as text as the files that they owe, once the user agrees."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from exito_tui.claude.reports import FoundReports, find_reports
from exito_tui.domain.records.reports import Report, preview
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import pluralize
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.store.operations.recover import save_reports
from exito_tui.ui.browser.execution import Executor
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.dialogs.confirm import Answer, Question

if TYPE_CHECKING:
    from exito_tui.domain.records.conversation import Known

_SHOWN = 12
"""How many lines of a report are shown before it is saved."""


async def save_reports_of(
    sessions: Sequence[Session],
    fleet: Fleet,
    executor: Executor,
    ask: Callable[[Question], Awaitable[Answer | None]],
) -> None:
    """Save what agents of sessions returned as text, once the user agrees."""
    for session in sessions:
        if (verdict := fleet.verdicts.of(session)) is None:
            executor.say("Its files are still being read; one moment.")
        else:
            await _save(session, verdict.steps, fleet.known_of(session), executor, ask)


async def _save(
    session: Session,
    steps: Sequence[StepView],
    known: "Known | None",
    executor: Executor,
    ask: Callable[[Question], Awaitable[Answer | None]],
) -> None:
    found = await executor.attempt(lambda _: find_reports(session, steps, known), session.root)
    if found and await ask(recover_question(session, found)) and found.reports:
        outcome = await executor.attempt(
            lambda _: save_reports(session, found.reports), session.root
        )
        if outcome:
            executor.tell(session.root, outcome, "saved", counts="file")


def recover_question(session: Session, found: FoundReports) -> Question:
    """Whether reports shall be saved as files: each with where it comes from and how it begins."""
    rows = [row for report in found.reports for row in _rows(report)]
    left = [(name or decoded(session.key), why) for name, why in found.left]
    count = len(found.reports)
    return Question(
        f"Save {_names(found.reports)}?" if count else "Nothing to recover",
        f"From Claude Code's records into {decoded(session.key)}. Nothing is overwritten; "
        f"u takes {'it' if count == 1 else 'them'} back."
        if count
        else "Nothing that an agent returned as text, or was refused to write, was found.",
        rows,
        left,
        f"save {pluralize(count, 'file')}",
    )


def _names(reports: Sequence[Report]) -> str:
    return " and ".join(report.name for report in reports)


def _rows(report: Report) -> list[tuple[str, str, str]]:
    lines = [f"{report.name}  {report.about}", *(f"  {line}" for line in preview(report, _SHOWN))]
    return [(line, "", "") for line in (*lines, "")]
