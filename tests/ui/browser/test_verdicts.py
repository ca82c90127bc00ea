"""What a user sees of the verdicts: in the list, across the top, and in the dialogs."""

import pytest
from textual.app import App

from exito_tui.config.settings import Config
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.live.events import StateChange, Status, Update
from exito_tui.store.read.root_reader import examined
from exito_tui.store.read.scan import scan
from exito_tui.ui.browser import notifications
from tests.support import NOW, NOW_NS, Root, until
from tests.ui.driver import browsing

WAITING = "build/build_20251106_193000"


@pytest.fixture
def session(root: Root) -> Root:
    """A session that waits for an approval, and one that is stuck."""
    root.write(f"{WAITING}/context.md", "# Context\n\nwhat is known\n", at=NOW - 3000)
    root.write(f"{WAITING}/plan.md", "# Plan\n\nwhat is planned\n", at=NOW - 1380)
    root.write("patch/patch_20251106_180000/context.md", "# Context\n", at=NOW - 8000)
    return root


async def test_a_newcomer_reads_what_waits_and_what_to_do(session: Root) -> None:
    async with browsing(session, size=(140, 40)) as browser:
        text = browser.text
        assert "? 1 need you" in text and "! 1 stuck" in text
        assert "plan.md has waited 23 min for your approval." in text
        assert 'Say "proceed" in Claude Code, or what to change.' in text
        assert "? your approval · 23 min" in text
        line = next(line for line in text.split("\n") if "? approve" in line)
        assert "✓ context" in line and "✓ plan" in line and "○ 3 to go" in line


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_reason_is_on_every_size(session: Root, size: tuple[int, int]) -> None:
    async with browsing(session, size=size) as browser:
        if size[0] < 100:
            await browser.shows("approve plan.md")  # in the list, what goes on now
            await browser.shows('→ Say "proceed"')
            await browser.press("enter")
        await browser.shows("plan.md has waited 23 min for your approval.")


async def test_the_whole_width_answers_for_the_fleet(fleet: Root) -> None:
    async with browsing(fleet, size=(160, 60)) as browser:
        await browser.press("b", "s", "s", "s", "s", "z", "g")
        lines = browser.text.split("\n")
        assert "needs you first" in lines[0]
        signs = [line.lstrip(" ▌⚑»")[0] for line in lines[1:40]]
        assert signs == sorted(signs, key="?!✗◐–✓·".index) and signs[0] == "?"
        assert (
            "approve plan.md" in browser.text and "the file to patch does not exist" in browser.text
        )


async def test_the_next_that_needs_the_user(session: Root) -> None:
    async with browsing(session) as browser:
        assert browser.selected == WAITING
        await browser.press("exclamation_mark")
        assert browser.selected == "patch/patch_20251106_180000"
        await browser.press("exclamation_mark")
        assert browser.selected == WAITING


async def test_nothing_needs_the_user(root: Root) -> None:
    root.write("patch/patch_20251106_202000/context.md", "# x\n", at=NOW - 60)
    async with browsing(root) as browser:
        await browser.press("exclamation_mark")
        await browser.shows("Nothing waits for you")


async def test_why_shows_the_evidence_and_jumps_into_the_file(fleet: Root) -> None:
    async with browsing(fleet, size=(140, 50)) as browser:
        key = next(
            key
            for key in browser.app.browser.fleet.snapshots[0].sessions
            if key.startswith("build/build_20251105_18")
        )
        browser.app.browser.session_list.select(("session", str(fleet), key))
        await browser.settle()
        await browser.press("w")
        assert "Why: " in browser.text and key in browser.text
        assert (
            "test_report.md:4  the test report says FAIL, though progress.md says complete"
            in browser.text
        )
        assert "Expected times" in browser.text and "median" in browser.text
        await browser.press("enter")
        assert browser.file == "test_report.md" and "Why:" not in browser.text
        await browser.press("w", "escape")
        assert "Why:" not in browser.text


