"""The app around the panes: welcome, lost roots, demo, themes, palette, help, clipboard, editor."""

import gc
import os
import shutil
import stat
import threading
import time
from pathlib import Path

import pytest

from exito_tui.app_state import Remembered
from exito_tui.config.settings import Config
from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.live.events import Status, Update
from exito_tui.store.read.scan import failed, scan
from tests.support import NOW, NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

SESSION = "build/build_20251106_193000"


@pytest.fixture
def session(root: Root) -> Root:
    """One quiet session."""
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=NOW - 3600)
    return root


async def test_the_welcome_says_where_it_looked_and_opens_the_root_when_it_appears(
    tmp_path: Path,
) -> None:
    project = tmp_path / "new"
    project.mkdir()
    places = [str(project / ".claude" / "sessions"), "/home/.claude/sessions"]
    async with browsing(
        places[0], watch=True, clock=time.time_ns, places=places, size=(200, 40)
    ) as browser:
        assert "No workflow has run in" in browser.text
        assert places[0] in browser.text and places[1] in browser.text
        assert "D demo" in browser.text and "mark" not in browser.text
        await browser.press(
            "enter", "slash", "j", "V", "L", "y", "escape", "o", "c", "ctrl+f", "z", "z", "escape"
        )
        Root(project).write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n")
        await browser.shows("what is known")
        assert "No workflow has run in" not in browser.text


async def test_what_was_made_before_the_first_picture_is_not_looked_through_for_garbage(
    session: Root,
) -> None:
    """It held the screen up for a tenth of a second, every few keys."""
    thresholds = gc.get_threshold()
    gc.unfreeze()
    gc.disable()  # as `browse` does
    try:
        async with browsing(session):
            assert gc.isenabled() and gc.get_freeze_count() > 10_000
    finally:
        gc.enable()
        gc.set_threshold(*thresholds)


async def test_a_root_that_is_lost_says_so_and_comes_back(session: Root) -> None:
    async with browsing(session, watch=True, clock=time.time_ns) as browser:
        await browser.shows("live")
        shutil.rmtree(session.path)
        await browser.shows("The sessions folder is gone")
        assert "(gone)" in browser.text
        session.write("patch/patch_20251106_193000/plan.md", "# Back again\n")
        await browser.shows("Back again")


async def test_a_root_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        snapshot = failed(str(tmp_path), PermissionError(13, "Permission denied"))
        browser.app.browser.take(Update((snapshot,), (), Status("live")), NOW_NS)
        await browser.settle()
        assert "cannot be read" in browser.text and "permission denied" in browser.text


async def test_one_of_two_roots_is_lost_while_the_other_goes_on(
    session: Root, tmp_path: Path
) -> None:
    async with browsing(session, tmp_path / "gone") as browser:
        assert "what is known" in browser.text
        assert "waiting, not there: " in browser.text


async def test_a_warning_of_wide_letters_leaves_room_for_the_keys(session: Root) -> None:
    async with browsing(session, Path.home() / ("漢字" * 30)) as browser:
        bottom = browser.text.rstrip().split("\n")[-1]
        assert "/ filter" in bottom and "waiting, not there: " in bottom and bottom.endswith("…")


async def test_an_empty_root_says_so(root: Root) -> None:
    async with browsing(root) as browser:
        assert "No workflow has run in" in browser.text


async def test_the_demo_starts_from_the_welcome(tmp_path: Path) -> None:
    demo = Root(tmp_path / "demo")

    def start() -> Snapshot:
        put(str(demo), past(1, NOW), NOW)
        return scan(str(demo))

    async with browsing(tmp_path / "none", start_demo=start) as browser:
        await browser.press("D")
        await browser.shows("▾ build")
        await browser.press("D")
        assert "▾ build" in browser.text


async def test_while_a_demo_is_made_the_app_lives_and_says_so(tmp_path: Path) -> None:
    demo, go = Root(tmp_path / "demo"), threading.Event()
    begun: list[int] = []

    def start() -> Snapshot:
        begun.append(threading.get_ident())
        go.wait(5)
        put(str(demo), past(1, NOW), NOW)
        return scan(str(demo))

    async with browsing(tmp_path / "none", start_demo=start) as browser:
        try:
            await browser.press("D")
            await browser.shows("Making sessions to look at ...")
            assert threading.get_ident() not in begun
            await browser.press("D", "question_mark")
            await browser.shows("esc close")
            await browser.press("escape")
        finally:
            go.set()
        await browser.shows("▾ build")
        assert len(begun) == 1


async def test_a_root_that_came_while_a_demo_was_made_stays(tmp_path: Path, root: Root) -> None:
    go, made = threading.Event(), threading.Event()

    def start() -> Snapshot:
        go.wait(5)
        made.set()
        return scan(str(tmp_path / "demo"))

    async with browsing(tmp_path / "none", start_demo=start) as browser:
        await browser.press("D")
        root.write("build/build_20251106_153045/context.md", "# Context: carts\n")
        browser.app._show_found(scan(str(root)), browser.app.config)
        await browser.shows("carts")
        go.set()
        await until(lambda: not [one for one in browser.app.workers if one.group == "demo"])
        assert made.is_set() and "carts" in browser.text


