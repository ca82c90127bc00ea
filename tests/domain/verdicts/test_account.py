"""What a session of no workflow says of itself, and what is made of it."""

import pytest

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.names import Shape
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS, SECOND_NS
from exito_tui.domain.verdicts.account import read_account
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from tests.support import NOW_NS

HOUR_NS = 3600 * SECOND_NS


def file(name: str = "2026-03-04-x.md", ago_ns: int = 5 * DAY_NS) -> Artefact:
    return Artefact(name, "markdown", 9, NOW_NS - ago_ns, 1)


@pytest.mark.parametrize(
    ("text", "status", "line"),
    [
        ("# A\n\n**Started:** 09:15\n\n**Ended:** 2026-03-04 11:40\n", "completed", 5),
        ("# A\n\nEnded: \n", "", 0),
        ("# A\n\n**Ended:** TBD\n", "", 0),
        ("# A\n\n**Ended:** [time]\n", "", 0),
        ("# A\n\n- **End Time**: 11:40\n", "completed", 3),
        ("# A\n\n## Session End Summary\n\nAll done.\n", "completed", 3),
        ("# A\n\n## Session End Summary\n\n## Next\n\nx\n", "", 0),
        ("# A\n\n## Summary\n\nWhat it is about.\n", "", 0),
        ("Status: Completed\n", "completed", 1),
        ("**Status:** ✅ COMPLETE\n", "completed", 1),
        ("**Status**: 🟢 Active\n", "in_progress", 1),
        ("---\nid: 1\nstatus: PARKED\n---\n# A\n", "in_progress", 3),
        ("| Status | x |\n", "", 0),
        ("Status: not completed\n", "", 0),
        ("Status: active | completed\n", "", 0),
        ("Status: Active\n\n**Ended:** 11:40\n", "completed", 3),
        ("```\nStatus: Completed\n```\n", "", 0),
        ("Statuses: completed\n", "", 0),
        ("", "", 0),
    ],
)
def test_what_it_says(text: str, status: str, line: int) -> None:
    claim = read_account(file(), text)
    assert (claim.status, claim.line) == (status, line)


def test_task_boxes_are_only_counted() -> None:
    claim = read_account(file(), "- [x] a\n- [ ] b\n1. [X] c\n")
    assert (claim.done, claim.total, claim.status) == (2, 3, "")


def verdict(
    text: str = "", *, key: str = "2026-03-04-x.md", ago_ns: int = 5 * DAY_NS, current: bool = False
) -> Verdict:
    one = file(key.rpartition("/")[2], ago_ns)
    claims = Claims({one.name: read_account(one, text)})
    shape: Shape = "shelved" if "/" in key else "dated"
    session = Session(
        "/r", key, "sessions", key.rpartition("/")[2].removesuffix(".md"), shape, "20260304", (one,),
        claims=claims, form="file", is_current=current,
    )  # fmt: skip
    return Judge().verdict(session, NOW_NS)


def test_it_is_completed_by_its_own_word_and_that_is_the_evidence() -> None:
    one = verdict("# A\n\n**Ended:** 11:40\n")
    assert (one.state, one.confidence) == ("completed", "certain")
    assert one.evidence[0].line == 3 and "Ended" in one.evidence[0].fact


def test_a_shelf_or_a_name_says_that_it_is_completed() -> None:
    assert verdict(key="completed/2026-03-04-x.md").state == "completed"
    assert verdict(key="planning/archived/2026/03/P-1.md").state == "completed"
    assert verdict(key="active/2026-03-04-x.md").state == "unknown"
    assert verdict(key="20260304_101500_done.md").state == "completed"


def test_nothing_is_claimed_beyond_writing_and_quiet() -> None:
    quiet = verdict("Status: Active\n- [x] a\n- [ ] b\n")
    assert quiet.state == "unknown" and "1 of 2 tasks" in quiet.now and "Active" in quiet.reason
    assert verdict(ago_ns=SECOND_NS).now == "being written"


def test_the_current_one_is_at_work_until_nobody_writes_to_it() -> None:
    assert verdict(current=True, ago_ns=10 * 60 * SECOND_NS).state == "running"
    old = verdict(current=True, ago_ns=5 * DAY_NS)
    assert old.state == "unknown" and "nothing has been written for 5 d" in old.reason
    assert verdict("**Ended:** 11:40", current=True, ago_ns=HOUR_NS).state == "completed"


def test_a_conflict_copy_is_named_and_not_judged() -> None:
    (one,) = (Artefact("context.md", "markdown", 9, NOW_NS, 1),)
    name = "patch_20251106_153045 (conflicted copy)"
    session = Session("/r", f"patch/{name}", "patch", name, "named", "", (one,))
    made = Judge().verdict(session, NOW_NS)
    assert made.state == "unknown" and "conflict copy of patch_20251106_153045" in made.reason
