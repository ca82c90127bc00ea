"""To the trash and back: what is moved, what is left, and what never happens."""

import contextlib
import errno
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exito_tui.domain.cleanup.operation import Item, Operation, Rename
from exito_tui.domain.cleanup.operation_json import (
    NotAnOperationError,
    operation_text,
    read_operation,
)
from exito_tui.domain.sessions.session import Session
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import (
    BusyError,
    CleanupError,
    NothingToUndoError,
    UnfitNameError,
    UnusableRootError,
)
from exito_tui.store.fs.mounts import mounts_below
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules, blockers, recover
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of, is_interrupted, operations_of
from exito_tui.store.trash.journal import Outcome
from exito_tui.store.trash.targets import Target, capture_targets
from exito_tui.store.trash.trash import locked
from tests.support import Root, destroy, said

OLD = 1_735_700_000.0
KEY = "build/build_20250101_100000"


@pytest.fixture
def probed() -> Iterator[Callable[[Callable[[str, str], None]], None]]:
    """Sets the probe for one test."""

    def use(probe: Callable[[str, str], None]) -> None:
        mutations.probe = probe

    yield use
    mutations.probe = None


def seen(root: Root, *keys: str) -> list[Session]:
    found = scan(str(root)).sessions
    return [found[key] for key in keys]


def targets(root: Root, *keys: str) -> list[Target]:
    return capture_targets(str(root), seen(root, *keys))


def rm(root: Root, *keys: str, rules: ChangeRules | None = None) -> Outcome:
    return move_to_trash(str(root), targets(root, *keys), rules or ChangeRules())


def tree(root: Root) -> list[tuple[str, int, int, bytes]]:
    """Every file outside the program's own folders: name, mode, time and content."""
    made = []
    for base, folders, files in os.walk(os.fsencode(root.path)):
        folders[:] = [name for name in folders if name not in (b".trash", b".archive")]
        for name in files:
            path = os.path.join(base, name)
            status = os.lstat(path)
            text = (
                os.readlink(path)
                if stat.S_ISLNK(status.st_mode)
                else Path(os.fsdecode(path)).read_bytes()
            )
            made.append(
                (
                    os.fsdecode(os.path.relpath(path, os.fsencode(root.path))),
                    status.st_mode,
                    status.st_mtime_ns,
                    text,
                )
            )
    return sorted(made)


@pytest.fixture
def filled(root: Root) -> Root:
    """A folder session, a flat one of two files beside another, and a loose one."""
    for number, path in enumerate((
        f"{KEY}/plan.md", f"{KEY}/sub/deep.md", "pr_reviews/pr_7_context.md", "pr_reviews/pr_7_final_review.md",
        "pr_reviews/pr_70_context.md", "research/topic_20250101_100000.md", "patch/test_report.md",
        "validator_20250101_100000/test_report.md",
    )):  # fmt: skip
        root.write(path, f"# {path}\n", at=OLD + number)
    return root


EVERY = (
    KEY,
    "pr_reviews/pr_7",
    "pr_reviews/pr_70",
    "research/topic_20250101_100000",
    "patch",
    "validator_20250101_100000",
)


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


def test_the_trash_is_private_and_ignored_by_git(filled: Root) -> None:
    rm(filled, KEY)
    trash = filled.path / ".trash"
    assert (trash / ".gitignore").read_text() == "*\n" and stat.S_IMODE(
        trash.stat().st_mode
    ) == 0o700
    (entry,) = entries_of(str(filled))
    manifest = json.loads((trash / f"{entry.operation}.json").read_text())
    assert (
        manifest["units"][0]["what"] == KEY
        and manifest["action"] == "rm"
        and manifest["units"][0]["size"] == 80
    )


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


# ── what is left alone ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            lambda root: root.write(f"{KEY}/plan.md", "new\n", at=time.time() - 60),
            "it was written 1 min ago",
        ),
        (
            lambda root: root.write(f"{KEY}/plan.md", "new\n", at=time.time() + 600),
            "its time lies in the future",
        ),
        (lambda root: set_pins(str(root), [KEY], pinned=True), "it is pinned"),
    ],
)
def test_what_is_active_or_pinned_is_left_unless_forced(
    filled: Root, change: Callable[[Root], object], why: str
) -> None:
    change(filled)
    before = tree(filled)
    outcome = rm(filled, KEY)
    assert (
        said(outcome) == [(KEY, why)] and tree(filled) == before and entries_of(str(filled)) == []
    )
    found = blockers(str(filled), targets(filled, KEY), ChangeRules(), time.time_ns())
    assert [(key, sentence(one.reason), one.final) for key, one in found.items()] == [
        (KEY, why, False)
    ]
    assert not rm(filled, KEY, rules=ChangeRules(forced={KEY})).failed


