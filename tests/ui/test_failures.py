"""What fails in the background is told in words, and written down with its traceback."""

import asyncio
import errno
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.safe_write import add_to_log
from exito_tui.store.live import feed
from exito_tui.store.operations import archive, common, finalize, fix, move, pin, purge, restore
from exito_tui.store.read import root_reader
from exito_tui.store.read.scan import scan
from exito_tui.store.trash import contents, targets
from exito_tui.ui import error_log
from exito_tui.ui.browser import questions
from exito_tui.ui.browser.screen import BrowserScreen
from exito_tui.ui.browser.selection import Selection
from exito_tui.ui.dialogs import prune, trash
from exito_tui.ui.dialogs.progress import ProgressScreen
from exito_tui.ui.document import loader
from tests.support import Root, until
from tests.ui.driver import Browser, browsing

KEY = "build/build_20250101_100000"


@pytest.fixture
def filled(root: Root) -> Root:
    """Two sessions of long ago, one of which is in the wrong place."""
    root.write(f"{KEY}/context.md", "# known\n", at=1_735_700_000.0)
    root.write(
        ".claude/sessions/build/build_20250101_100000/plan.md", "# lost\n", at=1_735_700_000.0
    )
    return root


def breaks(*_: Any, **__: Any) -> Any:
    raise ValueError("it broke \x1b]0;owned\x07[/red]")


def log() -> str:
    return Path(error_log.log_file()).read_text()


async def told(browser: Browser) -> None:
    """Wait until the failure is on the screen, and in the log."""
    await browser.shows("That went wrong")
    for words in ("An error of exito-tui itself", "ValueError: it broke", "errors.log"):
        assert words in browser.text
    assert "Traceback" in log() and "in breaks" in log()
    assert "\x1b" not in log() + browser.text
    assert browser.app.return_code is None  # the app goes on


WORKERS: list[tuple[str, Any, str, str]] = [
    ("d", targets, "capture_targets", ""), ("A", targets, "capture_targets", ""), ("u", Selection, "root_in_hand", ""),
    ("T", contents, "entries_of", ""), ("p", Selection, "chosen", ""), ("f", Selection, "chosen", ""),
    ("P", Selection, "root_in_hand", ""), ("x", root_reader, "examination", ""), ("P", prune, "read_policy", "1"),
]  # fmt: skip


@pytest.mark.parametrize(
    "key, place, name, then", WORKERS, ids=[f"{one[0]}-{one[2]}" for one in WORKERS]
)
async def test_a_worker_that_fails_is_told(
    filled: Root, monkeypatch: pytest.MonkeyPatch, key: str, place: Any, name: str, then: str
) -> None:
    async with browsing(filled) as browser:
        monkeypatch.setattr(place, name, breaks)
        await browser.press(key, *then)
        await told(browser)


