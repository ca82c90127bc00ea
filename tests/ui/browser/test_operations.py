"""Cleaning up in the app: asked, shown, carried out, and taken back with one key."""

import os
import threading
from pathlib import Path

import pytest

from exito_tui.config.settings import Config
from exito_tui.store.fs import mutations
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.trash import preview
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.store.trash.trash import locked
from exito_tui.ui.dialogs import trash as trash_screen
from exito_tui.ui.messages import RootsTouched
from tests.store.support import OLD, targets
from tests.support import NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

FIRST, SECOND, THIRD = (f"build/build_2025010{day}_100000" for day in (3, 2, 1))
TITLES = {FIRST: "Retry in the queue", SECOND: "Saved carts", THIRD: "Dark mode"}


@pytest.fixture
def filled(root: Root) -> Root:
    """Three sessions of one command, of long ago, the newest first in the list."""
    for key in (FIRST, SECOND, THIRD):
        root.write(f"{key}/context.md", f"# Context: {TITLES[key]}\n", at=OLD)
    return root


def there(root: Root) -> list[str]:
    return sorted(os.listdir(root.path / "build"), reverse=True)


async def gone(root: Root, *keys: str) -> None:
    await until(lambda: not any((root.path / key).exists() for key in keys), f"{keys} to go")


