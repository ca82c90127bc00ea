"""Running the browser, on the user's own sessions or on a demo."""

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from exito_tui.app_state import recall, remember
from exito_tui.cli.ending import exit_code
from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, write_for
from exito_tui.cli.shared.claude import records_source
from exito_tui.cli.terminal import lent
from exito_tui.config.settings import Config
from exito_tui.config.sources import state_file
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import did_you_mean

if TYPE_CHECKING:
    from exito_tui.demo.player import BackgroundFleet
    from exito_tui.store.live.events import RecordsSource
    from exito_tui.ui.app import RecordsOf, SettingsOf
    from exito_tui.ui.root_search import Search


def records_of(
    options: Options,
    demos: "Sequence[BackgroundFleet]",
    snapshots: Sequence[Snapshot],
    config: Config,
) -> "RecordsSource | None":
    """What follows the records of some roots; those of a demo are in a folder of its own."""
    from exito_tui.domain.verdicts.judge import Judge

    roots = {snapshot.root for snapshot in snapshots}
    own = next((demo.config for demo in demos if demo.root in roots), "")
    return records_source(options, snapshots, Judge(config.judge_settings), config=own)


def need_terminal() -> None:
    """Raises Failure without a terminal: Textual would hang, drawing on a stderr that nobody
    sees."""
    if os.environ.get("TERM") == "dumb":
        raise Failure(
            "the browser cannot be drawn on a terminal that is called dumb; set TERM, or use "
            "`exito-tui ls`",
            EXIT_USAGE,
        )
    if not all(os.isatty(descriptor) for descriptor in (0, 1, 2)):
        raise Failure(
            "the browser needs a terminal on input, output and errors; without one, use "
            "`exito-tui ls`",
            EXIT_USAGE,
        )


def browse(
    snapshots: Sequence[Snapshot],
    config: Config,
    *,
    places: Sequence[str] = (),
    search: "Search | None" = None,
    start_demo: Callable[[], Snapshot] | None = None,
    leave: Callable[[], None] = lambda: None,
    records_of: "RecordsOf | None" = None,
    settings_of: "SettingsOf | None" = None,
    remembers: bool = True,
) -> int:
    """Run the app and return its exit code. `search` looks for the root when the user has not named
    one; `leave` is called at the end, however it comes (perhaps twice). `remembers`: the next start
    knows what was chosen and seen in this one."""
    try:
        return _browse(
            snapshots, config, places, search, start_demo, leave, records_of, settings_of, remembers
        )
    finally:
        leave()


def _browse(
    snapshots: Sequence[Snapshot],
    config: Config,
    places: Sequence[str],
    search: "Search | None",
    start_demo: Callable[[], Snapshot] | None,
    leave: Callable[[], None],
    records_of: "RecordsOf | None",
    settings_of: "SettingsOf | None",
    remembers: bool,
) -> int:
    from exito_tui.ui.app import ExitoApp

    path = state_file()
    remembered = recall(path)
    write_for(people=False)
    app = ExitoApp(
        snapshots,
        config,
        remembered=remembered,
        places=places,
        search=search,
        start_demo=start_demo,
        records_of=records_of,
        settings_of=settings_of,
    )
    if config.theme and config.theme not in app.available_themes:
        hint = did_you_mean(config.theme, sorted(app.available_themes))
        raise Failure(f"unknown theme {config.theme!r}{hint}", EXIT_USAGE)

    def leave_all() -> None:
        if remembers:
            remember(path, remembered)
        leave()

    with lent(app.end_by, leave_all):
        app.run()
    if app.return_code:
        with contextlib.suppress(OSError):  # the terminal went away
            sys.stderr.flush()
    return exit_code(app.ended_by) if app.ended_by else app.return_code or 0
