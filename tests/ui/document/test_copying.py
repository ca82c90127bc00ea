"""Taking text out of a document: by the menu, and with the mouse."""

import pytest
from rich.cells import cell_len
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from exito_tui.ui.document.selection import line_number, moved
from tests.support import NOW, Root
from tests.ui.driver import Browser, browsing

SESSION = "build/build_20251106_193000"
PLAN = """# Plan: Limits

Words of the beginning.

## Steps

Some text before the code.

```python
def refill(bucket):
    return bucket.size  # the whole of it
```

```sh
make test
```

## Risks

The clock may lie.
""" + "".join(f"\n## Part {number}\n\nparagraph {number}\n" for number in range(40))


@pytest.fixture
def session(root: Root) -> Root:
    root.write(f"{SESSION}/plan.md", PLAN, at=NOW - 3600)
    return root


async def drag(browser: Browser, start: str, end: str) -> None:
    """Press the mouse on the first letter of a text, and let it go on the last of another."""
    pilot: Pilot[None] = browser.pilot
    places = []
    for text, last in ((start, 0), (end, len(end) - 1)):
        await browser.shows(text)
        y, line = next((y, line) for y, line in enumerate(browser.text.split("\n")) if text in line)
        places.append((cell_len(line[: line.find(text)]) + last, y))
    await pilot.mouse_down(offset=places[0])
    await pilot.hover(offset=places[1])
    await pilot.mouse_up(offset=places[1])
    await browser.settle()


async def test_the_menu_copies_each_piece_and_says_how_much(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "y")
        await browser.shows("python, 2 lines: def refill(bucket):")
        assert "sh, 1 line: make test" in browser.text
        for key, text, said in (
            ("1", "def refill(bucket):\n    return bucket.size  # the whole of it", ", 2 lines"),
            ("2", "make test", "Code block copied, 1 line"),
            ("s", PLAN.rstrip(), "Section copied, 180 lines"),
            ("a", PLAN, "All of plan.md copied, 180 lines"),
            ("p", f"{session}/{SESSION}/plan.md", "Path copied"),
        ):
            if "esc close" not in browser.text:
                await browser.press("y")
            await browser.press(key)
            assert browser.app.clipboard == text
            await browser.shows(said)
            assert "esc close" not in browser.text


async def test_a_section_is_the_one_that_is_read_or_the_one_of_the_match(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "j", "j", "j", "j", "j", "y", "s")
        assert browser.app.clipboard.startswith("## Steps")
        assert browser.app.clipboard.endswith("make test\n```")
        await browser.press("slash", *"clock", "enter", "y", "s")
        assert browser.app.clipboard == "## Risks\n\nThe clock may lie."
        await browser.press("V", "y", "s")
        assert browser.app.clipboard == "## Risks\n\nThe clock may lie."


async def test_the_menu_is_left_and_used_with_the_mouse(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "y", "escape")
        assert browser.app.clipboard == ""
        await browser.press("y")
        await browser.click("sh, 1 line")
        assert browser.app.clipboard == "make test"


async def test_the_palette_copies_without_the_menu(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "colon", *"copycode")
        await browser.shows("Copy code block")
        await browser.press("enter")
        await browser.shows("Code block copied, 2 lines")
        await browser.press("G", "colon", *"copycode")
        await browser.shows("Copy code block")
        await browser.press("enter")
        await browser.shows("No code block is in view.")


async def test_in_the_list_there_is_no_document_to_copy_from_where_none_is_shown(
    session: Root,
) -> None:
    async with browsing(session, size=(80, 24)) as browser:
        await browser.press("y")
        assert "Path" in browser.text and "Id" in browser.text and "All of" not in browser.text


async def test_a_part_of_a_huge_file_says_that_it_is_a_part(root: Root) -> None:
    line = "a line of the log that is long enough to matter\n"
    root.write(f"{SESSION}/notes.txt", line * 100_000, at=NOW - 3600)
    async with browsing(root) as browser:
        await browser.press("enter", "y")
        await browser.shows("The last ")
        await browser.press("a")
        await browser.shows("some terminals take no more than 100 kB")


async def test_the_mouse_selects_text_and_it_is_copied(session: Root) -> None:
    async with browsing(session) as browser:
        await drag(browser, "of the beginning", "Some text")
        assert browser.app.screen.get_selected_text() is not None
        await browser.press("ctrl+c")
        assert browser.app.clipboard == "of the beginning.\n\nSteps\n\nSome text"
        await browser.shows("Selection copied, 5 lines")
        await drag(browser, "def refill", "whole of it")
        await browser.press("y")
        assert browser.app.clipboard == (
            "def refill(bucket):\n    return bucket.size  # the whole of it"
        )
        await browser.press("y")  # nothing is selected any more
        await browser.shows("the key of a line")


async def test_upwards_from_the_right_of_a_line(session: Root) -> None:
    async with browsing(session) as browser:
        await drag(browser, "text before", "Words of the beginning.")
        await browser.press("y")
        assert browser.app.clipboard == ".\n\nSteps\n\nSome t"


