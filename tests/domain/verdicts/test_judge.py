"""The judge: what it learns from finished sessions, and what it does not."""

from exito_tui.domain.verdicts.judge import Judge
from tests.domain.verdicts.test_classify import made
from tests.support import NOW_NS


def test_the_time_that_the_user_took_to_answer_is_not_the_next_agents() -> None:
    slow = [
        made("build", {"context.md": 900, "plan.md": 890, "progress.md": 290, "test_report.md": 280, "review.md": 270}, session_id=f"build_2025110{day}_100000")
        for day in range(1, 6)
    ]  # fmt: skip
    judge = Judge().learned("/r", slow)
    late = made(
        "build",
        {"context.md": 600, "plan.md": 590, "progress.md": 460},
        {"progress.md": "Status: In Progress\n- [x] a\n- [ ] b\n"},
    )
    found = judge.verdict(late, NOW_NS)
    assert found.state == "stuck" and found.expected and found.expected.source == "default"
