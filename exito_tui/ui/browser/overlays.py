"""What opens on top of the browser: contents, why, timeline, doctor and help."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.screen import Screen

from exito_tui.actions import Command, Pane
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.ui.browser.execution import SOON
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.browser.going import go_there
from exito_tui.ui.browser.selection import Selection
from exito_tui.ui.drawing.glyphs import ASCII, Glyphs

if TYPE_CHECKING:
    from exito_tui.domain.doctor.finding import Finding
    from exito_tui.domain.records.conversation import Known
    from exito_tui.domain.verdicts.expectation import History
    from exito_tui.store.read.root_reader import Examination
    from exito_tui.ui.widgets.session_pane import SessionPane

MOST_SESSIONS = 40
"""How many of a command's sessions a timeline compares."""

OpenDocument = Callable[[], "SessionPane | None"]
"""Goes to the document and gives its pane; None when there is nothing to read."""
Fixing = Callable[[str, Sequence["Finding"]], Coroutine[None, None, None]]
"""Shows the moves that fix findings in a root, and carries them out once the user agrees."""
Saving = Callable[[Session], Coroutine[None, None, None]]
"""Shows what agents of a session returned as text, and saves it once the user agrees."""
GoTo = Callable[[Session], None]
"""Highlights a session: behind a dialog the list lives on, and another one may be by now."""


