"""The timeline: agents and the user by colour, what is usual, and words where a chart says
nothing."""

from rich.style import Style

from exito_tui.domain.units import SECOND_NS
from exito_tui.ui.dialogs.timeline import Timed, TimelineScreen
from exito_tui.ui.dialogs.timeline_bars import (
    Look,
    Scale,
    Span,
    bar_line,
    common_scale,
    names_lines,
    usual,
)
from exito_tui.ui.drawing.glyphs import UNICODE
from tests.support import NOW_NS, Root
from tests.ui.driver import Browser, browsing

NOW, MINUTE = NOW_NS / 1e9, 60
STYLES = {name: Style() for name in ("agent", "user", "tick", "muted")}
LOOK = Look(60, 10, 6, STYLES, UNICODE)


def write(root: Root, key: str, *ages: tuple[str, int]) -> None:
    for name, age in ages:
        root.write(f"build/{key}/{name}", "# Plan: Saved carts\n\nx\n", at=NOW - age * MINUTE)


async def shown(browser: Browser) -> None:
    await browser.press("t")
    await browser.shows("Timeline: Saved carts")


async def test_one_session_alone_is_told_in_words(root: Root) -> None:
    root.write("build/build_20251106_193000/context.md", "# Context: Saved carts\n", at=NOW - 5)
    async with browsing(root) as browser:
        await shown(browser)
        assert "Only context so far, for " in browser.text
        assert "No other session of build has times to compare with." in browser.text
        assert "█" not in browser.text.split("agents")[0].replace("██ ", "")


async def test_the_users_time_has_its_own_colour_and_others_are_gone_to(root: Root) -> None:
    write(root, "build_20251106_193000", ("context.md", 50), ("plan.md", 30))
    write(root, "build_20251106_173000", ("context.md", 170), ("plan.md", 150), ("review.md", 140))
    async with browsing(root, size=(140, 40)) as browser:
        assert browser.selected == "build/build_20251106_193000"
        await shown(browser)
        lines = browser.text.split("\n")
        answer = next(line for line in lines if "your answer" in line)
        assert "░" in answer and "█" not in answer and "30 min" in answer
        assert "All 2 of build, the newest first" in browser.text
        names = next(
            line for line in lines if "context" in line and "plan" in line and "█" not in line
        )
        assert names.index("context") < names.index("plan")
        await browser.press("slash")
        await browser.type("saved")
        await browser.press("enter", "N")
        await browser.press("enter")
        assert browser.selected == "build/build_20251106_173000"


async def test_a_copy_has_no_times(root: Root) -> None:
    write(root, "build_20251106_193000", ("context.md", 50), ("plan.md", 30))
    async with browsing(root) as browser:
        screen = browser.app.browser
        session = screen.fleet.snapshots[0].sessions["build/build_20251106_193000"]
        verdict = screen.fleet.verdicts.of(session)
        assert verdict is not None
        copied = Timed(session, "Saved carts", verdict._replace(copied=True))
        browser.app.push_screen(TimelineScreen(copied, [copied], {}, UNICODE, NOW_NS))
        await browser.shows("the files have the time of a copy")


def minutes(*lengths: tuple[str, int]) -> list[Span]:
    made, at = [], 0
    for name, length in lengths:
        end = at + length * 60 * SECOND_NS
        made.append(Span(at, end, "user" if name == "you" else "agent", name))
        at += length * 60 * SECOND_NS
    return made


def test_what_is_usual_is_the_median_of_each_phase_and_no_time_of_the_user() -> None:
    sessions = [
        minutes(("context", 10), ("plan", 2)), minutes(("context", 20), ("you", 90)),
        minutes(("context", 90), ("plan", 4)),
    ]  # fmt: skip
    assert usual(sessions) == minutes(("context", 20), ("plan", 3))


def test_one_that_took_far_too_long_does_not_squash_the_rest() -> None:
    sessions = [minutes(("context", 10)), minutes(("context", 12)), minutes(("context", 900))]
    scale = common_scale(sessions)
    assert scale == Scale(0, 24 * 60 * SECOND_NS)
    line = bar_line("x", sessions[2], scale, "15 h", LOOK).plain
    assert line.rstrip().endswith("15 h") and "…" in line and len(line) == 60


def test_a_tick_stands_where_it_is_usual_and_pieces_stay_apart() -> None:
    found = minutes(("context", 10), ("plan", 10))
    scale = Scale(0, 40 * 60 * SECOND_NS)
    line = bar_line("name", found, scale, "20 min", LOOK, 30 * 60 * SECOND_NS).plain
    bar = line[12:52]
    assert bar == "█" * 10 + "▐" + "█" * 9 + " " * 10 + "│" + " " * 9


def lines_above(*phases: tuple[str, int]) -> list[str]:
    scale = Scale(0, 40 * 60 * SECOND_NS)
    return [line.plain.rstrip() for line in names_lines(minutes(*phases), scale, LOOK)]


def test_names_stand_above_their_pieces() -> None:
    assert lines_above(("context", 10), ("plan", 30)) == [" " * 12 + "context   plan"]


def test_names_longer_than_their_pieces_are_numbered() -> None:
    phases = ("context", 4), ("validation report", 10), ("plan", 9), ("test report", 9)
    legend = "1 context   2 validation report   3 plan   4 test report"
    numbers = " " * 12 + "1   2         3        4"
    shown = [line.replace("\xa0", " ") for line in lines_above(*phases)]
    assert shown == [legend, numbers]
    # a name is not broken at the end of a line, and where not even numbers fit there are none
    assert lines_above(*((f"phase {n}", 1) for n in range(9)))[:2] == [
        "\xa0".join(("1", "phase", "0"))
        + "".join(f"   {n}\xa0phase\xa0{n - 1}" for n in range(2, 6)),
        "   ".join(f"{n}\xa0phase\xa0{n - 1}" for n in range(6, 10)),
    ]
