"""Reading what files say: within bounds, only what changed, and never following a link."""

import os
from pathlib import Path

import pytest

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.store.fs import safefs
from exito_tui.store.live.events import StateChange
from exito_tui.store.live.session_index import SessionIndex
from exito_tui.store.live.state_tracker import StateTracker
from exito_tui.store.read import claims
from exito_tui.store.read.claims import MOST_READ, read_claims
from exito_tui.store.read.scan import scan
from tests.support import NOW, NOW_NS, Root

KEY = "build/build_20251106_190000"


def read(
    root: Root, key: str = KEY, before: Session | None = None, *, every: bool = False
) -> Session:
    session = scan(str(root)).sessions[key]
    with safefs.opened_root(str(root)) as folder:
        return session._replace(
            claims=read_claims(
                folder, session._replace(claims=before and before.claims), every=every
            )
        )


def says(session: Session, name: str) -> str:
    assert session.claims
    return session.claims.files[name].status


def test_only_what_can_change_a_verdict_is_read(root: Root) -> None:
    for name in ("context.md", "plan.md", "notes.md", "progress.md", "image.png", "empty.md"):
        root.write(f"{KEY}/{name}", "" if name == "empty.md" else "Status: Blocked\n", at=NOW - 100)
    root.write(f"{KEY}/test_report.md", "Overall: PASS\n", at=NOW - 10)
    session = read(root)
    assert session.claims and set(session.claims.files) == {"progress.md", "test_report.md"}
    every = read(root, every=True)
    assert every.claims and set(every.claims.files) == {
        "context.md",
        "plan.md",
        "notes.md",
        "progress.md",
        "test_report.md",
    }


def test_only_files_that_changed_are_read_again(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{KEY}/progress.md", "Status: Blocked\n", at=NOW - 100)
    root.write(f"{KEY}/test_report.md", "Overall: PASS\n", at=NOW - 50)
    session = read(root)
    looked: list[str] = []
    original = claims.read_ends

    def noted(folder: int, path: str) -> tuple[bytes, bool]:
        looked.append(path)
        return original(folder, path)

    monkeypatch.setattr(claims, "read_ends", noted)
    root.write(f"{KEY}/test_report.md", "Overall: FAILED\n", at=NOW - 40)
    session = read(root, before=session)
    assert looked == ["test_report.md"]
    assert (says(session, "progress.md"), says(session, "test_report.md")) == ("blocked", "fail")


def test_no_more_than_the_bound_is_read_of_a_file_however_large(root: Root) -> None:
    text = "Status: In Progress\n" + "- [x] a\n" * 100_000 + "## Result\nStatus: Completed\n"
    path = root.write(f"{KEY}/progress.md", text)
    assert os.path.getsize(path) > 2 * MOST_READ
    with safefs.opened_root(str(root)) as folder:
        raw, whole = claims.read_ends(folder, f"{KEY}/progress.md")
    assert len(raw) == MOST_READ + 1 and not whole
    assert says(read(root), "progress.md") == "completed"


def test_links_pipes_and_binary_content_say_nothing(root: Root, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("Status: Blocked")
    root.folder(KEY)
    os.symlink(tmp_path / "secret.md", root.path / KEY / "progress.md")
    os.mkfifo(root.path / KEY / "test_report.md")
    root.write(f"{KEY}/review.md", bytes(range(256)) + b"\nVerdict: APPROVED")
    session = read(root)
    assert session.claims and {
        name: claim.status for name, claim in session.claims.files.items()
    } == {"review.md": ""}
    assert session.claims.files["review.md"].torn


def test_a_copied_context_is_recognised_by_its_bytes(root: Root) -> None:
    text = "# Context\n\n" + "known facts\n" * 40
    for key, content in (
        ("build/build_20251105_190000", text),
        (KEY, text),
        ("build/build_20251104_190000", text.replace("k", "x")),
    ):
        root.write(f"{key}/context.md", content, at=NOW - 1000)
    index = SessionIndex(scan(str(root)), Judge())
    index.refresh(list(index.snapshot.sessions))
    index.read_claims_due()
    copied = {
        key: session.claims.copied
        for key, session in index.snapshot.sessions.items()
        if session.claims
    }
    assert (
        copied[KEY] == "build/build_20251105_190000" and copied["build/build_20251105_190000"] == ""
    )
    root.write(f"{KEY}/context.md", text + "and one more\n", at=NOW - 10)
    index.refresh([KEY])
    index.read_claims_due()
    session = index.snapshot.sessions[KEY]
    assert session.claims and session.claims.copied == ""


def test_states_turn_once_and_never_at_the_start(root: Root) -> None:
    for at, name in enumerate(("context.md", "plan.md")):
        root.write(f"patch/patch_20251106_190000/{name}", "# x\n", at=NOW - 1000 + 500 * at)
    index = SessionIndex(scan(str(root)), judge := Judge())
    states = StateTracker()

    def follow(now_ns: int) -> list[StateChange]:
        touched = index.take_touched()
        return states.follow(index.snapshot, judge, now_ns, touched, complete=True)

    key = "patch/patch_20251106_190000"
    index.refresh([key])
    index.read_claims_due()
    assert follow(NOW_NS) == []
    assert [one.state for one in states.standings.values()] == ["running"]
    assert follow(NOW_NS) == []
    (turn,) = follow(NOW_NS + 3600 * 10**9)
    assert (turn.before, turn.now, turn.session.key) == ("running", "stuck", key)
    assert follow(NOW_NS + 3601 * 10**9) == []
    root.write(f"{key}/progress.md", "Status: Blocked\n", at=NOW + 3600)
    index.refresh([key])
    index.read_claims_due()
    (turn,) = follow(NOW_NS + 3700 * 10**9)
    assert turn.now == "waiting"


def test_only_what_changed_or_what_time_may_have_changed_is_judged(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [f"patch/patch_20251106_19000{number}" for number in range(6)]
    for number, key in enumerate(keys):
        root.write(f"{key}/context.md", at=NOW - 60 * number - 60)
    index = SessionIndex(scan(str(root)), Judge())
    index.refresh(keys)
    index.read_claims_due()
    judged: list[str] = []
    really = Judge.verdict

    def noted(judge: Judge, session: Session, now_ns: int) -> Verdict:
        judged.append(session.key)
        return really(judge, session, now_ns)

    monkeypatch.setattr(Judge, "verdict", noted)
    states, judge, shown = StateTracker(), Judge(), keys[:2]

    def follow(now_ns: int, *touched: str) -> list[str]:
        judged.clear()
        states.follow(index.snapshot, judge, now_ns, touched, complete=True, shown=shown)
        return sorted(judged)

    assert follow(NOW_NS, *keys) == keys and sorted(states.verdicts) == shown
    assert follow(NOW_NS) == [] == list(states.verdicts)
    assert follow(NOW_NS + 60 * 10**9, keys[1]) == [keys[1]]
    stuck_ns = NOW_NS + (1800 - 120) * 10**9  # the default of half an hour
    assert follow(stuck_ns + 1) == keys[1:] and states.standings[keys[0]].state == "running"
    assert {states.standings[key].state for key in keys[1:]} == {"stuck"}
    judge = states.teach(
        judge, index.snapshot
    )  # what it learned may make each that is open another one
    assert follow(stuck_ns + 2) == keys
