"""The prune wizard: rules by one key, by click or typed; what they would do; saved as a policy."""

import os
import time
from pathlib import Path

import pytest
from textual.widgets import Input

from exito_tui.config.settings import Config
from exito_tui.config.sources import load, user_file
from exito_tui.domain.cleanup.retention import Policy
from exito_tui.store.trash.contents import operations_of
from exito_tui.ui.dialogs.prune import PruneScreen
from exito_tui.ui.dialogs.prune_rules import Preset, fields_of, presets
from tests.support import NOW_NS, Root, until
from tests.ui.driver import Browser, browsing

NOW, DAY = NOW_NS / 1e9, 86_400
DAY_NS = DAY * 10**9
WEEKLY = Policy(keep_last=1, older_than=7 * DAY_NS)


@pytest.fixture
def many(root: Root) -> Root:
    """Twelve completed sessions of build, two of patch, and a question of nine days ago."""
    for number in range(12):
        key = f"build/build_202509{number + 1:02}_100000"
        at = NOW - (60 - number) * DAY
        root.write(f"{key}/plan.md", f"# Plan: Shelf {number}\n", at=at)
        root.write(f"{key}/review.md", "# Review\n\nStatus: APPROVED\n", at=at + 60)
    for number in range(2):
        key = f"patch/patch_202509{number + 1:02}_100000"
        root.write(f"{key}/plan.md", f"# Plan: Leak {number}\n", at=NOW - 50 * DAY)
    for at, name in enumerate(("context.md", "plan.md")):
        key = "craft/craft_20251028_193000"
        root.write(f"{key}/{name}", "# Plan: The old one\n", at=NOW - 9 * DAY + at * 60)
    return root


def wizard(browser: Browser) -> PruneScreen:
    screen = browser.app.screen
    assert isinstance(screen, PruneScreen)
    return screen


async def test_one_key_chooses_a_rule_and_a_line_for_each_command_says_what_it_would_do(
    many: Root,
) -> None:
    async with browsing(many) as browser:
        await browser.press("P")
        await browser.shows("Choose what to keep: press 1 or 2, or type a rule.")
        await browser.press("enter")
        assert wizard(browser), "nothing is chosen yet"
        await browser.press("1")
        await browser.shows("2 go (")
        line = next(line for line in browser.text.split("\n") if "→" in line and "frees" in line)
        assert line.split()[-6:-2] == ["build", "12", "→", "10"] or "12 → 10" in line
        assert "untouched: " in browser.text and "patch 2" in browser.text
        assert "Shelf 0" in browser.text and "Shelf 11" not in browser.text
        assert "build_20250901" not in browser.text, "titles, not ids"
        await browser.press("minus")
        await browser.shows("Shelf 11")
        await browser.click("▾ 13 stay")
        await browser.hides("Shelf 11")
        await browser.press("1")
        await browser.shows("Choose what to keep")


async def test_what_was_never_on_the_screen_has_its_title_too(root: Root) -> None:
    names = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
    for number in range(60):
        key = f"build/build_2025{number // 28 + 6:02}{number % 28 + 1:02}_100000"
        for name in names:
            at = NOW - (90 - number) * DAY
            root.write(f"{key}/{name}", f"# {name}: Shelf {number}\n", at=at)
    async with browsing(
        root, watch=True, names_only=True, clock=time.time_ns, size=(120, 24)
    ) as browser:
        fleet = browser.app.browser.fleet
        await until(lambda: len(fleet.states_of(str(root))) == 60)
        (snapshot,) = fleet.snapshots
        assert any(one.claims is None for one in snapshot.sessions.values()), "none is unread"
        await browser.press("P", "2")
        await browser.shows("Go to the trash, the oldest first")
        await browser.shows("Shelf 0")
        assert "build_2025" not in browser.text
        await browser.press("enter")
        await browser.shows("sessions to the trash?")
        await browser.shows(" B  build, completed")
        assert "build_2025" not in browser.text, browser.text


