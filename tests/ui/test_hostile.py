"""What agents write, file names included, is untrusted: no crash, no action, no control byte, on
any surface."""

import unicodedata
from collections.abc import Iterable, Sequence

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from exito_tui.config.settings import Config
from exito_tui.domain import text
from exito_tui.domain.documents import encodings
from exito_tui.domain.sessions.list_rows import Heading, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.render import blocks
from exito_tui.ui.app import ExitoApp
from exito_tui.ui.drawing.line_filters import ControlFilter
from tests.support import NOW_NS, Root
from tests.ui.driver import Browser, browsing

NAMES = [
    "[/red]", "[@click=app.quit]x[/]", "[bold", "\x1b[31mred", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x9b31m", "\u202egnp", "new\nline", "tab\t",
    "-rf", "\u200b", "👩‍💻" * 9, "e\u0301" * 20, "漢字" * 30, "caf\udce9", "$(reboot)", "`id`", "%s%n", "a" * 200, " ", "\x7f",
]  # fmt: skip
TEXT = (
    "# [/red] \x1b[31mred\x1b]52;c;aGk=\x07 \u202egnp\n\n[@click=app.quit]click me[/] <script>alert(1)</script> &#27;[2J &#x9b;J\n\n"
    "[link](vscode://run) ![img](../../etc/passwd) <javascript:alert(1)> [x]: -h\n\n```\x1b]0;x\x07python\n\x1b[2J[/]\n```\n\n"
    "| \x1b[1m | [/] |\n|---|---|\n| a | \u202eb |\n\n- [x] \x1b[7m done\n\n> \x9b31m quote\n"
)


def has_control(shown: str) -> list[str]:
    """The characters that a terminal would obey or that deceive a reader."""
    bad = [char for char in shown if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"]
    return bad + [
        char for char in shown if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    ]


async def everywhere(browser: Browser) -> None:
    """Go over every surface."""
    for key in (
        "j", "b", "b", "b", "s", "s", "s", "s", "space", "enter", "V", "V", "c", "escape", "right_square_bracket", "ctrl+f", "a", "enter", "n", "escape", "y", "escape", "full_stop", "comma", "z", "z",
        "escape", "question_mark", "escape", "colon", "escape", "slash", "e", "escape", "minus", "minus", "1", "G", "g", "L", "L", "U", "R", "escape", "J",
    ):  # fmt: skip
        await browser.press(key)
        assert not has_control(browser.text), browser.text


async def test_hostile_names_on_every_surface(root: Root) -> None:
    for name in NAMES:
        root.write(f"build/{name}_20251106_193000/{name}.md", TEXT)
        root.write(f"{name}/{name}/{name}.md", TEXT)
        root.write(f"{name}_20251106_193000/{name}", TEXT)
        root.write(f"{name}.md", TEXT)
    async with browsing(root) as browser:
        await everywhere(browser)
        await browser.press("g")
        rows = browser.app.browser.session_list
        seen, after_heading = set(), False
        for _ in rows.rows:
            # each name is opened once, and each form of a session
            opened = isinstance(rows.row, Session) and rows.row.key.startswith("build/")
            opened = opened or (after_heading and not isinstance(rows.row, Heading))
            after_heading = isinstance(rows.row, Heading)
            for key in ("enter", "escape", "j") if opened else ("j",):
                await browser.press(key)
                assert not has_control(browser.text), browser.text
            seen |= {identity(rows.row)} if rows.row else set()
        assert len(seen) >= 4 * len(NAMES), (len(seen), len(rows.rows))
        assert browser.app.is_running


async def test_hostile_content_does_nothing_when_it_is_clicked(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(ExitoApp, "open_url", lambda _, url, **__: opened.append(url))
    root.write("build/build_20251106_193000/context.md", TEXT)
    async with browsing(root, size=(200, 50)) as browser:
        for words in ("click me", "link", "vscode", "img", "alert"):
            await browser.click(words)
        assert browser.app.is_running and not opened
        assert "vscode://run" in browser.text  # where a link leads is shown


async def test_the_welcome_and_the_toasts_take_hostile_paths(root: Root) -> None:
    async with browsing(root, places=[f"/tmp/{name}" for name in NAMES[:6]]) as browser:
        assert not has_control(browser.text)
        browser.app.browser.notify("x", markup=False)
    root.write("[/red]\x1b[31m.md")
    async with browsing(root) as browser:
        await browser.press("y")
        assert not has_control(browser.text)
        await browser.press("p")
        await browser.shows("Path copied")
        assert not has_control(browser.text)


def _leave(text: str) -> str:
    return text


def _pass(_: ControlFilter, segments: list[Segment], background: Color) -> list[Segment]:
    return segments


@pytest.mark.parametrize("missing", ["none", "sanitise", "filter"])
async def test_either_layer_alone_holds(
    root: Root, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Two layers: text is made safe when it is read, and once more when it is drawn."""
    filters: Sequence[LineFilter] = ExitoApp([], Config()).get_line_filters()
    assert any(isinstance(one, ControlFilter) for one in filters)
    if missing == "sanitise":
        for module in (text, blocks, encodings):
            monkeypatch.setattr(module, "sanitise", _leave)
    if missing == "filter":
        monkeypatch.setattr(ControlFilter, "apply", _pass)
    root.write("build/build_20251106_193000/context.md", TEXT)
    async with browsing(root, size=(200, 50)) as browser:
        drawn = [
            segment.text
            for strip in browser.app.screen._compositor.render_strips()
            for segment in filtered(browser, strip)
        ]
    assert "red" in "".join(drawn)
    assert not has_control("".join(drawn))
    if missing == "none":
        assert "␛" in "".join(drawn)


def filtered(browser: Browser, strip: Iterable[Segment]) -> list[Segment]:
    """A strip as it goes to the terminal."""
    segments = list(strip)
    for one in browser.app.get_line_filters():
        segments = one.apply(segments, Color(0, 0, 0))
    return segments


async def test_what_nobody_sees_is_not_invented(root: Root) -> None:
    """Control pictures tell what was there, one sign each."""
    root.write(
        "build/build_20251106_193000/context.md", "before \x1b[31m after\n", at=NOW_NS / 1e9 - 99
    )
    async with browsing(root) as browser:
        await browser.shows("before ␛[31m after")