def test_a_running_session_is_left_and_a_waiting_one_may_go(filled: Root) -> None:
    assert said(rm(filled, KEY, rules=ChangeRules(states={KEY: "running"}))) == [
        (KEY, "it is running")
    ]
    assert not rm(filled, KEY, rules=ChangeRules(states={KEY: "waiting"})).failed


def test_bookkeeping_written_just_now_does_not_make_a_session_active(filled: Root) -> None:
    filled.write(f"{KEY}/session_summary.md", "x\n")
    assert not rm(filled, KEY).failed


@pytest.mark.parametrize("damage", ["{", "[]", '{"pinned": [1]}', "\xff\xfe"])
def test_when_nobody_knows_what_is_pinned_nothing_is_moved(filled: Root, damage: str) -> None:
    filled.write(".pins.json", damage.encode("latin-1"))
    with pytest.raises(CleanupError, match="nobody knows what is pinned; repair it or remove it"):
        rm(filled, KEY)
    assert (filled.path / KEY).is_dir()


def test_pins_survive_and_are_seen_by_a_scan(filled: Root) -> None:
    assert set_pins(str(filled), [KEY, "patch"], pinned=True) == [KEY, "patch"]
    assert set_pins(str(filled), [KEY], pinned=True) == []
    assert scan(str(filled)).pinned == {KEY, "patch"}
    assert set_pins(str(filled), [KEY], pinned=False) == [KEY]
    snapshot = scan(str(filled))
    assert snapshot.pinned == {"patch"} and all(
        note.name != ".pins.json" for note in snapshot.notes
    )


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


def test_while_another_holds_the_trash_nothing_is_done(filled: Root) -> None:
    aimed = targets(filled, KEY)
    with (
        locked(str(filled)),
        pytest.raises(BusyError, match="another exito-tui is moving things"),
    ):
        move_to_trash(str(filled), aimed)
    assert (filled.path / KEY).is_dir()
    assert not move_to_trash(str(filled), aimed).failed


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


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_trash_that_is_no_folder_is_refused(filled: Root, tmp_path: Path, kind: str) -> None:
    (tmp_path / "far").mkdir()
    filled.write(".trash") if kind == "file" else os.symlink(
        tmp_path / "far", filled.path / ".trash"
    )
    with pytest.raises(UnusableRootError, match="is a file or a link, not a folder; move it away"):
        rm(filled, KEY)
    assert (filled.path / KEY).is_dir() and os.listdir(tmp_path / "far") == []


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