async def test_every_chip_can_be_clicked_and_fills_in_what_would_be_typed(many: Root) -> None:
    async with browsing(many) as browser:
        await browser.press("P")
        await browser.click("last 10")
        await browser.shows("● last 10")
        await browser.click("30 days")
        await browser.click("completed only")
        await browser.click("old questions")
        assert dict(wizard(browser).fields) == {
            "keep_last": "10", "keep_within": "30d", "max_size": "", "older_than": "1d",
            "state": "completed,waiting", "command": "",
        }  # fmt: skip
        await browser.click("old questions")
        assert wizard(browser).fields["state"] == "completed"
        assert wizard(browser).fields["older_than"] == ""


async def test_old_questions_go_by_one_key(many: Root) -> None:
    async with browsing(many) as browser:
        await browser.press("P", "4")
        await browser.shows("The old one")
        await browser.agree("enter", to="Move 1 session to the trash?")
        await until(lambda: not (many.path / "craft" / "craft_20251028_193000").exists())
        assert [operation.action for operation in operations_of(str(many))] == ["prune"]


async def test_rules_are_typed_as_well_and_policies_are_chips(many: Root) -> None:
    config = Config(ascii="never", policies={"weekly": WEEKLY})
    async with browsing(many, config=config) as browser:
        await browser.press("P", "tab")
        await browser.type("2")
        await browser.shows("10 go (")
        await browser.press("tab")
        await browser.type("30")
        await browser.shows("is not a duration")
        await browser.press("backspace", "backspace")
        await browser.shows("10 go (")
        await browser.press("escape")
        assert wizard(browser), "escape first leaves the field"
        await browser.press("5")
        await browser.shows("● weekly")
        await browser.shows("12 go (")
        await browser.press("5")
        await browser.shows("Choose what to keep")
        await browser.press("escape")
        await browser.hides("Prune: ")


async def test_the_rules_are_saved_as_a_policy_which_is_a_chip_at_once(many: Root) -> None:
    async with browsing(many) as browser:
        await browser.press("P", "S")
        await browser.shows("There is no rule to save yet.")
        await browser.press("1", "3", "S")
        await browser.shows("Save as a policy")
        await browser.type("old ones")
        await browser.press("enter")
        await browser.shows("Not saved: 'old ones' is not a valid name")
        await browser.press(*["backspace"] * len("old ones"))
        await browser.type("tidy")
        await browser.press("enter")
        said = "Saved as [policies.tidy] in ~/.config/exito-tui/config.toml"
        await until(lambda: said in browser.toasts, said)
        await browser.shows("● tidy")
        assert load().policies["tidy"] == Policy(keep_last=10, states=("completed",))
        await browser.press("escape", "P")
        await browser.shows("○ tidy")
        await browser.press("1", "S")
        await browser.type("tidy")
        await browser.press("enter")
        await browser.shows("Not saved: there is a policy 'tidy' already")
        assert Path(user_file()).read_text().count("policies") == 1


@pytest.mark.parametrize(
    "policy", [WEEKLY, Policy(None, 90 * 60 * 10**9, 2_000_000, ("failed",), ("a",))]
)
def test_a_policys_fields_are_on_after_a_switch_and_empty_after_another(policy: Policy) -> None:
    preset = Preset("weekly", fields_of(policy))
    on = preset.switched({})
    assert preset.is_on(on) and not preset.is_on({})
    assert not any(preset.switched(on).values())


def test_a_question_is_old_after_what_the_settings_say() -> None:
    old = presets(3 * 3_600 * 10**9, {})[3]
    assert old.switched({"state": "failed"}) == {"older_than": "3h", "state": "failed,waiting"}
    assert old.switched(old.switched({"state": "failed"})) == {"older_than": "", "state": "failed"}


async def test_where_there_are_many_sessions_the_wizard_still_fits(many: Root) -> None:
    async with browsing(many, size=(80, 24)) as browser:
        await browser.press("P", "1", "minus")
        for words in ("1 ● last 10", "enter review and move", "esc close", "keep within"):
            assert words in browser.text
        await browser.press("pagedown", "pagedown", "pageup")
        assert browser.app.screen.query_one("#prune-keep_last", Input).value == "10"
        assert os.listdir(many.path / "patch")
