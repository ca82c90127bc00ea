"""The session list, as a user works with it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from textual.strip import Strip

from exito_tui.config.settings import Config
from exito_tui.domain.root_paths import project_name
from exito_tui.domain.sessions.list_rows import identity
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.live.events import Status, Update
from exito_tui.store.read.scan import scan
from exito_tui.ui.messages import RootsTouched, RowHighlighted
from exito_tui.ui.seen import Seen
from exito_tui.ui.widgets.session_header import SessionHeader
from exito_tui.ui.widgets.session_row import Looks, RowPainter
from tests.support import NOW, NOW_NS, Root, until
from tests.ui.driver import browsing


@pytest.fixture
def fleet(root: Root) -> Root:
    """Six sessions of three commands, and a note."""
    for day, command, files in (
        (6, "build", ("context.md", "plan.md")), (5, "build", ("context.md",)), (4, "patch", ("context.md", "plan.md", "progress.md")),
        (3, "patch", ("context.md",)), (2, "craft", ("context.md", "alternatives.md")), (1, "craft", ("context.md",)),
    ):  # fmt: skip
        at = NOW - (6 - day) * 86_400 - 3600
        for file in files:
            root.write(
                f"{command}/{command}_2025110{day}_193000/{file}",
                f"# {file} of {command} {day}\n\ntext\n",
                at=at,
            )
    root.write("lessons.md", "# Lessons\n\nkeep plans small\n", at=NOW - 9 * 86_400)
    return root


async def test_sessions_stand_in_groups_newest_first_with_count_and_age(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        assert browser.selected == "build/build_20251106_193000"
        lines = browser.text.split("\n")
        assert "▾ build 2  ? 1  – 1" in lines[1] and " 1 h " in lines[1]
        assert "? " in lines[2] and "19:30" in lines[2] and "plan.md of build" in lines[2]
        assert "approve plan.md" in lines[2] and "? 1 need you" in lines[0]
        assert "notes" in browser.text and "lessons.md" in browser.text


async def test_moving_about(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("j")
        assert browser.selected == "build/build_20251105_193000"
        await browser.press("down")
        assert browser.selected == "patch"
        await browser.press("k", "up")
        assert browser.selected == "build/build_20251106_193000"
        await browser.press("G")
        assert browser.selected == "lessons.md"
        await browser.press("g")
        assert browser.selected == "build"
        await browser.press("ctrl+d")
        assert browser.selected == "lessons.md"
        await browser.press("ctrl+u", "ctrl+u")
        assert browser.selected == "build"


async def test_groups_fold_and_unfold(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("h")
        assert browser.selected == "build"
        assert "▸ build" in browser.text
        await browser.press("l", "j")
        assert browser.selected == "build/build_20251106_193000"
        await browser.press("minus")
        assert browser.text.count("▸") == 4
        await browser.press("minus")
        assert browser.text.count("▾") == 4
        await browser.press("g", "enter")
        assert "▸ build" in browser.text
        await browser.click("▸ build")
        assert "▾ build" in browser.text


async def test_a_flat_list_and_every_order(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("b")
        assert "▾ build" not in browser.text
        assert [line.split()[-4] for line in browser.text.split("\n")[1:3]]
        for said in ("by last write", "by size", "by name", "needs you first"):
            await browser.press("G", "s")
            assert said in browser.text.split("\n")[0]
            assert browser.text.split("\n")[1].startswith("▌")  # the first row is highlighted
        await browser.press("s", "b")
        assert "by " not in browser.text.split("\n")[0]
        assert "▾ build" in browser.text


async def test_another_grouping_keeps_the_highlighted_session(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("j")
        before = browser.selected
        assert before.startswith("build/")
        for _ in range(3):
            await browser.press("b")
            assert browser.selected == before
            assert any(line.startswith("▌") for line in browser.text.split("\n"))


async def test_the_filter_narrows_as_you_type_and_escape_clears_it(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("slash")
        await browser.type("altern")
        assert "▾ craft" in browser.text and "▾ build" not in browser.text
        await browser.press("enter")
        assert "1 of 7: altern" in browser.text
        assert browser.selected == "craft/craft_20251102_193000"
        await browser.press("escape")
        assert "of 7:" not in browser.text and "▾ build" in browser.text
        assert browser.selected == "craft/craft_20251102_193000"
        await browser.press("slash")
        await browser.type("2025-11-04")
        await browser.press("escape")
        assert "▾ build" in browser.text


async def test_a_filter_that_is_given_up_leaves_the_highlight_where_it_was(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("j", "j")
        before = browser.selected
        await browser.press("slash")
        await browser.type("altern")
        assert browser.selected == "craft/craft_20251102_193000" != before
        await browser.press("escape")
        assert browser.selected == before


async def test_what_stands_in_for_a_session_that_is_gone_keeps_its_row(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        rows = browser.app.browser.session_list
        count = len(rows.rows)
        await browser.press("j", "k")
        gone = browser.selected
        shutil.rmtree(fleet.path / gone)
        browser.app.browser.post_message(RootsTouched())
        await until(lambda: browser.selected != gone, "another row")
        other, index = browser.selected, rows.cursor
        fleet.write("build/build_20251106_201500/context.md", "# new\n", at=NOW)
        browser.app.browser.post_message(RootsTouched())
        await until(lambda: len(rows.rows) == count, "a row more above")
        assert browser.selected == other and rows.cursor == index + 1


async def test_while_a_filter_is_typed_a_session_is_highlighted_and_no_heading(
    fleet: Root,
) -> None:
    async with browsing(fleet) as browser:
        await browser.press("G")
        await browser.press("slash")
        for letter in "20251102":
            await browser.press(letter)
            assert isinstance(browser.app.browser.session_list.row, Session)
        assert browser.selected == "craft/craft_20251102_193000"


async def test_a_filter_that_nothing_matches_says_so(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("slash")
        await browser.type("zzz")
        assert "Nothing matches" in browser.text
        await browser.press("escape")
        assert "▾ build" in browser.text


async def test_marks_are_set_counted_and_kept_while_the_list_moves(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("space", "space")
        assert "◆ 2 marked" in browser.text
        await browser.press("b")
        assert browser.text.count("◆") == 3
        await browser.press("g", "space")
        assert "◆ 1 marked" in browser.text


async def test_of_an_update_only_what_changed_is_drawn(
    fleet: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line that is drawn costs; in a fleet something is always being written."""
    async with browsing(fleet) as browser:
        drawn: list[str] = []
        paint, show = RowPainter.paint, SessionHeader.show

        def painted(painter: RowPainter, looks: Looks, *rest: Any) -> Strip:
            drawn.append(identity(looks.row)[2])
            return paint(painter, looks, *rest)

        def shown(header: SessionHeader, row: Session, *rest: Any) -> None:
            drawn.append("the session")
            show(header, row, *rest)

        monkeypatch.setattr(RowPainter, "paint", painted)
        monkeypatch.setattr(SessionHeader, "show", shown)
        written = "patch/patch_20251104_193000"
        fleet.write(f"{written}/progress.md", "# Progress\n\n- [x] one\n", at=NOW - 60)
        browser.app.browser.post_message(RootsTouched())
        await until(lambda: written in drawn, "the row anew")
        await browser.settle()
        assert set(drawn) == {f"{fleet} patch", written}
        drawn.clear()
        browser.app.browser.tick(NOW_NS + 3600 * SECOND_NS)
        await browser.settle()
        assert len(set(drawn)) == 12  # time goes by for all of them