def test_the_systems_table_of_mounts_is_read(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    place = os.path.realpath(tmp_path)
    table.write_text(
        f"25 1 8:1 / / rw - ext4 x rw\n26 25 8:2 /a {place}/top/build/with\\040space rw - ext4 y rw\n"
        f"27 25 8:2 /a {place}/topmost rw - ext4 y rw\n"
    )
    (tmp_path / "top").mkdir()
    folder = os.open(tmp_path / "top", os.O_RDONLY)
    try:
        assert mounts_below(folder, str(table)) == ["build/with space"]
        assert mounts_below(folder, str(tmp_path / "none")) == []
    finally:
        os.close(folder)


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


# ── back ─────────────────────────────────────────────────────────────────────────────────────────


def test_restoring_onto_what_is_there_keeps_both(filled: Root) -> None:
    rm(filled, KEY)
    filled.write(f"{KEY}/plan.md", "another\n", at=OLD)
    (entry,) = entries_of(str(filled))
    assert said(restore(str(filled), [entry.id])) == [(KEY, "something is there already")]
    assert (filled.path / KEY / "plan.md").read_text() == "another\n" and entries_of(
        str(filled)
    ) == [entry]
    outcome = restore(str(filled), [entry.id], "build_20250101_100001")
    assert [item.what for item in outcome.done] == ["build/build_20250101_100001"]
    assert (filled.path / "build" / "build_20250101_100001" / "sub" / "deep.md").exists()


def test_restoring_an_empty_folders_place_does_not_replace_it(filled: Root) -> None:
    rm(filled, KEY)
    filled.folder(KEY)
    (entry,) = entries_of(str(filled))
    assert said(restore(str(filled), [entry.id])) == [(KEY, "something is there already")]


@pytest.mark.parametrize(
    ("key", "new", "made"),
    [
        (KEY, "ui/ui_20250101_100000", "ui/ui_20250101_100000/plan.md"),
        ("pr_reviews/pr_7", "pr_9", "pr_reviews/pr_9_context.md"),
        (
            "research/topic_20250101_100000",
            "other_20250101_100000",
            "research/other_20250101_100000.md",
        ),
        ("2025-01-01-a.md", "2025-01-02-b", "2025-01-02-b.md"),
        ("2025-01-01-a.md", "2025-01-02-b.md", "2025-01-02-b.md"),
        (
            "validator_20250101_100000",
            "validator_20250101_100001",
            "validator_20250101_100001/test_report.md",
        ),
    ],
)
def test_another_name_for_every_shape(filled: Root, key: str, new: str, made: str) -> None:
    if key.endswith(".md"):
        filled.write(key, at=1_735_700_000)
    rm(filled, key)
    (entry,) = entries_of(str(filled))
    assert not restore(str(filled), [entry.id], new).failed
    assert (filled.path / made).exists()


@pytest.mark.parametrize("new", ["../x", "/x", "a/b/c", ".trash", ".trash/x", "a/..", "a\0b"])
def test_names_that_lead_elsewhere_are_refused(filled: Root, new: str) -> None:
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    with pytest.raises(UnfitNameError, match="is no name for a session"):
        restore(str(filled), [entry.id], new)


def test_a_command_folder_that_is_gone_is_made_and_unmade(filled: Root) -> None:
    rm(filled, KEY)
    (filled.path / "build").rmdir()
    (entry,) = entries_of(str(filled))
    assert not restore(str(filled), [entry.id]).failed and (filled.path / KEY / "plan.md").exists()
    assert not undo(str(filled)).failed and not (filled.path / "build").exists()


def test_undo_goes_further_back_each_time(filled: Root) -> None:
    before = tree(filled)
    rm(filled, KEY)
    rm(filled, "patch")
    assert [item.what for item in undo(str(filled)).done] == ["patch"]
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert tree(filled) == before
    with pytest.raises(NothingToUndoError, match="there is nothing to undo"):
        undo(str(filled))


def test_undo_of_a_restore_and_then_of_the_removal(filled: Root) -> None:
    before = tree(filled)
    rm(filled, KEY)
    restore(str(filled), [entries_of(str(filled))[0].id])
    assert not undo(str(filled)).failed and not (filled.path / KEY).exists()
    assert entries_of(str(filled))[0].item.what == KEY
    assert not undo(str(filled)).failed and tree(filled) == before
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))


def test_undo_leaves_what_was_purged_and_takes_back_the_rest(filled: Root) -> None:
    rm(filled, KEY, "patch")
    first = next(entry for entry in entries_of(str(filled)) if entry.item.what == KEY)
    destroy(filled, [first])
    assert [item.what for item in undo(str(filled)).done] == ["patch"]


def test_undo_leaves_what_was_written_since(filled: Root) -> None:
    rm(filled, KEY)
    restore(str(filled), [entries_of(str(filled))[0].id])
    filled.append(f"{KEY}/plan.md", "resumed\n")
    outcome = undo(str(filled))
    assert said(outcome) == [(KEY, f"{KEY} was written since; it is left where it is")]
    assert (filled.path / KEY / "plan.md").exists()


def test_purge_takes_only_what_was_confirmed(filled: Root) -> None:
    rm(filled, KEY)
    confirmed = entries_of(str(filled))
    rm(filled, "patch")
    assert [item.what for item in destroy(filled, confirmed).done] == [KEY]
    assert [entry.item.what for entry in entries_of(str(filled))] == ["patch"]
    assert said(destroy(filled, confirmed)) == [(KEY, "it is not in the trash any more")]


def test_purge_destroys_folders_that_nobody_may_write_to(filled: Root) -> None:
    os.chmod(filled.path / KEY / "sub", 0o500)
    rm(filled, KEY)
    assert not destroy(filled, entries_of(str(filled))).failed
    assert list((filled.path / ".trash").glob("2*")) == []


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


def test_a_journal_that_nobody_can_read_is_kept_and_told_of(filled: Root) -> None:
    rm(filled, "patch")
    filled.write(".trash/journal.json", "{torn")
    filled.write(".trash/scratch/x/session_metadata.json", "the old one\n")
    assert not is_interrupted(str(filled)), "nothing is done about it before the next deed"
    outcome = rm(filled, KEY)
    assert [path.read_text() for path in (filled.path / ".trash").glob("scratch.*/x/*")] == [
        "the old one\n"
    ]
    assert not outcome.failed and "the journal could not be read" in sentence(outcome.notes[0])
    assert (
        not is_interrupted(str(filled))
        and len(list((filled.path / ".trash").glob("journal.unreadable.*"))) == 1
    )
    found = {bool(entry.problem): entry for entry in entries_of(str(filled))}
    assert len(entries_of(str(filled))) == 3 and found[True].id.startswith("scratch.")


