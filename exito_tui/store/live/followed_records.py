"""What Claude Code's records tell, as the feed follows it."""

import time
from collections.abc import Collection, Sequence

from exito_tui.domain.records.join import Joined, informed
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.live.events import RecordsSource

HELD = 0.3
"""After so many seconds a state that may not hold is looked at again."""
_SHARE = 8 * 1024 * 1024
"""So many bytes are read between two looks at the files."""
_MOST_FOLDERS = 24


class FollowedRecords:
    """Owned by the feed's thread."""

    def __init__(self, source: RecordsSource) -> None:
        self._source = source
        self._changed: dict[str, set[str]] = {}
        self._informed: dict[str, tuple[Snapshot, Joined, Snapshot]] = {}
        self.is_fleeting = False
        """Whether something changed so lately that it may not hold."""

    @property
    def has_backlog(self) -> bool:
        """Whether there is more to read at once."""
        return not self._source.is_complete

    def look(
        self, snapshots: Sequence[Snapshot], judge: Judge, hints: Collection[str] | None
    ) -> Judge:
        """Read what is new, where something may be (`hints`: paths that changed; None: anywhere);
        a judge that knows it."""
        if hints is not None and not (self.has_backlog or self.is_fleeting or self._concern(hints)):
            return judge
        for root, keys in self._source.look(snapshots, _SHARE).items():
            self._changed.setdefault(root, set()).update(keys)
            judge = judge.knowing(root, self._source.joined[root].known)
        self.is_fleeting = self._source.is_fleeting(time.time_ns())
        return judge

    def take_changed(self) -> dict[str, set[str]]:
        """The keys of the sessions of which another thing is known since this was last asked, by
        root."""
        changed, self._changed = self._changed, {}
        return changed

    def informed(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot with what the records tell of its sessions; the same one for the same."""
        joined = self._source.joined.get(snapshot.root)
        if joined is None:
            return snapshot
        before = self._informed.get(snapshot.root)
        if before is None or before[0] is not snapshot or before[1] is not joined:
            sessions = before[2].sessions if before else {}
            before = snapshot, joined, informed(snapshot, joined, sessions)
            self._informed[snapshot.root] = before
        return before[2]

    def folders(self) -> list[str]:
        """The folders to watch."""
        return self._source.folders()[:_MOST_FOLDERS]

    def _concern(self, paths: Collection[str]) -> bool:
        folders = self._source.folders()
        return any(path.startswith(f"{folder}/") for folder in folders for path in paths)
