"""Saving reports: never over anything, in the session's own folder alone, and taken back whole."""

import errno
import os
import stat
from pathlib import Path

import pytest

from exito_tui.domain.cleanup.operation import Origin
from exito_tui.domain.records.conversation import Agent
from exito_tui.domain.records.reports import Report, Source
from exito_tui.domain.sessions.session import Session
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import NothingToRedoError, NothingToUndoError
from exito_tui.store.operations.recover import save_reports
from exito_tui.store.operations.redo import redo
from exito_tui.store.operations.restore import undo
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import operations_of
from tests.support import Root, said

KEY = "build/build_20250101_100000"
AGENT = Agent("a1", "investigator")


def session(root: Root, key: str = KEY) -> Session:
    return scan(str(root)).sessions[key]


def report(
    name: str = "context.md", content: bytes = b"# \x1b[31m\r\n", source: Source = "last-words"
) -> Report:
    return Report(name, content, source, AGENT, "conversation-1")


def test_a_report_becomes_the_file_byte_for_byte_and_undo_takes_it_back(root: Root) -> None:
    root.folder(KEY)
    outcome = save_reports(session(root), [report()])
    path = root.path / KEY / "context.md"
    assert [item.what for item in outcome.done] == [f"{KEY}/context.md"] and not outcome.failed
    assert path.read_bytes() == b"# \x1b[31m\r\n"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
    (logged,) = operations_of(str(root))
    assert logged.action == "recover"
    assert logged.items[0].origin == Origin("last-words", "investigator", "a1", "conversation-1")
    undone = undo(str(root))
    assert undone.done and not path.exists() and (root.path / KEY).is_dir()
    assert not any((root.path / ".trash" / "scratch").iterdir())
    with pytest.raises(NothingToUndoError):
        undo(str(root))
    with pytest.raises(NothingToRedoError, match="recover makes files anew"):
        redo(str(root))


def test_what_was_written_into_it_since_is_not_taken_back(root: Root) -> None:
    root.folder(KEY)
    save_reports(session(root), [report()])
    root.append(f"{KEY}/context.md", "and more\n")
    outcome = undo(str(root))
    assert not outcome.done and "is not what was written there" in said(outcome)[0][1]
    assert (root.path / KEY / "context.md").read_bytes().endswith(b"and more\n")


def test_what_was_edited_is_left_and_the_next_undo_goes_on_to_what_was_done_before(
    root: Root,
) -> None:
    root.folder(KEY)
    save_reports(session(root), [report("plan.md")])
    save_reports(session(root), [report(), report("review.md")])
    root.append(f"{KEY}/context.md", "mine\n")
    outcome = undo(str(root))
    assert [item.what for item in outcome.done] == [f"{KEY}/review.md"]
    left = "it is not what was written there; it is left where it is"
    assert said(outcome) == [(f"{KEY}/context.md", left)]
    assert [sentence(note) for note in outcome.notes] == [
        "recover is taken back as far as it can be; the next undo takes back what was done before"
    ]
    outcome = undo(str(root))
    assert [item.what for item in outcome.done] == [f"{KEY}/plan.md"] and not outcome.failed
    assert [path.name for path in (root.path / KEY).glob("*.md")] == ["context.md"]
    assert (root.path / KEY / "context.md").read_bytes().endswith(b"mine\n")
    with pytest.raises(NothingToUndoError):
        undo(str(root))


def test_an_error_that_may_pass_does_not_put_an_operation_behind_us(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.store.fs import mutations

    root.folder(KEY)
    save_reports(session(root), [report()])

    def probe(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "before"):
            raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(mutations, "probe", probe)
        outcome = undo(str(root))
    assert not outcome.done and outcome.failed
    assert undo(str(root)).done and not (root.path / KEY / "context.md").exists()


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling", "pipe"])
def test_nothing_is_ever_overwritten(root: Root, kind: str, tmp_path: Path) -> None:
    folder = root.folder(KEY)
    outside = tmp_path / "outside"
    place = folder / "context.md"
    if kind == "file":
        place.write_text("mine\n")
    elif kind == "folder":
        place.mkdir()
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(outside)
        if kind == "link":
            outside.write_text("outside\n")
    before = place.lstat()
    outcome = save_reports(session(root), [report(), report("plan.md")])
    assert said(outcome) == [(f"{KEY}/context.md", "something is there already")]
    assert [item.what for item in outcome.done] == [f"{KEY}/plan.md"], "the other one is saved"
    after = place.lstat()
    assert (after.st_ino, after.st_mtime_ns, after.st_mode) == (
        before.st_ino, before.st_mtime_ns, before.st_mode,
    )  # fmt: skip
    assert outside.exists() == (kind == "link")


def test_a_file_that_appears_at_the_last_moment_stays(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.store.fs import mutations

    folder = root.folder(KEY)

    def probe(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "before") and not (folder / "context.md").exists():
            (folder / "context.md").write_text("just now\n")

    monkeypatch.setattr(mutations, "probe", probe)
    outcome = save_reports(session(root), [report()])
    assert said(outcome) == [(f"{KEY}/context.md", "something is there already")]
    assert (folder / "context.md").read_text() == "just now\n"
    assert not any((root.path / ".trash" / "scratch").iterdir())


@pytest.mark.parametrize("where", ["command", "session"])
def test_no_link_is_followed_into_another_folder(root: Root, where: str, tmp_path: Path) -> None:
    root.folder(KEY)
    seen = session(root)
    outside = tmp_path / "outside"
    (outside / seen.id).mkdir(parents=True)
    os.rmdir(root.path / KEY)
    if where == "command":
        os.rmdir(root.path / "build")
        (root.path / "build").symlink_to(outside)
    else:
        (root.path / KEY).symlink_to(outside / seen.id)
    outcome = save_reports(seen, [report()])
    assert not outcome.done and outcome.failed
    assert not any(path.is_file() for path in outside.rglob("*"))


def test_a_session_that_is_gone_is_not_made_anew(root: Root) -> None:
    root.folder(KEY)
    seen = session(root)
    os.rmdir(root.path / KEY)
    outcome = save_reports(seen, [report()])
    assert not outcome.done and not (root.path / KEY).exists()


@pytest.mark.parametrize("name", ["../plan.md", "sub/plan.md", ".hidden", "/etc/x"])
def test_no_other_name_than_that_of_a_file_in_the_folder(root: Root, name: str) -> None:
    root.folder(KEY)
    outcome = save_reports(session(root), [report(name)])
    assert not outcome.done and outcome.failed
    assert [path.name for path in (root.path / KEY).iterdir()] == []


def test_files_that_lie_loose_get_none_beside_them(root: Root) -> None:
    root.write("pr_reviews/pr_7_context.md", "# x\n")
    outcome = save_reports(session(root, "pr_reviews/pr_7"), [report("pr_7_review.md")])
    assert not outcome.done and "lie loose" in said(outcome)[0][1]
