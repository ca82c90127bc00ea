"""Titles read without judging are those that are shown everywhere else."""

import time

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan, scan_names
from exito_tui.store.read.titles import read_title
from tests.support import Root


def test_a_title_is_the_same_whether_a_session_is_judged_or_not(root: Root) -> None:
    now = time.time()
    put(str(root), past(1, now), now)
    root.write("2026-03-04-0915.md", "# Login that lasts\n\nStatus: active\n")
    judge = Judge()
    full, _ = examined(scan(str(root.path)), judge)
    with safefs.opened_root(str(root.path)) as folder:
        for session in scan_names(str(root.path)).sessions.values():
            own = judge.own_files(session)
            title = title_of(full.sessions[session.key]).text
            assert read_title(folder, session, own=own) == title, session.key
