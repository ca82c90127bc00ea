"""The document view and its pane, as a reader works with them."""

import os
import re
import struct
import time
from pathlib import Path

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from exito_tui.domain.sessions.snapshot import diff
from exito_tui.store.live.events import Status, Update
from exito_tui.store.read.scan import scan
from exito_tui.ui.document.view import DocumentView
from tests.support import NOW, NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

SESSION = "notebook/notebook_20251106_193000"
LONG = "# Plan\n\nTitle\n\n" + "".join(
    f"## Part {number}\n\nparagraph {number}\n\n" for number in range(200)
)


@pytest.fixture
def session(root: Root) -> Root:
    """One quiet session with two files."""
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is **known**\n", at=NOW - 3600)
    root.write(f"{SESSION}/plan.md", LONG, at=NOW - 3000)
    return root


async def changed(browser: Browser, root: Root, now_ns: int = NOW_NS) -> None:
    """Let the app see what is on the disk now."""
    browser.app.browser.take(Update((scan(str(root)),), (), Status("live", 3)), now_ns)
    await browser.settle()


def shown(browser: Browser) -> list[str]:
    """The lines of the document, without the scroll bar."""
    return [
        line[:-1].rstrip() if len(line) == 120 else line for line in browser.text.split("\n")[12:36]
    ]


async def read_plan(browser: Browser) -> None:
    await browser.press("enter", "right_square_bracket")
    assert browser.file == "plan.md"


async def test_the_header_and_the_tabs(session: Root) -> None:
    async with browsing(session, size=(160, 40)) as browser:
        text = browser.text
        assert "notebook_20251106_193000" in text
        assert "2 files" in text and "written 50 min ago" in text and "started 6 Nov 19:30" in text
        assert "context.md  plan.md" in text
        assert "what is known" in text


async def test_going_round_the_files(session: Root) -> None:
    session.write(f"{SESSION}/progress.md", "# Progress\n", at=NOW - 2000)
    async with browsing(session) as browser:
        assert browser.file == "context.md"
        for key, expected in (
            ("right_square_bracket", "plan.md"),
            ("right_square_bracket", "progress.md"),
            ("right_square_bracket", "context.md"),
            ("left_square_bracket", "progress.md"),
        ):
            await browser.press(key)
            assert browser.file == expected
        await browser.click("plan.md")
        assert browser.file == "plan.md"
        assert "Part 0" in browser.text


async def test_many_tabs_are_scrolled_by_the_wheel_and_the_current_one_is_seen(
    session: Root,
) -> None:
    for number in range(30):
        session.write(f"{SESSION}/report_{number:02}.md", "# Report\n", at=NOW - 2000)
    async with browsing(session) as browser:
        tabs = browser.app.browser.query_one("#tabs")
        assert "context.md" in browser.text and "report_20.md" not in browser.text
        for _ in range(60):
            await browser.pilot._post_mouse_events([MouseScrollDown], widget=tabs)
        await browser.shows("report_29.md")
        assert "report_28.md" in browser.text  # it is not scrolled past its end
        await browser.click("report_27.md")
        assert browser.file == "report_27.md"
        for _ in range(60):
            await browser.pilot._post_mouse_events([MouseScrollUp], widget=tabs)
        await browser.shows("context.md")
        assert "report_27.md" not in browser.text
        await browser.press("left_square_bracket")
        assert browser.file == "report_26.md" and "report_26.md" in browser.text


async def test_a_click_closes_a_session_that_has_the_whole_screen(session: Root) -> None:
    async with browsing(session, size=(80, 24)) as browser:
        await browser.press("enter")
        await browser.click("0% ×")
        assert browser.app.browser.panes.is_reading  # the place is no button
        await browser.pilot.click("#tabs", offset=(77, 0))
        await browser.settle()
        assert not browser.app.browser.panes.is_reading and "▾ notebook" in browser.text
    async with browsing(session) as browser:
        assert "%  ×" not in browser.text
        await browser.press("enter", "z")
        await browser.pilot.click("#tabs", offset=(118, 0))
        await browser.settle()
        assert not browser.app.browser.panes.is_zoomed


