"""All text can be read, in every theme that is shipped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.theme import BUILTIN_THEMES

from exito_tui.demo.fleet import past
from exito_tui.demo.player import put
from exito_tui.ui.drawing.contrast import LEAST, contrast, legible
from tests.support import NOW_NS, Root, until
from tests.ui.driver import browsing

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
THEMES = [name for name in BUILTIN_THEMES if "ansi" not in name]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@given(COLOURS, COLOURS)
def test_every_colour_is_made_legible_on_every_ground(
    colour: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    better = legible(colour, ground)
    assert contrast(better, ground) >= LEAST
    if contrast(colour, ground) >= LEAST:
        assert better == colour


DIALOGS = (("w",), ("t",), ("x",), ("P", "1", "minus"), ("T", "l"), ("question_mark",), ("d",))


async def test_all_text_is_legible_in_every_theme_and_the_screen_shows_through_dialogs(
    root: Root,
) -> None:
    put(str(root), past(1, NOW_NS / 1e9), NOW_NS / 1e9)
    async with browsing(root, size=(100, 30)) as browser:
        for number, theme in enumerate(THEMES):
            browser.app.theme = theme
            await browser.press(*["j"][: number % 5 == 0])  # another session now and then
            assert faint(browser.app) == [], theme
            behind = browser.text.split("\n")[-1]
            await browser.press(*DIALOGS[number % len(DIALOGS)])
            await until(lambda: browser.app.screen is not browser.app.browser, "the dialog")
            await browser.settle()
            assert faint(browser.app) == [], theme
            assert browser.text.split("\n")[-1] == behind, "the bar below a dialog"
            assert browser.app.screen.styles.background.a == pytest.approx(0.6)
            await browser.press("escape")
            await until(lambda: browser.app.screen is browser.app.browser, "its end")


def faint(app: object) -> list[tuple[str, float]]:
    """The texts on the screen that have too little contrast, and how much they have."""
    found = []
    for strip in app.screen._compositor.render_strips():  # type: ignore[attr-defined]
        for segment in strip:
            style = segment.style
            text = segment.text.strip(" ─━│▌▁▂▃▄▅▆▇█░")
            if not text or not style or not style.color or not style.bgcolor:
                continue
            if style.color.triplet and style.bgcolor.triplet:
                ratio = contrast(tuple(style.color.triplet), tuple(style.bgcolor.triplet))
                found += [(text, round(ratio, 2))] if ratio < LEAST else []
    return found
