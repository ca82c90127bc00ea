"""What was written since the reader looked: the marks of files and of the parts of a document."""

import time

import pytest

from exito_tui.app_state import Remembered
from exito_tui.domain.documents.blocks import grow_markdown, split_lines, split_markdown
from exito_tui.ui.document.changes import Changes
from tests.support import NOW, NOW_NS, Root
from tests.ui.document.test_view import changed
from tests.ui.driver import Browser, browsing

SESSION = "notebook/notebook_20251106_193000"
PLAN = "# Plan\n\nfirst words\n\n- [ ] one\n- [ ] two\n\n> a quote\n\nlast words\n"


@pytest.fixture
def session(root: Root) -> Root:
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=NOW - 3600)
    root.write(f"{SESSION}/plan.md", PLAN, at=NOW - 3000)
    return root


def marked(browser: Browser) -> list[str]:
    """The first words of the lines that are marked as new."""
    lines = (line.partition("▎")[2] for line in browser.text.split("\n") if "▎" in line)
    return [line.strip(" ▁▂▃▄▅▆▇█") for line in lines]


def tabs(browser: Browser) -> str:
    return next(
        line for line in browser.text.split("\n") if "context.md" in line and "plan" in line
    )


def later(seconds: float) -> int:
    return NOW_NS + int(seconds * 1e9)


async def test_a_file_written_since_bears_a_mark_until_it_was_read(session: Root) -> None:
    async with browsing(session) as browser:
        assert "•" not in tabs(browser)
        session.write(f"{SESSION}/plan.md", PLAN + "\nmore\n", at=NOW + 10)
        await changed(browser, session, later(100))
        assert "plan.md •" in tabs(browser)
        await browser.press("right_square_bracket")
        assert "plan.md •" in tabs(browser)  # it is being read
        await browser.press("left_square_bracket")
        assert "•" not in tabs(browser)


async def test_after_a_restart_the_files_written_meanwhile_are_marked(session: Root) -> None:
    seen = Remembered(seen_ns={str(session): int((NOW - 3300) * 1e9)})
    async with browsing(session, remembered=seen) as browser:
        assert "plan.md •" in tabs(browser) and "context.md •" not in tabs(browser)
        await browser.press("right_square_bracket")
        assert not marked(browser)  # what it said before is not known
        await browser.press("enter", "comma")
        assert "•" not in tabs(browser)


async def test_the_parts_that_changed_are_marked_until_they_were_read(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("right_square_bracket")
        assert browser.file == "plan.md" and not marked(browser)
        await browser.press("right_square_bracket")
        text = PLAN.replace("first words", "first words, changed").replace("[ ] two", "[x] two")
        session.write(f"{SESSION}/plan.md", text + "\nan end\n", at=NOW + 10)
        await changed(browser, session, later(100))
        await browser.press("right_square_bracket")
        assert marked(browser) == ["first words, changed", "• ☑ two", "an end"]
        await browser.press("V")
        assert marked(browser) == ["3  first words, changed", "6  - [x] two", "12  an end"]
        await browser.press("V", "left_square_bracket", "right_square_bracket")
        assert not marked(browser)


async def test_what_is_written_while_it_is_read_is_marked_and_counted_as_seen(
    session: Root,
) -> None:
    async with browsing(session) as browser:
        await browser.press("right_square_bracket", "enter")
        for number in range(3):
            session.append(f"{SESSION}/plan.md", f"\n\nmore {number}\n")
            await changed(browser, session, later(number))
        assert marked(browser) == ["more 0", "more 1", "more 2"]
        await browser.press("comma")
        assert not marked(browser)
        session.append(f"{SESSION}/plan.md", "\nthe very last\n")
        await changed(browser, session, later(9))
        assert marked(browser) == ["the very last"]
        await browser.press("escape", "comma")  # in the list: everything
        assert not marked(browser)


async def test_the_changes_are_walked(session: Root) -> None:
    long = "".join(f"\n## Part {number}\n\nwords {number}\n" for number in range(80))
    session.write(f"{SESSION}/plan.md", PLAN + long, at=NOW - 3000)
    async with browsing(session) as browser:
        await browser.press("right_square_bracket", "enter", "full_stop")
        await browser.shows("Nothing here is new.")
        text = PLAN + long.replace("words 20\n", "others\n").replace("words 50\n", "more\n")
        session.write(f"{SESSION}/plan.md", text, at=NOW + 5)
        await changed(browser, session, later(9))
        for expected in ("others", "more", "others"):
            await browser.press("full_stop")
            assert marked(browser) == [expected]


async def test_after_the_last_change_of_a_file_comes_the_next_file_that_is_new(
    session: Root,
) -> None:
    async with browsing(session) as browser:
        await browser.press("right_square_bracket", "left_square_bracket", "enter")
        session.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n\nmore\n", at=NOW + 5)
        session.write(f"{SESSION}/plan.md", PLAN + "\nan end\n", at=NOW + 6)
        await changed(browser, session, later(60))
        assert marked(browser) == ["more"] and "plan.md •" in tabs(browser)
        await browser.press("full_stop")  # all of it is on the screen
        assert browser.file == "plan.md" and marked(browser) == ["an end"]
        await browser.press("full_stop")
        assert browser.file == "plan.md" and marked(browser) == ["an end"]
        assert not browser.toasts
        await browser.press("comma", "full_stop")
        await browser.shows("Nothing here is new.")


def test_growing_costs_what_is_new() -> None:
    """The blocks that stayed are not compared again, however long the document is."""
    text = PLAN
    blocks = split_markdown(text)
    changes = Changes(text)
    changes.update(text, blocks.blocks, 0)
    assert changes.below(-1) is None
    compared = 0
    for number in range(400):
        grown = f"{text}\nline {number}\n"
        new = grow_markdown(blocks, text, grown)
        kept = sum(1 for old, one in zip(blocks.blocks, new.blocks, strict=False) if old is one)
        changes.update(grown, new.blocks, kept)
        compared += len(new.blocks) - kept
        text, blocks = grown, new
    assert [changes.is_new(at, lambda: None) for at in range(len(blocks.blocks))] == [False] * 5 + [
        True
    ] * 400
    assert compared <= 3 * 400


def test_a_large_document_that_is_new_throughout_is_marked_in_no_time() -> None:
    old, new = ("\n".join(f"{word} {at}" for at in range(60_000)) for word in ("old", "new"))
    changes = Changes(old)
    start = time.process_time()
    changes.update(new, split_lines(new, "plain").blocks, 0)
    spent = time.process_time() - start
    start = time.process_time()
    split_markdown(new)
    assert changes.is_new(0, lambda: 47)
    assert spent < time.process_time() - start


def test_of_what_is_too_large_nothing_is_compared() -> None:
    text = "x\n" * 700_000
    changes = Changes(text)
    changes.update(text + "y", split_lines("y", "plain").blocks, 0)
    assert changes.below(-1) is None
