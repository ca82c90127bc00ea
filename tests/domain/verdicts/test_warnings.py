"""Warnings beside a verdict."""

from tests.domain.verdicts.test_classify import judged, made


def test_a_report_that_is_missing_beside_a_final_review_is_warned_of_by_its_real_name() -> None:
    names = ("context", "clean-code-auditor_report", "architecture-reviewer_report", "security-scanner_report",
             "performance-analyzer_report", "testing-assessor_report", "final_review")  # fmt: skip
    found = judged(
        made(
            "pr_reviews",
            {f"pr_7_{name}.md": 9 - at for at, name in enumerate(names)},
            session_id="pr_7",
        )
    )
    assert [one.code for one in found.warnings] == ["phase-missing"]
    assert "pr_7_accessibility-checker_report.md" in found.warnings[0].fact
    assert "*" not in found.reason + found.next_step