class Overlays:
    """Opens dialogs on a screen, and goes where the user wants from there."""

    def __init__(
        self,
        screen: Screen[None],
        fleet: Fleet,
        selection: Selection,
        glyphs: Glyphs,
        open_document: OpenDocument,
        clock: Callable[[], int],
    ) -> None:
        self._screen = screen
        self._fleet = fleet
        self._selection = selection
        self._glyphs = glyphs
        self._open_document = open_document
        self._clock = clock

    def show_contents(self, pane: "SessionPane | None") -> None:
        """The headings of the document, rendered or raw; the one that is chosen is gone to."""
        self._screen.run_worker(self._show_contents(pane), exclusive=True, group="contents")

    async def _show_contents(self, pane: "SessionPane | None") -> None:
        from exito_tui.domain.documents.document import headings

        view = pane.document if pane else None
        shown = view.document if view else None
        if shown and shown.view == "raw":  # it has to be cut for this, which may take a while
            found = await asyncio.to_thread(headings, shown)
        else:
            found = headings(shown) if shown else []
        if view is None or not found:
            self._screen.notify("This document has no headings.", markup=False)
            return
        from exito_tui.ui.dialogs.contents import ContentsScreen

        def jump(line: int | None) -> None:
            if line is not None and view.document is not None:
                view.jump_to_line(line)
                self._open_document()

        self._screen.app.push_screen(ContentsScreen(found), jump)

    def show_search(self, go_to: GoTo) -> None:
        """Look for a text in everything; the place that is chosen is gone to."""
        from exito_tui.ui.dialogs.search import SearchResult, SearchScreen

        def go(place: SearchResult | None) -> None:
            if place and place.in_trash:
                words = "It lies in the trash: T shows it, and r restores it there."
                self._screen.notify(words, markup=False)
            elif place and place.session:
                go_to(place.session)
                if (pane := self._open_document()) and place.file:
                    pane.choose_place(place.file, place.line, place.text)

        fleet = self._fleet
        self._screen.run_worker(fleet.read_every_title(lambda: None))
        searching = SearchScreen(fleet.snapshots, fleet.title_of, fleet.now_ns)
        self._screen.app.push_screen(searching, go)

    def show_why(self, go_to: GoTo) -> None:
        """What the verdict on the session rests on; the place that is chosen is gone to."""
        if (judged := self._selection.judged()) is None:
            return
        session, verdict = judged
        from exito_tui.ui.dialogs.why import WhyScreen
        from exito_tui.ui.widgets.file_choice import FilePlace

        def go(place: FilePlace | None) -> None:
            if place is None:
                return
            go_to(session)
            if pane := self._open_document():
                pane.choose_place(place.file, place.line)

        self._screen.app.push_screen(
            WhyScreen(
                session,
                self._fleet.title_of(session),
                verdict,
                self._history(session),
                self._glyphs,
                self._fleet.now_ns,
            ),
            go,
        )

    def show_agents(self, go_to: GoTo, save: Saving) -> None:
        """What Claude Code's agents do for the session, live; the file that is chosen is gone to,
        and what is asked for here is done to this session."""
        if (judged := self._selection.judged()) is None:
            return
        session, _ = judged
        if self._known(session) is None:
            self._screen.notify("Claude Code's records tell nothing of this session.", markup=False)
            return
        from exito_tui.ui.dialogs.agents import AgentsScreen, ShownSession
        from exito_tui.ui.drawing.theme import theme_of

        app = self._screen.app
        plain = self._glyphs is ASCII
        theme = theme_of(app.theme_variables, dark=app.current_theme.dark, ascii_only=plain)

        def tell() -> ShownSession | None:
            snapshot = self._fleet.snapshot_of(session.root)
            current = snapshot.session(session.key) if snapshot else None
            verdict = self._fleet.verdicts.of(current)
            if snapshot is None or current is None or verdict is None:
                return None
            title = title_of(current, snapshot.layouts).text
            return ShownSession(current, title, verdict, self._known(current))

        def go(name: str | None) -> None:
            if name is None:
                return
            go_to(session)
            if pane := self._open_document():
                pane.choose(name)

        def command(wanted: Command, session: Session) -> None:
            if wanted.id == "recover":
                self._screen.run_worker(save(session), group="action")
            else:
                known = self._fleet.known_of(session)
                self._screen.run_worker(
                    go_there(self._screen, known), exclusive=True, group="going"
                )

        app.push_screen(AgentsScreen(tell, self._glyphs, theme, command, self._clock), go)

    def _known(self, session: Session) -> "Known | None":
        judge = self._fleet.verdicts.judge
        return judge.known(session, self._clock()) if judge else None

    def show_timeline(self, go_to: GoTo) -> None:
        """The session's phases over time, and those of its command's other sessions; the place that
        is chosen is gone to."""
        if (judged := self._selection.judged()) is None:
            return
        session, verdict = judged
        from exito_tui.ui.dialogs.timeline import SessionFile, Timed, TimelineScreen

        snapshot = next(one for one in self._fleet.snapshots if one.root == session.root)
        alike = [
            one
            for one in newest_first(snapshot.sessions.values())
            if one.command == session.command
        ]
        verdicts, title_of = self._fleet.verdicts, self._fleet.title_of
        others = [
            Timed(one, title_of(one), found)
            for one in alike[:MOST_SESSIONS]
            if (found := verdicts.of(one))
        ]

        def go(place: SessionFile | None) -> None:
            if place is None:
                return
            go_to(place.session)
            if place.file and (pane := self._open_document()):
                pane.choose_place(place.file, 1)

        shown = Timed(session, title_of(session), verdict)
        past, now_ns = self._history(session), self._fleet.now_ns
        self._screen.app.push_screen(TimelineScreen(shown, others, past, self._glyphs, now_ns), go)

    async def show_doctor(self, fix: Fixing) -> None:
        """Examine the root in hand off the event loop, then show what was found."""
        from exito_tui.claude.folders import config_folder
        from exito_tui.claude.plugins import hook_setup
        from exito_tui.store.read.root_reader import examination
        from exito_tui.store.read.roots import project_of
        from exito_tui.ui.dialogs.doctor import DoctorScreen

        judge, snapshots = self._fleet.verdicts.judge, self._fleet.snapshots
        if judge is None:
            return
        root, now_ns = self._selection.root, self._fleet.now_ns
        own = [one for one in snapshots if one.root == root]
        reads_claude = self._fleet.config.claude

        def examine() -> "Examination":
            project = project_of(root) if reads_claude else None
            setup = hook_setup(config_folder(), project) if project else None
            return examination(own, judge, now_ns, setup)

        examining = asyncio.create_task(asyncio.to_thread(examine))
        if not (await asyncio.wait({examining}, timeout=SOON))[0]:
            self._screen.notify("Looking through the root ...", markup=False, timeout=2)
        found = await examining
        wanted = await self._screen.app.push_screen_wait(
            DoctorScreen(
                found.findings,
                hooks=found.hooks,
                read_only=bool(self._fleet.why_read_only(root)),
                where=self._selection.told_apart(root),
            )
        )
        if wanted is None:
            return
        if wanted.fix:
            self._screen.run_worker(fix(root, wanted.findings), group="action")
            return
        place = wanted.findings[0].place
        snapshot = self._fleet.snapshot_of(root)
        sessions = snapshot.sessions if snapshot else {}
        key = next((key for key in sessions if f"{place}/".startswith(f"{key}/")), None)
        if key:
            self._selection.select(("session", root, key))

    def show_help(self, pane: Pane, keys: Mapping[str, str]) -> None:
        """The keys of a pane; `keys` are the rebound ones."""
        from exito_tui.ui.dialogs.help import HelpScreen

        self._screen.app.push_screen(HelpScreen(pane, keys))

    def _history(self, session: Session) -> "History":
        judge = self._fleet.verdicts.judge
        workflow = judge.workflow_of(session) if judge else None
        return judge.history(session.root, workflow) if judge and workflow else {}
