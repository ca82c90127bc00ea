"""Draw the pictures of the README: the real app on the simulated fleet, at a fixed moment, as SVG.

Usage: python screenshots/take.py [FOLDER]      (default: this folder)
"""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from exito_tui.store.live.events import RecordsSource

HERE = Path(__file__).parent
NOW = 1_762_461_000.0  # 2025-11-06 20:30 UTC
LIVE_SECONDS = 75.0


class Picture(NamedTuple):
    """One picture: its name, the size in cells, the keys to press before, and the theme."""

    name: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    theme: str = ""
    fleet: str = "exito"
    """Which of `fleets`, several of them joined by `+`; empty: no session at all."""


SIZES = ((60, 20), (80, 24), (120, 40), (200, 50))
"""The sizes, in cells, in which what is asked first must be answered."""


def at_every_size(
    name: str, keys: Sequence[str] = (), theme: str = "", fleet: str = "exito"
) -> Iterator[Picture]:
    """One scene, once for each of the sizes."""
    for width, height in SIZES:
        yield Picture(f"{name}-{width}x{height}", (width, height), keys, theme, fleet)


PERMISSION = ("exclamation_mark",) * 4
"""Leads to a run that asks for a permission, and whose first agent came back without its file."""
AGENTS = (*("down",) * 13, "a")
"""Shows the agents of a run that is nearly done."""
PICTURES = (
    Picture("welcome", (100, 30), fleet=""),
    Picture("browser-80x24", (80, 24)),
    Picture("document-80x24", (80, 24), ("enter",)),
    Picture("browser-120x40", (120, 40), ("exclamation_mark",)),
    Picture("browser-200x50", (200, 50), ("exclamation_mark",)),
    Picture("fleet", (160, 44), ("b", "s", "s", "s", "s", "exclamation_mark", "z")),
    Picture(
        "why",
        (120, 40),
        ("slash", *"build", "space", "1", "1", "minus", "0", "5", "enter", "j", "w"),
    ),
    Picture("timeline", (120, 40), ("exclamation_mark", "t")),
    Picture("doctor", (120, 40), ("x",)),
    Picture("confirm", (120, 40), ("down", "v", "j", "j", "j", "j", "j", "j", "d")),
    Picture("prune", (120, 40), ("P", "3", "tab", "tab", "tab", "tab", *"10d")),
    Picture("trash", (120, 40), ("T",)),
    Picture("fix", (120, 40), ("x", "M")),
    Picture("raw", (120, 40), ("exclamation_mark", "V")),
    Picture("find", (120, 40), ("exclamation_mark", "enter", "ctrl+f", *"invoice", "enter")),
    Picture("help", (120, 40), ("question_mark",)),
    Picture("dated-files", (120, 40), ("down", "down", "down"), fleet="files"),
    Picture("dated-folders", (120, 40), ("down", "down", "down"), fleet="folders"),
    Picture("shelves", (120, 40), fleet="shelves"),
    Picture("agents-80x24", (80, 24), AGENTS, fleet="claude"),
    Picture("agents-120x40", (120, 40), AGENTS, fleet="claude"),
    Picture("agents-200x50", (200, 50), (*AGENTS, "e"), fleet="claude"),
    Picture("permission", (120, 40), PERMISSION, fleet="claude"),
    Picture("permission-agents", (120, 40), (*PERMISSION, "a"), fleet="claude"),
    Picture("recover", (120, 40), (*PERMISSION, "R"), fleet="claude"),
    *at_every_size("first-screen", fleet="busy"),
    *at_every_size("one-command", fleet="thousand"),
    *at_every_size("only-notes", fleet="notes"),
    *at_every_size("two-roots", fleet="exito+ledger"),
    *at_every_size("search", ("ctrl+s", *"rate limit")),
    *at_every_size("filter", ("slash", *"plan", "space", *"craft")),
    *at_every_size("light", ("exclamation_mark",), "textual-light"),
)


