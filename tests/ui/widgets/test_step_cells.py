"""The steps of a workflow: folded where there is too little room, with full names."""

import pytest

from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.ui.drawing.glyphs import UNICODE
from exito_tui.ui.widgets.step_cells import Cell, step_cells
from tests.domain.verdicts.test_classify import made
from tests.support import NOW_NS

CRAFT: dict[str, float] = {
    "context.md": 60, "validation-report.md": 55, "alternatives.md": 50, "feasibility.md": 45,
    "plan.md": 24,
}  # fmt: skip


def judged(command: str, ages: dict[str, float], texts: dict[str, str] | None = None) -> Verdict:
    return Judge().verdict(made(command, ages, texts), NOW_NS)


def line(cells: list[Cell]) -> str:
    return " ── ".join(cell.text for cell in cells)


@pytest.mark.parametrize(("width", "said"), [
    (200, "✓ context ── ✓ validation report ── ✓ alternatives ── ✓ feasibility ── ✓ chosen ── ✓ plan ── ? approve ── ○ progress ── ○ review ── ○ docs"),
    (130, "✓ context ── ✓ validation report ── ✓ alternatives ── ✓ feasibility ── ✓ chosen ── ✓ plan ── ? approve ── ○ 3 to go"),
    (76, "✓ 4 files ── ✓ chosen ── ✓ plan ── ? approve ── ○ 3 to go"),
    (50, "✓ 4 files ── ✓ plan ── ? approve ── ○ 3 to go"),
    (40, "✓ 5 files ── ? approve ── ○ 3 to go"),
    (32, "✓ 5 files ── ? approve ── ○ 3"),
])  # fmt: skip
def test_what_is_to_come_is_folded_first_then_what_is_done(width: int, said: str) -> None:
    cells = step_cells(judged("craft", CRAFT), NOW_NS, UNICODE, width, 4)
    assert line(cells) == said
    assert sum(cell.width + 4 for cell in cells) - 4 <= width


def test_a_folded_cell_opens_the_last_file_of_what_it_stands_for() -> None:
    cells = step_cells(judged("craft", CRAFT), NOW_NS, UNICODE, 50, 4)
    assert [cell.file for cell in cells] == ["feasibility.md", "plan.md", "", ""]


def test_the_step_in_turn_has_the_sign_and_the_colour_of_the_state() -> None:
    half = {"context.md": 90.0, "plan.md": 80.0, "progress.md": 50.0}
    blocked = judged("build", half, {"progress.md": "Status: Blocked\n- [x] a\n- [ ] b\n"})
    assert sign_and_tone(blocked) == ("? progress", "due")
    assert sign_and_tone(judged("patch", {"context.md": 90, "plan.md": 80})) == (
        "! progress", "alarm",
    )  # fmt: skip
    assert sign_and_tone(judged("patch", {"context.md": 9, "plan.md": 5})) == (
        "◐ progress", "active",
    )  # fmt: skip
    assert sign_and_tone(judged("build", {"context.md": 1500})) == ("– plan", "muted")


def sign_and_tone(verdict: Verdict) -> tuple[str, str]:
    cells = step_cells(verdict, NOW_NS, UNICODE, 200, 4)
    turn = next(cell for cell in cells if cell.tone != "done")
    return turn.text, turn.tone


def test_reports_side_by_side_are_one_cell_where_there_is_little_room() -> None:
    files = {"pr_7_context.md": 90.0, "pr_7_business.md": 80.0, "pr_7_codequality_report.md": 40.0}
    verdict = Judge().verdict(made("pr_reviews", files, session_id="pr_7"), NOW_NS)
    cells = step_cells(verdict, NOW_NS, UNICODE, 76, 4)
    assert "! 5 reports" in line(cells)
    assert sum(cell.width + 4 for cell in cells) - 4 <= 76
