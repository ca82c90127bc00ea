"""Undo says what it takes back before it goes further back; what was undone is redone."""

import threading
from collections.abc import Callable

from exito_tui.domain.cleanup.operation import Item, Operation, Origin
from exito_tui.store.fs import mutations
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.pin import set_pins
from exito_tui.store.operations.restore import restore
from exito_tui.store.trash.contents import entries_of, operations_of
from exito_tui.ui.browser.questions import undo_question
from tests.store.support import OLD, targets
from tests.support import Root, until
from tests.ui.browser.test_operations import FIRST, SECOND, THIRD, TITLES, filled, gone, there
from tests.ui.driver import browsing

__all__ = ["filled"]


async def test_what_was_done_before_this_start_is_asked_about(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, SECOND, THIRD), action="prune")
    async with browsing(filled) as browser:
        await browser.press("u")
        await browser.shows("Undo further back? 2 sessions, pruned")
        assert "Saved carts" in browser.text and "Dark mode" in browser.text
        await browser.press("escape")
        assert len(there(filled)) == 1
        await browser.agree("u", to="Undo further back?")
        await until(lambda: len(there(filled)) == 3)
        await browser.shows("Undone: prune of 2 sessions; U to redo")


async def test_further_back_than_the_last_is_asked_about_however_quickly_it_is_pressed(
    filled: Root,
) -> None:
    async with browsing(filled) as browser:
        for key in (FIRST, SECOND):
            await browser.shows(TITLES[key])
            await browser.agree("d", to="Move 1 session")
            await gone(filled, key)
        await browser.pilot.press("u", "u", "u")
        await browser.shows("Undo further back? 1 session, moved to the trash")
        await browser.shows("Retry in the queue")
        assert sorted(entry.item.what for entry in entries_of(str(filled))) == [FIRST]
        await browser.press("y")
        await until(lambda: len(there(filled)) == 3)


async def test_what_was_undone_is_redone_and_undone_at_once(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("U")
        await browser.shows("There is nothing to redo")
        await browser.agree("d", to="Move 1 session")
        await gone(filled, FIRST)
        await browser.press("u")
        await until(lambda: len(there(filled)) == 3)
        await browser.shows("Undone: rm of Retry in the queue; U to redo")
        await browser.press("U")
        await gone(filled, FIRST)
        await browser.shows("Done again: rm of Retry in the queue; u to undo")
        await browser.press("u")
        await until(lambda: len(there(filled)) == 3, "what was redone is what was done last")
        actions = [operation.action for operation in operations_of(str(filled))]
        assert actions == ["rm", "undo", "rm", "undo"]


async def test_a_pin_of_this_run_is_undone_at_once_and_one_of_before_is_not(filled: Root) -> None:
    set_pins(str(filled), [THIRD], pinned=True)
    async with browsing(filled) as browser:
        await browser.press("p")
        await browser.shows("pinned: whatever cleans up leaves it")
        await browser.press("u")
        await browser.shows("Undone: pin of Retry in the queue; U to redo")
        await browser.press("u")
        await browser.shows("Undo further back? 1 session, pinned")


async def test_undo_counts_what_came_back_and_goes_on_past_what_was_left(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, FIRST), action="prune")
    move_to_trash(str(filled), targets(filled, SECOND, THIRD))
    entries = {entry.item.what: entry.id for entry in entries_of(str(filled))}
    restore(str(filled), [entries[SECOND], entries[THIRD]])
    filled.append(f"{SECOND}/context.md", "resumed\n")
    async with browsing(filled) as browser:
        await browser.agree("u", to="Undo further back?")
        await browser.shows(f"Undone: restore of {TITLES[THIRD]}")
        await browser.shows("restore is taken back as far as it can be")
        await browser.shows("was written since")
        await browser.agree("u", to="Undo further back? 1 session, moved to the trash")
        await until(lambda: (filled.path / THIRD).exists())


async def test_a_long_undo_and_a_long_redo_show_how_far_they_are_and_can_be_stopped(
    root: Root,
) -> None:
    keys = [f"build/build_20250101_1000{number:02}" for number in range(40)]
    for key in keys:
        root.write(f"{key}/context.md", "x\n", at=OLD)
    move_to_trash(str(root), targets(root, *keys))
    async with browsing(root) as browser:

        async def stop_midway(*keys: str, begun: Callable[[], bool]) -> None:
            """Press keys, and stop what they begin once some of it is done."""
            go = threading.Event()

            def slow(name: str, phase: str) -> None:
                if (name, phase) == ("renameat2", "after") and begun():
                    go.wait(20)

            mutations.probe = slow
            try:
                await browser.press(*keys)
                await browser.shows("esc stop after the session it is at")
                await browser.press("escape")
                await browser.shows("Stopping after")
            finally:
                go.set()
                mutations.probe = None
            await browser.shows("more were left")
            browser.app.clear_notifications()

        await browser.press("u")
        await browser.shows("Undo further back? 40 sessions")
        await stop_midway("y", begun=lambda: len(there(root)) >= 3)
        back = len(there(root))
        assert 0 < back < 40
        await browser.agree("u", to=f"Undo further back? {40 - back} sessions")
        await until(lambda: len(there(root)) == 40)
        await browser.shows("U to redo")
        await stop_midway("U", begun=lambda: len(entries_of(str(root))) >= 3)
        assert 0 < len(there(root)) < 40


async def test_what_was_written_since_is_not_redone(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.agree("d", to="Move 1 session")
        await gone(filled, FIRST)
        await browser.press("u")
        await until(lambda: len(there(filled)) == 3)
        await browser.shows("Undone: rm of Retry in the queue; U to redo")
        filled.append(f"{FIRST}/context.md", "resumed\n")
        await browser.press("U")
        await browser.shows("was written since")
        assert len(there(filled)) == 3


def test_of_a_saved_report_the_question_says_who_saved_it() -> None:
    def about(*agents: str, by_hook: bool) -> str:
        items = [
            Item(f"build/b/{one}.md", (), origin=Origin("last-words", one, "a1", "c", by_hook))
            for one in agents
        ]
        operation = Operation("1", "recover", 0, tuple(items))
        return undo_question(operation, list(agents), 0).about

    assert about("architect", by_hook=False) == "You saved it from the answer of architect."
    assert about("architect", by_hook=True) == "A hook saved it from the answer of architect."
    both = "You saved them from the answer of architect and builder."
    assert about("architect", "builder", by_hook=False) == both


async def test_what_was_told_of_a_deed_goes_when_the_next_one_begins(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.agree("d", to="Move 1 session")
        await gone(filled, FIRST)
        await browser.shows("u to undo")
        await browser.press("d")
        await browser.shows("Move 1 session")
        assert not browser.toasts
        await browser.press("escape", "u")
        await browser.shows("U to redo")
        await browser.press("p")
        await browser.shows("pinned: whatever cleans up leaves it")
        assert not any("U to redo" in words for words in browser.toasts)


async def test_what_a_deed_left_stands_in_one_toast(filled: Root) -> None:
    move_to_trash(str(filled), targets(filled, FIRST, SECOND, THIRD))
    async with browsing(filled) as browser:
        await browser.agree("u", to="Undo further back? 3 sessions")
        await browser.shows("U to redo")
        for key in (FIRST, SECOND):
            filled.append(f"{key}/context.md", "resumed\n")
        await browser.press("U")
        await gone(filled, THIRD)
        await browser.shows("it was written since")
        left = [words for words in browser.toasts if "written since" in words]
        assert len(left) == 1 and FIRST in left[0] and SECOND in left[0], browser.toasts
