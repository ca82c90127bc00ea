"""What agents say, in their many spellings; what cannot be read for sure is not claimed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.verdicts.claim_readers import is_telling, read_claim
from exito_tui.domain.verdicts.claims import Claim, Claims
from exito_tui.domain.workflows.file_roles import Role, role


def file(name: str) -> Artefact:
    return Artefact(name, "markdown", 1, 0, 0)


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
        ("Status:\n\nCompleted", "completed", 3),
        ("| Status | |\n\nCompleted", "completed", 3),
        ("Status: soon\nCompleted", "", 0),
        ("words\nCompleted", "", 0),
        ("# P\n" + "x\n" * 10 + "## Notes\nStatus: Completed", "completed", 13),
        ("# P\n" + "x\n" * 11 + "## Notes\nStatus: Completed", "", 0),
        ("# P\n" + "x\n" * 11 + "# Notes\nStatus: Completed", "completed", 14),
        ("## 1. Status of things\nStatus: Completed", "", 0),
        ("## A\nStatus: Completed", "completed", 2),
        ("## Step 1 ##\n## A\nStatus: Completed", "completed", 3),
        ("~~~\nStatus: Completed\n~~~", "", 0),
        ("~~~\nx\n~~~\nStatus: Completed", "completed", 4),
        ("```py\nx\n``` py\nStatus: Completed\n```", "", 0),
        ("```\n~~~\nStatus: Completed\n```", "", 0),
        ("Status: Completed" + " " * 185 + "unless", "", 0),
        ("Status: Completed" + " " * 186 + "unless", "completed", 1),
        ("_Status: Completed_", "completed", 1),
        ("Status: __\n\nCompleted", "completed", 3),
        ("| Status | Completed | by me |", "completed", 1),
        ("```\nx\n  ```\nStatus: Completed", "completed", 4),
        ("  ```\nx\n```\nStatus: Completed", "completed", 4),
        ("Status: completed (if you like)", "completed", 1),
        ("Status: in progress, not completed", "in_progress", 1),
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
        ("FAIL", "fail"), ("Overall: passed, pending review", ""), ("Status: ❌✅", "fail"),
        ("Overall: FAIL | passed unless run alone", "fail"), ("Status: ✅", "pass"), ("Status: ❌", "fail"),
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
        ("rejected", "rejected"), ("APPROVED", "approved"), ("I approved", ""), ("Verdict: rejected, if not approved", "rejected"),
        ("| Verdict | do not merge |", "rejected"), ("Verdict: pending", ""), ("Verdict: approved if the tests pass", ""),
    ],
)  # fmt: skip
def test_the_verdict_of_a_review(text: str, status: str) -> None:
    assert claim("review.md", text).status == status
    assert claim("quality.md", text).status == status


@pytest.mark.parametrize(
    ("text", "status"),
    [("Status: NEEDS_INFO", "needs_info"), ("**Status:** `COMPLETE`", "completed"), ("Status: needs info", "needs_info"),
     ("# V\n## Status\nNEEDS_INFO", "needs_info"), ("NEEDS_INFO", ""), ("## Step 1\nStatus: NEEDS_INFO", "needs_info"),
     ("Status: incomplete", "needs_info")],
)  # fmt: skip
def test_the_status_of_a_validation(text: str, status: str) -> None:
    assert claim("validation-report.md", text).status == status


def test_a_checklist_is_counted_outside_fences() -> None:
    found = claim(
        "progress.md",
        "- [x] one\n  * [X] two\n1. [ ] three\n```\n- [ ] no\n```\n+ [✓] four\n- [] no\n",
    )
    assert (found.done, found.total, found.next, found.next_line, found.last, found.last_line) == (
        3, 4, "three", 3, "four", 7,
    )  # fmt: skip
    found = claim("progress.md", "- [ ] one\n- [ ] two\n")
    assert (found.done, found.total, found.next, found.next_line) == (0, 2, "one", 1)


def test_the_last_heading_tells_where_the_agent_is() -> None:
    found = claim("progress.md", "# One\n- [x] tick\n  ## Two ## \n    # code\n")
    assert (found.last, found.last_line) == ("Two", 3)


@pytest.mark.parametrize(
    ("text", "score", "label", "line"),
    [
        ("Score: 4/10", 4.0, "Score", 1), ("| security | 3.5 / 10 |\n| style | 9/10 |", 3.5, "security", 1),
        ("- tests: 4 out of 10", 4.0, "tests", 1), ("**7/10**\n\n2/10", 2.0, "", 3), ("11/10", None, "", 0), ("4/100", None, "", 0), ("A: 10/10", 10.0, "A", 1),
        ("A: 3/10\nB: 3/10", 3.0, "A", 1), ("# Tests\n\n4/10", 4.0, "Tests", 3),
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


@pytest.mark.parametrize("name", ["plan.md", "progress.md", "review.md"])
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Session: build_20251105_101010", "build_20251105_101010"),
        ("**session_id**: build_20251105_101010", "build_20251105_101010"),
        ("Session: build_20251106_153045", ""),
        ("A build_20251105_101010", ""),
    ],
)
def test_whose_a_file_says_it_is(name: str, line: str, found: str) -> None:
    read = claim(name, f"# P\n\n{line}\nSession: tasks_20251104_101010\n")
    first = found or "tasks_20251104_101010"
    assert (read.session, read.session_line) == (first, 3 if found else 4)


@pytest.mark.parametrize("name", ["plan.md", "progress.md"])
def test_only_the_head_of_a_file_says_whose_it_is(name: str) -> None:
    line = "Session: build_20251105_101010"
    assert claim(name, "\n" * 29 + line).session_line == 30
    assert claim(name, "\n" * 30 + line).session == ""
    assert claim(name, " " * (1000 - len(line)) + line).session_line == 1
    assert claim(name, " " * (1001 - len(line)) + line).session == ""


def test_the_head_is_so_many_characters() -> None:
    line = "Session: build_20251105_101010"
    lines = ("x" * 799 + "\n") * 10
    assert claim("plan.md", lines[: 8000 - len(line) - 1] + "\n" + line).session
    assert not claim("plan.md", lines[: 8001 - len(line) - 1] + "\n" + line).session


@pytest.mark.parametrize(
    ("text", "last", "line"),
    [
        ("# One\nx\n## Two ## \nx # no\n", "Two", 3),
        ("# One", "One", 1),
        ("x\n# One", "One", 2),
        ("\n# One\n", "One", 2),
        ("words\n", "", 0),
        ("#one\n", "", 0),
        ("# One\n```\n# in\n```\n", "One", 1),
        ("# One\n```\n# in\n```\n# Two\n", "Two", 5),
        ("# One\n~~~\n# in\n~~~\n", "One", 1),
        ("# One\n```\n# in\n", "One", 1),
        ("```\n# in\n```\n# One\n```\n# in\n", "One", 4),
        ("# One\n```\n``` py\n# in\n```\n", "One", 1),
        ("# One\n````\n```\n# in\n````\n", "One", 1),
        ("# One\n```\nx\n  ```\n# Two\n", "Two", 5),
        ("# One\n~~~\n```\n# in\n~~~\n", "One", 1),
        ("# " + "x" * 1000 + "\n", "x" * 998, 1),
    ],
)
def test_the_last_heading_of_a_file_that_states_nothing(text: str, last: str, line: int) -> None:
    found = claim("plan.md", text)
    assert (found.last, found.last_line) == (last, line)


@pytest.mark.parametrize("name", ["plan.md", "progress.md"])
@pytest.mark.parametrize(
    ("text", "torn"),
    [
        ("```py\nx = 1", True),
        ("~~~py\nx = 1", True),
        ("```py\nx = 1\n```\n", False),
        ("````\n```\nx\n````", False),
        ("```\n````\n", False),
        ("```\nx\n``` py\n", True),
        ("caf\ufffd", True),
        ("caf\ufffd123", True),
        ("caf\ufffd1234", False),
        ("\ufffd and more", False),
        (" \n", True),
        ("", False),
        ("words", False),
    ],
)
def test_an_open_fence_or_a_broken_character_at_the_end_is_torn(
    name: str, text: str, torn: bool
) -> None:
    assert claim(name, text).torn is torn
    assert read_claim(file(name), role(name), "", text).torn is torn
    if "```" in text or "~~~" in text:
        assert not claim(name, text, whole=False).torn


def test_what_is_not_said_is_empty() -> None:
    artefact = file("notes.txt")
    assert read_claim(artefact, "", "", "words") == Claim(artefact)
    assert Claim(artefact) == (artefact, "", "", 0, 0, 0, "", 0, "", 0, None, 0, "", "", 0, False, "", "", 0, 0, "", "", "")  # fmt: skip
    assert Claims({}) == ({}, "", None, "", ())


def test_claims_are_found_by_role_and_status() -> None:
    one = Claim(file("a.md"), "review", "approved")
    two = Claim(file("b.md"), "review", "rejected")
    other = Claim(file("c.md"), "tests", "fail")
    claims = Claims({"a.md": one, "c.md": other, "b.md": two})
    assert claims.of("review") == [one, two] and claims.of("progress") == []
    assert claims.says("review", "rejected") is two
    assert claims.says("tests", "rejected") is None


@pytest.mark.parametrize(
    ("role", "telling"),
    [
        ("progress", True), ("validation", True), ("tests", True), ("review", True), ("audit", True), ("log", True),
        ("metadata", True), ("report", False), ("context", False), ("", False),
    ],
)  # fmt: skip
def test_which_roles_tell_of_the_session(role: Role, telling: bool) -> None:
    assert is_telling(role) is telling


@pytest.mark.parametrize("name", ["audit_style.md", "pr_7_secx_report.md"])
def test_audits_and_reports_are_read_as_reviews_are(name: str) -> None:
    assert claim(name, "Verdict: approved").status == "approved"


def test_the_log_tells_its_last_entry() -> None:
    text = (
        "2025-11-06T19:00:00Z | START | architect\n2025-11-06T19:10:00Z | error | architect | "
        "no | plan\nnoise\n"
    )
    found = claim(".agent_log", text)
    assert (found.status, found.line, found.agent, found.message) == (
        "failed",
        2,
        "architect",
        "no | plan",
    )
    assert (found.role, found.total, found.torn) == ("log", 0, False)
    log = file(".agent_log")
    assert read_claim(log, "log", "", "noise") == Claim(log, "log")


@pytest.mark.parametrize(
    ("status", "meaning"), [("START", "in_progress"), ("ERROR", "failed"), ("SUCCESS", "")]
)
def test_the_status_of_a_log_entry(status: str, meaning: str) -> None:
    log = file(".agent_log")
    read = read_claim(log, "log", "", f"2025-11-06T19:00:00Z | {status} | architect")
    at_ns = 1_762_455_600_000_000_000
    assert read == Claim(log, "log", meaning, 1, agent="architect", at_ns=at_ns)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ('{"status": "completed", "ended_at": "2025"}', {"status": "completed", "line": 1}),
        (
            '{"created_at": "2025-11-06T19:00:00Z", "ended_at": "2025-11-06T20:00:00+01:00"}',
            {"began_ns": 1_762_455_600_000_000_000, "at_ns": 1_762_455_600_000_000_000},
        ),
        ('{\n"status": " In_Progress "}', {"status": "in_progress", "line": 2}),
        ('{"status": "interrupted"}', {"status": "interrupted", "line": 1}),
        ('{"status": "failed", "ended_at": 7}', {"status": "failed", "line": 1}),
        ('{"status": 7}', {"line": 1}),
        ('{"status": "odd"}', {"line": 1}),
        ("{}", {}),
        ("[]", {}),
        ('{"status"', {"torn": True}),
        ("[" * 100_000, {"torn": True}),
    ],
)  # fmt: skip
def test_metadata_is_read_leniently(text: str, more: dict[str, Any]) -> None:
    metadata = file("session_metadata.json")
    assert read_claim(metadata, "metadata", "", text) == Claim(metadata, "metadata", **more)


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


@pytest.mark.parametrize(
    "text", ["# " + "# " * 50_000 + "x", "Status: " + " ." * 50_000 + "x", "- [ ] " + "[ ] " * 50_000, "Session " * 20_000, "#" * 200_000, "7" * 200_000 + "/10"]
)  # fmt: skip
def test_no_line_is_so_odd_that_reading_it_takes_minutes(text: str) -> None:
    """It took minutes: a line is cut before any pattern meets it."""
    for name in (
        "progress.md",
        "context.md",
        "review.md",
        "validation-report.md",
        "test_report.md",
    ):
        found = claim(name, f"{text}\n" * 3)
        assert max(len(found.last), len(found.next), len(found.score_of)) <= 1000


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        (
            "validation-report.md",
            "# V\n" + "x\n" * 40 + "## Questions\n\n1. Why?\n\n**Status**: NEEDS_INFO\n",
            "needs_info",
        ),
        ("validation-report.md", "Status: NEEDS MORE INFO", "needs_info"),
        ("validation-report.md", "Status: INCOMPLETE", "needs_info"),
        ("test_report.md", "Status: All tests failing", "fail"),
        ("test_report.md", "Result: 12 passed, 2 failed", "fail"),
        ("test_report.md", "Result: 12 passed, 0 failed", "pass"),
        ("progress.md", "*Status*: _Completed_", "completed"),
        ("progress.md", "Status: 100% complete", "completed"),
    ],
)
def test_spellings_that_were_misread(name: str, text: str, status: str) -> None:
    assert claim(name, text).status == status


def test_more_misreadings() -> None:
    assert claim("review.md", "3 out of 10 files were touched").score is None
    log = claim(".agent_log", "2025-11-06T19:10:00+01:00 | ERROR | architect | no plan")
    assert (log.status, log.agent) == ("failed", "architect")
    assert claim("plan.md", " \n\n\t").torn
