"""What sessions are about is known of all that a filter or the search looks through."""

from exito_tui.domain.workflows.reader import builtin
from tests.support import NOW, Root
from tests.ui.driver import browsing

COUNT = 260
"""More than are ever on the screen, and than are read at once."""


def put(root: Root) -> None:
    """Sessions completed long ago, of which one has a word in its title that no name tells."""
    for number in range(COUNT):
        title = "Zebra crossings" if number == 7 else "Saved carts"
        session = f"build/build_2025{1 + number // 28:02}{1 + number % 28:02}_100000"
        for at, name in enumerate(builtin()["build"].files):
            text = f"# Implementation plan: {title}\n" if name == "plan.md" else "# Done\n"
            root.write(f"{session}/{name}", text, at=NOW - 30 * 86_400 - 900 * number + at)


async def test_a_filter_finds_titles_that_were_never_on_the_screen(root: Root) -> None:
    put(root)
    async with browsing(root, watch=True, names_only=True) as browser:
        await browser.press("slash")
        await browser.type("zebra")
        await browser.shows("1 of 260: zebra")
        await browser.shows("Zebra crossings")


async def test_the_search_finds_titles_that_were_never_on_the_screen(root: Root) -> None:
    put(root)
    async with browsing(root, watch=True, names_only=True) as browser:
        await browser.press("ctrl+s")
        await browser.type("zebra")
        await browser.shows("Zebra crossings  build")
