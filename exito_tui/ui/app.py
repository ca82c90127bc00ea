"""The app: it only wires the feed, the screen and the settings together."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.events import Event, Key, Paste
from textual.filter import LineFilter
from textual.screen import Screen
from textual.worker import WorkerFailed

from exito_tui.app_state import Remembered
from exito_tui.config.ascii import is_ascii_wanted
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.list_rows import Arrangement
from exito_tui.domain.sessions.orders import grouping_called
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import one_line, show_controls
from exito_tui.store.live.events import RecordsSource, Update
from exito_tui.ui.browser.notifications import notify
from exito_tui.ui.browser.screen import BrowserScreen
from exito_tui.ui.drawing.driver import sparing
from exito_tui.ui.drawing.line_filters import AsciiFilter, ControlFilter, LegibleFilter
from exito_tui.ui.drawing.motion import glyphs_for
from exito_tui.ui.error_log import guarded, write_down
from exito_tui.ui.error_reports import ErrorReports
from exito_tui.ui.garbage import collect_from_now_on
from exito_tui.ui.key_bindings import keymap
from exito_tui.ui.key_order import KeyHandled, KeyOrder
from exito_tui.ui.messages import Failed, FeedUpdated, FocusChanged, RootsTouched
from exito_tui.ui.palette import palette_of
from exito_tui.ui.root_search import RootSearch, Search
from exito_tui.ui.seen import Seen
from exito_tui.ui.siblings import Siblings
from exito_tui.ui.style_sheet import styles_path

if TYPE_CHECKING:
    import subprocess

    from exito_tui.domain.verdicts.judge import Judge
    from exito_tui.render.theme import RenderTheme
    from exito_tui.store.live.feed import Feed

_TICK = 5.0
_ONE_FRAME = 0.03

RecordsOf = Callable[[Sequence[Snapshot], Config], RecordsSource | None]
SettingsOf = Callable[[str], Config]


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
        search: Search | None = None,
        start_demo: Callable[[], Snapshot] | None = None,
        records_of: RecordsOf | None = None,
        settings_of: SettingsOf | None = None,
        clock: Callable[[], int] = time.time_ns,
        watch: bool = True,
    ) -> None:
        """`places` is where a root was looked for in vain. `search`, when the user named none,
        looks for one nearer than the given one: its first picture, and its settings. `start_demo`
        begins a demo: its first picture. `records_of` follows Claude Code's records.
        `settings_of` are the settings by which a root beside the first is judged; None: the same
        for all."""
        self._snapshots = tuple(snapshots)
        self.config = config
        self.remembered = remembered or Remembered()
        self._places = places
        self._start_demo = start_demo
        self._records_of = records_of
        self._settings_of = settings_of
        self._clock = clock
        self._watch = watch
        self._feed: Feed | None = None
        self._is_complete = False
        self._ascii = is_ascii_wanted(config.ascii)
        show_controls(in_ascii=self._ascii)
        self.ended_by: int | None = None
        self._editor: subprocess.Popen[bytes] | None = None
        self._own_loop: asyncio.AbstractEventLoop | None = None
        super().__init__()
        self.errors = ErrorReports(self)
        self._root_search = RootSearch(self, search)
        self._key_order = KeyOrder(self, super().on_event)
        self.set_keymap(keymap(config.keys))

    def get_default_screen(self) -> Screen[None]:
        config = self.config
        self._siblings = Siblings(self)
        self.browser = BrowserScreen(
            self._snapshots,
            Arrangement(grouping_called(config.by or self.remembered.by), config.sort),
            config=config,
            glyphs=glyphs_for(config.motion, ascii_only=self._ascii, headless=self.is_headless),
            clock=self._clock,
            seen=Seen(self.remembered.seen_ns, self._clock(), self.remembered.looked_ns),
            places=self._places,
            named=self._root_search.is_over,
            is_first=self.remembered.is_first,
        )
        return self.browser

    def get_driver_class(self) -> type[Driver]:
        return sparing(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        drawn = [_ASCII_FILTER] if self._ascii else []
        return [*super().get_line_filters(), *drawn, *_FILTERS]

    async def on_event(self, event: Event) -> None:
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            await self._key_order.typed(event)
        else:
            await super().on_event(event)

    async def on_key_handled(self, event: KeyHandled) -> None:
        await self._key_order.handled(event)

    def on_mount(self) -> None:
        self._own_loop = asyncio.get_running_loop()
        self.errors.listen(self._own_loop)
        self._wear_theme()
        if self.ended_by:  # it came too early to be answered
            self.exit(return_code=128 + self.ended_by)

    def on_ready(self) -> None:
        """The names are on the screen: read what is in the sessions that are on it."""
        collect_from_now_on()
        self.browser.fleet.verdicts.judge = self._make_judge()
        self._start_feed(self._snapshots)

    async def _complete(self) -> None:
        """The list is on the screen with all its signs: make what it did not need."""
        await self.browser.make_pane(self._theme())
        self.set_interval(_TICK, guarded(self, lambda: self.browser.tick(self._clock())))
        self.browser.recover()
        for warning in self.config.warnings:
            self.notify(
                one_line(f"{warning}; it does not count"),
                severity="warning",
                markup=False,
                timeout=12,
            )
        self.run_worker(self._root_search.follow(self._show_found), group="search")
        self.run_worker(self._siblings.announce(), group="siblings")
        if self._watch:
            self.run_worker(self._siblings.follow(self._show_work_trees), group="work trees")

    def _make_judge(self) -> "Judge":
        from exito_tui.domain.verdicts.judge import Judge

        return self._judging(self._snapshots, Judge(self.config.judge_settings))

    def settings_of(self, root: str) -> Config:
        """The settings that a root beside the first is judged by."""
        return self._settings_of(root) if self._settings_of else self.config

    def _judging(self, snapshots: Sequence[Snapshot], judge: "Judge") -> "Judge":
        for snapshot in snapshots[1:]:
            judge = judge.judging(snapshot.root, self.settings_of(snapshot.root).judge_settings)
        return judge

    def _start_feed(self, snapshots: Sequence[Snapshot]) -> None:
        if self._feed:
            self._feed.stop(0)

        from exito_tui.store.live.feed import Feed, Intervals

        judge = self.browser.fleet.verdicts.judge
        assert judge is not None
        if not self._watch:
            self._look_once(snapshots, judge)
            return
        pace = Intervals(reconcile=self.config.reconcile)
        self._feed = Feed(
            snapshots, self._publish, pace=pace, force_polling=self.config.polling, judge=judge,
            focus=self.browser.session_list.in_view(), on_failure=self.errors.hand_over,
            records=self.records_of(snapshots),
        )  # fmt: skip
        self._feed.start()

    def records_of(self, snapshots: Sequence[Snapshot]) -> RecordsSource | None:
        """What follows Claude Code's records of some roots, if that is wanted."""
        return self._records_of(snapshots, self.config) if self._records_of else None

    def _look_once(self, snapshots: Sequence[Snapshot], judge: "Judge") -> None:
        from exito_tui.store.live.first_look import first_look

        look = first_look(snapshots, judge, self._clock(), self.records_of(snapshots))
        self.post_message(FeedUpdated(look))

    def _open(self, *snapshots: Snapshot, named: bool) -> None:
        """Show other roots from now on."""
        self._snapshots = snapshots
        if judge := self.browser.fleet.verdicts.judge:
            self.browser.fleet.verdicts.judge = self._judging(snapshots, judge)
        self.browser.replace_roots(self._snapshots, named=named)
        self._start_feed(self._snapshots)

    def _show_found(self, snapshot: Snapshot, config: Config) -> None:
        """Show the root that the project has by now, with its settings."""
        self.config = self.browser.fleet.config = config
        self.browser.fleet.verdicts.judge = self._make_judge()
        self._open(snapshot, named=False)
        self.browser.recover()

    @work(group="siblings")
    async def action_worktrees(self) -> None:
        """Open the roots of the repository's other work trees and packages as well."""
        if fresh := await self._siblings.fresh():
            self._root_search.end()
            self._open(*self.browser.fleet.snapshots, *fresh, named=self.browser.fleet.named)

    def _show_work_trees(self, *snapshots: Snapshot) -> bool:
        is_free = not self.browser.operations.at_work.locked()
        if is_free:
            self._open(*snapshots, named=self.browser.fleet.named)
        return is_free

    def _publish(self, update: Update) -> None:
        """Called in the feed's thread."""
        self.post_message(FeedUpdated(update))

    async def on_feed_updated(self, event: FeedUpdated) -> None:
        roots = [snapshot.root for snapshot in event.update.snapshots]
        if roots != [snapshot.root for snapshot in self._snapshots]:
            return  # a last word on roots that are no longer shown
        pane = self.browser.pane
        if pane and not pane.grows:
            with (
                self.batch_update()
            ):  # list and document in one frame: a second one would wait for its turn
                self.browser.take(event.update, self._clock())
                await pane.wait_idle(_ONE_FRAME)
        else:  # a document that grows has its frame already
            self.browser.take(event.update, self._clock())
        if not self._is_complete:
            self._is_complete = True
            self.call_after_refresh(self._complete)
        notify(self, event.update.state_changes, self.config)
        # A screen paints when it falls idle, and it may have done so during the batch
        self.browser.check_idle()

    def on_focus_changed(self, event: FocusChanged) -> None:
        if self._feed:
            self._feed.focus(event.focus)

    def on_roots_touched(self, event: RootsTouched) -> None:
        """The user changed something: do not wait until the watching finds it."""
        if self._feed:
            self._feed.relist()
        elif judge := self.browser.fleet.verdicts.judge:
            from exito_tui.store.read.scan import scan

            self._look_once([scan(one.root, one.layouts) for one in self._snapshots], judge)

    def on_unmount(self) -> None:
        self.errors.stop_listening()
        self._own_loop = None
        if self._feed:
            self._feed.stop()
        seen, now_ns = self.browser.session_list.seen, self._clock()
        self.browser.fleet.remember_seen(seen, self.remembered, now_ns)
        if (by := self.browser.arrangement.by) != self.config.by:
            self.remembered.by = by

    def end_by(self, number: int) -> None:
        """End because of a signal, and end an editor that is open. To be called in the main thread,
        at any moment."""
        self.ended_by = number
        if self._editor:
            self._editor.send_signal(number)
        if self._own_loop:
            self._own_loop.call_soon_threadsafe(partial(self.exit, return_code=128 + number))

    # ── errors ───────────────────────────────────────────────────────────────────────────────────

    def _handle_exception(self, error: Exception) -> None:
        """Everything that fails in the app comes here. A worker that failed takes nothing with it,
        so the app goes on; any other error leaves a part of the app dead, and ends it."""
        if isinstance(error, WorkerFailed):
            self.errors.tell(error.error)
        else:
            write_down(error)
            super()._handle_exception(error)

    def on_failed(self, event: Failed) -> None:
        self.errors.tell(event.error, once=event.once)

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
            pane.wear(self._theme())

    def _theme(self) -> "RenderTheme":
        from exito_tui.ui.drawing.theme import theme_of

        return theme_of(self.theme_variables, dark=self.current_theme.dark, ascii_only=self._ascii)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """What the palette finds: every command of ours, and the themes."""
        yield from palette_of(self.browser, self.config.keys, commands=screen is self.browser)
        yield from (
            command for command in super().get_system_commands(screen) if command.title == "Theme"
        )

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    def action_rescan(self) -> None:
        if self._feed:
            self._feed.rescan()
            self.notify("Reading everything again.", markup=False, timeout=2)

    @work(group="demo")
    async def action_demo(self) -> None:
        """Start the demo, from the welcome."""
        start, browser = self._start_demo, self.browser
        if start is None or not browser.has_class("-welcome"):
            return
        self._start_demo = None  # pressed again, it is on its way
        self.notify("Making sessions to look at ...", markup=False, timeout=2)
        try:
            snapshot = await asyncio.to_thread(start)
        except OSError as error:
            self.errors.tell(error)
            return
        finally:
            self._start_demo = start
        if browser.has_class("-welcome"):  # else there are real ones by now
            self._root_search.end()
            self._open(snapshot, named=True)

    def action_open_editor(self) -> None:
        from exito_tui.ui.editor import EditorError, open_in_editor

        path = self.browser.panes.path
        if path is None:
            self.notify("Nothing is selected that could be opened.", markup=False)
            return
        try:
            open_in_editor(self, self.config.editor, path, self._editor_began)
        except EditorError as error:
            self.notify(one_line(str(error)), severity="error", markup=False)
        self._editor = None
        self.action_refresh_all()

    def _editor_began(self, editor: "subprocess.Popen[bytes]") -> None:
        self._editor = editor
        if self.ended_by:  # the signal came a moment too early to be passed on
            editor.send_signal(self.ended_by)

    def action_refresh_all(self) -> None:
        """Draw everything again, after another program had the screen."""
        self.refresh(layout=True)


_ASCII_FILTER = AsciiFilter()
_FILTERS = (LegibleFilter(), ControlFilter())
