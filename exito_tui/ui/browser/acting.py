"""What every action of the user shares: what was chosen, working off the event loop, and telling
what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, wraps
from typing import TYPE_CHECKING, TypeVar

from exito_tui.domain.sessions.list_rows import in_order
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, pluralize
from exito_tui.domain.verdicts.state import State
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.ui.browser.overlays import Dialogs
from exito_tui.ui.drawing.strips import home_path
from exito_tui.ui.error_log import reason
from exito_tui.ui.messages import RootsTouched

if TYPE_CHECKING:
    from exito_tui.store.operations.common import ChangeRules, Progress
    from exito_tui.store.trash.journal import Outcome
    from exito_tui.ui.dialogs.confirm import Question

T = TypeVar("T")
A = TypeVar("A", bound="Acting")

_FEW = 20
_SOON = 0.4
"""Seconds after which even an operation of few sessions shows that it is at work."""


def one_at_a_time(action: Callable[[A], Awaitable[None]]) -> Callable[[A], Awaitable[None]]:
    """An action that is refused, and says so, while another one is at work or asks something."""

    @wraps(action)
    async def alone(self: A) -> None:
        if self.at_work.locked():
            self.notify("Still at work; one moment.", markup=False, timeout=2)
            return
        async with self.at_work:
            await action(self)

    return alone


class Acting(Dialogs):
    """The part of the browser that carries operations out."""

    _states: tuple[Mapping[str, State], ...]

    @cached_property
    def at_work(self) -> asyncio.Lock:
        """Held by the action that is at work."""
        return asyncio.Lock()

    def _chosen(self) -> dict[str, list[Session]]:
        """The marked sessions, or else the highlighted one, by root; none when one of the roots is
        only read."""
        sessions = {snapshot.root: snapshot.sessions for snapshot in self.snapshots}
        marks = self.session_list.marks
        there = in_order(
            [sessions[root][key] for _, root, key in marks if key in sessions.get(root, ())],
            "started",
        )
        row = self.session_list.row
        if not there and isinstance(row, Session):
            there = [row]
        if not there:
            self.notify("Choose a session first.", markup=False)
        by_root: dict[str, list[Session]] = {}
        for session in there:
            by_root.setdefault(session.root, []).append(session)
        return by_root if all(self._may_change(root) for root in by_root) else {}

    def _root_in_hand(self, *, reading: bool = False) -> str | None:
        """The root of the highlighted row, or the first one; None when nothing may be changed."""
        root: str = getattr(self.session_list.row, "root", None) or self.snapshots[0].root
        return root if reading or self._may_change(root) else None

    def _may_change(self, root: str) -> bool:
        """Whether something may be changed in a root; the user is told when not."""
        why = self.why_read_only(root)
        if why:
            self.notify(
                one_line(f"Read-only: nothing is changed here ({why})."), markup=False, timeout=10
            )
        return not why

    def _rules(self, root: str) -> "ChangeRules":
        from exito_tui.store.operations.common import ChangeRules

        pairs = zip(self.snapshots, self._states, strict=False)
        states = next((states for snapshot, states in pairs if snapshot.root == root), {})
        return ChangeRules(int(self.config.quiet * SECOND_NS), frozenset(), states)

    def _state_of(self, session: Session) -> State | None:
        return self._rules(session.root).states.get(session.key)

    def _clock_ns(self) -> int:
        """What time it is."""
        return self.now_ns

    async def _ask(self, question: "Question") -> str | None:
        from exito_tui.ui.dialogs.confirm import ConfirmScreen

        return await self.app.push_screen_wait(ConfirmScreen(question))

    async def _try(self, work: Callable[..., T], *arguments: object) -> T | None:
        """The result of work done off the event loop, or None when it could not be done, which the
        user is told."""
        try:
            return await asyncio.to_thread(work, *arguments)
        except (CleanupError, OSError) as error:
            place = getattr(self.session_list.row, "root", None) or self.snapshots[0].root
            self.notify(reason(error, home_path(place)), severity="error", markup=False, timeout=10)
            self.post_message(RootsTouched())
        return None

    async def _execute(
        self,
        title: str,
        total: int,
        work: Callable[["Progress"], "Outcome"],
        done: str,
        *,
        undoable: bool = True,
        counts: str = "session",
    ) -> None:
        """Carry an operation out; a long one shows how far it has come, and can be stopped."""
        from exito_tui.store.operations.common import Progress
        from exito_tui.ui.dialogs.progress import ProgressScreen

        screen = ProgressScreen(title, total)
        progress = Progress(lambda count: setattr(screen, "count", count), lambda: screen.stopped)
        open_for_change = asyncio.create_task(self._try(work, progress))
        done_soon, _ = await asyncio.wait({open_for_change}, timeout=0 if total > _FEW else _SOON)
        if not done_soon:
            await self.app.push_screen(screen)
        try:
            outcome = await open_for_change
        finally:
            screen.stopped = True  # when the app ends meanwhile, no further session is begun
            if not done_soon:
                screen.dismiss()
        if outcome:
            self._tell(outcome, done, undoable=undoable, counts=counts)

    def _tell(
        self, outcome: "Outcome", done: str, *, undoable: bool = True, counts: str = "session"
    ) -> None:
        """Tell what became of an operation, and have the roots looked at."""
        if outcome.done:
            hint = "; u to undo" if undoable else ""
            count = (
                pluralize(len(outcome.done), counts)
                if len(outcome.done) > 1
                else decoded(outcome.done[0].what)
            )
            self.notify(one_line(f"{count} {done}{hint}"), markup=False, timeout=8)
            self.session_list.clear_marks()
        for note in outcome.notes:
            self.notify(one_line(sentence(note)), severity="warning", markup=False, timeout=10)
        for what, why in outcome.failed[:3]:
            self.notify(
                one_line(f"{decoded(what)}: {sentence(why)}"),
                severity="warning",
                markup=False,
                timeout=10,
            )
        if len(outcome.failed) > 3:
            self.notify(
                f"and {len(outcome.failed) - 3} more were left",
                severity="warning",
                markup=False,
                timeout=10,
            )
        self.post_message(RootsTouched())
