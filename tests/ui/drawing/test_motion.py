"""The sign of what grows turns, and nothing moves where nothing grows."""

import pytest

from exito_tui.config.settings import Config
from exito_tui.ui.drawing.glyphs import ASCII, TURNING, UNICODE
from exito_tui.ui.drawing.motion import Motion, glyphs_for, may_move
from tests.support import NOW, NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

MOVING = Config(ascii="never", by="need", motion="always")


@pytest.mark.parametrize(("wanted", "headless", "environment", "moves"), [
    ("auto", False, {}, True),
    ("auto", True, {}, False),
    ("auto", False, {"NO_MOTION": "1"}, False),
    ("auto", False, {"SSH_CONNECTION": "::1 2 ::1 22"}, False),
    ("auto", False, {"SSH_TTY": "/dev/pts/1"}, False),
    ("always", True, {"SSH_TTY": "/dev/pts/1"}, True),
    ("never", False, {}, False),
])  # fmt: skip
def test_who_may_see_motion(
    wanted: Motion, headless: bool, environment: dict[str, str], moves: bool
) -> None:
    assert may_move(wanted, headless=headless, environment=environment) is moves


def test_ascii_signs_stand_still() -> None:
    assert glyphs_for("always", ascii_only=True, headless=False) is ASCII
    assert glyphs_for("never", ascii_only=False, headless=False) is UNICODE


def at_rest(browser: Browser) -> bool:
    return browser.app.browser.session_list._turning.is_at_rest


async def test_only_what_grows_turns(root: Root) -> None:
    root.write("build/build_20251106_202900/context.md", "# x", at=NOW - 2)
    root.write("patch/patch_20251106_202500/context.md", "# y", at=NOW - 120)
    async with browsing(root, config=MOVING) as browser:
        drawn: set[str] = set()

        def every_sign() -> bool:
            drawn.update(line[2:3] for line in browser.text.split("\n") if "build" in line)
            assert "◐ patch" in browser.text  # at work, and not writing just now
            return drawn >= set(TURNING)

        await until(every_sign, "all signs of a turn")


async def test_where_nothing_grows_nothing_moves(root: Root) -> None:
    root.write("patch/patch_20251106_202500/context.md", "# y", at=NOW - 120)
    async with browsing(root, config=MOVING) as browser:
        assert "◐ patch" in browser.text and at_rest(browser)


async def test_what_has_stopped_growing_comes_to_rest(root: Root) -> None:
    root.write("build/build_20251106_202900/context.md", "# x", at=NOW - 2)
    async with browsing(root, config=MOVING) as browser:
        assert not at_rest(browser)
        browser.app.browser.session_list.tick(NOW_NS + 60 * 10**9)
        await until(lambda: at_rest(browser), "rest")


async def test_by_itself_nothing_moves_without_a_terminal(root: Root) -> None:
    root.write("build/build_20251106_202900/context.md", "# x", at=NOW - 2)
    async with browsing(root) as browser:
        assert "◐" in browser.text and at_rest(browser)
