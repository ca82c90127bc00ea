"""All there is to tell of some roots, without watching them."""

from collections.abc import Sequence

from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.live.events import RecordsSource, Status, Update
from exito_tui.store.live.followed_records import FollowedRecords
from exito_tui.store.live.session_index import SessionIndex
from exito_tui.store.live.state_tracker import StateTracker


def first_look(
    snapshots: Sequence[Snapshot],
    judge: Judge,
    now_ns: int,
    records: RecordsSource | None = None,
) -> Update:
    """All there is to tell of some roots at one moment, what their files and Claude Code's
    `records` say included, without watching them."""
    indexes = [SessionIndex(snapshot, judge) for snapshot in snapshots]
    trackers = [StateTracker() for _ in snapshots]
    for index, tracker in zip(indexes, trackers, strict=True):
        if index.snapshot.state == "present":
            index.refresh(list(index.snapshot.sessions))
            index.read_claims_due()
        judge = tracker.teach(judge, index.snapshot)
    found = tuple(index.snapshot for index in indexes)
    if records:
        followed = FollowedRecords(records)
        judge = followed.look(found, judge, None)
        found = tuple(map(followed.informed, found))
    for snapshot, tracker in zip(found, trackers, strict=True):
        tracker.follow(snapshot, judge, now_ns, snapshot.sessions, complete=True)
    recent = tuple(tuple(index.recent) for index in indexes)
    return Update(
        found, (), Status(), recent, tuple(tracker.standings for tracker in trackers), judge=judge
    )
