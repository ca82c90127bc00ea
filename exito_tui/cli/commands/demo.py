"""`exito-tui demo`: a simulated fleet, to look at or to write for others."""

import argparse
import os
import threading
from typing import TYPE_CHECKING

from exito_tui.cli.output import EXIT_USAGE, Failure, complain
from exito_tui.config.sources import load
from exito_tui.store.read.roots import MARK

if TYPE_CHECKING:
    from exito_tui.demo.player import BackgroundFleet
    from exito_tui.domain.sessions.session import Session


def run(options: argparse.Namespace) -> int:
    """Browse a fleet in a temporary folder, or only write one."""
    if options.headless is not None:
        return _headless(options)
    from exito_tui.cli.commands.browse import browse, need_terminal
    from exito_tui.store.read.scan import scan_names

    need_terminal()
    config = load()
    fleet = start(options.seed, options.speed)
    return browse([scan_names(fleet.root)], config, leave=fleet.end)


def start(seed: int = 1, speed: float = 1.0) -> "BackgroundFleet":
    """Begin to play a fleet in a temporary project, in which somebody has cleaned up a little."""
    from exito_tui.demo.player import BackgroundFleet

    fleet = BackgroundFleet(seed, speed)
    try:
        tidy(fleet.root)
    except BaseException:
        fleet.end()
        raise
    return fleet


def tidy(root: str) -> None:
    """Clean up as a user would: the oldest of two commands in the trash, one session archived, one
    pinned."""
    from exito_tui.domain.sessions.list_rows import in_order
    from exito_tui.store.operations.archive import archive
    from exito_tui.store.operations.common import ChangeRules
    from exito_tui.store.operations.move import move_to_trash
    from exito_tui.store.operations.pin import set_pins
    from exito_tui.store.read.scan import scan
    from exito_tui.store.trash.targets import capture_targets

    oldest: dict[str, list[Session]] = {}
    for session in in_order(scan(root).sessions.values(), "started")[::-1]:
        oldest.setdefault(session.command, []).append(session)
    archive(root, capture_targets(root, oldest["execute"][:1]), "", ChangeRules())
    move_to_trash(root, capture_targets(root, [*oldest["workflow"][:2], *oldest["research"][:1]]))
    set_pins(root, [oldest["refine"][0].key], pinned=True)


def _headless(options: argparse.Namespace) -> int:
    from exito_tui.demo.player import HEADLESS_SECONDS, play_headless

    folder = os.path.abspath(options.headless)
    try:
        os.makedirs(folder, exist_ok=True)
        if os.listdir(folder):
            raise Failure(
                f"{folder} is not empty; the demo only writes into a new or empty folder",
                EXIT_USAGE,
            )
        root = os.path.join(folder, MARK)
        if options.speed:
            complain(
                f"writing {HEADLESS_SECONDS / options.speed:.0f} s of a fleet's life to {root}; "
                "ctrl+c ends it"
            )
        play_headless(root, options.seed, options.speed, threading.Event())
    except OSError as error:
        raise Failure(f"{folder}: {os.strerror(error.errno or 0).lower()}") from None
    return 0
