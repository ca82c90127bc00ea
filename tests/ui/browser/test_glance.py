"""The first screen: who needs you, what runs, what it is about; finding what was written."""

from pathlib import Path

import pytest

from exito_tui.app_state import Remembered
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.session import Session
from exito_tui.ui.drawing.glyphs import UNICODE
from tests.support import NOW, Root, until
from tests.ui.driver import browsing

DAY = 86_400
BY_NEED = Config(ascii="never", by="need")


@pytest.fixture
def questions(root: Root) -> Root:
    """A question of now, and two of long ago."""
    for number, age in ((1, 600), (2, 9 * DAY), (3, 8 * DAY)):
        began = f"2025{'1106' if age < DAY else '1028'}_1{number}0000"
        for at, name in enumerate(("context.md", "plan.md")):
            text = f"# Plan: Matter {number}\n" if name == "plan.md" else "# Context\n"
            root.write(f"build/build_{began}/{name}", text, at=NOW - age - 60 + 30 * at)
    return root


async def test_the_first_screen_says_who_needs_you_and_what_for(fleet: Root) -> None:
    async with browsing(fleet, size=(80, 24), config=BY_NEED) as browser:
        lines = browser.text.split("\n")
        assert lines[1].startswith(" ▾ NEEDS YOU 6") and "? 3 need you" in lines[0]
        assert [line.split()[0].strip("▌") or line.split()[1] for line in lines[2:8]] == [
            "?", "?", "?", "!", "!", "✗",
        ]  # fmt: skip
        assert "Rate limits per API key" in lines[2] and "blocked at step 3 of 6" in lines[2]
        assert "▾ TODAY" in browser.text and "▸ build" in browser.text
        assert "→ Read progress.md" in browser.text or '→ Say "proceed"' in browser.text


async def test_an_old_question_is_a_fold_outside_the_counts_and_goes_by_one_key(
    questions: Root,
) -> None:
    async with browsing(questions, config=BY_NEED) as browser:
        assert "? 1 need you" in browser.text and "▸ OLD QUESTIONS 2" in browser.text
        assert "Matter 1" in browser.text and "Matter 2" not in browser.text
        await browser.press("G")
        assert browser.selected == "OLD QUESTIONS"
        await browser.press("enter")
        await browser.shows("Matter 2")
        assert "asked 9 d ago" in browser.text
        await browser.click("OLD QUESTIONS")
        await browser.agree("d", to="Move 2 sessions to the trash?")
        await until(lambda: len(list((questions.path / "build").iterdir())) == 1)


async def test_the_grouping_goes_round_and_is_remembered(fleet: Root) -> None:
    async with browsing(fleet, config=Config(ascii="never")) as browser:
        assert "▾ NEEDS YOU" in browser.text
        await browser.press("b")
        assert "▾ NEEDS YOU" not in browser.text and "▾ craft" in browser.text
        await browser.press("b")
        assert "▾ craft" not in browser.text
        app = browser.app
    assert app.remembered.by == "time"


async def test_the_filter_says_what_is_wrong_and_how_many_fit(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.press("slash")
        await browser.type("state:waiting age:<1d")
        assert browser.app.browser.session_list.session_count == 3
        assert "3 of 65" in browser.text or "3 of " in browser.text
        await browser.press("escape", "slash")
        await browser.type("state:wating")
        await browser.shows("did you mean waiting?")
        await browser.press("escape", "slash")
        await browser.type("state:wai")
        await browser.press("right")
        assert browser.app.browser.arrangement.filter == "state:waiting"


async def test_any_word_is_found_and_gone_to(fleet: Root) -> None:
    fleet.write(
        "think/think_20251001_120000/notes.md",
        "# Notes\n\nx\n\nthe zebra crossing\n",
        at=NOW - 30 * DAY,
    )
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.press("ctrl+s")
        await browser.shows("Search everything")
        await browser.type("zebra")
        await browser.shows("1 line in 1 session")
        await browser.shows("notes.md:5")
        await browser.press("enter")
        await until(lambda: browser.selected == "think/think_20251001_120000")
        await until(lambda: browser.file == "notes.md" and browser.app.browser.panes.is_reading)
        await browser.press("ctrl+s")
        await browser.type("no such thing")
        await browser.shows("Nowhere: no such thing")
        await browser.press("escape")
        await browser.hides("Search everything")


async def test_a_count_on_top_filters_by_its_state_and_gives_it_back(fleet: Root) -> None:
    async with browsing(fleet, config=BY_NEED) as browser:
        await browser.click("2 stuck")
        assert browser.app.browser.arrangement.filter == "state:stuck -is:old"
        assert browser.app.browser.session_list.session_count == 2
        await browser.click("2 stuck")
        assert browser.app.browser.arrangement.filter == ""


async def test_what_is_new_is_counted_walked_and_counted_as_seen(questions: Root) -> None:
    seen = Remembered(seen_ns={str(questions): int((NOW - 20 * DAY) * 1e9)})
    async with browsing(questions, config=BY_NEED, remembered=seen) as browser:
        assert "• 2 new" in browser.text  # the third one is being looked at
        await browser.press("G", "enter", "g", "full_stop")
        assert browser.selected.startswith("build/build_20251028")
        await browser.press("comma")
        assert " new" not in browser.text.split("\n")[0]
        await browser.press("full_stop")
        await browser.shows("Nothing here is new.")


async def test_the_next_step_is_copied(questions: Root) -> None:
    async with browsing(questions, config=BY_NEED) as browser:
        await browser.press("y", "n")
        await browser.shows("Next step copied")
        assert browser.app.clipboard.startswith('Say "proceed" in Claude Code')


async def test_what_is_new_stays_new_after_a_restart_until_it_is_looked_at(questions: Root) -> None:
    began_ns = int((NOW - 20 * DAY) * 1e9)
    remembered = Remembered(seen_ns={str(questions): began_ns})
    async with browsing(questions, config=BY_NEED, remembered=remembered) as browser:
        assert "• 2 new since 17 Oct" in browser.text  # the third one is being looked at
    async with browsing(questions, config=BY_NEED, remembered=remembered) as browser:
        assert "new since" not in browser.text  # they are older than a week by now
    fresh = Remembered(seen_ns={str(questions): int((NOW - DAY) * 1e9)})
    for number in (1, 2):
        questions.write(f"patch/patch_20251106_1{number}3000/context.md", "# x\n", at=NOW - 900)
    for _ in range(2):
        async with browsing(questions, config=BY_NEED, remembered=fresh) as browser:
            assert "• 2 new since Wed" in browser.text
    async with browsing(questions, config=BY_NEED, remembered=fresh) as browser:
        await browser.press("full_stop")
        assert "• 1 new since Wed" in browser.text
    async with browsing(questions, config=BY_NEED, remembered=fresh) as browser:
        assert "• 1 new since Wed" in browser.text
        await browser.press("comma")
    async with browsing(questions, config=BY_NEED, remembered=fresh) as browser:
        assert "new since" not in browser.text


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 50)])
async def test_neither_the_reason_nor_the_next_step_is_ever_cut(
    fleet: Root, size: tuple[int, int]
) -> None:
    async with browsing(fleet, size=size, config=BY_NEED) as browser:
        screen = browser.app.browser
        count = len(screen.session_list.rows)
        for _ in range(count):
            verdict = screen.fleet.verdicts.of(screen.session_list.row)
            widget = screen.bars.briefing if size[0] < 100 else screen.pane.pipeline  # type: ignore[union-attr]
            if verdict is not None:
                lines = [widget.render_line(y).text.strip(" →") for y in range(widget.size.height)]
                said = " ".join(" ".join(lines).split())
                assert joined(verdict.reason) in said.replace(" ", ""), browser.text
                assert joined(verdict.next_step) in said.replace(" ", ""), browser.text
            await browser.press("j")