async def test_what_is_only_drawn_is_not_copied(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "# Plan\n\n> one\n>\n> > two\n\nend\n", at=NOW - 3600)
    async with browsing(root) as browser:
        await drag(browser, "Plan", "end")
        await browser.press("y")
        assert browser.app.clipboard == "Plan\n\none\ntwo\n\nend"


WRAPPED = """# Plan

The bucket of a key is refilled by the clock of the server that answers, which may
differ from the clock of the next one: so the limit is kept in **one** place, and `see this` in it.

- A first point, which is longer than the pane is wide, so that it has to go on in another row of it
  - a point below it that is just as long, so that it has to go on in another row of the pane
- A second point

> What was said about it is long as well, so that it takes more than one row of the pane to say.

12. The twelfth step of them, which is long enough to be drawn in two rows of the pane, or in three

```python
value = refill(bucket, "a line of code that is longer than the pane is wide, and stays a line")
other = 1
```

| one | two |
| --- | --- |
| a cell that is very long, so that it is wrapped, in a column of its own | another cell, long too |

end
"""


async def test_what_was_wrapped_to_be_drawn_is_copied_as_one_line(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", WRAPPED, at=NOW - 3600)
    async with browsing(root, size=(120, 60)) as browser:
        await drag(browser, "The bucket", "end")
        assert "that is longer than the pane is wide, and stays a line" not in browser.text
        await browser.press("y")
        lines = browser.app.clipboard.split("\n")
        assert lines[:12] == [
            "The bucket of a key is refilled by the clock of the server that answers, which may "
            "differ from the clock of the next one: so the limit is kept in one place, "
            "and see this in it.",
            "",
            " • A first point, which is longer than the pane is wide, so that it has to go on in "
            "another row of it",
            "    • a point below it that is just as long, so that it has to go on in another row of "
            "the pane",
            " • A second point",
            "",
            "What was said about it is long as well, so that it takes more than one row of the "
            "pane to say.",
            "",
            " 12. The twelfth step of them, which is long enough to be drawn in two rows of the "
            "pane, or in three",
            "",
            'value = refill(bucket, "a line of code that is longer than the pane is wide, and '
            'stays a line")',
            "other = 1",
        ]
        assert lines[-1] == "end" and len(lines) > 16  # a table is copied as it is drawn
        await drag(browser, "may differ", "of the next")
        await browser.press("y")
        assert browser.app.clipboard == "may differ from the clock of the next"


async def test_a_word_wider_than_the_pane_is_copied_whole(root: Root) -> None:
    word = "a" * 150
    root.write(f"{SESSION}/plan.md", f"# Plan\n\nbefore {word} after\n\nend\n", at=NOW - 3600)
    async with browsing(root) as browser:
        await drag(browser, "before", "end")
        await browser.press("y")
        assert browser.app.clipboard == f"before {word} after\n\nend"


async def test_line_numbers_are_not_copied(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "V")
        await drag(browser, "1  # Plan", "## Steps")
        await browser.press("y")
        assert browser.app.clipboard == "# Plan: Limits\n\nWords of the beginning.\n\n## Steps"


async def test_what_is_selected_stays_so_while_the_document_grows(session: Root) -> None:
    from tests.ui.document.test_view import changed

    async with browsing(session) as browser:
        await drag(browser, "Some text", "def refill")
        more = "\n\nmore\n" * 50
        session.append(f"{SESSION}/plan.md", more)
        await changed(browser, session)
        selected = browser.app.screen.get_selected_text()
        assert selected == "Some text before the code.\n\ndef refill"
        session.write(f"{SESSION}/plan.md", f"# Before\n\nall\n\n{PLAN}{more}", at=NOW)
        await changed(browser, session)
        assert browser.app.screen.get_selected_text() == selected
        await browser.press("V")
        assert not browser.app.screen.get_selected_text()


def test_a_selection_from_the_very_first_cell_goes_with_its_block() -> None:
    selection = Selection(Offset(0, line_number(0, 0)), Offset(5, line_number(1, 3)))
    there = Selection(Offset(0, line_number(2, 0)), Offset(5, line_number(3, 3)))
    assert moved(selection, lambda index: index + 2) == there


async def test_wide_letters_are_selected_by_character(root: Root) -> None:
    root.write(f"{SESSION}/plan.md", "# Plan\n\n漢字 and 👩‍💻 letters here\n", at=NOW - 3600)
    async with browsing(root) as browser:
        await drag(browser, "and", "letters")
        await browser.press("y")
        assert browser.app.clipboard == "and 👩‍💻 letters"


async def test_what_is_copied_is_data_and_no_order(root: Root) -> None:
    """Control characters are signs already when a text is read."""
    root.write(f"{SESSION}/plan.md", "# Plan\n\n```\n\x1b[201~rm\x07\n```\n", at=NOW - 3600)
    async with browsing(root) as browser:
        await browser.press("enter", "y", "c")
        assert browser.app.clipboard == "␛[201~rm␇"