async def take(picture: Picture, roots: Mapping[str, str]) -> str:
    """Open the app on the root of the picture's fleet, press the keys, and return the SVG."""
    from textual.widgets import Input

    from exito_tui.config.settings import Config
    from exito_tui.store.read.roots import candidates
    from exito_tui.store.read.scan import scan
    from exito_tui.ui.app import ExitoApp

    names = picture.fleet.split("+") if picture.fleet else ()
    places = [roots[name] for name in names] or [roots["exito"].replace("/shop/", "/new/")]
    place = places[0]
    app = ExitoApp(
        [scan(one) for one in places],
        Config(theme=picture.theme, ascii="never"),
        clock=lambda: int(NOW * 1e9),
        watch=False,
        places=candidates(os.path.dirname(os.path.dirname(place)))[:2],
        records_of=lambda snapshots, config: _records(place),
    )
    with _as_recorded():
        async with app.run_test(size=picture.size) as pilot:
            await settled(app, pilot)
            if picture.fleet:
                await _look_live(app, pilot)
            for key in picture.keys:
                await pilot.press(key)
                await settled(app, pilot)
            for field in app.screen.query(Input):
                field.cursor_blink = False
            await pilot.pause()
            return tidy(app.export_screenshot(title="exito-tui"), roots["exito"])


async def settled(app: object, pilot: object) -> None:
    """Wait until what is shown is read and drawn."""
    from textual.pilot import Pilot

    from exito_tui.ui.app import ExitoApp
    from exito_tui.ui.dialogs.agents import AgentsScreen

    assert isinstance(app, ExitoApp) and isinstance(pilot, Pilot)
    while app.browser.pane is None or app.browser.pane.reading:
        await pilot.pause(0.01)
    await pilot.pause()
    while isinstance(app.screen, AgentsScreen) and app.screen.reading:
        await pilot.pause(0.01)
    while any(one.group == "search" and one.is_running for one in app.workers):
        await pilot.pause(0.01)
    await pilot.pause()


async def _look_live(app: object, pilot: object) -> None:
    """Wait for what the app has read, and show it as if it were watched."""
    from textual.pilot import Pilot

    from exito_tui.store.live.events import Status, Update
    from exito_tui.ui.app import ExitoApp

    assert isinstance(app, ExitoApp) and isinstance(pilot, Pilot)
    fleet = app.browser.fleet
    while not fleet.recent:
        await pilot.pause(0.01)
    read = (fleet.recent, fleet.standings)
    live = Update(fleet.snapshots, (), Status("live", 31), *read, judge=fleet.verdicts.judge)
    app.browser.take(live, int(NOW * 1e9))
    await settled(app, pilot)


def tidy(svg: str, root: str) -> str:
    """The same bytes for the same picture: no fonts from elsewhere, no random ids, no temporary
    folder."""
    svg = re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"terminal-\d+-", "terminal-", svg)
    svg = svg.replace("Fira Code", "Menlo, Consolas, DejaVu Sans Mono")
    assert root not in svg, "a picture shows the temporary folder"
    return svg


RECORDS = ".claude-code"
"""Beside a root's `.claude`: what Claude Code recorded of it."""
PROCESSES = "where the pictures are taken"


def _records(root: str) -> "RecordsSource | None":
    """What Claude Code's records tell of a root, if there are any."""
    from exito_tui.claude.joined import JoinedRecords
    from exito_tui.domain.verdicts.judge import Judge

    project = root.removesuffix("/.claude/sessions")
    config = os.path.join(project, RECORDS)
    if not os.path.isdir(config):
        return None
    return JoinedRecords({root: project}, Judge().folders, config=config)


@contextmanager
def _as_recorded() -> Iterator[None]:
    """Every process that the records tell of lives, and it is `NOW`."""
    from types import SimpleNamespace
    from unittest.mock import patch

    clock = SimpleNamespace(time_ns=lambda: int(NOW * 1e9))
    with (
        patch("exito_tui.claude.joined.time", clock),
        patch("exito_tui.claude.registry.own_domain", lambda: PROCESSES),
        patch("exito_tui.claude.registry.start_of", lambda pid: str(pid)),
    ):
        yield


