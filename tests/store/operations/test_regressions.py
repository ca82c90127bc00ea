"""What attacks on cleaning up found, each so that it stays fixed."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from exito_tui.claude.transcripts import used_places
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.read.root_reader import findings
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, operations_of
from tests.store.operations.test_archive import end, split
from tests.store.support import KEY, OLD, rm, targets, tree
from tests.support import NOW_NS, Root, destroy, said


def test_restoring_what_finalize_replaced_does_not_destroy_what_was_written_since(
    filled: Root,
) -> None:
    filled.write(f"{KEY}/session_metadata.json", '{"a": 1}\n', at=OLD)
    end(filled, KEY)
    filled.append(f"{KEY}/session_summary.md", "my notes\n")
    (entry,) = entries_of(str(filled))
    assert "is not what was written there" in said(restore(str(filled), [entry.id]))[0][1]
    assert (filled.path / KEY / "session_summary.md").read_text().endswith("my notes\n")


def test_restoring_what_finalize_replaced_is_no_deed_that_undo_could_take_back(
    filled: Root,
) -> None:
    rm(filled, "patch")
    filled.write(f"{KEY}/session_metadata.json", '{"a": 1}\n', at=OLD)
    end(filled, KEY)
    entry = next(one for one in entries_of(str(filled)) if one.action == "finalize")
    outcome = restore(str(filled), [entry.id])
    assert not outcome.failed and outcome.operation.action == "undo"
    assert (filled.path / KEY / "session_metadata.json").read_text() == '{"a": 1}\n'


def test_a_purge_that_cannot_remove_all_says_so_and_hinders_nothing(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rm(filled, KEY)
    real = mutations.remove_file

    def stubborn(parent: int, name: str) -> None:
        if name == "deep.md":
            raise OSError(errno.EACCES, "x")
        real(parent, name)

    with monkeypatch.context() as patched:
        patched.setattr(mutations, "remove_file", stubborn)
        outcome = destroy(filled, entries_of(str(filled)))
    ((what, why),) = said(outcome)
    assert outcome.done == () and what.endswith("sub/deep.md")
    assert why == "permission denied; check who owns it: it could not be destroyed whole"
    assert not rm(filled, "patch").failed
    assert os.listdir(filled.path / ".trash" / "scratch") == [], "it is tried again"


def test_a_full_disk_can_be_purged(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    rm(filled, KEY)
    entries = entries_of(str(filled))
    real = mutations.write_all

    def no_room(descriptor: int, content: bytes) -> None:
        if list((filled.path / ".trash" / "scratch").iterdir()) or entries_of(str(filled)):
            raise OSError(errno.ENOSPC, "x")
        real(descriptor, content)

    monkeypatch.setattr(mutations, "write_all", no_room)
    assert not destroy(filled, entries).failed
    assert entries_of(str(filled)) == [] and os.listdir(filled.path / ".trash" / "scratch") == []
    assert operations_of(str(filled))[-1].action == "purge", "once there is room it is written down"


@pytest.mark.parametrize("how", ["pinned", "written"])
def test_mending_does_not_write_into_a_session_that_is_pinned_or_written(
    root: Root, how: str
) -> None:
    split(root)
    found = [
        one for one in findings([scan(str(root))], Judge(), NOW_NS) if one.code == "split-workflow"
    ]
    planned = plan_fixes(str(root), found)
    if how == "pinned":
        set_pins(str(root), ["build/build_20251106_120000"], pinned=True)
    else:
        root.write("build/build_20251106_120000/notes.md", "now\n")
    before = tree(root)
    outcome = fix(str(root), planned)
    assert not outcome.done and tree(root) == before
    assert ("is pinned" if how == "pinned" else "is being written") in said(outcome)[0][1]


def test_what_an_undo_could_not_take_back_is_the_next_to_be_taken_back(filled: Root) -> None:
    rm(filled, "research/topic_20250101_100000")
    rm(filled, KEY, "patch")
    filled.folder(KEY)
    assert [what for what, _ in undo(str(filled)).failed] == [KEY]
    (filled.path / KEY).rmdir()
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert [item.what for item in undo(str(filled)).done] == ["research/topic_20250101_100000"]


def test_the_trash_of_a_copied_root_is_as_good(filled: Root, tmp_path: Path) -> None:
    before = tree(filled)
    rm(filled, KEY)
    rm(filled, "pr_reviews/pr_7")
    copied = Root(tmp_path / "copy")
    copied.path.rmdir()
    shutil.copytree(filled.path, copied.path, symlinks=True)
    shutil.rmtree(filled.path)
    assert not undo(str(copied)).failed
    assert not restore(str(copied), [entries_of(str(copied))[0].id]).failed
    assert tree(copied) == before


def test_a_pin_is_written_down_and_taken_back(filled: Root) -> None:
    rm(filled, KEY)
    set_pins(str(filled), ["patch"], pinned=True)
    assert [operation.action for operation in operations_of(str(filled))] == ["rm", "pin"]
    assert [item.what for item in undo(str(filled)).done] == ["patch"] and scan(
        str(filled)
    ).pinned == frozenset()
    assert [item.what for item in undo(str(filled)).done] == [KEY]


def test_to_read_a_file_of_a_session_is_not_to_use_it(tmp_path: Path) -> None:
    def call(tool: str, key: str) -> str:
        given = {"file_path": f"/x/.claude/sessions/{key}/context.md"}
        item = {"type": "tool_use", "name": tool, "input": given}
        return (
            json.dumps({"type": "assistant", "message": {"content": [item]}}, separators=(",", ":"))
            + "\n"
        )

    path = tmp_path / "t.jsonl"
    path.write_text(
        call("Read", "build/read") + call("Grep", "build/sought") + call("Write", "build/written")
    )
    assert used_places(str(path), 5).places == {"build/written"}


def test_finalize_leaves_what_nobody_knows_and_was_written_just_now(filled: Root) -> None:
    key = "validator_20250101_100000"
    filled.write(f"{key}/test_report.md", "now\n")
    why = said(end(filled, key, rules=ChangeRules(states={key: "unknown"})).outcome)[0][1]
    assert why == "it was written just now, and nobody knows whether it has ended"


def test_archives_do_not_go_into_the_trash(filled: Root) -> None:
    with pytest.raises(CleanupError, match="lies in the trash, where nothing is safe"):
        archive(str(filled), targets(filled, KEY), f"{filled}/.trash/scratch/x", ChangeRules())
    assert (filled.path / KEY).is_dir()
