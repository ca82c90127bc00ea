"""Recovering in the app: offered where it applies, shown, saved, and taken back with one key."""

import time
from typing import Any

import pytest

from exito_tui.claude.joined import JoinedRecords
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from tests.claude.conversations import Run
from tests.support import Root, until
from tests.ui.driver import browsing

KEY = time.strftime("build/build_%Y%m%d_%H%M%S", time.gmtime(time.time() - 60))
REPORT = "# Context: coupon field \x1b[31m\n\n" + "".join(f"- fact {n}\n" for n in range(20))


def records_of(snapshots: list[Snapshot], config: Config) -> JoinedRecords:
    projects = {one.root: one.root.removesuffix("/.claude/sessions") for one in snapshots}
    return JoinedRecords(projects, Judge().folders)


LIVE: dict[str, Any] = {"watch": True, "clock": time.time_ns, "records_of": records_of}


@pytest.fixture
def told(root: Root) -> Root:
    """An investigator came back without its file; the user is asked nothing."""
    root.folder(KEY)
    talk = Run(root, KEY)
    talk.register(statusUpdatedAt=1_700_000_000_000)
    agent = talk.agent("a1")
    agent.say(REPORT)
    agent.finish(REPORT)
    talk.ends()
    return root


async def test_R_shows_the_report_y_saves_it_and_u_takes_it_back(told: Root) -> None:
    path = told.path / KEY / "context.md"
    async with browsing(told, **LIVE) as browser:
        await browser.shows("came back")
        await browser.shows("R recover")
        await browser.press("R")
        await browser.shows("Save context.md?")
        for words in ("from investigator: its last words", "- fact 9", "… and 10 more lines",
                      "Nothing is overwritten", "y save 1 file"):  # fmt: skip
            assert words in browser.text, browser.text
        assert "\x1b" not in browser.text
        await browser.press("n")
        await browser.hides("Save context.md?")
        assert not path.exists()
        await browser.agree("R", to="Save context.md?")
        await until(path.exists, "the file")
        await browser.shows("context.md saved; u to undo")
        assert path.read_text() == REPORT
        await browser.hides("R recover")
        await browser.press("u")
        await until(lambda: not path.exists(), "undo")
        await browser.shows("R recover")


@pytest.mark.parametrize(("keys", "key"), [({}, "R"), ({"recover": "f9,f8"}, "f9")])
async def test_the_key_that_the_agents_screen_names_works_there(
    told: Root, keys: dict[str, str], key: str
) -> None:
    config = Config(ascii="never", by="command", keys=keys)
    async with browsing(told, config=config, **LIVE) as browser:
        await browser.shows("came back")
        await browser.press("a")
        await browser.shows(f"as context.md ({key})")
        await browser.agree(key, to="Save context.md?")
        await until((told.path / KEY / "context.md").exists, "the file")


@pytest.mark.parametrize(("keys", "key"), [({}, "R"), ({"recover": "f9,f8"}, "f9")])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_next_step_names_the_key(
    told: Root, keys: dict[str, str], key: str, size: tuple[int, int]
) -> None:
    config = Config(ascii="never", by="command", keys=keys)
    async with browsing(told, config=config, size=size, **LIVE) as browser:
        await browser.shows(f"Save investigator's report as context.md ({key}).")
        assert "exito-tui recover" not in browser.text


async def test_where_nothing_can_be_recovered_it_says_so(root: Root) -> None:
    root.write("build/build_20250101_100000/context.md", "# x\n")
    async with browsing(root, **LIVE) as browser:
        assert "R recover" not in browser.text
        await browser.press("R")
        await browser.shows("Nothing to recover")
        assert "Claude Code's records tell nothing of it" in browser.text
        await browser.press("y")
        assert "Nothing to recover" in browser.text, "there is nothing to agree to"
        assert "esc close" in browser.text and "esc cancel" not in browser.text
        await browser.press("escape")
    assert not (root.path / ".trash").exists()


async def test_what_came_meanwhile_is_not_overwritten(told: Root) -> None:
    async with browsing(told, **LIVE) as browser:
        await browser.shows("R recover")
        await browser.press("R")
        await browser.shows("Save context.md?")
        told.write(f"{KEY}/context.md", "# by the agent, at last\n")
        await browser.press("y")
        await until(lambda: any("something is there" in one for one in browser.toasts), "a word")
    assert (told.path / KEY / "context.md").read_text() == "# by the agent, at last\n"


async def test_read_only_saves_nothing(told: Root) -> None:
    config = Config(ascii="never", by="command", read_only=True)
    async with browsing(told, config=config, **LIVE) as browser:
        await browser.shows("came back")
        await browser.press("R")
        await browser.shows("Read-only")
    assert not (told.path / KEY / "context.md").exists()
