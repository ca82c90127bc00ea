"""`exito-tui demo`: a simulated fleet, to look at or to write for others."""

import os
import shlex
import threading
from functools import partial

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, complain
from exito_tui.config.sources import load
from exito_tui.domain.root_paths import MARK
from exito_tui.store.fs.errors import describe_error


def run(options: Options) -> int:
    """Browse a fleet in a temporary folder, or only write one."""
    if options.headless is not None:
        return _headless(options)
    from exito_tui.cli.shared.browsing import browse, need_terminal, records_of
    from exito_tui.cli.shared.demo_fleet import start
    from exito_tui.store.read.scan import scan_names

    need_terminal()
    config = load()
    fleet = start(options.seed, options.speed, options.layout, options.sessions)
    return browse(
        [scan_names(fleet.root)],
        config,
        leave=fleet.end,
        remembers=False,
        records_of=partial(records_of, options, [fleet]),
    )


def _headless(options: Options) -> int:
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
        stop = threading.Event()
        play_headless(root, options.seed, options.speed, stop, options.layout, options.sessions)
    except OSError as error:
        raise Failure(f"{folder} cannot be written to: {describe_error(error)}") from None
    if not options.speed:
        complain(f"a fleet lies in {root}; browse it with exito-tui --root {shlex.quote(folder)}")
    return 0
