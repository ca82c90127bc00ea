"""To the trash and back: what is moved, what is left, and what never happens."""

import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.store.trash.targets import capture_targets
from tests.store.support import EVERY, KEY, OLD, rm, seen, targets, tree
from tests.support import Root, destroy, said


def test_every_shape_goes_to_the_trash_and_comes_back_just_as_it_was(filled: Root) -> None:
    before = tree(filled)
    outcome = rm(filled, *EVERY)
    assert [item.what for item in outcome.done] == list(EVERY) and not outcome.failed
    assert tree(filled) == [] and scan(str(filled)).sessions == {}
    assert len(entries_of(str(filled))) == 6
    back = undo(str(filled))
    assert not back.failed and tree(filled) == before
    assert entries_of(str(filled)) == [] and sorted(os.listdir(filled.path / ".trash")) == [
        ".gitignore", "lock", "log.jsonl", "mark", "scratch"
    ]  # fmt: skip
    assert [operation.action for operation in operations_of(str(filled))] == ["rm", "undo"]


def test_an_empty_session_is_an_entry_as_well(root: Root) -> None:
    root.folder(KEY)
    assert not rm(root, KEY).failed and not (root.path / KEY).exists()
    (entry,) = entries_of(str(root))
    assert (entry.item.what, entry.item.files) == (KEY, 0)
    assert not restore(str(root), [entry.id]).failed and (root.path / KEY).is_dir()
    rm(root, KEY)
    assert not destroy(root, entries_of(str(root))).failed and entries_of(str(root)) == []


def test_a_flat_session_takes_its_own_files_alone(filled: Root) -> None:
    rm(filled, "pr_reviews/pr_7")
    assert os.listdir(filled.path / "pr_reviews") == ["pr_70_context.md"]
    (entry,) = entries_of(str(filled))
    assert sorted(os.listdir(filled.path / ".trash" / entry.id)) == [
        "pr_7_context.md",
        "pr_7_final_review.md",
    ]


def test_a_flat_session_that_cannot_go_whole_does_not_go(
    filled: Root, probed: Callable[..., None]
) -> None:
    before = tree(filled)
    count = 0

    def second_fails(name: str, phase: str) -> None:
        nonlocal count
        count += (name, phase) == ("renameat2", "before")
        if count == 2 and (name, phase) == ("renameat2", "before"):
            raise OSError(errno.EIO, "x")

    probed(second_fails)
    outcome = rm(filled, "pr_reviews/pr_7")
    assert outcome.done == () and said(outcome)[0][1] == "input/output error"
    assert tree(filled) == before and entries_of(str(filled)) == []


# ── what happens in between ──────────────────────────────────────────────────────────────────────


def test_what_took_the_place_of_a_session_is_not_moved(filled: Root) -> None:
    aimed = targets(filled, KEY)
    os.rename(filled.path / KEY, filled.path / "elsewhere")
    filled.write(f"{KEY}/plan.md", "another\n", at=OLD)
    outcome = move_to_trash(str(filled), aimed)
    assert said(outcome) == [(KEY, "it has changed since you looked")]
    assert (filled.path / KEY / "plan.md").read_text() == "another\n"


def test_an_empty_folder_in_the_place_of_another_is_not_moved(root: Root) -> None:
    root.folder(KEY)
    aimed = targets(root, KEY)
    (root.path / KEY).rename(root.path / "elsewhere")
    root.folder(KEY)
    assert said(move_to_trash(str(root), aimed)) == [(KEY, "it has changed since you looked")]


@pytest.mark.parametrize("path", [f"{KEY}/plan.md", f"{KEY}/new.md", f"{KEY}/sub/new.md"])
def test_what_changed_since_the_preview_is_left(filled: Root, path: str) -> None:
    aimed = targets(filled, KEY)
    filled.write(path, "changed\n", at=OLD)
    assert said(move_to_trash(str(filled), aimed)) == [(KEY, "it has changed since you looked")]