async def test_rows_name_their_roots_as_soon_as_there_are_several(
    fleet: Root, tmp_path: Path
) -> None:
    other = tmp_path / "inn" / ".claude" / "sessions"
    other.mkdir(parents=True)
    async with browsing(fleet) as browser:
        screen = browser.app.browser
        name = project_name(str(fleet))[:9]
        assert name not in browser.text.partition("\n")[2]
        roots = [*screen.fleet.snapshots, scan(str(other))]
        screen.session_list.show(screen.session_list.rows, roots, by="need", now_ns=NOW_NS)
        await browser.settle()
        assert name in browser.text.partition("\n")[2]


def update(root: Root, *recent: str) -> Update:
    return Update((scan(str(root)),), (), Status("live", 3), (recent,))


async def test_the_highlight_stays_on_its_session_while_the_list_moves(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("j")
        assert browser.selected == "build/build_20251105_193000"
        for second in range(30):
            fleet.write(f"build/build_20251106_2000{second:02}/context.md", "new", at=NOW)
        browser.app.browser.take(update(fleet), NOW_NS)
        await browser.settle()
        assert browser.selected == "build/build_20251105_193000"
        assert "build_20251105_193000" in browser.text


async def test_a_list_that_gets_shorter_keeps_the_highlight_in_place_and_its_last_line_filled(
    root: Root,
) -> None:
    keys = [f"build/build_20251105_2000{number:02}" for number in range(60)]
    for key in keys:
        root.write(f"{key}/context.md", "old", at=NOW - 90_000)
    async with browsing(root, size=(120, 24)) as browser:
        view = browser.app.browser.session_list
        await browser.press("G", "k", "k")
        line = view.cursor - view.scroll_y
        for key in keys[40:55]:  # above what is on the screen
            shutil.rmtree(root.path / key)
        browser.app.browser.take(update(root), NOW_NS)
        await browser.settle()
        assert browser.selected == keys[2]
        assert view.cursor - view.scroll_y == line
        await browser.press("g")
        view.scroll_end(animate=False, immediate=True)
        for key in keys[:10]:  # below the highlight, which is out of view
            shutil.rmtree(root.path / key)
        browser.app.browser.take(update(root), NOW_NS)
        await browser.settle()
        assert view.scroll_y == len(view.rows) - view.size.height


async def test_a_root_that_goes_and_comes_back_has_its_highlight_again(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.press("j")
        assert browser.selected == "build/build_20251105_193000"
        away = fleet.path.rename(fleet.project / "elsewhere")
        browser.app.browser.take(update(fleet), NOW_NS)
        await browser.settle()
        assert browser.selected == ""
        away.rename(fleet.path)
        browser.app.browser.take(update(fleet), NOW_NS)
        await browser.settle()
        assert browser.selected == "build/build_20251105_193000"


async def test_what_is_unfolded_at_the_bottom_comes_into_view(root: Root) -> None:
    for number in range(30):
        root.write(f"build/build_20251105_2000{number:02}/context.md", "old", at=NOW - 90_000)
    root.write("lessons.md", "# Lessons\n")
    async with browsing(root, size=(120, 24)) as browser:
        await browser.press("G")
        assert browser.selected == "lessons.md"
        await browser.press("h")
        assert browser.selected == "notes"
        await browser.press("l")
        left = "\n".join(line[:60] for line in browser.text.split("\n"))
        assert "▾ notes" in left and "lessons.md" in left


async def test_a_heading_offers_nothing_that_needs_a_session(fleet: Root) -> None:
    async with browsing(fleet, size=(200, 40)) as browser:
        bar = browser.text.split("\n")[-1]
        assert "w why" in bar and "d trash" in bar
        await browser.press("g")
        bar = browser.text.split("\n")[-1]
        assert "why" not in bar and "trash" not in bar and "? help" in bar


async def test_the_counts_on_top_follow_the_filter(fleet: Root) -> None:
    async with browsing(fleet, size=(200, 40)) as browser:
        assert "need you" in browser.text.split("\n")[0]
        await browser.press("slash")
        await browser.type("state:running")
        top = browser.text.split("\n")[0]
        assert "running" in top and "need you" not in top and "done" not in top


async def test_a_highlighted_session_that_goes_leaves_the_highlight_in_place(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        (fleet.path / "build/build_20251106_193000").rename(fleet.project / "elsewhere")
        browser.app.browser.take(update(fleet), NOW_NS)
        await browser.settle()
        assert browser.selected == "build/build_20251105_193000"


async def test_what_changed_since_you_looked_is_marked_until_you_look(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        fleet.write("patch/patch_20251104_193000/progress.md", "more", at=NOW + 60)
        browser.app.browser.take(update(fleet), NOW_NS + 61 * 10**9)
        await browser.settle()
        [line] = [line for line in browser.text.split("\n") if "•" in line]
        assert "• patch_2025" in line and "builder" in line
        await browser.press("j", "j", "j")
        assert browser.selected == "patch/patch_20251104_193000"
        assert "•" not in browser.text


async def test_what_was_written_while_the_app_was_closed_is_marked(fleet: Root) -> None:
    from exito_tui.app_state import Remembered

    seen = Remembered(seen_ns={str(fleet): NOW_NS - 2 * 86_400 * 10**9})
    async with browsing(fleet, remembered=seen) as browser:
        rows = [line[:58] for line in browser.text.split("\n")[1:]]
        # The newest is being looked at; the one of yesterday is marked.
        assert sum(row.count("•") for row in rows) == 1


async def test_a_session_being_written_says_so_in_words_and_falls_quiet(fleet: Root) -> None:
    fleet.write("build/build_20251106_193000/progress.md", "now", at=NOW - 2)
    now = NOW_NS

    async with browsing(fleet, clock=lambda: now) as browser:
        browser.app.browser.take(update(fleet, "build/build_20251106_193000"), now)
        await browser.settle()
        assert "◐ running · 1 h" in browser.text
        assert "progress.md ◐" in browser.text
        now += 120 * 10**9
        browser.app.browser.tick(now)
        await browser.settle()
        assert "progress.md ◐" not in browser.text


async def test_the_mouse_selects_opens_and_folds(fleet: Root) -> None:
    async with browsing(fleet) as browser:
        await browser.click("Tue 19:30")
        assert browser.selected == "patch/patch_20251104_193000"
        await browser.click("Tue 19:30", times=2)
        assert browser.app.browser.panes.is_reading
        await browser.click("back")
        assert not browser.app.browser.panes.is_reading
        await browser.click("filter")
        await browser.type("craft")
        assert "▾ build" not in browser.text


async def test_a_session_without_files_and_one_that_cannot_be_read(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exito_tui.store.fs import safefs

    root.folder("build/build_20251106_193000")
    async with browsing(root) as browser:
        assert "No files yet" in browser.text
        monkeypatch.setattr(
            safefs,
            "open_child",
            lambda *_: (_ for _ in ()).throw(PermissionError(13, "Permission denied")),
        )
        browser.app.browser.take(update(root), NOW_NS)
        await browser.settle()
        assert "permission denied" in browser.text


async def test_several_roots_stand_one_below_the_other(
    fleet: Root, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Root(tmp_path_factory.mktemp("other"))
    other.write("ui/ui_20251106_193000/plan.md", "# Other plan\n", at=NOW - 60)
    async with browsing(fleet, other) as browser:
        await browser.press("G")
        assert browser.selected == "ui/ui_20251106_193000"
        assert "Other plan" in browser.text


async def test_rows_by_command_stand_below_their_roots_and_do_not_name_them_again(
    fleet: Root, tmp_path: Path
) -> None:
    other = Root(tmp_path / "inn")
    other.write("ui/ui_20251106_193000/plan.md", "# Other plan\n", at=NOW - 60)
    async with browsing(fleet, other, config=Config(by="command"), size=(100, 30)) as browser:
        await browser.shows("Other plan")
        lines = browser.text.split("\n")
        root, command, session = (
            next(line for line in lines if words in line)
            for words in ("▾ inn 1", "▾ ui 1", "Other plan")
        )
        assert "inn" not in session and str(other) not in browser.text
        assert root.index("▾") < command.index("▾") < len(session) - len(session.lstrip())


async def test_a_hundred_thousand_rows_are_no_trouble(root: Root) -> None:
    from exito_tui.domain.sessions.session import sessions_of_folders

    names = [
        f"build_2025{1 + at // 86_400:02}01_{at // 3600 % 24:02}{at // 60 % 60:02}{at % 60:02}"
        for at in range(100_000)
    ]
    root.folder("build")
    async with browsing(root) as browser:
        snapshot = scan(str(root))._replace(
            sessions={
                one.key: one for one in sessions_of_folders(str(root), "build", "build", names)
            }
        )
        browser.app.browser.take(Update((snapshot,), (), Status("live", 3)), NOW_NS)
        await browser.press("G")
        assert browser.selected == "build/build_20250101_000000"
        await browser.press("g", "j")
        assert browser.selected == f"build/{names[-1]}"


async def test_ascii_terminals_get_ascii_signs(fleet: Root) -> None:
    async with browsing(fleet, config=Config(ascii="always")) as browser:
        await browser.press("j", "space")
        assert browser.text.isascii(), [
            character for character in browser.text if not character.isascii()
        ]


async def test_keys_are_rebound_everywhere(fleet: Root) -> None:
    async with browsing(
        fleet, config=Config(ascii="never", keys={"filter": "f", "sort": "ctrl+x"})
    ) as browser:
        assert "f filter" in browser.text
        await browser.press("slash")
        assert not browser.app.browser.query("#filter-bar")
        await browser.press("f")
        assert browser.app.browser.query("#filter-bar")
        await browser.press("escape", "ctrl+x", "question_mark")
        assert "by last write" in browser.text
        assert "ctrl+x" in browser.text


@pytest.mark.parametrize(
    "size", [(20, 5), (40, 10), (80, 24), (99, 29), (100, 30), (200, 50), (300, 80)]
)
async def test_every_size_works(fleet: Root, size: tuple[int, int]) -> None:
    async with browsing(fleet, size=size) as browser:
        await browser.press(
            "j", "enter", "escape", "z", "z", "slash", "escape", "question_mark", "escape"
        )
        await browser.pilot.resize_terminal(120, 40)
        await browser.settle()
        assert "build_20251105_193000" in browser.text


async def test_nothing_of_a_row_lies_under_the_scroll_bar(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Seen, "is_new", lambda self, session: True)
    for number in range(60):
        root.write(
            f"build/build_20251106_1{number // 10}{number % 10:02}00/plan.md",
            "x\n",
            at=NOW - number,
        )
    async with browsing(root, size=(120, 30)) as browser:
        part = browser.app.browser.session_list
        assert part.show_vertical_scrollbar
        edge = part.region.right - part.scrollbar_size_vertical
        rows = [row[:edge] for row in browser.text.split("\n") if "• build_2025" in row[:edge]]
        assert len(rows) > 20 and all(row.rstrip().endswith((" s", "now")) for row in rows), (
            browser.text
        )


async def test_the_bottom_bar_offers_the_keys_of_the_filter_while_it_is_typed(root: Root) -> None:
    root.write("build/build_20251106_193000/plan.md", at=NOW - 60)
    root.write("patch/patch_20251106_193000/plan.md", at=NOW - 60)
    async with browsing(root) as browser:
        await browser.press("slash", "p", "a")
        bar = browser.text.split("\n")[-1]
        assert (
            "enter keep" in bar and "esc clear" in bar and "trash" not in bar and "quit" not in bar
        )
        await browser.click("enter keep")
        await browser.shows("enter open")
        assert browser.app.browser.arrangement.filter == "pa"
        await browser.press("slash")
        await browser.click("esc clear")
        await browser.shows("enter open")
        assert browser.app.browser.arrangement.filter == ""


async def test_a_highlight_told_late_does_not_bring_an_old_picture_back(root: Root) -> None:
    root.write("build/build_20251106_193000/context.md", at=NOW - 3000)
    async with browsing(root) as browser:
        screen, pane = browser.app.browser, browser.app.browser.pane
        old = screen.session_list.row
        root.write("build/build_20251106_193000/plan.md", at=NOW - 2000)
        screen.take(Update((scan(str(root)),), (), Status()), NOW_NS)
        assert pane and [file.name for file in pane.files] == ["context.md", "plan.md"]
        screen.on_row_highlighted(RowHighlighted(old))
        assert [file.name for file in pane.files] == ["context.md", "plan.md"]
