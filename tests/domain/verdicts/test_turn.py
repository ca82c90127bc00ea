"""What time decides of the agent in turn, where there is no time to go by."""

from tests.domain.verdicts.test_classify import judged, made


def test_a_copy_of_which_nobody_knows_when_it_began_has_stopped() -> None:
    review = made("pr_reviews", {"pr_7_context.md": 1}, session_id="pr_7")
    assert judged(review).state == "running"
    found = judged(review._replace(copied=True))
    assert (found.state, found.since_ns, found.confidence) == ("interrupted", None, "likely")
    assert found.reason.startswith("Stopped at 6 agents: 6 reports are missing: ")
    assert found.reason.endswith("(a copy of a run begun at an unknown time).")
    assert found.now.startswith("stopped before pr_7_")
    assert found.next_step.startswith("Tell Claude Code to continue with pr_7_")
    assert found.phase and found.expected


def test_in_a_copy_with_the_file_of_the_agent_in_turn_it_just_stopped() -> None:
    texts = {"progress.md": "Status: In Progress\n- [x] a\n- [ ] b\n"}
    copy = made("patch", {"context.md": 3, "plan.md": 3, "progress.md": 3}, texts)
    found = judged(copy._replace(copied=True))
    assert (found.state, found.now) == ("interrupted", "stopped")
    assert found.phase and found.phase.agent == "builder"
