"""Files larger than what is shown of them at once: little is kept, and the reader's place holds."""

import gc
import os
import tracemalloc

from exito_tui.domain.documents.blocks import split_lines
from exito_tui.render.theme import RenderTheme
from exito_tui.store.read.file_page import GROWTH
from exito_tui.ui.document.layout import DocumentLayout
from tests.support import NOW, Root
from tests.ui.document.test_view import changed
from tests.ui.driver import browsing

SESSION = "notebook/notebook_20251106_193000"


async def test_a_huge_file_shows_its_end_and_goes_back_step_by_step(root: Root) -> None:
    root.write(
        f"{SESSION}/activity.log",
        "".join(f"entry {number:06}\n" for number in range(60_000)),
        at=NOW - 3600,
    )
    async with browsing(root, size=(160, 40)) as browser:
        assert "the last 262 kB of 780 kB" in browser.text
        assert "entry 000000" not in browser.text
        first = browser.text.split("\n")[6].split()[-1]
        await browser.press("enter", "g")
        await browser.hides("the last")
        assert first in browser.text  # what was read stays where it is
        await browser.press("g")
        await browser.shows("entry 000000")


async def test_of_a_file_that_grew_by_a_lot_little_is_kept(root: Root) -> None:
    """The document, its blocks and its lines: what is not shown any more is let go of."""
    log = f"{SESSION}/activity.log"
    root.write(log, "begin\n", at=NOW - 3600)
    async with browsing(root, size=(160, 40)) as browser:
        await browser.press("enter", "G")
        gc.collect()
        tracemalloc.start()
        try:
            for share in range(6):
                root.append(
                    log, f"a line of the log, in share {share:02}, is as long as this\n" * 30_000
                )
                await changed(browser, root)
            gc.collect()
            kept = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        assert os.path.getsize(root.path / log) > 9_000_000
        assert kept < 15_000_000  # 35 million, were all of it kept
        assert "the last 262 kB of" in browser.text and "share 05" in browser.text


async def test_the_readers_place_holds_when_the_beginning_is_let_go_of(root: Root) -> None:
    log = f"{SESSION}/activity.log"
    words = "as-long-as-a-line-of-a-log-is-" * 2
    root.write(
        log, "".join(f"entry {number:06} {words}\n" for number in range(30_000)), at=NOW - 3600
    )
    async with browsing(root, size=(160, 40)) as browser:
        await browser.press("enter", "g", "g", "G", "k", "k", "k")
        assert "paused" in browser.text
        before = browser.text.split("\n")[12:30]
        root.append(log, "".join(f"later {number:06} {words}\n" for number in range(2_500)))
        await changed(browser, root)
        assert browser.text.split("\n")[12:30] == before
        root.append(log, "x" * (GROWTH - 400_000) + "\n")
        await changed(browser, root)
        assert "paused" in browser.text
        await browser.press("end")
        assert "xxx" in browser.text


def test_the_lines_that_are_kept_are_bounded_by_their_number() -> None:
    layout = DocumentLayout(RenderTheme())
    text = ""
    for number in range(300):
        text += f"line {number}\n" * 40
        layout.place(split_lines(text, "plain"), 80, RenderTheme(), 0)
        layout.lines(len(layout.blocks) - 1)
        layout.lines(0)
    assert layout.kept_lines <= 4_000
    assert len(layout.lines(0)) == 48
    assert layout.height >= 300 * 40