def fleets(home: str) -> dict[str, str]:
    """Write the simulated fleets into a home folder, as they stand at `NOW`; returns the root of
    each: one for each layout, and `claude`, of which there are Claude Code's records."""
    from exito_tui.demo.dated import LAYOUTS, live_of_until
    from exito_tui.demo.fleet import live_until
    from exito_tui.demo.player import put, write_past

    root = os.path.join(home, "shop", ".claude", "sessions")
    write_past(root, 1, NOW - LIVE_SECONDS)
    put(root, live_until(1, NOW - LIVE_SECONDS, LIVE_SECONDS), NOW - LIVE_SECONDS)
    _tidied(root)
    roots = {"exito": root}
    for layout in LAYOUTS[1:]:
        roots[layout] = os.path.join(home, layout, ".claude", "sessions")
        write_past(roots[layout], 1, NOW - LIVE_SECONDS, layout)
        began = NOW - LIVE_SECONDS
        put(roots[layout], live_of_until(layout, 1, began, LIVE_SECONDS), began)
    roots |= _crowded(home)
    roots["claude"] = _recorded(os.path.join(home, "recorded", "shop"))
    return roots


def _crowded(home: str) -> dict[str, str]:
    """Write the fleets that try the first screen: five commands of 200 sessions and some that run,
    a thousand sessions of one command, notes alone, and another project's."""
    from exito_tui.demo.fleet import crowd, live_until
    from exito_tui.demo.player import put, write_past
    from exito_tui.demo.writes import Write

    names = {"busy": "shop", "thousand": "shop", "notes": "shop", "ledger": "ledger"}
    roots = {
        fleet: os.path.join(home, fleet, project, ".claude", "sessions")
        for fleet, project in names.items()
    }
    began = NOW - LIVE_SECONDS
    for fleet, seed in (("busy", 1), ("ledger", 5)):
        write_past(roots[fleet], seed, began, sessions=200 if fleet == "busy" else 0)
        put(roots[fleet], live_until(seed, began, LIVE_SECONDS), began)
    ones = (write for write in crowd(1, NOW, 1000) if write.path.startswith("build/"))
    put(roots["thousand"], ones, NOW)
    notes = (
        Write(-3600.0 * number, f"{title.replace(' ', '-').lower()}.md", f"# {title}\n\nTo do.\n")
        for number, title in enumerate(NOTES, 1)
    )
    put(roots["notes"], notes, NOW)
    return roots


NOTES = ("Ideas for the search", "Open questions", "Release checklist", "Who knows what")


def _recorded(project: str) -> str:
    """Write a fleet and what Claude Code recorded of it; returns its root."""
    from exito_tui.demo.fleet import live_until, past
    from exito_tui.demo.player import put, write_past
    from exito_tui.demo.recorder import Stage, StandIn
    from exito_tui.demo.scenes import recorded_live, recorded_past

    began, pids = NOW - LIVE_SECONDS, count(4201)

    def another() -> StandIn:
        pid = next(pids)
        return StandIn(pid, str(pid), PROCESSES)

    root, config = os.path.join(project, ".claude", "sessions"), os.path.join(project, RECORDS)
    stage = Stage(project, began, Random(1))
    scenes = recorded_past(stage, past(1, began), another)
    living = recorded_live(stage, 1, another)
    write_past(root, 1, began)
    put(root, scenes.files, began)
    put(root, live_until(1, began, LIVE_SECONDS), began)
    put(config, scenes.records, began)
    put(config, takewhile(lambda write: write.at <= LIVE_SECONDS, living), began)
    return root


def _tidied(root: str) -> None:
    """Clean up a little, an hour and a half before `NOW`."""
    from types import SimpleNamespace
    from unittest.mock import patch

    from exito_tui.cli.shared.demo_fleet import tidy

    numbers = iter(range(1, 10))
    clock = SimpleNamespace(time_ns=lambda: int((NOW - 5400) * 1e9))
    with (
        patch("exito_tui.store.operations.move.time", clock),
        patch("exito_tui.store.operations.pin.time", clock),
        patch("exito_tui.store.operations.archive.time", clock),
        patch(
            "exito_tui.store.operations.move.new_id", lambda: f"20251106-190000-ab{next(numbers)}"
        ),
        patch(
            "exito_tui.store.operations.pin.new_id", lambda: f"20251106-190000-pn{next(numbers)}"
        ),
        patch(
            "exito_tui.store.operations.archive.new_id",
            lambda: f"20251106-190000-kq{next(numbers)}",
        ),
    ):
        tidy(root)


def main(folder: Path) -> None:
    """Draw every picture into a folder."""
    os.environ.pop("NO_COLOR", None)
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        roots = fleets(home)
        for picture in PICTURES:
            (folder / f"{picture.name}.svg").write_text(
                asyncio.run(take(picture, roots)), encoding="utf-8"
            )
            print(picture.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
