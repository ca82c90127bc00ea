"""What the tests of Claude Code's records share."""

import os
import time
from pathlib import Path

import pytest

from exito_tui.claude.joined import JoinedRecords
from exito_tui.domain.records.as_of import as_of
from exito_tui.domain.records.conversation import Known
from exito_tui.domain.records.join import informed
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from tests.support import Root


def opened_paths(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are opened from now on."""
    opened: list[str] = []
    real = os.open

    def watched(path: str, *args: int, **more: int) -> int:
        opened.append(str(path))
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", watched)
    return opened


class Told:
    """What the files and the records of a project tell, read anew."""

    def __init__(self, root: Root, config: Path) -> None:
        judge = Judge()
        snapshot = scan(str(root))
        self.records = JoinedRecords(
            {str(root): str(root.project)}, judge.folders, config=str(config)
        )
        snapshot, judge = examined(snapshot, judge)
        self.records.look([snapshot])
        self.joined = self.records.joined[str(root)]
        self.judge = judge.knowing(str(root), self.joined.known)
        self.snapshot: Snapshot = informed(snapshot, self.joined)

    def verdict(self, key: str, now_ns: int) -> Verdict:
        return self.judge.verdict(self.snapshot.sessions[key], now_ns)

    def known(self, key: str) -> Known:
        return as_of(self.joined.known[key], time.time_ns())
