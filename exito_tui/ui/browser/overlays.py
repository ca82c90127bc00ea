"""What opens on top of the browser: contents, why, timeline, doctor and help."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen
from textual.widget import Widget

from exito_tui.config.settings import Config
from exito_tui.domain.sessions.list_rows import Row, in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.store.read.roots import why_only_read
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.verdict_cache import Verdicts
from exito_tui.ui.widgets.session_list import SessionList

if TYPE_CHECKING:
    from exito_tui.domain.doctor.finding import Finding
    from exito_tui.domain.verdicts.expectation import History
    from exito_tui.domain.verdicts.verdict import Verdict
    from exito_tui.ui.widgets.session_pane import SessionPane

MOST_SESSIONS = 40
"""How many of a command's sessions a timeline compares."""


class Dialogs(Screen[None]):
    """The part of the browser that opens dialogs and carries out what was chosen in them."""

    session_list: SessionList
    pane: "SessionPane | None"
    verdicts: Verdicts
    snapshots: tuple[Snapshot, ...]
    glyphs: Glyphs
    keys: Mapping[str, str]
    now_ns: int
    show_reading: Callable[[bool], bool]
    fix: Callable[[Sequence["Finding"]], Coroutine[None, None, None]]
    config: Config

    named = True
    """Whether the user has named the roots, instead of letting one be found."""

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed in any of the roots."""
        return all(self.why_read_only(snapshot.root) for snapshot in self.snapshots)

    def why_read_only(self, root: str) -> str:
        """Why nothing may be changed in a root, or nothing at all."""
        if self.config.read_only:
            return "read_only is set, in your settings or by --read-only"
        return why_only_read(root, named=self.named)

    @property
    def is_reading(self) -> bool:
        """Whether the focus is in the document."""
        return self.focused is not None and self.focused.id == "document"

    @property
    def is_typing(self) -> bool:
        """Whether the focus is in an input bar."""
        around = self.focused.parent if self.focused else None
        return isinstance(around, Widget) and around.has_class("input-bar")

    def verdict_on(self, row: Row | None) -> "Verdict | None":
        """The verdict on a row's session, if it is one that has been read."""
        return self.verdicts.of(row) if isinstance(row, Session) else None

    def action_contents(self) -> None:
        from exito_tui.domain.documents.blocks import headings

        pane = self.pane
        document = pane.document if pane else None
        found = headings(document.document.blocks.blocks) if document and document.document else []
        if document is None or not found:
            self.notify("This document has no headings.", markup=False)
            return
        from exito_tui.ui.dialogs.contents import ContentsScreen

        def jump(index: int | None) -> None:
            if index is not None and document.document is not None:
                document.jump_to(index)
                self.show_reading(True)

        self.app.push_screen(ContentsScreen(found), jump)

    def action_why(self) -> None:
        session, verdict = self._judged()
        if session is None or verdict is None:
            return
        from exito_tui.ui.dialogs.why import Place, WhyScreen

        def go(place: Place | None) -> None:
            if place and (pane := self.pane) and self.show_reading(True):
                pane.choose_place(place.file, place.line)

        self.app.push_screen(WhyScreen(session, verdict, self._history(session), self.glyphs), go)

    def action_timeline(self) -> None:
        session, verdict = self._judged()
        if session is None or verdict is None:
            return
        from exito_tui.ui.dialogs.timeline import TimelineScreen

        snapshot = next(one for one in self.snapshots if one.root == session.root)
        alike = [
            one
            for one in in_order(snapshot.sessions.values(), "started")
            if one.command == session.command
        ]
        others = [
            (one, judged) for one in alike[:MOST_SESSIONS] if (judged := self.verdicts.of(one))
        ]
        self.app.push_screen(
            TimelineScreen(
                session, verdict, others, self._history(session), self.glyphs, self.now_ns
            )
        )

    def _judged(self) -> tuple[Session | None, "Verdict | None"]:
        """The session that the user is at and its verdict; says so when there is none."""
        row = self.session_list.row
        verdict = self.verdict_on(row)
        if not isinstance(row, Session) or verdict is None:
            self.notify("Choose a session first.", markup=False)
            return None, None
        return row, verdict

    def _history(self, session: Session) -> "History":
        judge = self.verdicts.judge
        workflow = judge.workflow_of(session) if judge else None
        return judge.history(session.root, workflow) if judge and workflow else {}

    @work(exclusive=True, group="doctor")
    async def action_doctor(self) -> None:
        """Examine the roots off the event loop, then show what was found."""
        from exito_tui.store.read.root_reader import findings
        from exito_tui.ui.dialogs.doctor import DoctorScreen

        judge, snapshots, now_ns = self.verdicts.judge, self.snapshots, self.now_ns
        if judge is None:
            return
        root = getattr(self.session_list.row, "root", None) or snapshots[0].root
        found = await asyncio.to_thread(
            findings, [one for one in snapshots if one.root == root], judge, now_ns
        )
        wanted = await self.app.push_screen_wait(
            DoctorScreen(found, read_only=bool(self.why_read_only(root)))
        )
        if wanted is None:
            return
        if wanted.fix:
            self.run_worker(self.fix(wanted.findings), group="action")
            return
        place = wanted.findings[0].place
        sessions = next(
            (snapshot.sessions for snapshot in self.snapshots if snapshot.root == root), {}
        )
        key = next((key for key in sessions if f"{place}/".startswith(f"{key}/")), None)
        if key:
            self.session_list.select(("session", root, key))

    def action_end_query(self, kept: bool) -> None:
        """Leave the input bar that is open, as enter and escape do."""
        from exito_tui.ui.widgets.input_bar import InputBar

        for bar in self.query(InputBar):
            bar.end(kept=kept)

    def action_help(self) -> None:
        from exito_tui.ui.dialogs.help import HelpScreen

        self.app.push_screen(HelpScreen("document" if self.is_reading else "list", self.keys))
