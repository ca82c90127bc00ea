"""Notes, and sessions of one file, are handled like any other session."""

import pytest

from tests.support import NOW_NS, Root, until
from tests.ui.driver import browsing

NOW = NOW_NS // 10**9
OLD = NOW - 40 * 86_400
DATED = "2025-09-20-0915-login.md"


@pytest.fixture
def mixed(root: Root) -> Root:
    root.write("lessons.md", "# Lessons\n\nWrite tests first.\n", at=OLD)
    root.write("README.md", "# About\n", at=OLD)
    root.write(DATED, "# Login form\n\n**Ended:** 11:40\n", at=OLD)
    root.write("completed/2025-09-18-cart/notes.md", "# Cart\n", at=OLD)
    root.write("2025-11-06-2000-search.md", "# Search\n", at=NOW - 600)
    root.write(".current-session", "2025-11-06-2000-search.md", at=NOW - 600)
    return root


async def test_dated_files_and_notes_are_listed_and_read(mixed: Root) -> None:
    async with browsing(mixed) as browser:
        text = browser.text
        assert "▾ sessions" in text and "▾ completed" in text and "▾ notes" in text
        assert "login" in text and "cart" in text and "lessons.md" in text
        assert browser.selected == "2025-11-06-2000-search.md"
        await browser.press("slash", *"lessons", "enter")
        await browser.press("G", "enter")
        assert browser.file == "lessons.md" and "Write tests first." in browser.text


@pytest.mark.parametrize("name", ["lessons.md", DATED])
async def test_a_file_goes_to_the_trash_and_comes_back(mixed: Root, name: str) -> None:
    before = (mixed.path / name).read_bytes(), (mixed.path / name).stat().st_mtime_ns
    async with browsing(mixed) as browser:
        await browser.press("slash", *name.removesuffix(".md"), "enter", "G")
        assert browser.selected == name
        await browser.agree("space", "d", to="to the trash")
        await until(lambda: not (mixed.path / name).exists(), "the move")
        await browser.press("u")
        await until((mixed.path / name).exists, "the way back")
    assert ((mixed.path / name).read_bytes(), (mixed.path / name).stat().st_mtime_ns) == before


async def test_a_note_is_pinned_and_explained(mixed: Root) -> None:
    async with browsing(mixed) as browser:
        await browser.press("slash", *"lessons", "enter", "G", "p")
        await until((mixed.path / ".pins.json").exists, "the pin")
        assert '"lessons.md"' in (mixed.path / ".pins.json").read_text()
        await browser.press("w")
        await browser.shows("A note, which is part of no session")


async def test_the_current_one_is_not_let_go(mixed: Root) -> None:
    async with browsing(mixed) as browser:
        await browser.press("d")
        await browser.shows("current session")
        assert (mixed.path / "2025-11-06-2000-search.md").exists()
