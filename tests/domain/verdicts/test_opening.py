"""Which file of a session opens first, and where."""

import pytest

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.opening import Opening, opening_of
from exito_tui.domain.verdicts.verdict import Evidence, Verdict
from tests.domain.verdicts.test_classify import judged, made

BLOCKED = {"progress.md": "# P\n\nStatus: Blocked\n"}
ERROR = {".agent_log": "2025-11-06T19:10:00Z | ERROR | architect | no plan\n"}
STOPPED = {"session_metadata.json": '{\n"status": "interrupted"}'}
BROKEN = {"session_metadata.json": '{\n"status": "failed"}'}
CHOICE = {"context.md": 9, "validation-report.md": 8, "alternatives.md": 7, "feasibility.md": 5}
DONE = {
    "context.md": 190,
    "plan.md": 180,
    "progress.md": 170,
    "test_report.md": 160,
    "review.md": 150,
}

GATE = {"context.md": 190, "validation-report.md": 180, "alternatives.md": 170}


@pytest.mark.parametrize(
    ("command", "ages", "texts", "newest", "opening"),
    [
        ("build", {"context.md": 90, "plan.md": 5}, {}, "plan.md", Opening("plan.md")),
        ("build", {"context.md": 5}, {}, "context.md", Opening("context.md", at_end=True)),
        ("build", {"context.md": 200}, {}, "context.md", Opening("context.md", at_end=True)),
        ("build", {"context.md": 90, "plan.md": 80, "progress.md": 50}, BLOCKED, "progress.md", Opening("progress.md", 3)),
        ("patch", {"context.md": 90, ".agent_log": 80}, ERROR, ".agent_log", Opening(".agent_log", 1)),
        ("build", DONE, {}, "review.md", Opening("review.md")),
        ("workflow", {**GATE, **DONE}, {}, "review.md", Opening("review.md")),
        ("workflow", GATE, {}, "alternatives.md", Opening("alternatives.md")),
        ("workflow", {**GATE, "plan.md": 5}, {}, "plan.md", Opening("plan.md")),
        ("build", {**DONE, "test_report.md": 100}, {}, "x.md", Opening("test_report.md")),
        ("craft", CHOICE, {}, "feasibility.md", Opening("feasibility.md")),
        ("build", {"context.md": 3000, "plan.md": 2900, "progress.md": 2800}, {}, "progress.md", Opening("progress.md", at_end=True)),
        ("build", {"context.md": 3000, "session_metadata.json": 2000}, STOPPED, "context.md", Opening("context.md", at_end=True)),
        ("build", {"context.md": 3000, "session_metadata.json": 2000}, BROKEN, "context.md", Opening("session_metadata.json", 2)),
        ("validator", {"notes.md": 50}, {}, "notes.md", Opening()),
    ],
)  # fmt: skip
def test_a_session_opens_where_its_verdict_points(
    command: str, ages: dict[str, float], texts: dict[str, str], newest: str, opening: Opening
) -> None:
    assert opening_of(judged(made(command, ages, texts)), newest) == opening


def test_what_says_why_it_failed_has_a_line() -> None:
    said = Evidence("artefact", "blocked", "progress.md", 3)
    others = (Evidence("clock", "late"), Evidence("artefact", "9 B", "context.md"), said)
    failed = judged(made("build", DONE))._replace(state="failed", evidence=others)
    assert opening_of(failed, "plan.md") == Opening("progress.md", 3)
    assert opening_of(failed._replace(evidence=others[:2]), "plan.md") == Opening("plan.md")


def test_without_a_verdict_nothing_is_pointed_to() -> None:
    assert opening_of(None, "plan.md") == Opening()
    assert Judge().workflow_of(made("build", {})) is not None


def test_one_that_says_itself_that_it_has_ended_opens_with_the_file_that_says_so() -> None:
    said = Evidence("artefact", "status is completed", "summary.md", 3)
    verdict = Verdict("completed", 1, "", "", "certain", "done", evidence=(said,))
    assert opening_of(verdict, "notes.md") == Opening("summary.md")
    assert opening_of(verdict._replace(evidence=()), "notes.md") == Opening("notes.md")
