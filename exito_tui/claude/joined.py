"""What Claude Code's records tell of the sessions of some roots, kept up to date."""

import time
from collections.abc import Collection, Mapping, Sequence

from exito_tui.claude.folders import config_folder
from exito_tui.claude.records import Records
from exito_tui.domain.records.as_of import HELD_NS
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.records.join import Index, Joined, join
from exito_tui.domain.sessions.snapshot import Snapshot


class JoinedRecords:
    """Follows the records of the projects of some roots. One thread owns it."""

    def __init__(
        self,
        projects: Mapping[str, str],
        commands: Collection[str],
        *,
        since_ns: int = 0,
        config: str = "",
    ) -> None:
        """`projects` are the projects' folders by root; `commands` those that make sessions;
        conversations that were last written before `since_ns` are left out unless they live."""
        folder = config or config_folder()
        self._records = {root: Records(folder, project) for root, project in projects.items()}
        self._commands = tuple(commands)
        self._since_ns = since_ns
        self._basis_of: dict[str, object] = {}
        """What each root was last joined from."""
        self._indexes: dict[str, Index] = {}
        self.joined: dict[str, Joined] = {root: Joined() for root in projects}
        self.is_complete = False
        """Whether all that there is has been read."""

    def look(self, snapshots: Sequence[Snapshot], most: int = 1 << 62) -> dict[str, set[str]]:
        """Read what is new, `most` bytes of it for each root; the keys of the sessions of which
        another thing is known now, by root."""
        self.is_complete = True
        changed: dict[str, set[str]] = {}
        for snapshot in snapshots:
            records = self._records.get(snapshot.root)
            if records is None:
                continue
            self.is_complete &= records.look(self._since_ns, most)
            index = self._index_of(snapshot)
            basis = (records.version, tuple(records.processes), index)
            if self._basis_of.get(snapshot.root) == basis:
                continue
            self._basis_of[snapshot.root] = basis
            before = self.joined[snapshot.root]
            now = join(
                snapshot.root,
                index,
                records.conversations(),
                records.processes,
                self._commands,
                time.time_ns(),
            )
            if now == before:
                continue
            self.joined[snapshot.root] = now
            if keys := _different(before.known, now.known):
                changed[snapshot.root] = keys
        return changed

    def tells_of(self, root: str) -> bool:
        """Whether there is any conversation of a root's project."""
        return root in self._records and bool(self._records[root].conversations())

    def _index_of(self, snapshot: Snapshot) -> Index:
        index = self._indexes.get(snapshot.root)
        if index is None or index.sessions is not snapshot.sessions:
            index = self._indexes[snapshot.root] = Index(snapshot.sessions)
        return index

    def is_fleeting(self, now_ns: int) -> bool:
        """Whether a process got into its state so lately that it may not stay in it."""
        return any(
            one.since_ns is not None and 0 <= now_ns - one.since_ns < HELD_NS
            for records in self._records.values()
            for one in records.processes
        )

    def folders(self) -> list[str]:
        """The absolute paths of the folders in which something is written when anything changes."""
        return [folder for records in self._records.values() for folder in records.folders()]


def _different(before: Mapping[str, Known], now: Mapping[str, Known]) -> set[str]:
    return {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
