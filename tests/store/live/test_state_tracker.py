"""States of a root's sessions while it is watched."""

import time

from exito_tui.domain.verdicts.judge import Judge, JudgeSettings
from exito_tui.store.live.state_tracker import StateTracker
from exito_tui.store.read.scan import scan
from tests.store.read.test_checkouts import NONE, NOW, ONE, REVIEW, TWO, logged
from tests.support import Root


def test_what_is_checked_out_while_it_is_watched_is_at_once_known_as_a_copy(root: Root) -> None:
    logged(root.project, (NONE, ONE, NOW - 5000, "clone: x"))
    tracker = StateTracker()
    first = scan(str(root))
    judge = tracker.teach(Judge(), first)
    tracker.follow(first, judge, NOW * 10**9, (), complete=True)
    root.write(REVIEW, "# x\n", at=NOW)
    logged(root.project, (ONE, TWO, NOW, "pull: Fast-forward"))
    pulled = scan(str(root))
    judge = tracker.teach(judge, pulled)
    assert judge.verdict(pulled.sessions["pr_reviews/pr_7"], NOW * 10**9).copied
    assert tracker.teach(judge, pulled) is judge, "nothing new to learn"


def test_nothing_is_stuck_by_a_time_that_is_not_of_this_root(root: Root) -> None:
    """Until all is read nobody knows how long a phase takes here: a late one may be none."""
    began = NOW - 40 * 86_400
    for at in range(6):
        start = began + at * 86_400
        key = f"patch/patch_{time.strftime('%Y%m%d_%H%M%S', time.localtime(start))}"
        for name, later in (
            ("context", 300),
            ("plan", 600),
            ("progress", 9000),
            ("test_report", 9600),
        ):
            root.write(f"{key}/{name}.md", "# It\n\nStatus: Completed\n", at=start + later)
    start = NOW - 4000
    late = f"patch/patch_{time.strftime('%Y%m%d_%H%M%S', time.localtime(start))}"
    for name, later in (("context", 300), ("plan", 600)):
        root.write(f"{late}/{name}.md", "# It\n", at=start + later)
    tracker, snapshot = StateTracker(), scan(str(root))
    waiting = Judge().awaiting([str(root)])
    assert Judge().verdict(snapshot.sessions[late], NOW * 10**9).state == "stuck"
    tracker.follow(snapshot, waiting, NOW * 10**9, [late], complete=False, shown=[late])
    assert tracker.standings[late].state == "unknown"
    assert tracker.verdicts[late][1].now == "reading"
    judge = tracker.teach(waiting, snapshot)
    assert not tracker.follow(snapshot, judge, NOW * 10**9, [], complete=True), "told of nothing"
    assert tracker.standings[late].state == "running"
    late_by_setting = JudgeSettings(expected={"builder": 60.0})
    set_by_user = Judge(late_by_setting).awaiting([str(root)])
    assert set_by_user.verdict(snapshot.sessions[late], NOW * 10**9).state == "stuck"


def test_what_turns_out_to_be_copied_is_judged_again_whatever_its_state(root: Root) -> None:
    """Only all sessions together tell that their files came at one moment."""
    for day in (1, 2, 3):
        text = "# It\n\nEnded: 10:00\n" if day < 3 else "# It\n"
        root.write(f"2025-03-0{day}-0900-task.md", text, at=NOW - 9 * 86_400)
    tracker, snapshot = StateTracker(), scan(str(root))
    keys = list(snapshot.sessions)
    now_ns = NOW * 10**9

    def copied() -> set[bool]:
        return {tracker.verdicts[key][1].copied for key in keys}

    waiting = Judge().awaiting([str(root)])
    tracker.follow(snapshot, waiting, now_ns, keys, complete=False, shown=keys)
    assert copied() == {False} and not {one.is_old for one in tracker.standings.values()} - {False}
    judge = tracker.teach(waiting, snapshot)
    tracker.follow(snapshot, judge, now_ns, [], complete=True, shown=keys)
    assert copied() == {True}
    tracker.follow(snapshot, judge, now_ns, [], complete=True, shown=keys)
    assert not tracker.verdicts, "nothing is judged a third time"
