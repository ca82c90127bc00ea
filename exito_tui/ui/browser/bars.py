"""The bars around the browser, and what they say at the moment."""

from collections import Counter
from collections.abc import Mapping

from textual.screen import Screen

from exito_tui.actions import Pane
from exito_tui.domain.sessions.group_facts import group_facts
from exito_tui.domain.sessions.list_rows import Arrangement, Heading, standing_of
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import local_clock
from exito_tui.domain.verdicts.records.owed import recoverable
from exito_tui.domain.verdicts.state import State
from exito_tui.ui.browser import going, status_text
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.browser.notifications import name_window
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.widgets.bars import StatusBar, TitleBar
from exito_tui.ui.widgets.briefing import Briefing
from exito_tui.ui.widgets.group_view import in_short
from exito_tui.ui.widgets.session_list import SessionList

_BARS = 2
"""Lines of the screen that the bars at its top and bottom take."""


class Bars:
    """The bar on top, the one at the bottom, and the briefing below the list."""

    def __init__(
        self,
        screen: Screen[None],
        session_list: SessionList,
        fleet: Fleet,
        glyphs: Glyphs,
        keys: Mapping[str, str],
    ) -> None:
        """`keys` are the rebound ones."""
        self._screen = screen
        self._list = session_list
        self._fleet = fleet
        self._glyphs = glyphs
        self._keys = keys
        self.title = TitleBar(glyphs)
        self.status = StatusBar(glyphs)
        self.briefing = Briefing(glyphs)
        self._counted: tuple[object, Counter[State]] | None = None

    def show(self, arrangement: Arrangement, *, follows: bool) -> None:
        """Say how everything stands."""
        fleet, glyphs = self._fleet, self._glyphs
        states = self._states()
        listed = self._listed_states() if arrangement.filter else states
        counts = status_text.counts(
            fleet.snapshots, arrangement, listed, marked=len(self._list.marks),
            follows=follows, read_only=fleet.read_only, glyphs=glyphs,
            shown=self._list.session_count if arrangement.filter else None,
            new=len(fleet.news(self._list.seen)),
            since=self._since(), filters=fleet.config.filters,
        )  # fmt: skip
        self.title.show(status_text.place(fleet.snapshots, fleet.was_there), counts)
        name_window(self._screen.app, status_text.window_title(fleet.snapshots, states, glyphs))
        text, warn = status_text.state(fleet.snapshots, fleet.status, was_there=fleet.was_there)
        self.status.show_state(text, warn=warn)
        self.show_briefing()

    @property
    def room_for_rows(self) -> int:
        """How many rows of the list can be shown, or will be: before the first picture nothing is
        laid out yet."""
        height = self._list.size.height
        return height + self.briefing.growth if height else self._screen.app.size.height - _BARS

    def _since(self) -> str:
        """Since when what was written is new, as a person says it."""
        roots = [snapshot.root for snapshot in self._fleet.snapshots]
        return local_clock(self._list.seen.since_ns(roots), self._fleet.now_ns)

    def _states(self) -> Counter[State]:
        """How many sessions are in which state, without those that press no more; counted again
        only when any is in another one."""
        standings = self._fleet.standings
        if self._counted is None or self._counted[0] is not standings:
            counted = Counter(
                one.state for known in standings for one in known.values() if not one.is_old
            )
            self._counted = standings, counted
        return self._counted[1]

    def _listed_states(self) -> Counter[State]:
        """How many of the sessions that the filter lets through are in which state."""
        known = self._fleet.known
        standings = [standing_of(row, known) for row in self._list.rows if isinstance(row, Session)]
        return Counter(one.state for one in standings if not one.is_old)

    def show_briefing(self) -> None:
        """Say why the highlighted session is where it is, or what the highlighted heading holds."""
        row = self._list.row
        if isinstance(row, Heading) and self._screen.has_class("-one-pane"):
            words = in_short(row, group_facts(row, self._fleet.known))
            self.briefing.show(words, f"enter {'unfolds' if row.folded else 'folds'} it")
        elif verdict := self._fleet.verdicts.of(row):
            self.briefing.show(verdict.reason, verdict.next_step)
        else:
            self.briefing.show()

    def show_hints(self, pane: Pane, *, typing: bool) -> None:
        """Offer the keys that make sense in a pane, or in an input bar."""
        welcome, row = self._screen.has_class("-welcome"), self._list.row
        self.status.show_hints(
            status_text.hints(
                pane,
                self._keys,
                welcome=welcome,
                typing=typing,
                offered=self._offered(),
                on_session=pane == "document" or isinstance(row, Session),
                is_folded=isinstance(row, Heading) and row.folded,
            )
        )

    def _offered(self) -> list[str]:
        """The commands that the state of the highlighted session calls for."""
        row = self._list.row
        verdict = self._fleet.verdicts.of(row)
        if not isinstance(row, Session) or not verdict:
            return []
        known = self._fleet.known_of(row)
        offered = {
            "recover": bool(recoverable(row, verdict.steps, known)),
            "go-there": going.is_offered(verdict, known),
        }
        return [name for name, applies in offered.items() if applies]