async def test_the_timeline_of_a_session_and_of_its_command(fleet: Root) -> None:
    async with browsing(fleet, size=(140, 50)) as browser:
        key = next(
            key
            for key, one in browser.app.browser.fleet.standings[0].items()
            if one.state == "waiting" and "craft" in key
        )
        browser.app.browser.session_list.select(("session", str(fleet), key))
        await browser.press("t")
        await browser.shows("your answer")
        assert "Timeline: " in browser.text and "investigator" in browser.text
        assert "newest first" in browser.text and "█" in browser.text and "░" in browser.text
        assert "usual: the median" in browser.text and "usually" in browser.text
        await browser.press("escape")
        await browser.hides("Timeline")


async def test_the_doctor_lists_findings_and_goes_to_the_session(fleet: Root) -> None:
    async with browsing(fleet, size=(140, 50)) as browser:
        await browser.press("x")
        await browser.shows("Doctor: 7 may lose work · 4 may mislead · 3 only worth knowing")
        assert "A sessions folder inside this one" in browser.text
        assert "MAY LOSE WORK" in browser.text and "nested-root" in browser.text
        await browser.press("down", "enter")
        assert browser.selected == "build/session"


async def test_dialogs_without_a_session_say_so(root: Root) -> None:
    root.write("lessons.md", "# x\n")
    async with browsing(root) as browser:
        await browser.press("g")  # the heading
        for key in ("w", "t"):
            await browser.press(key)
            await browser.shows("Choose a session first.")


async def test_a_click_on_a_phase_opens_its_file(session: Root) -> None:
    async with browsing(session, size=(140, 40)) as browser:
        await browser.press("enter")
        await browser.click("✓ plan")
        assert browser.file == "plan.md"


async def test_ascii_has_a_sign_for_every_state(fleet: Root) -> None:
    async with browsing(fleet, size=(160, 60), config=Config(ascii="always")) as browser:
        await browser.press("b", "s", "s", "s", "s", "z")
        assert browser.text.isascii(), {char for char in browser.text if not char.isascii()}
        for word in ("? ", "! ", "X ", "- "):
            assert word in browser.text


