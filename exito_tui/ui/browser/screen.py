"""The one screen: the list of sessions, the session, and what is between them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.events import Resize
from textual.reactive import reactive

from exito_tui.actions import Pane
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.filters import parse_filter
from exito_tui.domain.sessions.list_rows import Arrangement, arrange, identity, unhidden
from exito_tui.domain.sessions.orders import GROUPINGS, SORTS
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Change, Snapshot
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.live.events import Update
from exito_tui.ui.browser.bars import Bars
from exito_tui.ui.browser.changing import ChangingScreen
from exito_tui.ui.browser.copying import Copying
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.browser.going import go_there
from exito_tui.ui.browser.input_bars import InputBars
from exito_tui.ui.browser.operations import Operations
from exito_tui.ui.browser.overlays import Overlays
from exito_tui.ui.browser.panes import Panes
from exito_tui.ui.browser.selection import Selection
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.key_bindings import bindings
from exito_tui.ui.messages import (
    CommandChosen,
    FilterChosen,
    FocusChanged,
    GroupToggled,
    QueryChanged,
    QueryEnded,
    RowHighlighted,
    RowOpened,
    VisibleChanged,
)
from exito_tui.ui.seen import Seen
from exito_tui.ui.widgets.first_keys import FirstKeys
from exito_tui.ui.widgets.ground import Columns, Ground, Rows
from exito_tui.ui.widgets.session_list import SessionList
from exito_tui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from exito_tui.render.theme import RenderTheme
    from exito_tui.ui.widgets.session_pane import SessionPane

ONE_PANE_BELOW = 100
_SHORT_BELOW = 30


class BrowserScreen(ChangingScreen, Ground):
    """Lists the sessions of the roots and shows the highlighted one."""

    BINDINGS = bindings("anywhere")
    AUTO_FOCUS = "#list"

    arrangement: reactive[Arrangement] = reactive(Arrangement(), init=False)
    follows_fleet: reactive[bool] = reactive(False, init=False)

    def __init__(
        self,
        snapshots: Sequence[Snapshot],
        arrangement: Arrangement,
        *,
        config: Config,
        glyphs: Glyphs,
        clock: Callable[[], int],
        seen: Seen,
        places: Sequence[str] = (),
        named: bool = True,
        is_first: bool = False,
    ) -> None:
        super().__init__()
        now_ns = clock()
        self._first_keys = [FirstKeys(config.keys)] if is_first else []
        self.fleet = Fleet(snapshots, config, now_ns, places=places, named=named)
        self.set_reactive(BrowserScreen.arrangement, arrangement)
        self._glyphs = glyphs
        self._keys = config.keys
        self._writing_ns = int(config.writing * SECOND_NS)
        self.session_list = SessionList(
            verdicts=self.fleet.verdicts,
            writing_ns=self._writing_ns,
            glyphs=glyphs,
            now_ns=now_ns,
            seen=seen,
        )
        self.selection = Selection(self, self.session_list, self.fleet)
        self.operations = Operations(self, self.fleet, self.selection, glyphs)
        self.panes = Panes(self, self.session_list, self.fleet)
        self.overlays = Overlays(
            self, self.fleet, self.selection, glyphs, self.panes.go_to_document, clock
        )
        self.copying = Copying(self, self.panes, self.selection, self.fleet)
        self.input_bars = InputBars(self)
        self.bars = Bars(self, self.session_list, self.fleet, glyphs, config.keys)
        self._welcome = Welcome()
        self._fitted_to = 0  # the room that the rows were arranged for

    def compose(self) -> ComposeResult:
        yield self.bars.title
        with Columns(id="body"):
            with Rows(id="list-side"):
                yield self.session_list
                yield self.bars.briefing
            yield self._welcome
        yield from self._first_keys
        yield self.bars.status

    def on_mount(self) -> None:
        self._show_rows()
        self._show_bars()

    async def make_pane(self, theme: "RenderTheme") -> None:
        """Make the session pane."""
        await self.panes.make_session(theme, self._glyphs, self._writing_ns)
        self._show_bars()

    @property
    def pane(self) -> "SessionPane | None":
        """The session pane; it is made after the first picture is on the screen."""
        return self.panes.session

    # ── what comes in ────────────────────────────────────────────────────────────────────────────

    def take(self, update: Update, now_ns: int) -> None:
        """Take a new picture of the roots."""
        # As long as sessions are still being read, the first one stays highlighted
        stays_on_top = self.session_list.is_at_top and bool(self.fleet.status.unread)
        news = self.fleet.take(update, now_ns)
        by_need = "need" in (self.arrangement.sort, self.arrangement.by)
        if news.snapshots or (news.states and by_need):
            self._show_rows()
            if by_need and (news.first_states or stays_on_top):
                self.session_list.action_top()
        else:
            self.session_list.look_again(now_ns)
        if news.snapshots:
            self._bring_up_to_date(update.changes)
        elif news.states:
            self.panes.show_highlighted()
        self._show_bars()

    def replace_roots(self, snapshots: Sequence[Snapshot], *, named: bool) -> None:
        """Show other roots from now on."""
        self.fleet.replace(snapshots, named=named)
        self._show_rows()
        self._show_bars()

    def tick(self, now_ns: int) -> None:
        """Let time pass. What is shown lags behind by less than anybody notices: the older all that
        is known, the more rarely any of it looks different."""
        if not self.fleet.looks_other(now_ns):
            return
        self.fleet.tick(now_ns)
        self.panes.tick(now_ns)
        self._show_bars()

    def _bring_up_to_date(self, changes: Sequence[Change]) -> None:
        written = [
            change.session
            for change in changes
            if change.kind != "removed" and change.session.artefacts
        ]
        newest = max(written, key=lambda session: session.last_write_ns or 0, default=None)
        stays = not self.follows_fleet or self.panes.holds_newest
        if stays or not self.panes.show_newest(newest):
            self.panes.show_highlighted()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def watch_arrangement(self) -> None:
        if self.is_mounted:
            self._show_rows()
            self.panes.show_heading()
            self._show_bars()
            if self.arrangement.filter:
                self.run_worker(self.fleet.read_every_title(self._show_filtered))

    def _show_filtered(self) -> None:
        self._show_rows()
        self._show_bars()

    def _show_rows(self) -> None:
        fleet = self.fleet
        self._fitted_to = room = self.bars.room_for_rows
        wanted = self.arrangement._replace(room=room)
        if group := self.session_list.group:  # where the user is, nothing is folded by itself
            wanted = wanted._replace(unfolded=wanted.unfolded | {group})
        is_new, title = self.session_list.seen.is_new, fleet.title_of
        rows = arrange(fleet.snapshots, wanted, fleet.standings, fleet.now_ns, is_new, title)
        self.session_list.show(rows, fleet.snapshots, by=wanted.by, now_ns=fleet.now_ns)
        if self.fleet.is_empty:
            self._welcome.show(self.fleet.snapshots, self.fleet.places, lost=self.fleet.was_there)
        self.set_class(self.fleet.is_empty, "-welcome")

    def _fit_rows(self) -> None:
        if self.bars.room_for_rows != self._fitted_to:
            self._show_rows()

    def _show_bars(self) -> None:
        self.bars.show(self.arrangement, follows=self.follows_fleet)
        self._show_hints()

    def _show_hints(self) -> None:
        pane: Pane = "document" if self.panes.is_reading else "list"
        self.bars.show_hints(pane, typing=self.input_bars.is_typing)

    # ── messages from the widgets ────────────────────────────────────────────────────────────────

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        if not self.panes.hides_session:
            # As it is now: the message may be older than what the feed told.
            self.panes.show_highlighted()
        self._show_bars()

    def on_marks_changed(self) -> None:
        self.panes.tick(self.fleet.now_ns)
        self._show_bars()

    def on_row_opened(self, event: RowOpened) -> None:
        self.panes.go_to_document()
        self.panes.show(self.session_list.current(event.row))

    def on_group_toggled(self, event: GroupToggled) -> None:
        folded, unfolded = self.arrangement.folded, self.arrangement.unfolded
        self.arrangement = self.arrangement._replace(
            folded=folded | event.keys if event.folded else folded - event.keys,
            unfolded=unfolded - event.keys if event.folded else unfolded | event.keys,
        )

    def on_visible_changed(self, event: VisibleChanged) -> None:
        event.stop()
        self.post_message(FocusChanged(self.session_list.in_view()))

    def on_query_changed(self, event: QueryChanged) -> None:
        if event.bar == "filter":
            self.arrangement = self.arrangement._replace(filter=event.text.strip())
            self.input_bars.remark(parse_filter(event.text).problem)
        elif pane := self.pane:
            pane.find(event.text)

    def on_filter_chosen(self, event: FilterChosen) -> None:
        text = "" if self.arrangement.filter == event.text else event.text
        self.arrangement = self.arrangement._replace(filter=text)

    async def on_query_ended(self, event: QueryEnded) -> None:
        await self.query(f"#{event.bar}-bar").remove()
        if event.bar == "filter":
            if event.kept:
                self.session_list.stay()
            else:
                self.arrangement = self.arrangement._replace(filter="")
            self.set_focus(self.session_list)
        elif pane := self.pane:
            if not event.kept:
                pane.find("")
            self.set_focus(pane.document)

    def on_key(self) -> None:
        if not self.has_class("-welcome"):
            self.query(FirstKeys).remove()

    def on_descendant_focus(self) -> None:
        self._show_hints()

    def on_screen_suspend(self) -> None:
        self.add_class("-covered")

    def on_screen_resume(self) -> None:
        self.remove_class("-covered")

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width < ONE_PANE_BELOW, "-one-pane")
        self.set_class(event.size.height < _SHORT_BELOW, "-short")
        self.call_after_refresh(self._fit_rows)

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    async def on_command_chosen(self, event: CommandChosen) -> None:
        event.stop()
        command = event.command
        namespace = self if command.pane == "anywhere" else self.query_one(f"#{command.pane}")
        await self.app.run_action(command.action, namespace)

    async def action_filter(self) -> None:
        self.panes.go_to_list()
        filters = self.fleet.config.filters
        await self.input_bars.open_filter(self.arrangement.filter, self.fleet.names(), filters)

    async def action_find(self) -> None:
        if self.panes.go_to_document():
            await self.input_bars.open_find()

    def action_named_filter(self, number: int) -> None:
        self.input_bars.choose_filter(self.fleet.config.filters, number)

    def action_end_query(self, kept: bool) -> None:
        self.input_bars.end(kept=kept)

    def action_close(self) -> None:
        """Give back the screen that the session has for itself."""
        self.panes.zoom() if self.panes.is_zoomed else self.panes.go_to_list()

    def action_back(self) -> None:
        """One step back: from the document to the list, then the filter goes."""
        if self.panes.is_zoomed:
            self.panes.zoom()
        elif self.panes.is_reading:
            if (pane := self.pane) and pane.document.matches.position:
                pane.find("")
            else:
                self.panes.go_to_list()
        elif self.session_list.marks:
            self.session_list.clear_marks()
        elif self.arrangement.filter:
            self.arrangement = self.arrangement._replace(filter="")

    def action_switch_pane(self) -> None:
        if self.panes.is_reading:
            self.panes.go_to_list()
        else:
            self.panes.go_to_document()

    def action_file(self, step: int) -> None:
        if pane := self.pane:
            pane.choose_next(step)

    def action_zoom(self) -> None:
        self.panes.zoom()

    def action_next_need(self) -> None:
        self.selection.select_next_need()

    def action_grouping(self) -> None:
        following = GROUPINGS[(GROUPINGS.index(self.arrangement.by) + 1) % len(GROUPINGS)]
        self.arrangement = self.arrangement._replace(by=following)

    def action_sort(self) -> None:
        following = SORTS[(SORTS.index(self.arrangement.sort) + 1) % len(SORTS)]
        self.arrangement = self.arrangement._replace(sort=following)
        self.session_list.action_top()

    def action_follow_fleet(self) -> None:
        self.follows_fleet = not self.follows_fleet
        self._show_bars()
        if self.follows_fleet:
            self.panes.show_newest(self.fleet.newest())

    def action_raw(self) -> None:
        if pane := self.pane:
            pane.toggle_raw()

    def action_copy(self, what: str = "") -> None:
        self.copying.copy(what)

    def action_copy_text(self) -> None:
        if not self.copying.copy_selection():
            raise SkipAction

    @work(exclusive=True, group="going")
    async def action_go_there(self) -> None:
        await go_there(self, self.fleet.known_of(self.session_list.row))

    def action_search(self) -> None:
        self.overlays.show_search(self._go_to)

    def _go_to(self, session: Session) -> None:
        """Highlight a session, whatever hides it."""
        if not self.session_list.select(identity(session)):
            self.arrangement = unhidden(self.arrangement, session)
            self.session_list.select(identity(session))

    def action_contents(self) -> None:
        self.overlays.show_contents(self.pane)

    def action_why(self) -> None:
        self.overlays.show_why(self._go_to)

    def action_agents(self) -> None:
        self.overlays.show_agents(self._go_to, self.operations.save_reports_of)

    def action_timeline(self) -> None:
        self.overlays.show_timeline(self._go_to)

    @work(exclusive=True, group="doctor")
    async def action_doctor(self) -> None:
        await self.overlays.show_doctor(self.operations.fix)

    def action_help(self) -> None:
        self.overlays.show_help("document" if self.panes.is_reading else "list", self._keys)
