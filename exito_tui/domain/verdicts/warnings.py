"""What does not add up in a session, beside its state: each with the file and the line that shows
it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from exito_tui.domain.sessions.foreign_files import conflict_of
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.phrases import owed_name
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.model import Phase

Code = Literal[
    "tests-failed",
    "unticked-steps",
    "low-score",
    "not-approved",
    "phase-missing",
    "stale-context",
    "conflict-copy",
    "shared-folder",
    "agent-without-file",
    "records-disagree",
]
LOWEST_SCORE = 5.0


class Warned(NamedTuple):
    """One warning; `line` counts from 1, 0 for none."""

    code: Code
    file: str
    line: int
    fact: str


def warnings_of(session: Session, claims: Claims, steps: Sequence[StepView]) -> list[Warned]:
    """The warnings of a session, the most pressing first."""
    found: list[Warned] = []
    finished = claims.says("progress", "completed")
    if tests := claims.says("tests", "fail"):
        tail = f", though {decoded(finished.artefact.name)} says complete" if finished else ""
        found.append(
            Warned(
                "tests-failed", tests.artefact.name, tests.line, f"the test report says FAIL{tail}"
            )
        )
    if review := claims.says("review", "rejected"):
        found.append(
            Warned("not-approved", review.artefact.name, review.line, "the review does not approve")
        )
    for name, claim in sorted(claims.files.items()):
        if claim.score is not None and claim.score < LOWEST_SCORE:
            what = f" for {claim.score_of}" if claim.score_of else ""
            found.append(
                Warned("low-score", name, claim.score_line, f"{claim.score:g} of 10{what}")
            )
    if finished and finished.done < finished.total:
        left = finished.total - finished.done
        fact = (
            f"{left} of {finished.total} steps are not ticked, though it says complete: "
            f"{finished.next}"
        )
        found.append(Warned("unticked-steps", finished.artefact.name, finished.next_line, fact))
    found += _missing(session, steps)
    found += _conflicts(session)
    if claims.copied:
        fact = f"the same text as in {decoded(claims.copied)}: a stale copy?"
        name = claims.compared.name if claims.compared else ""
        found.append(Warned("stale-context", name, 1, fact))
    return found


def _missing(session: Session, steps: Sequence[StepView]) -> list[Warned]:
    """Phases that later ones went on without."""
    there = [at for at, view in enumerate(steps) if view.artefact]
    found = []
    for at, view in enumerate(steps[: there[-1]] if there else ()):
        if view.artefact or not isinstance(view.step, Phase) or not view.step.required:
            continue
        later = next(
            (steps[place] for place in there if place > at and not _beside(steps[place], view)),
            None,
        )
        if later and later.artefact:
            name = decoded(later.artefact.name)
            fact = f"{name} is there without {owed_name(session, view.step)}"
            found.append(Warned("phase-missing", later.artefact.name, 0, fact))
    return found


def _conflicts(session: Session) -> list[Warned]:
    """Conflict copies that a sync tool made of files that are there."""
    names = {artefact.name for artefact in session.artefacts or ()}
    return [
        Warned("conflict-copy", name, 0, f"a sync tool's conflict copy of {decoded(original)}")
        for name in sorted(names)
        if (original := conflict_of(name)) in names
    ]


def _beside(view: StepView, other: StepView) -> bool:
    """Whether two steps are phases of one parallel group."""
    group = view.step.group if isinstance(view.step, Phase) else 0
    return bool(group) and isinstance(other.step, Phase) and other.step.group == group
