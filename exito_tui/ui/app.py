"""The app: it only wires the feed, the screen and the settings together."""

import gc
import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App, SystemCommand
from textual.filter import LineFilter
from textual.screen import Screen

from exito_tui.commands import COMMANDS
from exito_tui.config import Config
from exito_tui.domain.listing import Arrangement
from exito_tui.domain.snapshot import Snapshot
from exito_tui.domain.text import one_line
from exito_tui.state import Remembered
from exito_tui.store.update import Update
from exito_tui.ui.alerts import tell
from exito_tui.ui.filters import AsciiFilter, ControlFilter
from exito_tui.ui.glyphs import ASCII, UNICODE, speaks_unicode
from exito_tui.ui.messages import CommandChosen, FeedUpdated, FocusChanged, RootsTouched
from exito_tui.ui.screens.browser import BrowserScreen

if TYPE_CHECKING:
    from exito_tui.render.look import Look
    from exito_tui.store.feed import Feed

_TICK = 5.0
_ONE_FRAME = 0.03


def styles_path() -> str:
    """The style sheet: inside the package when it was installed, beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    inside = os.path.join(package, "styles", "exito.tcss")
    return inside if os.path.exists(inside) else os.path.join(os.path.dirname(package), "styles", "exito.tcss")


class ExitoApp(App[None]):
    """Browses the sessions of some roots, live."""

    CSS_PATH = styles_path()
    TITLE = "exito"
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        config: Config,
        *,
        remembered: Remembered | None = None,
        places: Sequence[str] = (),
        start_demo: Callable[[], Snapshot] | None = None,
        clock: Callable[[], int] = time.time_ns,
        watch: bool = True,
    ) -> None:
        """`places` is where a root was looked for; `start_demo` begins a demo and returns its root's first picture."""
        self._snapshots = tuple(snapshots)
        self.config = config
        self.remembered = remembered or Remembered()
        self._places = places
        self._start_demo = start_demo
        self._clock = clock
        self._watch = watch
        self._feed: Feed | None = None
        self._is_complete = False
        self._ascii = config.ascii == "always" or (config.ascii == "auto" and not speaks_unicode())
        super().__init__()
        self.set_keymap(dict(config.keys))

    def get_default_screen(self) -> Screen[None]:
        config = self.config
        self.browser = BrowserScreen(
            self._snapshots,
            Arrangement(config.grouped, config.sort),
            config=config,
            glyphs=ASCII if self._ascii else UNICODE,
            now_ns=self._clock(),
            seen_ns=self.remembered.seen_ns,
            places=self._places,
        )
        return self.browser

    def get_line_filters(self) -> Sequence[LineFilter]:
        drawn = [_ASCII_FILTER] if self._ascii else []
        return [*super().get_line_filters(), *drawn, _CONTROL_FILTER]

    def on_mount(self) -> None:
        self._wear_theme()

    def on_ready(self) -> None:
        """The names are on the screen: read what is in the sessions that are on it."""
        gc.enable()
        from exito_tui.domain.judge import Judge

        self.browser.verdicts.judge = Judge(self.config.bench)
        self._start_feed(self._snapshots)

    async def _complete(self) -> None:
        """The list is on the screen with all its signs: make what it did not need."""
        await self.browser.make_pane(self._look())
        self.set_interval(_TICK, lambda: self.browser.tick(self._clock()))
        self.browser.put_right()

    def _start_feed(self, snapshots: Sequence[Snapshot]) -> None:
        if self._feed:
            self._feed.stop(0)

        from exito_tui.store.feed import Feed, Pace, first_look

        judge = self.browser.verdicts.judge
        assert judge is not None
        if not self._watch:
            self.post_message(FeedUpdated(first_look(snapshots, judge, self._clock())))
            return
        pace = Pace(reconcile=self.config.reconcile)
        self._feed = Feed(
            snapshots, self._publish, pace=pace, force_polling=self.config.polling, judge=judge,
            focus=self.browser.session_list.in_view(),
        )  # fmt: skip
        self._feed.start()

    def _publish(self, update: Update) -> None:
        """Called in the feed's thread."""
        self.post_message(FeedUpdated(update))

    async def on_feed_updated(self, event: FeedUpdated) -> None:
        roots = [snapshot.root for snapshot in event.update.snapshots]
        if roots != [snapshot.root for snapshot in self._snapshots]:
            return  # a last word on roots that are no longer shown
        pane = self.browser.pane
        if pane and not pane.grows:
            with self.batch_update():  # list and document in one frame: a second one would wait for its turn
                self.browser.take(event.update, self._clock())
                await pane.settled(_ONE_FRAME)
        else:  # a document that grows has its frame already
            self.browser.take(event.update, self._clock())
        if not self._is_complete:
            self._is_complete = True
            self.call_after_refresh(self._complete)
        tell(self, event.update.turns, self.config)
        self.browser.check_idle()  # a screen paints when it falls idle, and it may have done so during the batch

    def on_focus_changed(self, event: FocusChanged) -> None:
        if self._feed:
            self._feed.focus(event.focus)

    def on_roots_touched(self, event: RootsTouched) -> None:
        """The user changed something: do not wait until the watching finds it."""
        if self._feed:
            self._feed.relist()
        elif judge := self.browser.verdicts.judge:
            from exito_tui.store.feed import first_look
            from exito_tui.store.scan import scan

            fresh = [scan(snapshot.root) for snapshot in self._snapshots]
            self.post_message(FeedUpdated(first_look(fresh, judge, self._clock())))

    def on_unmount(self) -> None:
        if self._feed:
            self._feed.stop()
        now = self._clock()
        self.remembered.seen_ns.update({snapshot.root: now for snapshot in self._snapshots})

    # ── themes ───────────────────────────────────────────────────────────────────────────────────

    def _wear_theme(self) -> None:
        for name in (self.config.theme, self.remembered.theme):
            if name in self.available_themes:
                self.theme = name
                break
        self.theme_changed_signal.subscribe(self, lambda _: self._theme_chosen())

    def _theme_chosen(self) -> None:
        self.remembered.theme = self.theme
        if pane := self.browser.pane:
            pane.wear(self._look())

    def _look(self) -> "Look":
        from exito_tui.ui.look import look_of

        return look_of(self.theme_variables, dark=self.current_theme.dark, ascii_only=self._ascii)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette finds: every command of ours, and the themes."""
        for command in COMMANDS:
            if command.palette and screen is self.browser:
                choose = partial(self.browser.post_message, CommandChosen(command))
                yield SystemCommand(command.title, command.help, choose)
        yield from (command for command in super().get_system_commands(screen) if command.title == "Theme")

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def action_rescan(self) -> None:
        if self._feed:
            self._feed.rescan()
            self.notify("Reading everything again.", markup=False, timeout=2)

    def action_demo(self) -> None:
        """Start the demo, from the welcome."""
        if self._start_demo is None or not self.browser.has_class("-welcome"):
            return
        snapshot = self._start_demo()
        self._snapshots = (snapshot,)
        self.browser.replace_roots(self._snapshots)
        self._start_feed(self._snapshots)

    def action_open_editor(self) -> None:
        from exito_tui.ui.editor import EditorError, open_in_editor

        path = self.browser.path
        if path is None:
            self.notify("Nothing is selected that could be opened.", markup=False)
            return
        try:
            open_in_editor(self, self.config.editor, path)
        except EditorError as error:
            self.notify(one_line(str(error)), severity="error", markup=False)
        self.action_refresh_all()

    def action_refresh_all(self) -> None:
        """Draw everything again, after another program had the screen."""
        self.refresh(layout=True)


_ASCII_FILTER = AsciiFilter()
_CONTROL_FILTER = ControlFilter()