async def test_d_asks_y_moves_and_u_takes_it_back(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("d")
        await browser.shows("Move 1 session to the trash?")
        for words in (
            "1 file, ",
            "Nothing is freed before you purge",
            FIRST,
            "Retry in the queue",
            "build, interrupted, quiet",
            "y move to the trash",
            "esc cancel",
        ):
            assert words in browser.text
        await browser.press("d", "n")
        await browser.hides("Move 1 session")
        assert len(there(filled)) == 3
        await browser.agree("d", to="Move 1 session")
        await gone(filled, FIRST)
        await browser.shows("in the trash; u to undo")
        await until(lambda: browser.selected == SECOND)
        await browser.press("u")
        await until(lambda: len(there(filled)) == 3)
        await browser.shows("Undone: rm of Retry in the queue; U to redo")
        await browser.press("u")
        await browser.shows("There is nothing to undo")


async def test_marks_ranges_and_all(filled: Root) -> None:
    filled.write("patch/patch_20250101_100000/context.md", at=OLD)
    async with browsing(filled) as browser:
        marks = browser.app.browser.session_list.marks
        await browser.press("v", "j")
        assert len(browser.app.browser.session_list.marks) == 2
        await browser.shows("2 marked")
        await browser.press("k")
        assert len(browser.app.browser.session_list.marks) == 1, "a range shrinks as well"
        await browser.press("j", "j", "v", "j")
        assert len(browser.app.browser.session_list.marks) == 3
        await browser.press("escape")
        assert not browser.app.browser.session_list.marks and not marks
        await browser.press("ctrl+a")
        await browser.shows("4 marked")
        await browser.press("ctrl+a")
        assert not browser.app.browser.session_list.marks
        await browser.press("slash", *"patch", "enter", "ctrl+a")
        await browser.shows("1 marked")
        await browser.agree("d", to="patch/patch_20250101_100000")
        await gone(filled, "patch/patch_20250101_100000")
        assert len(there(filled)) == 3


async def test_a_range_holds_while_the_list_moves(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("v")
        filled.write("build/build_20250104_100000/context.md", "# new\n", at=OLD + 4 * 86_400)
        browser.app.browser.post_message(RootsTouched())
        await until(lambda: len(browser.app.browser.session_list.rows) == 5)
        await browser.press("j", "j")
        assert {key for _, _, key in browser.app.browser.session_list.marks} == {
            FIRST,
            SECOND,
            THIRD,
        }


async def test_what_is_left_out_is_shown_with_the_reason_and_one_can_be_forced(
    filled: Root,
) -> None:
    set_pins(str(filled), [FIRST], pinned=True)
    async with browsing(filled) as browser:
        await browser.press("ctrl+a", "d")
        await browser.shows("Move 2 sessions to the trash?")
        assert (
            "Left out" in browser.text
            and "it is pinned" in browser.text
            and "anyway" not in browser.text
        )
        await browser.press("F", "y")
        await gone(filled, SECOND, THIRD)
        assert there(filled) == ["build_20250103_100000"]
        await until(lambda: browser.selected == FIRST)
        await browser.press("d")
        await browser.shows("Nothing to move")
        await browser.shows("F move anyway")
        await browser.press("y")
        assert (filled.path / FIRST).exists(), "y alone does not force"
        await browser.press("F")
        await gone(filled, FIRST)


async def test_pins_are_set_shown_and_taken_off(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("p")
        await browser.shows("pinned: whatever cleans up leaves it")
        await browser.shows("⚑")
        await browser.press("p")
        await browser.shows("no longer pinned")
        await browser.hides("⚑")


async def test_archive_and_finalize(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.agree("f", to="Finalize 1 session?")
        await until(lambda: (filled.path / FIRST / "session_summary.md").exists())
        await browser.shows("finalized; u to undo")
        await browser.agree("f", to="Finalize 1 session?")
        await browser.shows("Finalized before; nothing changed.")
        await browser.agree("A", to="packed into .archive in the root and read back first")
        await gone(filled, FIRST)
        assert (filled.path / ".archive" / "build_20250103_100000.tar.gz").exists()


async def test_the_trash_screen_restores_and_purges_with_a_typed_word(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, FIRST, SECOND))
    async with browsing(filled) as browser:
        await browser.press("T")
        await browser.shows("Trash: 2 entries")
        await browser.shows("context.md")
        assert "which only a purge frees" in browser.text and SECOND in browser.text
        await browser.shows("Saved carts  build")
        await browser.press("l")
        await browser.shows("rm")
        await browser.press("l", "r")
        await until(lambda: len(there(filled)) == 2)
        await browser.shows("Trash: 1 entry")
        await browser.press("X")
        await browser.shows("Destroy 1 entry")
        await browser.type("purg")
        await browser.press("enter")
        await browser.shows("That is not 'purge'")
        assert len(entries_of(str(filled))) == 1
        await browser.type("e")
        await browser.press("enter")
        await browser.shows("Trash: empty")
        assert entries_of(str(filled)) == [] and not list((filled.path / ".trash").glob("2*"))
        await browser.press("escape")
        await browser.hides("Trash:")


async def test_the_trash_and_its_question_call_a_session_by_title_before_they_are_read_again(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_to_trash(str(filled), targets(filled, FIRST, SECOND))
    async with browsing(filled) as browser:
        await browser.press("T")
        await browser.shows("Saved carts  build")
        monkeypatch.setattr(preview, "read_title", lambda *_: "read again")
        await browser.press("ctrl+x")
        await browser.shows("Destroy 2 entries")
        await browser.shows(f"Retry in the queue ({FIRST})")
        await browser.shows(f"Saved carts ({SECOND})")
        await browser.press("escape")
        await browser.shows("Saved carts  build")
        assert "read again" not in browser.text


async def test_the_question_of_who_is_quick_has_the_title_as_well(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_to_trash(str(filled), targets(filled, FIRST))
    monkeypatch.setattr(trash_screen, "titles_in_trash", lambda *_: iter(()))
    async with browsing(filled) as browser:
        await browser.press("T")
        await browser.shows("Trash: 1 entry")
        await browser.press("X")
        await browser.shows(f"Retry in the queue ({FIRST})")


async def test_restoring_onto_what_is_there_asks_for_another_name(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, FIRST))
    filled.write(f"{FIRST}/plan.md", "another\n", at=OLD)
    async with browsing(filled) as browser:
        await browser.press("T")
        await browser.shows("Trash: 1 entry")
        await browser.press("r")
        await browser.shows("Both are kept. Under which id")
        await browser.type("build_20250103_100009")
        await browser.press("enter")
        await until(lambda: "build_20250103_100009" in there(filled))
        assert (filled.path / FIRST / "plan.md").read_text() == "another\n"


async def test_the_doctor_mends_what_is_shown(root: Root) -> None:
    at = NOW_NS / 1e9
    for minute, name in enumerate(("context.md", "plan.md", "progress.md")):
        root.write(
            f"build/build_20251106_120000/{name}",
            "# x\n\nStatus: Completed\n",
            at=at - 30_000 + 60 * minute,
        )
    root.write("validator_20251106_123000/test_report.md", "# T\n", at=at - 29_000)
    async with browsing(root) as browser:
        await browser.press("x")
        await browser.shows("Doctor: 1 may lose work")
        await browser.shows("M fix all 1")
        await browser.press("M")
        await browser.shows("Fix 1 problem?")
        assert "to build/build_20251106_120000/test_report.md" in browser.text
        await browser.press("y")
        await until(lambda: not (root.path / "validator_20251106_123000").exists())
        await browser.shows("fixed;")
        await browser.press("u")
        await until(lambda: (root.path / "validator_20251106_123000" / "test_report.md").exists())


@pytest.mark.parametrize("key", ["d", "u", "U", "A", "p", "P", "f"])
async def test_read_only_switches_every_action_off(filled: Root, key: str) -> None:
    async with browsing(filled, config=Config(ascii="never", read_only=True)) as browser:
        await browser.press(key)
        await browser.shows("Read-only: nothing is changed here")
        assert browser.app.screen is browser.app.browser
    assert sorted(os.listdir(filled.path)) == ["build"]


async def test_read_only_still_shows_the_trash_and_the_findings(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, FIRST))
    filled.write(f"{SECOND}/.write_test", "", at=OLD)
    async with browsing(filled, config=Config(ascii="never", read_only=True)) as browser:
        await browser.press("T")
        await browser.shows("Trash: 1 entry")
        await browser.press("r", "X", "ctrl+x")
        assert "restore" not in browser.text
        await browser.press("escape", "x")
        await browser.shows("leftover-probe")
        assert "fix this" not in browser.text
        await browser.press("m", "M")
    assert len(entries_of(str(filled))) == 1


async def test_while_another_holds_the_trash_the_user_is_told(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("d")
        await browser.shows("Move 1 session")
        with locked(str(filled)):
            await browser.press("y")
            await browser.shows("Another exito-tui is moving things")
        assert len(there(filled)) == 3


async def test_a_session_that_changes_while_the_question_is_open_is_left(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("d")
        await browser.shows("Move 1 session")
        filled.write(f"{FIRST}/plan.md", "# Plan\n", at=OLD)
        await browser.press("y")
        await browser.shows("it has changed")
        assert len(there(filled)) == 3


async def test_a_long_deed_shows_how_far_it_is_and_can_be_stopped(root: Root) -> None:
    for number in range(40):
        root.write(f"build/build_20250101_1000{number:02}/context.md", "x\n", at=OLD)
    go = threading.Event()

    def slow(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "after") and len(entries_of(str(root))) >= 3:
            go.wait(20)

    async with browsing(root) as browser:
        await browser.press("ctrl+a", "d")
        await browser.shows("Move 40 sessions")
        mutations.probe = slow
        try:
            await browser.press("y")
            await browser.shows("esc stop after the session it is at")
            await browser.press("escape")
            await browser.shows("Stopping after")
            go.set()
            await until(lambda: operations_of(str(root)), "the end of it")
        finally:
            go.set()
            mutations.probe = None
        await browser.shows("more were left")
        moved = len(entries_of(str(root)))
        assert 0 < moved < 40 and len(there(root)) == 40 - moved
        await browser.press("u")
        await until(lambda: len(there(root)) == 40)


async def test_what_was_interrupted_is_put_right_at_the_start_and_told(filled: Root) -> None:
    aimed = targets(filled, FIRST)
    child = os.fork()
    if child == 0:
        mutations.probe = lambda name, phase: (
            os._exit(1) if (name, phase) == ("renameat2", "after") else None
        )
        move_to_trash(str(filled), aimed)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    async with browsing(filled) as browser:
        await browser.shows("rm was interrupted: 1 of 1 had been done")
        assert entries_of(str(filled))[0].item.what == FIRST
        assert not (filled.path / ".trash" / "journal.json").exists()


async def test_another_action_while_one_is_at_work_is_refused_and_its_end_is_told(
    filled: Root,
) -> None:
    go = threading.Event()
    async with browsing(filled) as browser:
        await browser.press("d")
        await browser.shows("Move 1 session")

        def slow(name: str, phase: str) -> None:
            if name == "renameat2":
                go.wait(20)

        mutations.probe = slow
        try:
            await browser.press("y")
            await browser.shows("esc stop after the session it is at")
            await browser.pilot.press("A")
            go.set()
            await gone(filled, FIRST)
        finally:
            go.set()
            mutations.probe = None
        await browser.shows("in the trash; u to undo")


async def test_nothing_is_chosen_on_a_heading(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("g", "d")
        await browser.shows("Choose a session first.")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_every_dialog_shows_its_keys_at_every_size(
    filled: Root, size: tuple[int, int]
) -> None:
    for number in range(60):
        filled.write(f"patch/patch_20250101_1000{number:02}/context.md", "x\n", at=OLD)
    move_to_trash(str(filled), targets(filled, THIRD))
    async with browsing(filled, size=size) as browser:
        for keys, shown in (
            (("ctrl+a", "d"), "y move to the trash"), (("T",), "ctrl+x purge all"),
            (("P",), "enter review and move"), (("x",), "esc close"),
        ):  # fmt: skip
            await browser.press(*keys)
            await browser.shows(shown)
            await browser.press("escape")
            await browser.hides(shown)


async def test_hostile_names_in_every_dialog(root: Root, tmp_path: Path) -> None:
    name = "build_\x1b]0;x\x07[@click=app.quit]x[/]_20250101_100000".replace("/", "")
    root.write(f"build/{name}/\x1b[31m[b]context.md", "[/red]\x1b[2J\n", at=OLD)

    async def check(browser: Browser) -> None:
        assert "\x1b" not in browser.text and "[@click=app.quit]" in browser.text

    async with browsing(root, size=(200, 50)) as browser:
        for keys in (("P", "tab", "9", "escape", "minus"), ("w",), ("t",), ("x",)):
            await browser.press(*keys)
            await browser.settle()
            await check(browser)
            await browser.press("escape")
        await browser.press("d")
        await browser.shows("Move 1 session")
        await check(browser)
        await browser.press("y")
        await gone(root, f"build/{name}")
        await browser.press("T")
        await browser.shows("Trash: 1 entry")
        await check(browser)
        await browser.press("l")
        await check(browser)
        await browser.press("l", "X")
        await browser.shows("Destroy 1 entry")
        await check(browser)
        await browser.press("escape", "escape", "u")
        await browser.shows("Undone: rm of ")
        await check(browser)
