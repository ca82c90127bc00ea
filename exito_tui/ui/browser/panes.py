"""The two panes, the list and the session: which one is read, and which has the whole screen."""

from typing import TYPE_CHECKING, Literal

from textual.screen import Screen

from exito_tui.domain.sessions.group_facts import group_facts
from exito_tui.domain.sessions.list_rows import Heading, Identity, Row, identity
from exito_tui.domain.sessions.session import Session
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.widgets.session_list import SessionList

if TYPE_CHECKING:
    from exito_tui.render.theme import RenderTheme
    from exito_tui.ui.widgets.session_pane import SessionPane

Place = tuple[Identity, str]
"""A session, and the name of a file of it."""


class Panes:
    """Shows in the session pane what is highlighted in the list, and goes from one to the other."""

    def __init__(self, screen: Screen[None], session_list: SessionList, fleet: Fleet) -> None:
        self._screen = screen
        self._list = session_list
        self._fleet = fleet
        self._zoomed: Literal["", "list", "session"] = ""
        self._newest: Place | None = None
        self.session: SessionPane | None = None
        """The session pane; it is made after the first picture is on the screen."""

    async def make_session(self, theme: "RenderTheme", glyphs: Glyphs, writing_ns: int) -> None:
        """Make the session pane."""
        from exito_tui.ui.widgets.session_pane import SessionPane

        pane = SessionPane(glyphs=glyphs, writing_ns=writing_ns, theme=theme, seen=self._list.seen)
        await self._screen.query_one("#body").mount(pane, after="#list-side")
        self.session = pane
        self.show_highlighted()

    # ── what is shown ────────────────────────────────────────────────────────────────────────────

    def show(self, row: Row | None) -> None:
        """Show a session or a note, or what a heading holds; who reads a document goes on."""
        pane = self.session
        if pane is None:
            return
        if isinstance(row, Heading):
            if not self.is_reading:
                fleet = self._fleet
                facts = group_facts(row, fleet.known)
                newest = self._list.title_of(facts.newest) if facts.newest else ""
                pane.show_group(row, facts, newest, fleet.now_ns)
            return
        title = self._list.title_of(row) if row else ""
        pane.show(row, self._fleet.verdicts.of(row), self._fleet.now_ns, title)
        if row is not None and pane.display:
            self._list.looked_at(row, self._fleet.now_ns)

    def show_highlighted(self) -> None:
        """Show the highlighted row, as it is now."""
        self.show(self._list.row)

    def show_heading(self) -> None:
        """Show the highlighted heading as it is now, if it is one and can be seen."""
        if isinstance(self._list.row, Heading) and not self.hides_session:
            self.show_highlighted()

    def show_newest(self, session: Session | None) -> bool:
        """Highlight a session and show its newest file; False when it is not in the list."""
        pane = self.session
        if session is None or not self._list.select(identity(session)) or pane is None:
            return False
        self.show(session)
        pane.choose_newest()
        self._newest = self._place
        return True

    @property
    def holds_newest(self) -> bool:
        """Whether the user scrolled up in the file that was shown as the newest: then its place
        holds, whatever is written."""
        pane = self.session
        is_shown = self._newest is not None and self._place == self._newest
        return is_shown and pane is not None and pane.document.paused

    @property
    def _place(self) -> "Place | None":
        pane = self.session
        return (identity(pane.row), pane.file.name) if pane and pane.row and pane.file else None

    def tick(self, now_ns: int) -> None:
        """Let time pass."""
        self._list.tick(now_ns)
        if pane := self.session:
            pane.tick(self._fleet.verdicts.of(pane.row), now_ns)

    # ── where the user is ────────────────────────────────────────────────────────────────────────

    @property
    def is_reading(self) -> bool:
        """Whether the focus is in the document."""
        focused = self._screen.focused
        return focused is not None and focused.id == "document"

    @property
    def is_zoomed(self) -> bool:
        """Whether one pane has the whole screen."""
        return bool(self._zoomed)

    @property
    def hides_session(self) -> bool:
        """Whether the list is all there is on the screen."""
        narrow = self._screen.has_class("-one-pane") and not self._screen.has_class("-reading")
        return self._zoomed == "list" or narrow

    @property
    def path(self) -> str | None:
        """The path of what the user is at: the file while reading, else the session or note."""
        row = self._list.row
        if self.is_reading and (pane := self.session):
            return pane.path
        return row.path if isinstance(row, Session) else None

    def go_to_document(self) -> "SessionPane | None":
        """Go to the document, and give its pane; None when there is nothing to read. On a narrow
        screen only one of the panes is shown."""
        pane = self.session
        if pane is None or not isinstance(self._list.row, Session):
            return None
        if self._zoomed:
            self.zoom()
        self._screen.set_class(True, "-reading")
        self.show_highlighted()
        self._screen.set_focus(pane.document)
        return pane

    def go_to_list(self) -> None:
        """Go to the list."""
        if self.session is None:
            return
        if self._zoomed:
            self.zoom()
        self._screen.set_class(False, "-reading")
        self._screen.set_focus(self._list)
        self.show_heading()

    def zoom(self) -> None:
        """Give the pane in which the user is the whole screen, or take it back."""
        self._zoomed = "" if self._zoomed else "session" if self.is_reading else "list"
        self._screen.set_class(self._zoomed == "list", "-zoom-list")
        self._screen.set_class(self._zoomed == "session", "-zoom-session")
