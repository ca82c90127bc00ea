"""Dialogs are read easily on the smallest screen, and are as small as what they say."""

import pytest

from tests.support import NOW_NS, Root
from tests.ui.driver import Browser, browsing

OLD = NOW_NS / 1e9 - 40 * 86_400
SMALL = (60, 20)
LONG = "analysis-of-what-was-written-down"


def lines_of(browser: Browser) -> list[str]:
    """The lines of the dialog on top, without what is beside it."""
    box = browser.app.screen.query_one(".dialog").region
    lines = browser.text.split("\n")[box.y : box.bottom]
    return [line.ljust(box.right)[box.x + 2 : box.right - 2].rstrip() for line in lines]


async def test_a_fact_of_why_goes_on_below_its_beginning(root: Root) -> None:
    for name in ("context.md", "validation-report.md"):
        root.write(f"craft/craft_20251001_100000/{name}", "# x\n", at=OLD)
    async with browsing(root, size=(60, 30)) as browser:
        await browser.press("j", "w")
        await browser.shows("Evidence")
        lines = lines_of(browser)
        at = next(at for at, one in enumerate(lines) if one.startswith("  validation-report.md  "))
        assert lines[at + 1].startswith("    ") and lines[at + 1].strip(), lines


async def test_a_path_of_the_doctor_is_broken_after_a_slash(root: Root) -> None:
    root.write(f"build/build_20251001_100000/{LONG}/{LONG}.md", "# x\n", at=OLD)
    root.write(f"build/build_20251001_100000/{LONG}/.write_test", "", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("x")
        await browser.shows("A leftover test file")
        lines = lines_of(browser)
        at = lines.index("  A leftover test file  build/build_20251001_100000/")
        assert lines[at + 1] == f"    {LONG}/.write_test", lines


@pytest.mark.parametrize("title", ["Ünder " * 14])
async def test_a_long_heading_of_the_contents_is_set_in(root: Root, title: str) -> None:
    root.write("build/build_20251001_100000/plan.md", f"# A\n\n## {title}\n\nx\n", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("j", "enter", "c")
        await browser.shows("Contents")
        lines = lines_of(browser)
        at = next(at for at, line in enumerate(lines) if line.startswith("  Ünder"))
        assert lines[at + 1].startswith("    Ünder"), lines