def test_what_changed_since_the_list_was_read_is_left(filled: Root) -> None:
    sessions = seen(filled, KEY, "pr_reviews/pr_7")
    filled.write(f"{KEY}/new.md", "x\n", at=OLD)
    filled.write("pr_reviews/pr_7_late_report.md", "x\n", at=OLD)
    outcome = move_to_trash(str(filled), capture_targets(str(filled), sessions))
    assert {why for _, why in said(outcome)} == {"it has changed since you looked"} and len(
        outcome.failed
    ) == 2


def test_a_file_added_to_a_flat_session_after_the_preview_leaves_it(filled: Root) -> None:
    aimed = targets(filled, "pr_reviews/pr_7")
    filled.write("pr_reviews/pr_7_late_report.md", "x\n", at=OLD)
    assert said(move_to_trash(str(filled), aimed))[0][1] == "it has changed since you looked"


def test_an_agent_that_writes_while_its_session_is_moved_gets_it_back(
    filled: Root, probed: Callable[..., None]
) -> None:
    with open(filled.path / KEY / "plan.md", "a") as agent:

        def write(name: str, phase: str) -> None:
            if (name, phase) == ("renameat2", "after") and not agent.closed:
                agent.write("more\n")
                agent.close()

        probed(write)
        outcome = rm(filled, KEY)
    assert said(outcome) == [(KEY, "it was written while it was moved, so it was put back")]
    assert (filled.path / KEY / "plan.md").read_text().endswith("more\n") and entries_of(
        str(filled)
    ) == []


def test_a_folder_that_an_agent_makes_anew_stays_beside_what_was_moved(
    filled: Root, probed: Callable[..., None]
) -> None:
    """A write by its path into a session that has just been moved makes the folder again: both are
    kept."""

    def write(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "after") and not (filled.path / KEY).exists():
            filled.write(f"{KEY}/progress.md", "anew\n")

    probed(write)
    outcome = rm(filled, KEY)
    assert not outcome.failed
    assert os.listdir(filled.path / KEY) == ["progress.md"]
    (entry,) = entries_of(str(filled))
    assert entry.item.files == 2


def test_only_one_of_several_processes_wins(filled: Root) -> None:
    program = """
import sys
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.targets import capture_targets
root = sys.argv[1]
targets = capture_targets(root, scan(root).sessions.values())
print("ready", flush=True)
input()
try:
    print(len(move_to_trash(root, targets).done))
except CleanupError as error:
    print(error)
"""
    with contextlib.ExitStack() as processes:
        running = [
            processes.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", program, str(filled)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(3)
        ]
        for process in running:
            assert process.stdout and process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        answers = [process.communicate()[0].strip() for process in running]
    assert sum(int(answer) for answer in answers if answer.isdigit()) == 6, answers
    assert all(
        answer.isdigit() or "another exito-tui is moving things" in answer for answer in answers
    )
    assert len(entries_of(str(filled))) == 6


def test_a_long_operation_can_be_stopped_between_two_sessions(filled: Root) -> None:
    from exito_tui.store.operations.common import Progress

    on_progress: list[int] = []
    outcome = move_to_trash(
        str(filled),
        targets(filled, *EVERY),
        progress=Progress(on_progress.append, lambda: len(on_progress) >= 2),
    )
    assert len(outcome.done) == 2 and on_progress == [1, 2]
    assert [why for _, why in said(outcome)] == ["not begun: you stopped it"] * 4
    assert len(undo(str(filled)).done) == 2


# ── links, mounts, names ─────────────────────────────────────────────────────────────────────────


def test_a_link_in_the_place_of_a_command_is_not_followed(filled: Root, tmp_path: Path) -> None:
    aimed = targets(filled, KEY)
    os.rename(filled.path / "build", tmp_path / "real")
    os.symlink(tmp_path / "real", filled.path / "build")
    outcome = move_to_trash(str(filled), aimed)
    assert (
        len(outcome.failed) == 1
        and (tmp_path / "real" / "build_20250101_100000" / "plan.md").exists()
    )


