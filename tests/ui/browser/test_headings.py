"""On a heading the right pane says what it holds, and shows no session as if it were chosen."""

import pytest

from exito_tui.domain.sessions.list_rows import Heading
from tests.support import NOW_NS, Root
from tests.ui.driver import browsing

DAY = 86_400
TEN = 1_756_634_400 + 600


@pytest.fixture
def two(root: Root) -> Root:
    """Two groups, and a note."""
    for day in range(1, 4):
        key = f"build/build_202509{day:02}_100000"
        root.write(f"{key}/context.md", "# Context: Carts\n", at=TEN + day * DAY)
    root.write("research/topic_20250801_100000.md", "# Topic\n\nwords\n", at=TEN - 30 * DAY)
    root.write("TODO.md", "# Left\n", at=NOW_NS / 1e9 - 7200)
    return root


async def test_a_heading_says_what_it_holds(two: Root) -> None:
    async with browsing(two) as browser:
        await browser.press("k")
        assert isinstance(browser.app.browser.session_list.row, Heading)
        await browser.shows("3 sessions, 3 files, 51 B")
        await browser.shows("– 3 interrupted")
        await browser.shows("Written last: Carts, ")
        await browser.shows("enter folds it.")
        browser.app.browser.panes.tick(NOW_NS + 1)
        await browser.settle()
        for words in ("context.md", "plan.md", "architect"):
            assert words not in browser.text.replace("no plan.md", ""), (
                "no session is shown as if it were chosen"
            )
        await browser.press("enter")
        await browser.shows("enter unfolds it.")
        await browser.press("tab")
        assert browser.app.browser.focused is browser.app.browser.session_list
        await browser.press("enter", "j")
        await browser.shows("context.md")
        assert "Written last" not in browser.text


async def test_notes_have_no_states(two: Root) -> None:
    async with browsing(two) as browser:
        await browser.press("end", "k")
        await browser.shows("1 note, 1 file, 7 B")
        assert "still being read" not in browser.text


async def test_on_a_narrow_screen_the_lines_below_the_list_say_it(two: Root) -> None:
    async with browsing(two, size=(80, 24)) as browser:
        await browser.press("k")
        await browser.shows("3 sessions, 3 files, 51 B: 3 interrupted.")
        await browser.shows("→ enter folds it")


async def test_who_reads_goes_on_though_the_session_leaves_the_list(two: Root) -> None:
    async with browsing(two) as browser:
        await browser.press("enter")
        await browser.shows("context.md")
        panes = browser.app.browser.panes
        assert panes.is_reading
        panes.show(next(r for r in browser.app.browser.session_list.rows if isinstance(r, Heading)))
        await browser.settle()
        assert "context.md" in browser.text
