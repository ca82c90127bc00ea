"""The search through everything: what it shows, the trash, expressions, and where it leads."""

from pathlib import Path

import pytest
from textual.widgets import OptionList

from exito_tui.domain.documents.needle import Needle, NeedleError
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.search_all import SearchedRoot, search_all
from exito_tui.store.trash.search_apart import search_apart
from exito_tui.store.trash.targets import capture_targets
from tests.support import NOW, Root, until
from tests.ui.driver import Browser, browsing

SESSION = "build/build_20251106_193000"
OTHER = "think/think_20251106_183000"
GONE = "patch/patch_20251101_120000"


@pytest.fixture
def written(root: Root) -> Root:
    """Two sessions and one in the trash, all with zebras."""
    lines = "".join(f"line {number}\n\n" for number in range(200))
    text = f"# Plan: Crossings\n\nbefore it\nthe Zebra crossing\nafter it\n\n{lines}a zebra again\n"
    root.write(f"{SESSION}/plan.md", text, at=NOW - 3600)
    root.write(f"{OTHER}/notes.md", "# Notes\n\nno zebra here\n", at=NOW - 7000)
    root.write(f"{GONE}/plan.md", "# Plan: Old stripes\n\nan old zebra\n", at=NOW - 400_000)
    return root


async def search(browser: Browser, text: str) -> None:
    await browser.press("ctrl+s")
    await browser.shows("Search everything")
    await browser.type(text)


async def test_what_is_found_is_shown_by_session_with_the_lines_around(written: Root) -> None:
    async with browsing(written) as browser:
        await search(browser, "zebra")
        await browser.shows("4 lines in 3 sessions")
        assert "Crossings  build  1 h" in browser.text
        assert "plan.md:4  the Zebra crossing" in browser.text
        for around in ("3  before it", "4  the Zebra crossing", "5  after it"):
            await browser.shows(around)
        await browser.press("down")
        await browser.shows("407  a zebra again")


async def test_enter_opens_the_file_at_the_match_and_n_goes_on(written: Root) -> None:
    async with browsing(written) as browser:
        await search(browser, "zebra")
        await browser.shows("4 lines in 3 sessions")
        await browser.press("down", "enter")
        await until(lambda: browser.file == "plan.md")
        await browser.shows("2 of 2")
        await browser.shows("a zebra again")
        assert browser.app.browser.panes.is_reading
        await browser.press("n")
        await browser.shows("1 of 2")
        await browser.shows("the Zebra crossing")
        await browser.press("V")
        await browser.shows("1 of 2")


async def test_a_match_far_from_the_end_of_a_huge_file_is_gone_to(written: Root) -> None:
    lines = [f"a line of the log, number {number}" for number in range(30_000)]
    lines[2_000] += " with a needle"
    written.write(f"{SESSION}/run.txt", "\n".join(lines), at=NOW - 3000)
    async with browsing(written) as browser:
        await search(browser, "needle")
        await browser.shows("1 line in 1 session")
        await browser.press("enter")
        await until(lambda: browser.file == "run.txt")
        await browser.shows("number 2000 with a needle")
        await browser.shows("1 of 1")
        assert "the last" not in browser.text


async def test_a_file_with_more_such_lines_than_are_shown_says_so(written: Root) -> None:
    written.write(f"{SESSION}/run.txt", "a needle\n" * 60, at=NOW - 3000)
    async with browsing(written) as browser:
        await search(browser, "needle")
        await browser.shows("50 lines, and more in 1 session")
        last = browser.app.screen.query_one("#found", OptionList).options[-1]
        assert last.disabled and "run.txt: and more, below line 50" in str(last.prompt)


async def test_a_click_on_a_row_opens_it(written: Root) -> None:
    async with browsing(written) as browser:
        await search(browser, "zebra")
        await browser.click("notes.md:3")
        await until(lambda: browser.selected == OTHER)
        await browser.shows("1 of 1")


async def test_the_trash_is_searched_on_request(written: Root) -> None:
    targets = capture_targets(str(written), [scan(str(written)).sessions[GONE]])
    move_to_trash(str(written), targets)
    async with browsing(written) as browser:
        await search(browser, "zebra")
        await browser.shows("3 lines in 2 sessions")
        await browser.press("ctrl+t")
        await browser.shows("4 lines in 3 sessions")
        assert "Old stripes" in browser.text and "in the trash" in browser.text
        await browser.click("an old zebra")
        await browser.shows("It lies in the trash")
        await search(browser, "zebra")
        await browser.shows("3 lines in 2 sessions")
        await browser.click("trash off")
        await browser.shows("4 lines in 3 sessions")


async def test_an_expression_is_found_and_a_broken_one_is_told_while_it_is_typed(
    written: Root,
) -> None:
    async with browsing(written) as browser:
        await browser.press("ctrl+s", "ctrl+r")
        await browser.type("z.b(ra|re")
        await browser.shows("is not a valid regular expression")
        await browser.type(")")
        await browser.shows("4 lines in 3 sessions")
        assert "plan.md:4  the Zebra crossing" in browser.text
        await browser.press("enter")
        await browser.shows("1 of 2")


def test_an_expression_that_goes_on_for_ever_is_given_up(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "a" * 5_000 + "b\n", at=NOW)
    snapshot = scan(str(root))
    place = SearchedRoot(str(root), list(snapshot.sessions.values()), {})
    with pytest.raises(NeedleError, match="takes too long"):
        list(search_apart([place], "(a+)+c", silence=1.5))


def test_apart_the_same_is_found(written: Root, tmp_path: Path) -> None:
    snapshot = scan(str(written))
    sessions = list(snapshot.sessions.values())
    places = [
        SearchedRoot(str(written), sessions, {one.key: "a Zebra" for one in sessions}),
        SearchedRoot(str(tmp_path / "gone"), sessions, {}),
    ]
    told: list[tuple[int, int]] = []
    found = list(
        search_apart(places, "zebra", on_progress=lambda done, count: told.append((done, count)))
    )
    assert found == list(search_all(places, Needle("zebra", regex=True)))
    assert len(found) == 7 and told == [(0, 6), (1, 6), (2, 6)]
    assert not list(search_apart(places, "zebra", is_over=lambda: True))
