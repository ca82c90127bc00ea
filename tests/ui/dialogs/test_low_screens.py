"""Dialogs are read easily on the smallest screen, and are as small as what they say."""

import pytest

from tests.cli.commands.support import out
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


async def test_a_long_line_of_the_log_goes_on_below_its_own_column(root: Root) -> None:
    names = [f"build/build_2025{month:02}01_100000" for month in (7, 8, 9)]
    for name in names:
        root.write(f"{name}/plan.md", "# Plan: A title of many words\n", at=OLD)
    out(root, "rm", *names)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("T", "l")
        await browser.shows("A title of many words,")
        lines = lines_of(browser)
        at = next(at for at, line in enumerate(lines) if " rm " in line)
        column = lines[at].index("A title")
        assert lines[at + 1][:column].strip() == "" and lines[at + 1][column] != " ", lines


@pytest.mark.parametrize("size", [SMALL, (80, 24), (120, 40), (200, 50)])
async def test_a_dialog_is_as_small_as_what_it_says(root: Root, size: tuple[int, int]) -> None:
    root.write("build/build_20251001_100000/plan.md", "# x\n", at=OLD)
    async with browsing(root, size=size) as browser:
        await browser.press("T")
        await browser.shows("Nothing is in the trash.")
        assert len(lines_of(browser)) == 7
        await browser.press("l")
        await browser.shows("Nothing was done here yet.")
        assert len(lines_of(browser)) == 7 and "filter" not in "\n".join(lines_of(browser))
        await browser.press("escape", "P")
        await browser.shows("Choose what to keep")
        assert len(lines_of(browser)) <= 15
        await browser.press("1")
        await browser.shows("0 go")
        assert "untouched: build 1" in browser.text and "esc close" in browser.text


async def test_on_a_low_screen_most_of_the_wizard_is_the_plan(root: Root) -> None:
    for day in range(1, 29):
        root.write(f"build/build_202509{day:02}_100000/context.md", "# x\n", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("P", "1")
        await browser.shows("Go to the trash")
        preview = browser.app.screen.query_one("#prune-preview")
        assert preview.size.height >= 5
        for placeholder in ("such as 30d", "completed", "build,patch"):
            assert f" {placeholder} " in f"{browser.text} ".replace("\n", " \n"), placeholder
        await browser.press("tab", "backspace", "backspace")
        await browser.shows("N per command")


async def test_what_is_wrong_with_a_filter_leaves_room_to_type_it(root: Root) -> None:
    root.write("build/build_20251001_100000/plan.md", "# x\n", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("slash")
        await browser.type("command:build foo:bar")
        await browser.shows("/ command:build foo:bar")
        await browser.shows("foo: is not a key; there are")
        assert "…" not in browser.text.split("\n")[-2]
        await browser.press("enter")
        await browser.shows("wrong filter")
        await browser.press("slash")
        await browser.type(" x")
        await browser.press("escape", "slash")
        await browser.type("state:w")
        await browser.hides("is not a key")
        assert browser.app.screen.query_one(".input-bar").region.height == 1


async def test_a_toast_takes_few_lines_of_a_small_screen(root: Root) -> None:
    root.write("build/build_20251001_100000/plan.md", "# x\n", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        browser.app.notify("one two three four " * 5, markup=False, timeout=1000)
        await browser.shows("three four")
        (toast,) = browser.app.screen.query("Toast")
        assert toast.region.height <= 2 and toast.region.right <= 60


async def test_what_is_said_of_a_session_stands_below_it_where_there_is_no_room(root: Root) -> None:
    for day in range(1, 5):
        root.write(f"build/build_202509{day:02}_100000/context.md", "# Saved carts\n", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("j", "ctrl+a", "d")
        await browser.shows("Move 4 sessions to the trash?")
        lines = lines_of(browser)
        at = next(at for at, one in enumerate(lines) if one.startswith("Saved carts"))
        assert (
            lines[at].rstrip().endswith(" B")
            and lines[at + 1] == "  build, interrupted, quiet 40 d"
        ), lines
        assert "y move to the trash" in browser.text


async def test_a_path_that_is_fixed_is_broken_after_a_slash(root: Root) -> None:
    root.write(f"build/build_20251001_100000/{LONG}/.write_test", "", at=OLD)
    async with browsing(root, size=SMALL) as browser:
        await browser.press("x")
        await browser.shows("A leftover test file")
        await browser.press("M")
        await browser.shows("Fix 1 problem?")
        assert "  move build/build_20251001_100000/" in lines_of(browser), lines_of(browser)
