"""Wherever a hook fails or is ended, nothing is half made, and the next one goes on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exito_tui.domain.hook_setup import PARTS
from exito_tui.domain.sessions.foreign_files import is_noise
from exito_tui.hooks.dispatch import answer
from exito_tui.hooks.folders import NewFolderError, RunFacts, new_folder
from exito_tui.store.operations.common import recover
from exito_tui.store.operations.hook_notes import METADATA
from exito_tui.store.operations.restore import undo
from exito_tui.store.trash.contents import operations_of
from tests.faults.conftest import Fresh
from tests.faults.harness import FAULTS, KILL, Point, World, calls_of, inject
from tests.faults.test_faults import LONG

ID = "3f2a0000-1111-2222-3333-444455556666"
NOW = 1_762_443_045.0
REPORT = "# Context\n\nThe cart has no coupons.\n"
_SPREAD = 6
"""In the short run errors, and the undo, are tried at so many announcements' distance."""
ERRORS = [fault for fault in FAULTS.values() if fault != KILL]


def chosen(calls: list[str]) -> Iterator[Point]:
    """SIGKILL before each call and after the last, and some errors; in the long run every fault at
    each announcement."""
    for at, call in enumerate(calls):
        if LONG:
            yield from (Point(at, fault) for fault in FAULTS.values())
        elif call.startswith("before") or at == len(calls) - 1:
            yield Point(at, KILL)
            if not at % _SPREAD:
                yield Point(at, ERRORS[at % len(ERRORS)])


def said(world: World, event: str, **more: Any) -> dict[str, Any]:
    return {"hook_event_name": event, "session_id": ID, "cwd": str(world.root.parents[1]), **more}


def new(world: World) -> None:
    try:
        new_folder(str(world.root.parents[1]), "craft", RunFacts("Saved carts", ID), NOW)
    except NewFolderError as error:
        raise OSError(str(error)) from None


def begin(world: World) -> None:
    try:
        event = said(world, "UserPromptExpansion", command_name="exito:craft")
        answer(event, frozenset(PARTS))
    except NewFolderError as error:
        raise OSError(str(error)) from None


def save(world: World) -> None:
    event = said(
        world,
        "SubagentStop",
        agent_type="exito:investigator",
        last_assistant_message=REPORT,
    )
    answer(event, frozenset(PARTS))


def nothing(world: World) -> None:
    pass


def folders(world: World) -> list[Path]:
    return sorted((world.root / "craft").glob("*"))


def whole(folder: Path) -> bool:
    """Whether a folder has its metadata, whole; it must have nothing else."""
    names = [one.name for one in folder.iterdir() if not is_noise(one.name)]
    assert names in ([], [METADATA]), names
    return bool(names) and json.loads((folder / METADATA).read_text())["claude_session_id"] == ID


@pytest.mark.parametrize("action", [new, begin])
def test_a_folder_is_whole_or_holds_nothing(action: Callable[[World], None], fresh: Fresh) -> None:
    world = fresh(nothing)
    calls, _ = calls_of(lambda: action(world), world.base)
    assert "before mkdir" in calls and "before rename" in calls
    for point in chosen(calls):
        world = fresh(nothing)
        inject(point, lambda: action(world))  # noqa: B023
        where = f"{action.__name__}: {calls[point.at]} {point}"
        left = folders(world)
        assert len(left) <= 1, where
        made = [one for one in left if whole(one)]
        last = point.at == len(calls) - 1
        assert point.fault == KILL or last or not left or made, f"{where}: an empty one is left"
        action(world)
        assert len([one for one in folders(world) if whole(one)]) == len(made) + 1, where
        world.check_whole()


def test_an_answer_is_saved_whole_or_not_at_all(fresh: Fresh) -> None:
    world = fresh(begin)
    calls, _ = calls_of(lambda: save(world), world.base)
    assert "before renameat2" in calls
    for point in chosen(calls):
        world = fresh(begin)
        (folder,) = folders(world)
        inject(point, lambda: save(world))  # noqa: B023
        where = f"save: {calls[point.at]} {point}"
        recover(str(world.root))
        world.check_settled()
        world.check_whole()
        check(folder, where)
        save(world)
        check(folder, where)
        assert (folder / "context.md").read_text() == REPORT, where
        assert [one.action for one in operations_of(str(world.root))] == ["recover"], where
        if point.at % _SPREAD and not LONG:
            continue
        assert undo(str(world.root)).done, where
        assert not (folder / "context.md").exists(), where


def check(folder: Path, where: str) -> None:
    """The file is whole or not there; the metadata keeps what it said."""
    names = {one.name for one in folder.iterdir() if not is_noise(one.name)}
    assert names <= {"context.md", METADATA}, f"{where}: {names}"
    assert not (folder / "context.md").exists() or (folder / "context.md").read_text() == REPORT
    made = json.loads((folder / METADATA).read_text())
    assert made["claude_session_id"] == ID and made["hooks"]["begin"] is True, where


def test_the_harness_sees_what_is_half_made(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: metadata that is written in place must show somewhere."""
    from exito_tui.hooks import folders as module

    monkeypatch.setattr(module, "DRAFT", METADATA)
    world = fresh(nothing)
    calls, _ = calls_of(lambda: new(world), world.base)
    caught = 0
    for at in range(len(calls)):
        world = fresh(nothing)
        inject(Point(at, KILL), lambda: new(world))  # noqa: B023
        try:
            assert all(not list(one.iterdir()) or whole(one) for one in folders(world))
        except (AssertionError, ValueError):
            caught += 1
    assert caught
