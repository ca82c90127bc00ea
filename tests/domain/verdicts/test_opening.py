"""Which file of a session opens first, and where."""

import pytest

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.opening import Opening, opening_of
from exito_tui.domain.verdicts.verdict import Evidence
from tests.domain.verdicts.test_classify import judged, made

BLOCKED = {"progress.md": "# P\n\nStatus: Blocked\n"}
ERROR = {".agent_log": "2025-11-06T19:10:00Z | ERROR | architect | no plan\n"}
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