async def test_under_a_dialog_nothing_is_told(session: Root) -> None:
    async with browsing(session) as browser:
        browser.app.notify("On top.", markup=False, timeout=1000)
        await browser.shows("On top.")
        toast = browser.app.browser.query_one("Toast")
        await browser.press("question_mark")
        await browser.shows("On top.")
        assert toast.styles.display == "none"
        await browser.press("escape")
        assert toast.styles.display != "none"


async def test_polling_and_its_reason_are_on_the_screen(session: Root) -> None:
    async with browsing(session) as browser:
        browser.app.browser.take(
            Update(
                (scan(str(session)),), (), Status("polling", 0, "watching failed: no watches left")
            ),
            NOW_NS,
        )
        await browser.settle()
        assert "polling: watching failed: no watches left" in browser.text


async def choose_theme(browser: Browser, theme: str) -> None:
    browser.app.theme = theme
    await browser.settle()


async def test_every_theme_works_and_the_choice_is_remembered(session: Root) -> None:
    remembered = Remembered()
    async with browsing(session, remembered=remembered) as browser:
        for theme in sorted(browser.app.available_themes):
            await choose_theme(browser, theme)
            assert "what is known" in browser.text
        await choose_theme(browser, "nord")
    assert remembered.theme == "nord"
    async with browsing(session, remembered=remembered) as browser:
        assert browser.app.theme == "nord"
    async with browsing(
        session, remembered=remembered, config=Config(theme="dracula", ascii="never")
    ) as browser:
        assert browser.app.theme == "dracula"


async def test_when_each_root_was_seen_is_remembered(session: Root) -> None:
    remembered = Remembered()
    async with browsing(session, remembered=remembered):
        pass
    assert remembered.seen_ns == {str(session): NOW_NS}


async def test_the_palette_finds_every_action_by_name(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("colon")
        await browser.type("raw or")
        await browser.shows("V      Rendered Markdown")
        await browser.press("enter")
        await browser.shows("1  # Context")
        await browser.press("ctrl+p")
        await browser.type("theme")
        await browser.shows("Theme")
        await browser.press("escape")


async def test_the_palette_hangs_what_it_says_of_an_action(session: Root) -> None:
    async with browsing(session, size=(60, 30)) as browser:
        await browser.press("colon")
        await browser.type("archive")
        await browser.shows(
            "  A      Pack the session into a verified tar.gz, then\n         to the trash"
        )


async def test_help_belongs_to_the_pane_in_focus(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("question_mark")
        assert "In the list" in browser.text and "In the document" not in browser.text
        await browser.press("escape", "enter", "question_mark")
        assert "In the document" in browser.text and "In the list" not in browser.text
        await browser.press("q")
        assert "In the document" not in browser.text


async def test_copying_the_path_shows_it(session: Root) -> None:
    async with browsing(session, size=(200, 40)) as browser:
        await browser.press("y", "p")
        assert browser.app.clipboard == f"{session}/{SESSION}"
        await browser.shows("Path copied")
        await browser.press("enter", "y", "p")
        assert browser.app.clipboard == f"{session}/{SESSION}/context.md"


async def test_rescan_reads_everything_again(session: Root) -> None:
    async with browsing(session, watch=True, clock=time.time_ns) as browser:
        await browser.shows("live")
        await browser.press("ctrl+r")
        await browser.shows("Reading everything again.")


@pytest.mark.parametrize(
    ("editor", "message"),
    [
        ("", "No editor is set"),
        ("'unclosed", "cannot be read"),
        ("no-such-editor", "cannot make way"),
    ],
)
async def test_an_editor_that_cannot_be_run_is_an_error_in_words(
    session: Root, editor: str, message: str
) -> None:
    """Under a test the app cannot be suspended, which is an error in words as well."""
    async with browsing(session, config=Config(editor=editor, ascii="never")) as browser:
        await browser.press("o")
        await browser.shows(message)


async def test_links_and_pipes_are_not_opened_in_an_editor(root: Root) -> None:
    folder = root.folder(SESSION)
    (folder / "context.md").symlink_to("/etc/passwd")
    async with browsing(root, config=Config(editor="true", ascii="never")) as browser:
        await browser.press("enter", "o")
        await browser.shows("Only regular files are opened")


async def test_quitting_stops_the_watching(session: Root) -> None:
    async with browsing(session, watch=True, clock=time.time_ns) as browser:
        await browser.shows("live")
        await browser.pilot.press("q")
    assert not [
        thread
        for thread in threading.enumerate()
        if thread.name == "exito-feed" and thread.is_alive()
    ]


def test_no_file_of_the_app_may_be_written_by_others(session: Root) -> None:
    """What the app remembers lies in a folder of the user's own."""
    from exito_tui.app_state import remember
    from exito_tui.config.sources import state_file

    remember(state_file(), Remembered("nord"))
    assert stat.S_IMODE(os.stat(os.path.dirname(state_file())).st_mode) == 0o700
