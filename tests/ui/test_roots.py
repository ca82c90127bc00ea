"""The root that the app shows when the user has named none."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from exito_tui.config.settings import Config
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.read.roots import candidates, discover
from exito_tui.store.read.scan import scan_names
from exito_tui.ui import siblings
from exito_tui.ui.browser.fleet import Fleet
from tests.claude.records_builder import ClaudeFolder
from tests.support import NOW, Root, until
from tests.ui.browser.test_recover import LIVE
from tests.ui.driver import browsing

SESSION = "build/build_20251106_153045"


@pytest.fixture
def home() -> Root:
    """HOME, with the registry of Claude Code."""
    made = Root(Path(os.environ["HOME"]))
    made.write("5150.json", '{"pid": 5150}')
    return made


def searching(here: Path) -> Callable[[str], tuple[Snapshot, Config] | None]:
    def search(short_of: str) -> tuple[Snapshot, Config] | None:
        found = discover(str(here), short_of=short_of)
        return (scan_names(os.path.realpath(found)), Config(ascii="never")) if found else None

    return search


@pytest.mark.parametrize("up", [0, 1, 2])
async def test_every_place_of_the_welcome_is_opened_the_moment_it_appears(
    home: Root, up: int
) -> None:
    here = home.project.resolve() / "code" / "shop" / "src"
    here.mkdir(parents=True)
    places = candidates(str(here))[:3]
    async with browsing(places[0], watch=True, places=places, search=searching(here)) as browser:
        await browser.shows("No workflow has run in")
        own = Root(here if not up else here.parents[up - 1])
        own.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n")
        await browser.shows("what is known")
        assert [one.root for one in browser.app.browser.fleet.snapshots] == [str(own)]
        assert not browser.app.browser.fleet.read_only


async def test_a_nearer_root_takes_the_place_of_the_user_level_one(home: Root) -> None:
    here = home.project.resolve() / "code" / "shop"
    here.mkdir(parents=True)
    async with browsing(f"{here}/.claude/sessions", watch=True, search=searching(here)) as browser:
        await browser.shows("No workflow has run in")
        home.write(f"{SESSION}/context.md", "# Context\n\nof the user\n")
        await browser.shows("of the user")
        own = Root(here)
        own.write(f"{SESSION}/context.md", "# Context\n\nof the project\n")
        await browser.shows("of the project")
        assert [one.root for one in browser.app.browser.fleet.snapshots] == [str(own)]


async def test_a_project_keeps_its_root_and_a_demo_is_not_left(home: Root, root: Root) -> None:
    asked: list[str] = []

    def search(short_of: str) -> None:
        asked.append(short_of)

    async with browsing(root, search=search):
        pass
    assert not asked  # it has one of its own
    demo = scan_names(str(root))
    async with browsing(home.project / "x", search=search, start_demo=lambda: demo) as browser:
        await until(lambda: asked, "the search")
        await browser.press("D")
        await until(
            lambda: not [one for one in browser.app.workers if one.group == "search"],
            "the end of the search",
        )
        assert browser.app.browser.fleet.snapshots == (demo,)


async def test_a_found_root_of_somebody_else_is_shown_as_only_read(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=1_762_443_100)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    async with browsing(root, search=lambda short_of: None) as browser:
        assert "read-only" in browser.text
        for key in ("d", "A", "u", "p", "P", "f"):
            await browser.press(key)
            await until(lambda: "belongs to another user" in " ".join(browser.toasts), "the toast")
            assert len(browser.app.screen_stack) == 1
            browser.app.clear_notifications()
        await browser.press("T")
        await browser.shows("Trash: empty")
        await browser.press("escape", "x")
        await browser.shows("Doctor: ")
    assert not (root.path / ".trash").exists()
    async with browsing(root) as browser:  # it was named
        assert "read-only" not in browser.text


async def test_what_was_interrupted_there_is_left_alone(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    root.write(f"{SESSION}/context.md", "# Context\n\nwhat is known\n", at=1_762_443_100)
    asked: list[str] = []
    monkeypatch.setattr("exito_tui.store.trash.contents.is_interrupted", asked.append)
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    async with browsing(root, search=lambda short_of: None) as browser:
        await browser.shows("what is known")
        assert not [one for one in browser.app.workers if one.name == "put_right"]
    assert not asked


def _are_known(fleet: Fleet, *roots: str) -> bool:
    return all(map(fleet.states_of, roots))


async def test_each_root_is_judged_by_its_own_settings(root: Root, tmp_path: Path) -> None:
    other = Root(tmp_path / "other")
    for one in (root, other):
        one.write(f"{SESSION}/context.md", "# Context\n", at=NOW - 5 * 3_600)
    patient, hasty = Config(interrupted=86_400.0), Config(interrupted=3_600.0)
    for first, second, config in ((root, other, patient), (other, root, hasty)):
        async with browsing(
            first,
            str(second),
            config=config,
            settings_of={str(root): patient, str(other): hasty}.__getitem__,
        ) as browser:
            fleet = browser.app.browser.fleet
            await until(partial(_are_known, fleet, str(root), str(other)))
            assert fleet.states_of(str(root)) == {SESSION: "stuck"}
            assert fleet.states_of(str(other)) == {SESSION: "interrupted"}


async def test_work_trees_of_claude_code_come_and_go(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siblings, "PACE", 0.02)
    root.write(f"{SESSION}/context.md", "# Context\n\nof the project\n")
    async with browsing(root, watch=True) as browser:
        await browser.shows("of the project")
        tree = Root(root.project / ".claude/worktrees/fix-login")
        tree.write("patch/patch_20251106_153045/context.md", "# Mend it\n\nin the tree\n")
        await browser.shows("work tree fix-login")
        await browser.shows("Mend it")
        assert "work tree fix-login" in browser.text.split("\n", 1)[1], "its heading is marked"
        assert "◐ fix-login " not in browser.text, "its rows need not name it again"
        assert "in this repository" not in " ".join(browser.toasts)
        shutil.rmtree(tree.project)
        await browser.hides("work tree fix-login,")
        await until(lambda: any("fix-login is gone" in one for one in browser.toasts), "a word")
        await until(lambda: len(browser.app.browser.fleet.snapshots) == 1)
        assert browser.selected == SESSION


async def test_a_run_in_a_work_tree_that_has_no_sessions_yet_is_shown(
    root: Root, claude: ClaudeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(siblings, "PACE", 0.02)
    root.write(f"{SESSION}/context.md", "# Context\n\nof the project\n")
    async with browsing(root, **LIVE) as browser:
        await browser.shows("of the project")
        tree = root.project / ".claude/worktrees/fix-login"
        tree.mkdir(parents=True)
        talk = claude.talk(cwd=tree)
        talk.command()
        talk.calls("Bash", command="mkdir -p .claude/sessions/build/build_20251106_153045")
        entry = claude.register(talk, "waiting", waitingFor="permission prompt")
        await browser.shows("work tree fix-login")
        await browser.shows("work tree fix-login 1  ? 1")
        assert "? 1 need you" in browser.text and "Let users undo" in browser.text
        entry.unlink()
        await browser.hides("fix-login")
        assert not any("is gone" in one for one in browser.toasts), "nothing was lost"