def test_a_link_in_the_place_of_a_session_is_not_followed(filled: Root, tmp_path: Path) -> None:
    aimed = targets(filled, KEY)
    os.rename(filled.path / KEY, tmp_path / "real")
    os.symlink(tmp_path / "real", filled.path / KEY)
    assert said(move_to_trash(str(filled), aimed)) == [(KEY, "it has changed since you looked")]
    assert (tmp_path / "real" / "plan.md").exists()


def test_links_inside_are_moved_as_links_and_purged_as_links(filled: Root, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.md").write_text("kept\n")
    os.symlink(outside, filled.path / KEY / "folder")
    os.symlink(outside / "kept.md", filled.path / KEY / "file")
    os.symlink("nowhere", filled.path / KEY / "broken")
    for name in ("folder", "file", "broken"):
        os.utime(filled.path / KEY / name, (OLD, OLD), follow_symlinks=False)
    assert not rm(filled, KEY).failed
    assert not destroy(filled, entries_of(str(filled))).failed
    assert (outside / "kept.md").read_text() == "kept\n" and os.listdir(
        filled.path / ".trash" / "scratch"
    ) == []


def test_a_root_that_is_read_only_says_so(filled: Root, probed: Callable[..., None]) -> None:
    aimed = targets(filled, KEY)

    def read_only(name: str, phase: str) -> None:
        raise OSError(errno.EROFS, "x")

    probed(read_only)
    with pytest.raises(
        CleanupError, match="cannot be made or opened: the file system is read-only"
    ):
        move_to_trash(str(filled), aimed)


def test_what_lies_on_another_file_system_is_refused_and_never_copied(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    aimed, before = targets(filled, KEY), tree(filled)

    def crosses(source: int, name: str, *rest: object) -> bool:
        raise mutations._fitting(errno.EXDEV, name)

    monkeypatch.setattr(mutations, "_renameat2", crosses)
    outcome = move_to_trash(str(filled), aimed)
    assert said(outcome) == [(KEY, "it lies on another file system, and copying would not be safe")]
    assert tree(filled) == before


def test_something_mounted_inside_is_left(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    aimed = targets(filled, KEY)
    monkeypatch.setattr("exito_tui.store.trash.trash.mounts_below", lambda root: [f"{KEY}/sub"])
    assert said(move_to_trash(str(filled), aimed)) == [(KEY, "something is mounted in it")]


@pytest.mark.parametrize(
    "name",
    [
        b"build_20250101_100000_" + b"x" * 233,
        b"build_\xff\xfe_20250101_100000",
        b"-rf_20250101_100000",
        b"a\nb_20250101_100000",
    ],
)
def test_odd_names_go_and_come_back(root: Root, name: bytes) -> None:
    root.write(b"build/" + name + b"/" + b"y" * 255, "x\n", at=OLD)
    root.write(b"build/" + name + b"/\xff", "x\n", at=OLD)
    before = tree(root)
    sessions = list(scan(str(root)).sessions.values())
    assert len(sessions) == 1
    assert (
        not move_to_trash(str(root), capture_targets(str(root), sessions)).failed
        and tree(root) == []
    )
    assert not undo(str(root)).failed and tree(root) == before
    made = archive(
        str(root), capture_targets(str(root), sessions), f"{root}/.archive", ChangeRules()
    )
    assert not made.failed, made
    destroy(root, entries_of(str(root)))
    (path,) = (root.path / ".archive").iterdir()
    assert not unarchive(str(root), str(path)).failed and tree(root) == before


def test_without_the_kernels_own_rename_all_goes_as_well(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutations, "_kernel", [None])
    before = tree(filled)
    assert not rm(filled, *EVERY).failed
    filled.write(f"{KEY}/other.md", at=OLD)
    outcome = undo(str(filled))
    assert [what for what, _ in outcome.failed] == [KEY] and "there already" in said(outcome)[0][1]
    (filled.path / KEY / "other.md").unlink()
    (filled.path / KEY).rmdir()
    assert not restore(str(filled), [entry.id for entry in entries_of(str(filled))]).failed
    assert tree(filled) == before
