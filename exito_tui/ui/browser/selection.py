"""Which sessions the user means: the marked ones, or else the highlighted one."""

from typing import TYPE_CHECKING

from textual.screen import Screen

from exito_tui.domain.root_paths import root_title
from exito_tui.domain.sessions.list_rows import OLD, Identity, Row
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.ui.browser.fleet import Fleet
from exito_tui.ui.widgets.session_list import SessionList

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.verdict import Verdict


class Selection:
    """What is marked or highlighted in the list. When that is not enough to go on, or may only be
    read, the user is told."""

    def __init__(self, screen: Screen[None], session_list: SessionList, fleet: Fleet) -> None:
        self._screen = screen
        self._list = session_list
        self._fleet = fleet

    @property
    def row(self) -> Row | None:
        """The highlighted row, as it is now."""
        return self._list.row

    @property
    def root(self) -> str:
        """The root of the highlighted row, or the first one."""
        return getattr(self.row, "root", None) or self._fleet.snapshots[0].root

    def chosen(self) -> dict[str, list[Session]]:
        """The marked sessions, or else the highlighted one (on the heading of old questions, all
        of them), by root; none when one of the roots is only read."""
        marked = (
            snapshot.session(key)
            for _, root, key in self._list.marks
            if (snapshot := self._fleet.snapshot_of(root))
        )
        there = newest_first([session for session in marked if session])
        row = self.row
        if not there and isinstance(row, Session):
            there = [row]
        elif not there and row is not None and row.key == OLD:
            there = newest_first(self._fleet.old_questions())
        if not there:
            self._screen.notify("Choose a session first.", markup=False)
        by_root: dict[str, list[Session]] = {}
        for session in there:
            by_root.setdefault(session.root, []).append(session)
        return by_root if all(self.may_change(root) for root in by_root) else {}

    def root_in_hand(self, *, reading: bool = False) -> str | None:
        """The root of the highlighted row, or the first one; None when it is to be changed and may
        only be read."""
        root = self.root
        return root if reading or self.may_change(root) else None

    def told_apart(self, root: str) -> str:
        """What a root is called where there are several; empty where there is just one."""
        return one_line(decoded(root_title(root))) if len(self._fleet.snapshots) > 1 else ""

    def judged(self) -> "tuple[Session, Verdict] | None":
        """The highlighted session and its verdict, if it has one."""
        row = self.row
        verdict = self._fleet.verdicts.of(row)
        if not isinstance(row, Session) or verdict is None:
            self._screen.notify("Choose a session first.", markup=False)
            return None
        return row, verdict

    def select(self, wanted: Identity) -> bool:
        """Highlight a row; False when it is not in the list."""
        return self._list.select(wanted)

    def select_next_need(self) -> None:
        """Highlight the next session that waits, is stuck or failed."""
        wanted = self._fleet.needing_user()
        if not self._list.select_next(wanted):
            folded = " in the groups that are unfolded" if wanted else ""
            self._screen.notify(f"Nothing waits for you, is stuck or failed{folded}.", markup=False)

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._list.clear_marks()

    def may_change(self, root: str) -> bool:
        """Whether something may be changed in a root; the user is told when not."""
        why = self._fleet.why_read_only(root)
        if why:
            self._screen.notify(
                one_line(f"Read-only: nothing is changed here ({why})."), markup=False, timeout=10
            )
        return not why