async def test_a_turn_is_told_once_by_toast_bell_and_notification(
    session: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(App, "bell", lambda self: rung.append("bell"))
    async with browsing(session) as browser:
        snapshot = browser.app.browser.fleet.snapshots[0]
        assert (
            rung == [] and "waits for you" not in browser.text
        )  # what was so at the start is not told
        stuck = snapshot.sessions["patch/patch_20251106_180000"]
        state_changes = (
            StateChange(snapshot.sessions[WAITING], "running", "waiting"),
            StateChange(stuck, "stuck", "running"),
        )
        standings = browser.app.browser.fleet.standings
        browser.app._publish(
            Update((snapshot,), (), Status("live", 3), ((),), standings, state_changes)
        )
        await browser.shows(f"{WAITING} waits for you")
        assert rung == ["bell"]


async def test_each_way_of_telling_can_be_switched_off(
    session: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(App, "bell", lambda self: rung.append("bell"))
    config = Config(ascii="never", toast=False, bell=False, osc9=False)
    async with browsing(session, config=config) as browser:
        snapshot = browser.app.browser.fleet.snapshots[0]
        notifications.notify(
            browser.app, [StateChange(snapshot.sessions[WAITING], "running", "waiting")], config
        )
        await browser.settle()
        assert rung == [] and "waits for you" not in browser.text


async def test_a_state_changes_live_as_files_are_written(root: Root) -> None:
    import time

    now = time.time()
    key = f"patch/patch_{time.strftime('%Y%m%d_%H%M%S', time.localtime(now - 600))}"
    root.write(f"{key}/context.md", "# x\n", at=now - 300)
    async with browsing(root, watch=True, clock=time.time_ns) as browser:
        await until(lambda: "◐ running" in browser.text, "running")
        root.write(f"{key}/plan.md", "# Plan\n", at=now - 200)
        root.write(f"{key}/progress.md", "Status: Blocked\n\nwho may?\n", at=now - 100)
        await browser.shows("waits for you")
        assert scan(str(root)).sessions[key]
        await browser.shows("Blocked for 1 min")


@pytest.mark.parametrize("file, text, name", [
    ("progress.md", "# Progress\n\nStatus: Blocked\n", "progress"),
    ("validation-report.md", "# Validation\n\nStatus: NEEDS_INFO\n", "validation report"),
])  # fmt: skip
async def test_a_step_that_asks_is_drawn_as_waiting(
    root: Root, file: str, text: str, name: str
) -> None:
    key = "workflow/workflow_20251106_193000"
    root.write(f"{key}/context.md", "# x\n", at=NOW - 3000)
    if file == "progress.md":
        for before in ("validation-report.md", "alternatives.md", "plan.md"):
            root.write(f"{key}/{before}", "# x\n\nStatus: COMPLETE\n", at=NOW - 2000)
    root.write(f"{key}/{file}", text, at=NOW - 1000)
    async with browsing(root, size=(200, 50)) as browser:
        pane = browser.app.browser.pane
        assert pane is not None
        pipeline = pane.pipeline
        await browser.shows("? your answer")
        line = pipeline.render_line(0)
        signs = [segment for segment in line if segment.text.startswith("? ")]
        assert len(signs) == 1 and name in signs[0].text
        amber = pipeline.get_component_rich_style("pipeline--due").color
        assert signs[0].style is not None and signs[0].style.color == amber
        assert "◐" not in line.text


async def test_the_verdicts_of_the_feed_are_shown_and_not_given_again(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write("patch/patch_20251106_190000/context.md", at=NOW - 60)
    snapshot, judge = examined(scan(str(root)), Judge())
    (session,) = snapshot.sessions.values()
    verdict = judge.verdict(session, NOW_NS)._replace(now="as the feed says")
    async with browsing(root) as browser:
        screen = browser.app.browser
        monkeypatch.setattr(Judge, "verdict", lambda *_: pytest.fail("it was judged again"))
        standings = {session.key: verdict.standing}
        verdicts = {session.key: (session, verdict)}
        screen.take(
            Update(
                (snapshot,),
                (),
                Status("live"),
                standings=(standings,),
                judge=judge,
                verdicts=(verdicts,),
            ),
            NOW_NS,
        )
        await browser.settle()
        assert screen.fleet.verdicts.judge is judge and screen.fleet.verdicts.of(session) is verdict


LONG = "".join(f"line {number}\n\n" for number in range(40))
BLOCKED = f"# Progress\n\n{LONG}Status: Blocked\n\n{LONG}"


@pytest.mark.parametrize(
    ("written", "text", "state", "shown"),
    [
        (5, BLOCKED, "waiting", "Status: Blocked"),
        (300, BLOCKED, "waiting", "Status: Blocked"),
        (300, f"# Progress\n\n{LONG}{LONG}the last line\n", "running", "the last line"),
    ],
)
async def test_a_verdict_later_than_its_file_still_opens_it_where_it_points(
    root: Root, written: int, text: str, state: str, shown: str
) -> None:
    for name in ("context", "plan"):
        root.write(f"{WAITING}/{name}.md", f"# {name}\n", at=NOW - 900)
    root.write(f"{WAITING}/progress.md", text, at=NOW - written)
    async with browsing(root) as browser:
        pane = browser.app.browser.pane
        assert pane is not None
        row = pane.row
        verdict = browser.app.browser.fleet.verdicts.of(row)
        assert verdict is not None and verdict.state == state
        pane.show(None, None, NOW_NS)
        pane.show(row, None, NOW_NS)
        await browser.settle()
        assert shown not in browser.text.replace("**", "")
        pane.tick(verdict, NOW_NS)
        await browser.settle()
        assert browser.file == "progress.md" and shown in browser.text
        assert browser.following == (state == "running") and "paused" not in browser.text
