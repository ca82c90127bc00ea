"""Whatever fails, and wherever the process ends, a session is whole in exactly one place and the
next start knows it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exito_tui.domain.doctor.finding import Finding, Move
from exito_tui.domain.records.conversation import Agent
from exito_tui.domain.records.reports import Report
from exito_tui.domain.sessions.artefact import METADATA
from exito_tui.domain.sessions.foreign_files import is_noise
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.operations.archive import archive
from exito_tui.store.operations.common import ChangeRules, recover
from exito_tui.store.operations.finalize import finalize
from exito_tui.store.operations.fix import fix, plan_fixes
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.recover import save_reports
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.operations.unarchive import unarchive
from exito_tui.store.read.root_reader import examined, findings
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.contents import entries_of
from exito_tui.store.trash.targets import capture_targets
from tests.faults.conftest import Fresh
from tests.faults.harness import (
    FAULTS,
    KILL,
    Point,
    World,
    calls_of,
    content_of,
    inject,
    points,
    same_when_copied,
)
from tests.support import destroy, write_files

LONG = os.environ.get("EXITO_FAULTS") == "long"
"""The longer run: also at each phase every fault; else each error once, and SIGKILL everywhere."""

_SPREAD = 12


def sessions(world: World, *keys: str) -> list[Session]:
    found = scan(str(world.root)).sessions
    return [found[key] for key in keys]


@same_when_copied
def trash_all(world: World) -> None:
    root = str(world.root)
    move_to_trash(root, capture_targets(root, sessions(world, world.FOLDER, world.FLAT)))


def archive_all(world: World) -> None:
    root = str(world.root)
    archive(
        root,
        capture_targets(root, sessions(world, world.FOLDER, world.FLAT)),
        str(world.archives),
        ChangeRules(),
    )


def restore_all(world: World) -> None:
    root = str(world.root)
    restore(root, [entry.id for entry in entries_of(root)])


def purge_all(world: World) -> None:
    destroy(world.root, entries_of(str(world.root)))


def undo_last(world: World) -> None:
    undo(str(world.root))


def unarchive_all(world: World) -> None:
    for path in sorted(world.archives.glob("*.tar.gz")):
        unarchive(str(world.root), str(path))


@same_when_copied
def nothing(world: World) -> None:
    pass


@same_when_copied
def trashed_and_archived_away(world: World) -> None:
    archive_all(world)
    purge_all(world)


ACTIONS: dict[str, tuple[Callable[[World], None], Callable[[World], None], bool]] = {
    "trash": (nothing, trash_all, False),
    "restore": (trash_all, restore_all, False),
    "undo": (trash_all, undo_last, False),
    "archive": (nothing, archive_all, False),
    "undo-archive": (archive_all, undo_last, False),
    "purge": (trash_all, purge_all, True),
    "unarchive": (trashed_and_archived_away, unarchive_all, True),
}
"""What comes before, the action itself, and whether sessions may be gone meanwhile."""


def kills(calls: list[str], changes: list[int]) -> list[Point]:
    """SIGKILL at each announcement in the long run; else where the disk has changed."""
    return [Point(at, KILL) for at in (range(len(calls)) if LONG else changes)]


def chosen(calls: list[str], changes: list[int]) -> list[Point]:
    """Each SIGKILL, and every error at each announcement in the long run; else one, in turn."""
    errors = [fault for fault in FAULTS.values() if fault != KILL]
    return kills(calls, changes) + [
        point
        for point in points(calls, FAULTS)
        if point.fault != KILL and (LONG or point.fault == errors[point.at % len(errors)])
    ]


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_lost_wherever_it_fails(name: str, fresh: Fresh) -> None:
    prepare, action, may_be_gone = ACTIONS[name]
    world = fresh(prepare)
    calls, changes = calls_of(lambda: action(world), world.base)
    assert len(calls) > 16 and "before renameat2" in calls and "after fsync" in calls
    before = {key: bool(places) for key, places in fresh(prepare).where().items()}
    for point in chosen(calls, changes):
        world = fresh(prepare)
        inject(point, lambda: action(world))  # noqa: B023
        where = f"{name}: {calls[point.at]} {point}"
        for started in (False, True):
            if started:
                recover(str(world.root))
            try:
                if started or (point.fault != KILL and name not in ("purge", "unarchive")):
                    world.check_whole(gone=may_be_gone)
                elif name not in ("purge", "unarchive"):
                    world.check_each_file_is_in_one_place()
                if started and "archive" in name and name != "unarchive":
                    world.check_archives()
                if started:
                    world.check_settled()
                    assert name == "purge" or all(
                        bool(places) or not before[key] for key, places in world.where().items()
                    )
            except AssertionError as error:
                raise AssertionError(
                    f"{where}, {'after' if started else 'before'} the next start: {error}"
                ) from error


def killed_while_recovering(world: World, at: int) -> bool:
    """Let the next start be ended at its call of that number; False when it makes no such call."""
    point = Point(at, KILL)
    try:
        inject(point, lambda: recover(str(world.root)))
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_is_lost_when_the_next_start_is_ended_as_well(name: str, fresh: Fresh) -> None:
    """SIGKILL at each call of the recovery, after each SIGKILL of the action; in the short run at
    one."""
    prepare, action, may_be_gone = ACTIONS[name]
    world = fresh(prepare)
    calls, changes = calls_of(lambda: action(world), world.base)
    count = 0
    for number, point in enumerate(kills(calls, changes)):
        at = 0 if LONG else number % _SPREAD
        while True:
            world = fresh(prepare)
            inject(point, lambda: action(world))  # noqa: B023
            met = killed_while_recovering(world, at)
            count += met
            recover(str(world.root))
            try:
                world.check_whole(gone=may_be_gone)
                world.check_settled()
            except AssertionError as error:
                raise AssertionError(
                    f"{name}: {calls[point.at]} {point}, recovery ended at {at}: {error}"
                ) from error
            at += 1
            if not (LONG and met):
                break
    assert count > len(calls) // 12


def failed_everywhere(
    fresh: Fresh, prepare: Callable[[World], None], action: Callable[[World], None]
) -> Iterator[tuple[World, str]]:
    """A world for each point at which an action can fail, after it did and the next start came; and
    where that was."""
    world = fresh(prepare)
    calls, changes = calls_of(lambda: action(world), world.base)
    assert "before renameat2" in calls
    for point in chosen(calls, changes):
        world = fresh(prepare)
        inject(point, lambda: action(world))  # noqa: B023
        recover(str(world.root))
        yield world, f"{action.__name__}: {calls[point.at]} {point}"


def finalize_both(world: World) -> None:
    snapshot, judge = examined(scan(str(world.root)), Judge())
    wanted = [snapshot.sessions[key] for key in (world.FOLDER, world.OTHER)]
    finalize(str(world.root), wanted, judge, ChangeRules())


@pytest.mark.parametrize("name", ["finalize", "undo-finalize"])
def test_finalize_leaves_each_file_old_or_new(name: str, fresh: Fresh) -> None:
    prepare, action = (nothing, finalize_both) if name == "finalize" else (finalize_both, undo_last)
    old = fresh(nothing)
    plain = {key: files_of(old, key) for key in (old.FOLDER, old.OTHER)}
    world = fresh(finalize_both)
    new = {key: files_of(world, key) for key in plain}
    for world, where in failed_everywhere(fresh, prepare, action):
        world.check_settled()
        assert world.watched() == world.guarded
        for key in plain:
            assert files_of(world, key) in (plain[key], new[key]), f"{where}: {key}"


def files_of(world: World, key: str) -> dict[str, str]:
    return {name: digest for name, _, _, digest in content_of(world.root / key)}


def reports_of(world: World) -> dict[str, str]:
    """The files of a session but for what is noted of them: whatever happens, its metadata is
    whole, with what is not ours in it, and what an ended process left of it is no file of the
    session."""
    files = files_of(world, world.OTHER)
    del files[METADATA]
    made = json.loads((world.root / world.OTHER / METADATA).read_text())
    assert made.pop("own") == 1 and made.keys() <= {"hooks"}
    return {name: digest for name, digest in files.items() if not is_noise(name)}


def recover_report(world: World) -> None:
    reports = [
        Report(name, b"# A report\n", "last-words", Agent("a1", "architect"), "one")
        for name in ("plan.md", "progress.md")
    ]
    save_reports(sessions(world, world.OTHER)[0], reports)


def recover_and_edit(world: World) -> None:
    recover_report(world)
    with open(world.root / world.OTHER / "progress.md", "a") as file:
        file.write("mine\n")


@pytest.mark.parametrize("name", ["recover", "undo-recover", "undo-recover-edited"])
def test_a_report_is_saved_whole_or_not_at_all(name: str, fresh: Fresh) -> None:
    edited = name == "undo-recover-edited"
    wanted = recover_and_edit if edited else recover_report
    prepare, action = (nothing, recover_report) if name == "recover" else (wanted, undo_last)
    before = reports_of(fresh(nothing))
    saved = reports_of(fresh(wanted))
    assert len(saved) == len(before) + 2
    for world, where in failed_everywhere(fresh, prepare, action):
        now = reports_of(world)
        assert before.items() <= now.items() <= saved.items(), where
        assert not edited or "progress.md" in now, where
        world.check_settled()
        assert world.watched() == world.guarded, where


@same_when_copied
def split(world: World) -> None:
    """The validator made a folder of its own, and output lies in a nested root."""
    for path, text, at in (
        (f"{world.OTHER}/plan.md", "# Plan\n", 1_735_812_500),
        (f"{world.OTHER}/progress.md", "# Progress\n\nStatus: Completed\n", 1_735_812_600),
        ("validator_20250102_103000/test_report.md", f"# T\n\nSession: {world.OTHER.partition('/')[2]}\n", 1_735_812_700),
        (".claude/sessions/think/think_20250103_100000/context.md", "# nested\n", 1_735_890_000),
    ):  # fmt: skip
        full = world.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text)
        os.utime(full, (at, at))


def mend_all(world: World) -> None:
    root = str(world.root)
    judge = Judge()
    now_ns = 1_762_461_000 * 10**9
    fix(root, plan_fixes(root, findings([scan(root)], judge, now_ns)))


def beside(world: World) -> Path:
    """Another root, with a session that is to be copied."""
    place = world.base / "other" / ".claude" / "sessions"
    if not place.exists():
        files = {path: f"{path}\n" for path in ("plan.md", "sub/deep.txt")}
        for written in write_files(place / "think/think_20250103_100000", files):
            os.utime(written, (1_735_890_000, 1_735_890_000))
    return place


def copy_sessions(world: World) -> None:
    place = beside(world)
    keys = ["think/think_20250103_100000", "think/think_20250103_100000/plan.md"]
    moves = tuple(
        Move(source, target, str(place))
        for source, target in zip(keys, (keys[0], "think/plan.md"), strict=True)
    )
    finding = Finding("worktree-at-risk", "x", "", "", "", moves)
    fix(str(world.root), plan_fixes(str(world.root), [finding]))


@pytest.mark.parametrize("name", ["copy", "undo-copy"])
def test_a_copy_is_whole_or_not_there_and_the_original_stays(name: str, fresh: Fresh) -> None:
    prepare, action = (nothing, copy_sessions) if name == "copy" else (copy_sessions, undo_last)
    world = fresh(copy_sessions)
    original = content_of(beside(world))
    copied = content_of(world.root / "think")
    assert len(copied) == 3
    for world, where in failed_everywhere(fresh, prepare, action):
        now = content_of(world.root / "think")
        parts = [[one for one in copied if one[0].startswith("think_")], [copied[0]]]
        kept = [one for part in parts if set(part) <= set(now) for one in part]
        assert sorted(kept) == sorted(now), where
        if name == "undo-copy":  # what is not in its place is whole in the trash
            restore_all(world)
            assert content_of(world.root / "think") == copied, where
        assert content_of(beside(world)) == original
        world.check_whole()


def hashes(world: World) -> list[str]:
    """What every file of the agents holds, wherever it lies."""
    kept = [path for path in world.root.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(path.read_text() for path in kept if path.parent.name != ".trash")


@pytest.mark.parametrize("name", ["fix", "undo-fix"])
def test_mending_moves_all_of_a_finding_or_nothing(name: str, fresh: Fresh) -> None:
    def fixed(world: World) -> None:
        split(world)
        mend_all(world)

    prepare, action = (split, mend_all) if name == "fix" else (fixed, undo_last)
    world = fresh(split)
    everything, split_tree = hashes(world), sorted(str(path) for path in agents_files(world))
    mended_tree = sorted(str(path) for path in agents_files(fresh(fixed)))
    assert mended_tree != split_tree
    for world, where in failed_everywhere(fresh, prepare, action):
        assert hashes(world) == everything, where
        for path in agents_files(world):
            assert str(path) in split_tree + mended_tree
        world.check_settled()


def agents_files(world: World) -> list[Path]:
    return [
        path.relative_to(world.root)
        for path in world.root.rglob("*")
        if path.is_file() and not path.is_symlink() and ".trash" not in path.parts
    ]


def careless_copy_and_delete(world: World) -> None:
    """What a careless program would do: copy to the trash, then remove."""
    from exito_tui.store.fs import mutations

    source, target = world.root / world.FOLDER, world.root / ".trash" / "0careless"
    assert mutations.probe is not None
    mutations.probe("mkdir", "before")
    target.mkdir(parents=True)
    for path in sorted(source.rglob("*")):
        mutations.probe("copy", "before")
        if path.is_dir() and not path.is_symlink():
            (target / source.name / path.relative_to(source)).mkdir(parents=True, exist_ok=True)
        else:
            (target / source.name / path.relative_to(source)).parent.mkdir(
                parents=True, exist_ok=True
            )
            shutil.copy2(
                path, target / source.name / path.relative_to(source), follow_symlinks=False
            )
        mutations.probe("copy", "after")
    careless_remove(world)


def careless_remove(world: World) -> None:
    from exito_tui.store.fs import mutations

    assert mutations.probe is not None
    for path in sorted((world.root / world.FOLDER).rglob("*"), reverse=True):
        mutations.probe("unlink", "before")
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        mutations.probe("unlink", "after")


@pytest.mark.parametrize("careless", [careless_copy_and_delete, careless_remove])
def test_the_harness_catches_a_careless_program(
    careless: Callable[[World], None], fresh: Fresh
) -> None:
    """The negative control: with copy and delete, or plain removal, some point must show a loss."""
    world = fresh(nothing)
    calls, _ = calls_of(lambda: careless(world), world.base)
    caught = 0
    for point in points(calls, {"SIGKILL": KILL}):
        world = fresh(nothing)
        inject(point, lambda: careless(world))  # noqa: B023
        try:
            world.check_whole()
        except AssertionError:
            caught += 1
    assert caught > len(calls) // 2
