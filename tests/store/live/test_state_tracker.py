"""States of a root's sessions while it is watched."""

from exito_tui.domain.verdicts.judge import Judge
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