async def test_a_file_chosen_is_chosen_again_on_return(session: Root) -> None:
    session.write("patch/patch_20251105_193000/plan.md", "# Older\n", at=NOW - 90_000)
    async with browsing(session) as browser:
        await browser.press("right_square_bracket", "j", "k")
        assert browser.file == "plan.md"


async def test_scrolling(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        assert "Title" in browser.text
        await browser.press("j", "j", "j", "j")
        assert "Title" not in browser.text
        await browser.press("k", "k", "k", "k", "ctrl+d")
        assert "Title" not in browser.text
        await browser.press("g")
        assert "Title" in browser.text
        await browser.press("pagedown", "pageup")
        assert "Title" in browser.text
        await browser.press("G")
        assert "paragraph 199" in browser.text
        assert "following ▼" in browser.text


async def test_at_the_end_the_view_follows_and_elsewhere_the_place_holds(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("G")
        session.append(f"{SESSION}/plan.md", "the newest line\n")
        await changed(browser, session)
        assert "the newest line" in browser.text
        await browser.press("k", "k", "k")
        assert "paused, end resumes" in browser.text
        before = shown(browser)
        session.append(f"{SESSION}/plan.md", "\n\nunseen\n" * 30)
        await changed(browser, session)
        assert shown(browser) == before
        await browser.press("end")
        assert "unseen" in browser.text and "following ▼" in browser.text


async def test_a_rewrite_before_the_readers_place_does_not_move_it(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("pagedown", "pagedown")
        before = shown(browser)
        session.write(
            f"{SESSION}/plan.md",
            "# Title\n\nA paragraph that was put in.\n\nAnd another.\n\n"
            + LONG.partition("\n\n")[2],
            at=NOW,
        )
        await changed(browser, session)
        assert shown(browser) == before


async def test_a_file_that_is_being_written_is_opened_at_its_end_and_marked(session: Root) -> None:
    session.write(f"{SESSION}/progress.md", LONG + "last words\n", at=NOW - 1)
    async with browsing(session) as browser:
        assert browser.file == "progress.md"
        assert "last words" in browser.text
        assert "progress.md ◐" in browser.text


async def test_a_file_that_vanishes_and_a_session_that_vanishes(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        (session.path / SESSION / "plan.md").unlink()
        await changed(browser, session)
        assert browser.file == "context.md"
        (session.path / SESSION / "context.md").unlink()
        await changed(browser, session)
        assert "No files yet" in browser.text
        (session.path / SESSION).rmdir()
        (session.path / "notebook").rmdir()
        await changed(browser, session)
        assert "No workflow has run in" in browser.text


async def test_raw_text_has_line_numbers_and_the_place_is_kept(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("V")
        assert "1  # Plan" in browser.text and "5  ## Part 0" in browser.text
        await browser.press("pagedown", "pagedown")
        [first, *_] = [
            " ".join(line.split("##")[1].split()[:2])
            for line in browser.text.split("\n")
            if "##" in line
        ]
        await browser.press("V")
        assert first in browser.text and "##" not in browser.text


async def test_long_raw_lines_scroll_sideways(root: Root) -> None:
    root.write(f"{SESSION}/context.md", "start " + "x" * 300 + " finish\n", at=NOW - 3600)
    async with browsing(root) as browser:
        await browser.press("enter", "V")
        assert "start" in browser.text and "finish" not in browser.text
        for _ in range(40):
            await browser.pilot.press("l")
        await browser.shows("finish")


async def test_searching_goes_from_match_to_match(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("slash")
        await browser.type("paragraph 15")
        await browser.press("enter")
        assert "1 of 11" in browser.text and "paragraph 15" in browser.text
        await browser.press("n")
        assert "2 of 11" in browser.text and "paragraph 150" in browser.text
        await browser.press("N", "N")
        assert "11 of 11" in browser.text and "paragraph 159" in browser.text
        await browser.press("escape")
        assert " of 11" not in browser.text


async def test_the_match_is_kept_between_rendered_and_raw(session: Root) -> None:
    text = "# Plan\n\n" + "".join(
        f"- needle {number} and *needle*\n\n  more of {number}\n" for number in range(30)
    )
    session.write(f"{SESSION}/plan.md", text + "\nmore\nneedle 30\n", at=NOW - 3000)
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("slash", *"needle", "enter", *("n" * 37))
        assert "38 of 61" in browser.text and "needle 18 and needle" in browser.text
        for _ in range(2):
            await browser.press("V")
            assert "38 of 61" in browser.text and "needle 18 and *needle*" in browser.text
            await browser.press("V")
            assert "38 of 61" in browser.text and "needle 18 and needle" in browser.text
        await browser.press(*("n" * 23), "V")
        assert "61 of 61" in browser.text and "needle 30" in browser.text


async def test_an_upper_case_letter_makes_case_count(session: Root) -> None:
    session.write(f"{SESSION}/plan.md", "# Word\n\nword Word word\n", at=NOW - 3000)
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("slash", *"word", "enter")
        assert "1 of 4" in browser.text
        await browser.press("escape", "slash", *"Word", "enter")
        assert "1 of 2" in browser.text


async def test_slash_searches_where_the_user_is(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("slash", *"note", "enter")
        assert browser.app.browser.arrangement.filter == "note"
        await read_plan(browser)
        await browser.press("slash", *"part", "enter")
        assert browser.app.browser.arrangement.filter == "note" and "1 of " in browser.text


async def test_a_search_without_a_match_says_so(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("slash")
        await browser.type("zzz")
        assert "no match" in browser.text
        await browser.press("escape")
        assert "no match" not in browser.text


async def test_a_search_goes_on_in_what_is_appended(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("slash")
        await browser.type("paragraph 15")
        await browser.press("enter")
        session.append(f"{SESSION}/plan.md", "another paragraph 15\n")
        await changed(browser, session)
        assert "1 of 12" in browser.text


async def test_the_contents_jump_to_a_heading(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("c")
        assert "Contents" in browser.text
        for _ in range(20):
            await browser.pilot.press("j")
        await browser.press("enter")
        assert "paragraph 19" in browser.text and "Contents" not in browser.text
        await browser.press("c", "escape")
        assert "paragraph 19" in browser.text


async def test_the_contents_of_the_raw_text_are_those_of_the_rendered_one(session: Root) -> None:
    async with browsing(session) as browser:
        await read_plan(browser)
        await browser.press("V", "c")
        await browser.shows("Contents")
        for _ in range(20):
            await browser.pilot.press("j")
        await browser.press("enter")
        await browser.hides("Contents")
        (view,) = browser.app.screen.query(DocumentView)
        assert view.document and view.document.view == "raw"
        lines = view.document.text.split("\n")
        assert lines[view.top_line] == "## Part 19", lines[view.top_line]


async def test_a_document_without_headings_has_no_contents(root: Root) -> None:
    root.write(f"{SESSION}/context.md", "just words\n")
    async with browsing(root) as browser:
        await browser.press("enter", "c")
        await browser.shows("This document has no headings.")


async def test_zoom_gives_one_pane_the_whole_screen(session: Root) -> None:
    async with browsing(session) as browser:
        await browser.press("enter", "z")
        assert "▾ notebook" not in browser.text
        await browser.press("z")
        assert "▾ notebook" in browser.text
        await browser.press("escape", "z")
        assert "what is known" not in browser.text and "▾ notebook" in browser.text
        await browser.press("escape")
        assert "what is known" in browser.text


async def test_a_narrow_screen_shows_one_pane_at_a_time(session: Root) -> None:
    async with browsing(session, size=(80, 24)) as browser:
        assert "▾ notebook" in browser.text and "what is known" not in browser.text
        await browser.press("enter")
        assert "▾ notebook" not in browser.text and "what is known" in browser.text
        assert "esc back" in browser.text
        await browser.press("escape")
        assert "▾ notebook" in browser.text
        await browser.press("tab")
        assert "what is known" in browser.text
        await browser.press("shift+tab")
        assert "▾ notebook" in browser.text


async def test_kinds_of_files_are_shown_as_what_they_are(root: Root, tmp_path: Path) -> None:
    folder = root.folder(SESSION)
    root.write(f"{SESSION}/data.json", '{"b": [1, {"c": null}]}')
    root.write(f"{SESSION}/broken.json", '{"b": ')
    root.write(
        f"{SESSION}/.agent_log",
        "2025-11-06T15:30:45Z | START | builder\n2025-11-06T15:31:00Z | ERROR | builder | it "
        "broke\n",
    )
    root.write(
        f"{SESSION}/shot.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
    )
    root.write(f"{SESSION}/program", b"\x7fELF\0\0\0")
    root.write(f"{SESSION}/archive.zip", b"PK\3\4")
    root.write(f"{SESSION}/run.sh", "#!/bin/sh\necho hi\n")
    os.mkfifo(folder / "pipe.md")
    (tmp_path / "secret").write_text("the secret")
    (folder / "link.md").symlink_to(tmp_path / "secret")
    expected = {
        "data.json": '"c": null', "broken.json": "not valid JSON", ".agent_log": "✗ ERROR", "shot.png": "PNG image, 640 × 480 pixels",
        "program": "Binary content, 7 B", "archive.zip": "A binary file, 4 B", "run.sh": "echo hi", "pipe.md": "Not a regular file",
        "link.md": "A symbolic link",
    }  # fmt: skip
    async with browsing(root, size=(200, 50)) as browser:
        for _ in range(9):
            text = expected.pop(browser.file)
            assert text in browser.text, browser.text
            assert "the secret" not in browser.text
            await browser.press("right_square_bracket")
    assert not expected


async def test_an_empty_file_and_one_that_cannot_be_read(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.store.fs import safefs

    root.write(f"{SESSION}/context.md", "")
    async with browsing(root) as browser:
        assert "This file is empty." in browser.text

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(safefs, "open_root", refuse)
        await browser.press("V")
        assert "cannot be read: permission denied" in browser.text


async def test_following_the_fleet_selects_what_was_written_last(session: Root) -> None:
    session.write("patch/patch_20251105_193000/plan.md", "# Patch\n\nold\n", at=NOW - 90_000)
    async with browsing(session) as browser:
        await browser.press("L")
        assert "at the latest write" in browser.text
        assert browser.selected == SESSION
        before = scan(str(session))
        session.write(
            "patch/patch_20251105_193000/progress.md", "# Progress\n\nfresh words\n", at=NOW + 5
        )
        after = scan(str(session))
        browser.app.browser.take(
            Update((after,), tuple(diff(before, after)), Status("live", 3)), NOW_NS + 6 * 10**9
        )
        await browser.settle()
        assert (browser.selected, browser.file) == ("patch/patch_20251105_193000", "progress.md")
        assert "fresh words" in browser.text and browser.following
        await browser.press("L")
        assert "at the latest write" not in browser.text


async def test_following_the_fleet_leaves_a_reader_who_scrolled_up_where_he_is(
    session: Root,
) -> None:
    lines = "".join(f"line {number}\n\n" for number in range(200))
    session.write(f"{SESSION}/progress.md", lines, at=NOW + 1)
    session.write("patch/patch_20251105_193000/plan.md", "# Patch\n", at=NOW - 90_000)

    async def written(browser: Browser, path: str, text: str, at: float) -> None:
        before = scan(str(session))
        session.write(path, text, at=at)
        after = scan(str(session))
        browser.app.browser.take(
            Update((after,), tuple(diff(before, after)), Status("live", 3)), NOW_NS + 6 * 10**9
        )
        await browser.settle()

    async with browsing(session) as browser:
        await browser.press("L", "tab", "k", "k", "k")
        assert "paused" in browser.text and not browser.following
        at = browser.text.split("line ", 1)[1].split()[0]
        await written(browser, f"{SESSION}/progress.md", f"{lines}more\n", NOW + 2)
        assert "paused" in browser.text and browser.text.split("line ", 1)[1].split()[0] == at
        await written(browser, "patch/patch_20251105_193000/plan.md", "# Patch\n\nfresh\n", NOW + 3)
        assert (browser.selected, browser.file) == (SESSION, "progress.md")
        await browser.press("end")
        await written(browser, "patch/patch_20251105_193000/plan.md", "# Patch\n\nnewer\n", NOW + 4)
        assert browser.selected == "patch/patch_20251105_193000"


async def test_notes_are_read_like_files(root: Root) -> None:
    root.write("lessons.md", "# Lessons\n\nkeep plans small\n")
    async with browsing(root) as browser:
        assert browser.selected == "lessons.md"
        assert "keep plans small" in browser.text


async def test_the_real_thing_live(session: Root) -> None:
    """With the watching on: a write is on the screen without a key pressed."""

    async with browsing(session, watch=True, clock=time.time_ns) as browser:
        await browser.shows("live")
        session.append(f"{SESSION}/context.md", "\n\nfresh from the disk\n")
        await browser.shows("fresh from the disk")
        session.write("craft/craft_20251106_200000/context.md", "# New\n")
        await browser.shows("▾ craft")


async def test_a_file_that_is_being_written_is_followed_before_anything_is_told_of_it(
    root: Root,
) -> None:
    path = root.write(f"{SESSION}/plan.md", "# Plan\n")  # just now
    async with browsing(root) as browser:  # without a feed
        await browser.shows("Plan")
        for number in range(3):
            root.append(f"{SESSION}/plan.md", f"\nparagraph {number}\n")
            await browser.shows(f"paragraph {number}")
        pane = browser.app.browser.pane
        assert pane and pane.grows
        os.utime(path, (1_700_000_000, 1_700_000_000))  # as if it rested for long
        await until(lambda: pane._loader._task and pane._loader._task.done(), "the end of looking")
        assert not pane.grows


async def test_a_view_that_grows_taller_does_not_start_to_follow(session: Root) -> None:
    async with browsing(session, size=(120, 20)) as browser:
        await read_plan(browser)
        await browser.press("G", "k", "k", "k")
        assert not browser.following
        await browser.pilot.resize_terminal(120, 60)
        await browser.settle()
        assert not browser.following and "paragraph 199" in browser.text
        await browser.press("G")
        await browser.pilot.resize_terminal(120, 20)
        await browser.settle()
        assert browser.following


@pytest.mark.parametrize("size", [(80, 24), (120, 24)])
async def test_a_line_named_is_on_top_also_where_it_was_chosen_before_there_was_room(
    root: Root, size: tuple[int, int]
) -> None:
    steps = "\n".join(f"- [ ] step {number}" for number in range(60))
    asking = f"**Session**: implement_20251106_193000\n**Status**: Blocked\n\n## Steps\n\n{steps}\n"
    for name, text in {"context.md": "known\n", "plan.md": LONG, "progress.md": asking}.items():
        root.write(
            f"implement/implement_20251106_193000/{name}", f"# {name}\n\n{text}", at=NOW - 3600
        )
    async with browsing(root, size=size) as browser:
        await browser.press("enter")
        await browser.shows("step 3")
        pane = browser.app.browser.pane
        assert pane and pane.document.scroll_y == 3  # below the heading, its rule and a gap
        assert "Status: Blocked" in browser.text


async def test_the_words_that_are_read_stay_when_the_terminal_changes_its_width(root: Root) -> None:
    words = " ".join(f"word{number:04}" for number in range(2000))
    root.write(f"{SESSION}/plan.md", f"{words}\n\nthe end\n", at=NOW - 3600)
    async with browsing(root, size=(110, 30)) as browser:
        await browser.press("enter", "pagedown", "pagedown", "pagedown")
        pane = browser.app.browser.pane
        assert pane
        first = first_word(pane.document)
        for width in (70, 200, 110, 55, 110):
            await browser.pilot.resize_terminal(width, 30)
            await browser.settle()
            assert abs(first_word(pane.document) - first) <= 20, width  # a row of the widest


def first_word(view: DocumentView) -> int:
    """The number of the first word on show."""
    found = re.search(r"word(\d+)", view.render_line(0).text)
    assert found
    return int(found[1])
