"""The one screen: the list of sessions, the session, and what is between them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.reactive import reactive

from exito_tui.actions import Pane
from exito_tui.config.settings import Config
from exito_tui.domain.sessions.list_rows import SORTS, Arrangement, Heading, Row, arrange, identity
from exito_tui.domain.sessions.session import Note, Session
from exito_tui.domain.sessions.snapshot import Change, Snapshot
from exito_tui.domain.text import one_line
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import NEEDS_USER, State
from exito_tui.store.live.events import Status, Update
from exito_tui.ui.browser import status_text
from exito_tui.ui.browser.operations import Actions
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.key_bindings import bindings
from exito_tui.ui.messages import (
    CommandChosen,
    FocusChanged,
    GroupToggled,
    QueryChanged,
    QueryEnded,
    RowHighlighted,
    RowOpened,
    VisibleChanged,
)
from exito_tui.ui.verdict_cache import Verdicts
from exito_tui.ui.widgets.bars import StatusBar, TitleBar
from exito_tui.ui.widgets.session_list import SessionList
from exito_tui.ui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from exito_tui.render.theme import RenderTheme
    from exito_tui.ui.widgets.session_pane import SessionPane

ONE_PANE_BELOW = 100
_SHORT_BELOW = 30
_MINUTE_NS = 60 * SECOND_NS


class BrowserScreen(Actions):
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
        now_ns: int,
        seen_ns: Mapping[str, int],
        places: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.verdicts = Verdicts(now_ns)
        self._states: tuple[Mapping[str, State], ...] = ()
        self.snapshots = tuple(snapshots)
        self.set_reactive(BrowserScreen.arrangement, arrangement)
        self.glyphs = glyphs
        self.config = config
        self.keys = config.keys
        self._writing_ns = writing_ns = int(config.writing * SECOND_NS)
        self.now_ns = now_ns
        self._status = Status()
        self._was_there = any(snapshot.state == "present" for snapshot in snapshots)
        self._places = places or [snapshot.root for snapshot in snapshots]
        self.session_list = SessionList(
            verdicts=self.verdicts,
            writing_ns=writing_ns,
            glyphs=glyphs,
            now_ns=now_ns,
            seen_ns=seen_ns,
        )
        self._title_bar, self._status_bar, self._welcome = (
            TitleBar(glyphs),
            StatusBar(glyphs),
            Welcome(),
        )
        self._recent: tuple[tuple[str, ...], ...] = ()
        self._zoom = ""
        self.pane: SessionPane | None = None
        """The session pane; it is made after the first picture is on the screen."""

    def compose(self) -> ComposeResult:
        yield self._title_bar
        with Horizontal(id="body"):
            with Vertical(id="list-side"):
                yield self.session_list
            yield self._welcome
        yield self._status_bar

    def on_mount(self) -> None:
        self._show_rows()
        self._show_bars()

    # ── the parts ────────────────────────────────────────────────────────────────────────────────

    async def make_pane(self, theme: "RenderTheme") -> None:
        """Make the session pane."""
        from exito_tui.ui.widgets.session_pane import SessionPane

        pane = SessionPane(glyphs=self.glyphs, writing_ns=self._writing_ns, theme=theme)
        await self.query_one("#body").mount(pane, after="#list-side")
        self.pane = pane
        self._show_row(self.session_list.row)

    # ── what comes in ────────────────────────────────────────────────────────────────────────────

    def take(self, update: Update, now_ns: int) -> None:
        """Take a new picture of the roots."""
        before, self.snapshots, self._status = self.snapshots, update.snapshots, update.status
        self.now_ns, self._recent, turned = now_ns, update.recent, self._states != update.states
        first, self._states = not any(self._states), update.states
        self.verdicts.take(update, now_ns)
        self.session_list.tick(now_ns)
        if any(new is not old for new, old in zip(self.snapshots, before, strict=False)) or len(
            before
        ) != len(self.snapshots):
            self._was_there |= any(snapshot.state == "present" for snapshot in self.snapshots)
            self._show_rows()
            self._bring_up_to_date(update.changes)
        elif turned:
            if self.arrangement.sort == "need":
                self._show_rows()
                if first:
                    self.session_list.action_top()
            self._show_row(self.session_list.row)
        self._show_bars()

    def replace_roots(self, snapshots: Sequence[Snapshot], *, named: bool) -> None:
        """Show other roots from now on."""
        self.snapshots, self.named = tuple(snapshots), named
        self._states, self._recent = (), ()
        self._was_there = False
        self._places = [snapshot.root for snapshot in snapshots]
        self._show_rows()
        self._show_bars()

    def tick(self, now_ns: int) -> None:
        """Let time pass. Once all that is known is older than a minute, nothing looks different
        before the next one."""
        newest = max(self._recent_writes(), default=0)
        if now_ns - newest > 2 * _MINUTE_NS and now_ns - self.now_ns < _MINUTE_NS:
            return
        self.now_ns = now_ns
        self.verdicts.tick(now_ns)
        self.session_list.tick(now_ns)
        if pane := self.pane:
            pane.tick(self.verdict_on(pane.row), now_ns)
        self._show_bars()

    def _bring_up_to_date(self, changes: Sequence[Change]) -> None:
        written = [
            change for change in changes if change.kind != "removed" and change.session.artefacts
        ]
        if self.follows_fleet and written:
            newest = max(
                (change.session for change in written),
                key=lambda session: session.last_write_ns or 0,
            )
            if self.session_list.select(identity(newest)) and (pane := self.pane):
                pane.show(newest, self.verdict_on(newest), self.now_ns)
                pane.choose_newest()
                return
        self._show_row(self.session_list.row)

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def watch_arrangement(self) -> None:
        if self.is_mounted:
            self._show_rows()
            self._show_bars()

    def _show_rows(self) -> None:
        rows = arrange(self.snapshots, self.arrangement, self._states)
        self.session_list.show(rows, self.snapshots, grouped=self.arrangement.grouped)
        self._show_welcome()

    def _show_welcome(self) -> None:
        present = [snapshot for snapshot in self.snapshots if snapshot.state == "present"]
        empty = not any(snapshot.sessions or snapshot.notes for snapshot in self.snapshots)
        welcome = self._welcome
        if empty:
            unreadable = next(
                (snapshot for snapshot in self.snapshots if snapshot.state == "unreadable"), None
            )
            if present:
                welcome.empty(present[0].root)
            elif unreadable:
                welcome.unreadable(unreadable.root, unreadable.problem)
            else:
                welcome.waiting(self._places, lost=self._was_there)
        self.set_class(empty, "-welcome")

    def _show_row(self, row: Row | None) -> None:
        pane = self.pane
        if pane is None or isinstance(row, Heading):
            return
        pane.show(row, self.verdict_on(row), self.now_ns)
        if row is not None and pane.display:
            self.session_list.looked_at(row, self.now_ns)

    def _show_bars(self) -> None:
        states = Counter(state for known in self._states for state in known.values())
        counts = status_text.counts(
            self.snapshots, self.arrangement, states, marked=len(self.session_list.marks),
            follows=self.follows_fleet, read_only=self.read_only, glyphs=self.glyphs,
        )  # fmt: skip
        self._title_bar.show(status_text.place(self.snapshots, self._was_there), counts)
        roomy = self.size.width >= ONE_PANE_BELOW
        text, warn = status_text.state(
            self.snapshots, self._status, was_there=self._was_there, roomy=roomy, glyphs=self.glyphs
        )
        self._status_bar.show_state(text, warn=warn)
        self._show_hints()

    def _show_hints(self) -> None:
        pane: Pane = "document" if self.is_reading else "list"
        hints = status_text.hints(
            pane, self.keys, welcome=self.has_class("-welcome"), typing=self.is_typing
        )
        self._status_bar.show_hints(hints)

    def _recent_writes(self) -> Iterator[int]:
        """When the sessions written last were written."""
        for snapshot, keys in zip(self.snapshots, self._recent, strict=False):
            for key in keys:
                session = snapshot.sessions.get(key)
                if session and (written := session.last_write_ns) is not None:
                    yield written

    # ── messages from the widgets ────────────────────────────────────────────────────────────────

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        if self._zoom != "list" and not (
            self.has_class("-one-pane") and not self.has_class("-reading")
        ):
            self._show_row(
                self.session_list.row
            )  # as it is now: the message may be older than what the feed told

    def on_marks_changed(self) -> None:
        self._show_bars()

    def on_row_opened(self, event: RowOpened) -> None:
        self.show_reading(True)
        self._show_row(self.session_list.current(event.row))

    def on_group_toggled(self, event: GroupToggled) -> None:
        folded = self.arrangement.folded
        self.arrangement = self.arrangement._replace(
            folded=folded | event.keys if event.folded else folded - event.keys
        )

    def on_visible_changed(self, event: VisibleChanged) -> None:
        event.stop()
        self.post_message(FocusChanged(self.session_list.in_view()))

    def on_query_changed(self, event: QueryChanged) -> None:
        if event.bar == "filter":
            self.arrangement = self.arrangement._replace(filter=event.text.strip())
        elif pane := self.pane:
            pane.document.find(event.text)

    async def on_query_ended(self, event: QueryEnded) -> None:
        await self.query(f"#{event.bar}-bar").remove()
        if event.bar == "filter":
            if not event.kept:
                self.arrangement = self.arrangement._replace(filter="")
            self.set_focus(self.session_list)
        elif pane := self.pane:
            if not event.kept:
                pane.document.find("", jump=False)
            self.set_focus(pane.document)

    def on_descendant_focus(self) -> None:
        self._show_hints()

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.width < ONE_PANE_BELOW, "-one-pane")
        self.set_class(event.size.height < _SHORT_BELOW, "-short")

    # ── actions ──────────────────────────────────────────────────────────────────────────────────

    async def on_command_chosen(self, event: CommandChosen) -> None:
        event.stop()
        command = event.command
        namespace = self if command.pane == "anywhere" else self.query_one(f"#{command.pane}")
        await self.app.run_action(command.action, namespace)

    async def action_filter(self) -> None:
        await self._open_bar(
            "filter",
            "/",
            self.arrangement.filter,
            "command, id, date or file; esc clears",
            "#list-side",
        )

    async def action_find(self) -> None:
        if self.pane and self.show_reading(True):
            await self._open_bar(
                "find", "find", "", "text in this document; enter, then n and N", "#session"
            )

    async def _open_bar(self, bar: str, label: str, text: str, placeholder: str, side: str) -> None:
        from exito_tui.ui.widgets.input_bar import InputBar

        if side == "#list-side":
            self.show_reading(False)
        if not self.query(f"#{bar}-bar"):
            await self.query_one(side).mount(InputBar(bar, label, text, placeholder))
        self.set_focus(
            self.query_one(f"#{bar}-bar Input")
        )  # at once: what is typed next belongs to it

    def action_back(self) -> None:
        """One step back: from the document to the list, then the filter goes."""
        if self._zoom:
            self.action_zoom()
        elif self.is_reading:
            if (pane := self.pane) and pane.document.match_position:
                pane.document.find("", jump=False)
            else:
                self.show_reading(False)
        elif self.session_list.marks:
            self.session_list.clear_marks()
        elif self.arrangement.filter:
            self.arrangement = self.arrangement._replace(filter="")

    def action_switch_pane(self) -> None:
        self.show_reading(not self.is_reading)

    def show_reading(self, reading: bool) -> bool:
        """Go to the document or to the list; on a narrow screen only one of them is shown."""
        pane = self.pane
        if pane is None or (
            reading and pane.row is None and not isinstance(self.session_list.row, (Session, Note))
        ):
            return False
        if self._zoom:
            self.action_zoom()
        self.set_class(reading, "-reading")
        if reading:
            self._show_row(self.session_list.row)
            self.set_focus(pane.document)
        else:
            self.set_focus(self.session_list)
        return True

    def action_file(self, step: int) -> None:
        if pane := self.pane:
            pane.choose_next(step)

    def action_zoom(self) -> None:
        self._zoom = "" if self._zoom else "session" if self.is_reading else "list"
        self.set_class(self._zoom == "list", "-zoom-list")
        self.set_class(self._zoom == "session", "-zoom-session")

    def action_next_need(self) -> None:
        """Go to the next session that waits, is stuck or failed."""
        pairs = zip(self.snapshots, self._states, strict=False)
        wanted = {
            ("session", snapshot.root, key)
            for snapshot, states in pairs
            for key, state in states.items()
            if state in NEEDS_USER
        }
        if not self.session_list.select_next(wanted):
            folded = " in the groups that are unfolded" if wanted else ""
            self.notify(f"Nothing waits for you, is stuck or failed{folded}.", markup=False)

    def action_grouping(self) -> None:
        self.arrangement = self.arrangement._replace(grouped=not self.arrangement.grouped)

    def action_sort(self) -> None:
        following = SORTS[(SORTS.index(self.arrangement.sort) + 1) % len(SORTS)]
        self.arrangement = self.arrangement._replace(sort=following)

    def action_follow_fleet(self) -> None:
        self.follows_fleet = not self.follows_fleet
        self._show_bars()
        if self.follows_fleet:
            sessions = (
                session for snapshot in self.snapshots for session in snapshot.sessions.values()
            )
            newest = max(sessions, key=lambda session: session.last_write_ns or 0, default=None)
            if newest and self.session_list.select(identity(newest)) and (pane := self.pane):
                pane.show(newest, self.verdict_on(newest), self.now_ns)
                pane.choose_newest()

    def action_raw(self) -> None:
        if pane := self.pane:
            pane.toggle_raw()

    @property
    def path(self) -> str | None:
        """The path of what the user is at: the file while reading, else the session or note."""
        row = self.session_list.row
        if self.is_reading and (pane := self.pane):
            return pane.path
        if isinstance(row, Session):
            return row.path
        return f"{row.root}/{row.name}" if isinstance(row, Note) else None

    def action_copy_path(self) -> None:
        path = self.path
        if path is None:
            self.notify("Nothing is selected whose path could be copied.", markup=False)
            return
        shown = one_line(
            path
        )  # what a shell would obey when it is pasted is not put on the clipboard
        self.app.copy_to_clipboard(shown)
        title = (
            "Path copied" if shown == path else "Path copied, with signs for what cannot be pasted"
        )
        self.notify(shown, title=title, markup=False)