def joined(text: str) -> str:
    return text.replace(" ", "")


async def test_a_narrow_bar_says_less_but_never_half_of_it(fleet: Root) -> None:
    async with browsing(fleet, size=(60, 20), config=BY_NEED) as browser:
        top = browser.text.split("\n")[0]
        assert top.startswith(" project") and "? 3 need you  ! 2 stuck  ✗ 1" in top


async def test_below_a_commands_heading_rows_are_indented_and_do_not_repeat_it(
    fleet: Root,
) -> None:
    async with browsing(fleet, size=(80, 60), config=BY_NEED) as browser:
        await browser.click("▸ build") if "▸ build" in browser.text else None
        lines = browser.text.split("\n")
        at = next(place for place, line in enumerate(lines) if line.startswith("   ▾ build"))
        assert lines[at + 1].startswith("      ") and " build " not in lines[at + 1]


async def test_an_odd_id_never_replaces_a_state(root: Root) -> None:
    odd = (
        "craft/$SESSION_ID",
        "build/session",
        "build/investigator-1762458000",
        "build/[red]x[red]",
    )
    for key in odd:
        root.write(f"{key}/context.md", "# Context: Odd\n", at=NOW - 600)
    root.write("patch/patch_20991106_190000/context.md", "# Context: Odd\n", at=NOW - 600)
    async with browsing(root, config=BY_NEED, size=(200, 40)) as browser:
        screen = browser.app.browser
        rows = [row for row in screen.session_list.rows if isinstance(row, Session)]
        assert len(rows) == 5
        for row in rows:
            verdict = screen.fleet.verdicts.of(row)
            assert verdict is not None
            place = screen.session_list.rows.index(row)
            line = screen.session_list.render_line(place).text
            assert line[2] == getattr(UNICODE, verdict.state), line
            assert verdict.now.partition(":")[0] in line
            await browser.press("g", *"j" * place)
            assert f"◐ {verdict.state}" in screen.pane.header.render_line(0).text  # type: ignore[union-attr]


async def test_of_two_roots_each_row_names_its_own_in_a_colour(tmp_path: Path) -> None:
    roots = [Root(tmp_path / name) for name in ("shop", "stock")]
    for root in roots:
        root.write("build/build_20251106_190000/context.md", "# Context: Carts\n", at=NOW - 600)
    async with browsing(*roots, config=BY_NEED) as browser:
        rows = browser.app.browser.session_list
        assert browser.text.startswith(" shop, stock ")
        colours = set()
        for place, row in enumerate(rows.rows):
            if isinstance(row, Session):
                named = [
                    one for one in rows.render_line(place) if one.text.strip() in ("shop", "stock")
                ]
                colours.add((named[0].text.strip(), named[0].style.color))  # type: ignore[union-attr]
        assert len({name for name, _ in colours}) == len({colour for _, colour in colours}) == 2


async def test_a_root_of_notes_alone_counts_notes(root: Root) -> None:
    root.write("ideas.md", "# Ideas\n")
    async with browsing(root, config=BY_NEED) as browser:
        assert "1 note" in browser.text.split("\n")[0]
        assert "part of no session" in browser.text