async def test_the_worker_that_mends_and_the_one_that_looks_into_the_trash_are_told_of(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browsing(filled) as browser:
        monkeypatch.setattr(questions, "fix_question", breaks)
        await browser.press("x")
        await browser.shows("Doctor: ")
        await browser.press("M")
        await told(browser)
    move.move_to_trash(str(filled), targets.capture_targets(str(filled), []))
    monkeypatch.setattr(trash, "preview", breaks)
    async with browsing(filled) as browser:
        content = trash.TrashContent(str(filled), [], [], (), str, {})
        browser.app.push_screen(trash.TrashScreen(content, 0, read_only=True))
        await browser.shows("Trash: empty")
        screen = browser.app.screen
        assert isinstance(screen, trash.TrashScreen)
        screen._preview(None)
        await told(browser)


async def test_the_start_that_puts_right_is_told_of(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contents, "is_interrupted", breaks)
    async with browsing(filled) as browser:
        await told(browser)


async def test_a_task_made_by_hand_that_fails_is_told(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browsing(filled) as browser:
        monkeypatch.setattr(loader, "load", breaks)
        await browser.press("V")
        await told(browser)


async def test_a_deed_that_fails_is_told(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browsing(filled) as browser:
        monkeypatch.setattr(move, "move_to_trash", breaks)
        await browser.agree("d", to="y move to the trash")
        await told(browser)
        assert not isinstance(browser.app.screen, ProgressScreen)
        assert not browser.app.browser.operations.at_work.locked()


async def test_timers_that_fail_are_told_once_and_go_on(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []

    def counts(*arguments: Any) -> None:
        times.append(1)
        breaks()

    monkeypatch.setattr(BrowserScreen, "tick", counts)
    monkeypatch.setattr("exito_tui.ui.app._TICK", 0.01)
    async with browsing(filled) as browser:
        await until(lambda: len(times) > 3, "the next time")
        await told(browser)
    assert log().count("Traceback") == 1


@pytest.mark.parametrize("begin", [
    lambda: threading.Thread(target=breaks).start(),
    lambda: asyncio.get_running_loop().call_soon(breaks),
], ids=["thread", "callback"])  # fmt: skip
async def test_what_nobody_waits_for_is_told(filled: Root, begin: Callable[[], None]) -> None:
    async with browsing(filled) as browser:
        begin()
        await told(browser)


async def test_a_feed_that_fails_is_told_and_looks_again(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    reconcile = feed.Feed._reconcile
    monkeypatch.setattr(feed.Feed, "_reconcile", breaks)
    async with browsing(filled, watch=True) as browser:
        await told(browser)
        await browser.shows("polling: the last look failed: ValueError: it broke")
        monkeypatch.setattr(feed.Feed, "_reconcile", reconcile)
        filled.write("patch/patch_20250102_100000/plan.md")
        await browser.shows("▾ patch")
    assert log().count("Traceback") == 1


def test_no_worker_is_left_alone() -> None:
    """`exit_on_error=False` would keep what fails from the one place where it is told."""
    for path in Path(error_log.__file__).parent.rglob("*.py"):
        assert "exit_on_error" not in path.read_text(encoding="utf-8"), path


def test_reasons_are_words() -> None:
    assert error_log.reason(PermissionError(errno.EACCES, "x", "/a\nb")).startswith(
        "/a␊b: permission denied"
    )
    assert error_log.reason(OSError("no number"), "/r") == "/r: no number; check it, then try again"
    assert error_log.reason(KeyError("x")) == "an error of exito-tui itself, KeyError: 'x'"


def test_the_log_is_the_users_own_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "state" / "errors.log"
    path.parent.mkdir()
    path.touch(0o644)
    assert add_to_log(str(path), "x" * 100, limit=50)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert add_to_log(str(path), "\udcff\n", limit=50)
    assert (
        path.read_text() == "\\udcff\n" and len((path.parent / "errors.log.old").read_text()) == 100
    )
    assert add_to_log(str(path), "y" * 100, limit=50) and add_to_log(str(path), "z", limit=50)
    assert sorted(os.listdir(path.parent)) == ["errors.log", "errors.log.old"]


@pytest.mark.parametrize("obstacle", ["folder", "pipe", "link", "file above"])
def test_a_log_that_cannot_be_written_troubles_nobody(tmp_path: Path, obstacle: str) -> None:
    path = tmp_path / "errors.log"
    if obstacle == "folder":
        path.mkdir()
    elif obstacle == "pipe":
        os.mkfifo(path)
    elif obstacle == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.touch()
        path = path / "errors.log"
    assert not add_to_log(str(path), "text")
    assert not (tmp_path / "elsewhere").exists()


async def test_without_a_log_the_failure_is_told_all_the_same(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(os.environ["XDG_STATE_HOME"]).touch()
    async with browsing(filled) as browser:
        monkeypatch.setattr(Selection, "chosen", breaks)
        await browser.press("d")
        await browser.shows("ValueError: it broke")
        assert "errors.log" not in browser.text


REFUSALS: list[tuple[Any, str, list[tuple[str, str]]]] = [
    (targets, "capture_targets", [("d", "")]), (targets, "capture_targets", [("A", "")]), (common, "blockers", [("d", "")]),
    (move, "move_to_trash", [("d", "y move to the trash"), ("y", "")]), (archive, "archive", [("A", "y archive"), ("y", "")]),
    (restore, "undo", [("u", "y undo"), ("y", "")]), (pin, "set_pins", [("p", "")]),
    (finalize, "finalize", [("f", "y finalize"), ("y", "")]), (contents, "entries_of", [("T", "")]),
    (contents, "operations_of", [("T", "")]), (restore, "restore", [("T", "Trash: 1"), ("r", "")]),
    (purge, "purge", [("T", "Trash: 1"), ("X", "Type purge"), ("purge", ""), ("enter", "")]),
    (fix, "plan_fixes", [("x", "Doctor: "), ("M", "")]),
    (fix, "fix", [("x", "Doctor: "), ("M", "y fix"), ("y", "")]),
]  # fmt: skip


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
@pytest.mark.parametrize(
    "place, name, steps", REFUSALS, ids=[f"{one[2][0][0]}-{one[1]}" for one in REFUSALS]
)
async def test_every_refusal_of_the_system_is_told_in_words(
    filled: Root,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    steps: list[tuple[str, str]],
    number: int,
) -> None:
    def refuses(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number), "context.md")

    filled.write("patch/patch_20250101_100000/plan.md", at=1_735_700_000.0)
    move.move_to_trash(
        str(filled),
        targets.capture_targets(
            str(filled), [scan(str(filled)).sessions["patch/patch_20250101_100000"]]
        ),
    )
    async with browsing(filled, size=(160, 50)) as browser:
        monkeypatch.setattr(place, name, refuses)
        for keys, shown in steps:
            await browser.press(*([keys] if keys in ("enter",) else keys))
            await browser.shows(shown)
        remedy = "then try again" if number == errno.EIO else "check its owner and its permissions"
        await until(lambda: any(remedy in words for words in browser.toasts), remedy)
        (told_so,) = (words for words in browser.toasts if remedy in words)
        assert (
            "context.md in " in told_so and "sessions: " in told_so and "errors.log" not in told_so
        )
        assert browser.app.return_code is None


async def test_a_root_renamed_while_a_question_is_open_is_told_in_words(filled: Root) -> None:
    async with browsing(filled) as browser:
        await browser.press("d")
        await browser.shows("y move to the trash")
        filled.path.rename(filled.path.parent / "elsewhere")
        await browser.press("y")
        await until(
            lambda: any("cannot be opened" in words for words in browser.toasts), "the reason"
        )
        assert browser.app.return_code is None


async def test_a_demo_that_cannot_begin_is_told(tmp_path: Path) -> None:
    def refuses() -> Snapshot:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/tmp/exito-demo-x")

    async with browsing(tmp_path / "nowhere", start_demo=refuses) as browser:
        await browser.press("D")
        await until(lambda: any("no space left" in words for words in browser.toasts), "the reason")
        assert browser.app.return_code is None


def test_settings_that_are_wrong_are_no_error_of_the_program() -> None:
    from exito_tui.config.checks import ConfigError, Problem

    words = error_log.reason(
        ConfigError([Problem("a.toml", "sort", "one"), Problem("a.toml", "theme", "two")])
    )
    assert "sort" in words and "; " in words and "itself" not in words
