"""A verdict holds until the moment that it names, whatever the records tell."""

import time
from collections.abc import Iterable
from typing import Any

import pytest

from exito_tui.claude.joined import JoinedRecords
from exito_tui.domain.records.join import informed
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from tests.claude.moments import TABLE, Moment
from tests.claude.records_builder import ClaudeFolder
from tests.support import Root

AT_MOST = 60
"""Turns of one session in two weeks; there are a few."""


def judged(root: Root, claude: ClaudeFolder) -> tuple[Judge, Iterable[Session]]:
    project = str(root.project)
    snapshot, judge = examined(scan(str(root)), Judge())
    records = JoinedRecords({str(root): project}, judge.folders, config=str(claude.path))
    records.look([snapshot])
    joined = records.joined[str(root)]
    return judge.knowing(str(root), joined.known), informed(snapshot, joined).sessions.values()


@pytest.mark.parametrize("ends", [False, True], ids=["", "process gone"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.happens.__name__)
def test_nothing_turns_before(root: Root, claude: ClaudeFolder, row: Any, ends: bool) -> None:
    row.happens(Moment(root, claude))
    if ends:
        for entry in (claude.path / "sessions").glob("*.json"):
            entry.unlink()
    judge, sessions = judged(root, claude)
    now_ns = time.time_ns()
    for session in sessions:
        at_ns = now_ns
        for _ in range(AT_MOST):
            verdict = judge.verdict(session, at_ns)
            until_ns = verdict.until_ns or now_ns + 14 * DAY_NS
            for moment in (until_ns - 1, (at_ns + until_ns) // 2):
                if moment > at_ns:
                    later = judge.verdict(session, moment)
                    assert (later.state, later.is_old) == (verdict.state, verdict.is_old)
            if until_ns > now_ns + 13 * DAY_NS:
                break
            at_ns = until_ns
        else:
            pytest.fail("it turns without an end")
