"""Filters of the user's own: on keys, in the palette, and named on top."""

from exito_tui.config.settings import Config
from tests.support import NOW, Root
from tests.ui.driver import browsing

FILTERS = {"mine": "state:waiting command:build", "[/red] bold": "command:patch"}


def config(**other: object) -> Config:
    return Config(ascii="never", by="need", filters=FILTERS)._replace(**other)  # type: ignore[arg-type]


def written(root: Root) -> None:
    for command in ("build", "build", "patch", "implement"):
        key = f"{command}/{command}_20251106_1{len(list(root.path.rglob('plan.md')))}0000"
        for name, age in (("context.md", 700), ("plan.md", 600)):
            root.write(f"{key}/{name}", "# x\n", at=NOW - age)


async def test_a_key_shows_what_a_filter_shows_and_again_everything(root: Root) -> None:
    written(root)
    async with browsing(root, config=config()) as browser:
        everything = browser.app.browser.session_list.session_count
        await browser.press("1")
        assert browser.app.browser.arrangement.filter == FILTERS["mine"]
        assert browser.app.browser.session_list.session_count == 2
        assert f"2 of {everything}: mine" in browser.text
        await browser.press("2")
        assert f"1 of {everything}: [/red] bold" in browser.text
        await browser.press("2")
        assert browser.app.browser.session_list.session_count == everything
        await browser.press("3")
        words = "There is no filter 3: name some in the settings, under [filters]."
        assert browser.toasts == [words]


async def test_the_palette_has_them_whatever_they_are_called(root: Root) -> None:
    written(root)
    async with browsing(root, config=config()) as browser:
        await browser.press("colon")
        await browser.type("bold")
        await browser.shows("Filter: [/red] bold")
        await browser.press("enter")
        assert browser.app.browser.arrangement.filter == "command:patch"


async def test_the_bar_of_the_filter_tells_their_keys(root: Root) -> None:
    written(root)
    async with browsing(root, config=config(), size=(160, 40)) as browser:
        await browser.press("slash")
        await browser.shows("1 mine   2 [/red] bold")
        await browser.type("12")
        assert browser.app.browser.arrangement.filter == "12"  # while typing, a digit is a digit


async def test_their_keys_can_be_others(root: Root) -> None:
    written(root)
    async with browsing(root, config=config(keys={"named-filter": "f7,f8"})) as browser:
        await browser.press("f8")
        assert browser.app.browser.arrangement.filter == "command:patch"
