"""What sessions are about is known of all that a filter or the search looks through."""

from exito_tui.domain.units import DAY_NS
from tests.support import NOW, Root
from tests.ui.driver import browsing

COUNT = 260
"""More than are ever on the screen, and than are read at once."""


def put(root: Root) -> None:
    """Sessions of long ago, of which one has a word in its title that no name tells."""
    for number in range(COUNT):
        title = "Zebra crossings" if number == 7 else "Saved carts"
        root.write(
            f"build/build_2025{1 + number // 28:02}{1 + number % 28:02}_100000/plan.md",
            f"# Implementation plan: {title}\n",
            at=NOW - 30 * DAY_NS / 1e9 - number,
        )


async def test_a_filter_finds_titles_that_were_never_on_the_screen(root: Root) -> None:
    put(root)
    async with browsing(root) as browser:
        await browser.press("slash")
        await browser.type("zebra")
        await browser.shows("1 of 260: zebra")
        await browser.shows("Zebra crossings")


async def test_the_search_finds_titles_that_were_never_on_the_screen(root: Root) -> None:
    put(root)
    async with browsing(root) as browser:
        await browser.press("ctrl+s")
        await browser.type("zebra")
        await browser.shows("Zebra crossings  build")