@pytest.mark.parametrize("path", ["../../outside/x", "/etc/x", ".trash/../x", "", "a//b"])
def test_a_journal_that_leads_elsewhere_is_not_believed(filled: Root, path: str) -> None:
    operation = Operation("d", "rm", 1, (Item("x", (Rename("notes", "there", 1),)),))
    text = operation_text(operation).replace('"there"', json.dumps(path))
    with pytest.raises(NotAnOperationError):
        read_operation(text)
    with pytest.raises(NotAnOperationError):
        read_operation(operation_text(operation).replace('"entry": ""', '"entry": "../x"'))


def test_an_entry_without_a_manifest_is_listed_and_never_taken_for_nothing(filled: Root) -> None:
    rm(filled, KEY, "patch")
    one = entries_of(str(filled))[0]
    (filled.path / ".trash" / f"{one.operation}.json").write_text("{")
    assert one in entries_of(str(filled)), "the log knows what it is"
    log = filled.path / ".trash" / "log.jsonl"
    text = log.read_text()
    log.write_text("")
    found = {
        entry.id: sentence(entry.problem) for entry in entries_of(str(filled)) if entry.problem
    }
    assert "nothing says where it came from" in found[one.id]
    assert restore(str(filled), [one.id]).failed[0][0] == one.id
    log.write_text(text)
    assert not undo(str(filled)).failed
    assert (filled.path / KEY / "plan.md").exists()


def test_a_torn_line_in_the_log_hides_nothing_else(filled: Root) -> None:
    rm(filled, KEY)
    with open(filled.path / ".trash" / "log.jsonl", "a") as log:
        log.write('{"id": "torn')
    rm(filled, "patch")
    assert [operation.items[0].what for operation in operations_of(str(filled))] == [KEY, "patch"]


def test_a_trash_that_somebody_emptied_by_hand_is_no_trouble(filled: Root) -> None:
    import shutil

    rm(filled, KEY)
    shutil.rmtree(filled.path / ".trash")
    assert entries_of(str(filled)) == [] and operations_of(str(filled)) == []
    with pytest.raises(CleanupError, match="nothing to undo"):
        undo(str(filled))
    assert not rm(filled, "patch").failed


def test_what_a_process_left_half_done_is_put_right_and_told(filled: Root) -> None:
    """A flat session of two files, of which one had been moved when the process was ended."""
    before = tree(filled)
    child = os.fork()
    if child == 0:
        count = 0

        def end(name: str, phase: str) -> None:
            nonlocal count
            count += (name, phase) == ("renameat2", "after")
            if count == 1 and name == "renameat2":
                os._exit(1)

        mutations.probe = end
        rm(filled, "pr_reviews/pr_7")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert len(os.listdir(filled.path / "pr_reviews")) == 2 and is_interrupted(str(filled))
    assert list(map(sentence, recover(str(filled)))) == [
        "rm was interrupted: 0 of 1 had been done, the rest is as it was"
    ]
    assert (
        tree(filled) == before and entries_of(str(filled)) == [] and not is_interrupted(str(filled))
    )


def test_nothing_is_said_when_the_journal_cannot_be_written_but_that(
    filled: Root, probed: Callable[..., None]
) -> None:
    rm(filled, "patch")
    aimed, before = targets(filled, KEY), tree(filled)

    def full(name: str, phase: str) -> None:
        if name == "write":
            raise OSError(errno.ENOSPC, "x")

    probed(full)
    with pytest.raises(
        CleanupError,
        match="the journal cannot be written: no space left on the disk; nothing was lost",
    ):
        move_to_trash(str(filled), aimed)
    assert tree(filled) == before


def test_a_deed_is_the_same_after_it_was_written_down() -> None:
    item = Item(
        "a\udcff",
        (Rename("x/\udcff", ".trash/e/y", 7, 8, "d"),),
        "e",
        1,
        2,
        "/z\udcff",
        ("m",),
        ("u",),
    )
    operation = Operation("id", "finalize", 5, (item,), "other", True, "m")
    assert read_operation(operation_text(operation)) == operation


def test_two_processes_may_make_the_trash_at_the_same_moment(
    filled: Root, probed: Callable[[Callable[[str, str], None]], None]
) -> None:
    """What one of them makes before it has the lock may be there already for the other."""
    trash = filled.path / ".trash"

    def make(name: str, phase: str) -> None:
        if phase == "before" and trash.is_dir():
            if not (trash / ".gitignore").exists():
                (trash / ".gitignore").write_text("*\n")
            elif not (trash / "scratch").exists():
                (trash / "scratch").mkdir()

    probed(make)
    assert not rm(filled, KEY).failed
    assert len(entries_of(str(filled))) == 1
