"""What agents say, in their many spellings; what cannot be read for sure is not claimed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.session import Artefact
from exito_tui.domain.verdicts.claim_readers import is_telling, read_claim
from exito_tui.domain.verdicts.claims import Claim
from exito_tui.domain.workflows.file_roles import role


def claim(name: str, text: str, *, whole: bool = True) -> Claim:
    return read_claim(
        Artefact(name, "markdown", len(text), 0, 0),
        role(name),
        "build_20251106_153045",
        text,
        whole=whole,
    )


@pytest.mark.parametrize(
    ("text", "status", "line"),
    [
        ("Status: In Progress", "in_progress", 1),
        ("# P\n\n**Status**: Completed\n", "completed", 3),
        ("# P\n**Status:** ✅ Complete", "completed", 2),
        ("- **Status:** 🟢 complete", "completed", 1),
        ("| Status | Blocked |", "blocked", 1),
        ("STATUS - DONE", "completed", 1),
        ("## Status\n\n✅ Complete", "completed", 3),
        ("### Status: blocked by review", "blocked", 1),
        ("Overall status: in_progress", "in_progress", 1),
        (
            "# P\n## Session: x\nStatus: In Progress\n## Step 1\nStatus: Completed\n",
            "in_progress",
            3,
        ),
        (
            "# P\nStatus: In Progress\n" + "x\n" * 20 + "## Result\n\n**Status**: Completed\n",
            "completed",
            25,
        ),
        ("Status: Not complete", "", 0),
        ("Status: completed, unless the review fails", "", 0),
        ("Status: partially complete", "", 0),
        ("Status: [In Progress | Completed | Blocked]", "", 0),
        ("```\nStatus: Completed\n```", "", 0),
        ("the status is completed", "", 0),
        ("Status:", "", 0),
    ],
)
def test_the_status_of_progress(text: str, status: str, line: int) -> None:
    found = claim("progress.md", text)
    assert (found.status, found.line) == (status, line)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Overall: PASS", "pass"), ("**Overall**: ❌ FAIL", "fail"), ("Overall Status: PASSED (12 of 12)", "pass"),
        ("| Overall | FAIL |", "fail"), ("# Test report: PASS", "pass"), ("## Result\n\n✅ PASS", "pass"),
        ("**Test Results**: All 58 tests passed", "pass"), ("Final verdict: failed", "fail"), ("Overall: PASS/FAIL", ""),
        ("# T\n\n## Unit\n\nResult: PASS\n\n## Overall\n\nFAIL", "fail"), ("✅ PASS", "pass"), ("0 failed", ""), ("Overall: unclear", ""),
        ("FAIL", "fail"), ("Status: ✅", "pass"), ("Status: ❌", "fail"),
    ],
)  # fmt: skip
def test_the_outcome_of_the_tests(text: str, status: str) -> None:
    assert claim("test_report.md", text).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Verdict: APPROVED", "approved"), ("**Decision:** ✅ Approved with small wishes", "approved"),
        ("Recommendation: Request changes", "rejected"), ("## Final Verdict\n\n❌ REJECTED", "rejected"),
        ("Final verdict: Not approved", "rejected"), ("Verdict: changes requested", "rejected"), ("Status: needs work", "rejected"),
        ("| Verdict | do not merge |", "rejected"), ("Verdict: pending", ""), ("Verdict: approved if the tests pass", ""),
    ],
)  # fmt: skip
def test_the_verdict_of_a_review(text: str, status: str) -> None:
    assert claim("review.md", text).status == status
    assert claim("quality.md", text).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [("Status: NEEDS_INFO", "needs_info"), ("**Status:** `COMPLETE`", "completed"), ("Status: needs info", "needs_info"),
     ("# V\n## Status\nNEEDS_INFO", "needs_info"), ("NEEDS_INFO", "")],
)  # fmt: skip
def test_the_status_of_a_validation(text: str, status: str) -> None:
    assert claim("validation-report.md", text).status == status


def test_a_checklist_is_counted_outside_fences() -> None:
    found = claim(
        "progress.md",
        "- [x] one\n  * [X] two\n1. [ ] three\n```\n- [ ] no\n```\n+ [✓] four\n- [] no\n",
    )
    assert (found.done, found.total, found.next, found.next_line, found.last) == (
        3,
        4,
        "three",
        3,
        "four",
    )


@pytest.mark.parametrize(
    ("text", "score", "label", "line"),
    [
        ("Score: 4/10", 4.0, "Score", 1), ("| security | 3.5 / 10 |\n| style | 9/10 |", 3.5, "security", 1),
        ("- tests: 4 out of 10", 4.0, "tests", 1), ("**7/10**\n\n2/10", 2.0, "", 3), ("11/10", None, "", 0), ("4/100", None, "", 0),
        ("2025/10", None, "", 0), ("on 4/10/2025 it was", None, "", 0),
    ],
)  # fmt: skip
def test_the_lowest_score_is_found_with_its_name(
    text: str, score: float | None, label: str, line: int
) -> None:
    found = claim("audit_security.md", text)
    assert (found.score, found.score_of, found.score_line) == (score, label, line)


def test_scores_count_in_audits_and_reviews_only() -> None:
    assert claim("feasibility.md", "A: 2/10").score is None
    assert claim("review.md", "A: 2/10").score == 2.0


def test_another_sessions_id_in_the_head_is_noticed_and_its_own_is_not() -> None:
    assert (
        claim("plan.md", "# P\n\n**Session**: build_20251105_101010 | x").session
        == "build_20251105_101010"
    )
    assert claim("plan.md", "# P\n\nSession: build_20251106_153045").session == ""
    assert claim("plan.md", "\n" * 40 + "Session: build_20251105_101010").session == ""


def test_an_open_fence_or_a_broken_character_at_the_end_is_torn() -> None:
    assert claim("plan.md", "```py\nx = 1").torn and claim("plan.md", "caf\ufffd").torn
    assert not claim("plan.md", "```py\nx = 1\n```\n").torn
    assert not claim("plan.md", "```py\nx = 1", whole=False).torn
    assert not claim("plan.md", "````\n```\nx\n````").torn


def test_the_log_tells_its_last_entry() -> None:
    text = "2025-11-06T19:00:00Z | START | architect\n2025-11-06T19:10:00Z | error | architect | no | plan\nnoise\n"
    found = claim(".agent_log", text)
    assert (found.status, found.line, found.agent, found.message) == (
        "failed",
        2,
        "architect",
        "no | plan",
    )
    assert claim(".agent_log", "noise").status == ""


@pytest.mark.parametrize(
    ("text", "status", "torn"),
    [('{"status": "completed", "ended_at": "2025"}', "completed", False), ('{"status": 7}', "", False), ("[]", "", False),
     ('{"status"', "", True), ("[" * 100_000, "", True), ('{"status": "odd"}', "", False)],
)  # fmt: skip
def test_metadata_is_read_leniently(text: str, status: str, torn: bool) -> None:
    found = claim("session_metadata.json", text)
    assert (found.status, found.torn) == (status, torn)


@given(
    st.sampled_from(
        [
            "progress.md",
            "review.md",
            "test_report.md",
            ".agent_log",
            "session_metadata.json",
            "audit_x.md",
        ]
    ),
    st.text(),
)
def test_no_text_raises(name: str, text: str) -> None:
    assert is_telling(role(name))
    claim(name, text)
