"""`exito-tui` without a command: the browser."""

import gc
import os
from functools import partial
from typing import TYPE_CHECKING

from exito_tui.cli.options import Options
from exito_tui.cli.shared.browsing import browse, need_terminal, records_of
from exito_tui.cli.shared.plugin_workflows import with_plugin_workflows
from exito_tui.cli.shared.roots import wanted_roots
from exito_tui.cli.shared.settings import settings_in_force, settings_project
from exito_tui.config.settings import Config
from exito_tui.config.sources import load
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.read.roots import discover
from exito_tui.store.read.scan import scan_names

if TYPE_CHECKING:
    from exito_tui.demo.player import BackgroundFleet


def run(options: Options) -> int:
    """Open the browser on the wanted roots."""
    need_terminal()
    gc.disable()  # until the first picture: nothing made before it is garbage
    wanted = wanted_roots(options)
    flags = {
        "theme": options.theme, "sort": options.sort, "by": options.by, "motion": options.motion,
        "read_only": getattr(options, "read_only", None),
    }  # fmt: skip
    config = load(flags, project=settings_project(wanted.roots[0]))
    config = with_plugin_workflows(config, wanted.roots[0])
    here = "" if wanted.named else os.getcwd()
    demos: list[BackgroundFleet] = []

    def start_demo() -> Snapshot:
        from exito_tui.cli.shared.demo_fleet import start

        demos.append(start())
        return scan_names(demos[-1].root)

    def leave() -> None:
        for fleet in demos:
            fleet.end()

    def search(short_of: str) -> tuple[Snapshot, Config] | None:
        found = discover(here, short_of=short_of)
        if found is None:
            return None
        root = os.path.realpath(found)
        fresh = with_plugin_workflows(load(flags, project=settings_project(root)), root)
        return scan_names(root, fresh.layouts_in_force), fresh

    first, *others = wanted.all
    snapshots = [
        scan_names(first, config.layouts_in_force),
        *(scan_names(root, settings_in_force(root).layouts_in_force) for root in others),
    ]
    return browse(
        snapshots,
        config,
        places=wanted.places,
        search=None if wanted.named else search,
        start_demo=start_demo,
        leave=leave,
        records_of=partial(records_of, options, demos),
        settings_of=settings_in_force,
    )
