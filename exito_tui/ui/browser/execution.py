"""Carrying out what the user wants: off the event loop, with what became of it told."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from textual.screen import Screen

from exito_tui.domain.text import as_sentence, decoded, one_line
from exito_tui.domain.units import pluralize
from exito_tui.render.reasons import sentence
from exito_tui.store.fs.errors import CleanupError
from exito_tui.ui.browser.selection import Selection
from exito_tui.ui.drawing.strips import home_path
from exito_tui.ui.error_log import reason
from exito_tui.ui.messages import RootsTouched

if TYPE_CHECKING:
    from exito_tui.store.operations.common import Progress
    from exito_tui.store.trash.journal import Outcome

T = TypeVar("T")

_FEW = 20
_MOST_LEFT = 3
"""So many of what was left are told one by one."""
SOON = 0.4
"""Seconds after which even what takes little time shows that it is at work."""


class Executor:
    """Does the work of the operations, and tells the user of it on a screen."""

    def __init__(self, screen: Screen[None], selection: Selection) -> None:
        self._screen = screen
        self._selection = selection
        self.last_done = ""
        """The id of the operation that was done last in this run and can be undone; empty: none, or
        it is undone."""
        self.last_root = ""
        """The root in which something was done last in this run; empty: in none."""

    def say(self, words: str) -> None:
        """Tell the user something."""
        self._screen.notify(words, markup=False)

    async def attempt(self, work: Callable[..., T], root: str, *arguments: object) -> T | None:
        """The result of work in a root, its first argument, done off the event loop; or None when
        it could not be done, which the user is told."""
        try:
            return await asyncio.to_thread(work, root, *arguments)
        except (CleanupError, OSError) as error:
            why = as_sentence(reason(error, home_path(root)))
            told = f"{name}: {why}" if (name := self._selection.told_apart(root)) else why
            self._screen.notify(told, severity="error", markup=False, timeout=10)
            self._screen.post_message(RootsTouched())
        return None

    async def execute(
        self,
        root: str,
        title: str,
        total: int,
        work: Callable[["Progress"], "Outcome"],
        done: str,
        *,
        undoable: bool = True,
        counts: str = "session",
    ) -> None:
        """Carry an operation out in a root as `follow` does, and tell what became of it."""
        if outcome := await self.follow(root, title, total, work):
            self.tell(root, outcome, done, undoable=undoable, counts=counts)

    async def follow(
        self, root: str, title: str, total: int, work: Callable[["Progress"], "Outcome"]
    ) -> "Outcome | None":
        """What becomes of work in a root, as `attempt` gives it; what takes long shows how far it
        has come, and can be stopped."""
        from exito_tui.store.operations.common import Progress
        from exito_tui.ui.dialogs.progress import ProgressScreen

        screen = ProgressScreen(title, total)
        progress = Progress(lambda count: setattr(screen, "count", count), lambda: screen.stopped)
        working = asyncio.create_task(self.attempt(lambda _: work(progress), root))
        done_soon, _ = await asyncio.wait({working}, timeout=0 if total > _FEW else SOON)
        if not done_soon:
            await self._screen.app.push_screen(screen)
        try:
            return await working
        finally:
            screen.stopped = True  # when the app ends meanwhile, no further session is begun
            if not done_soon:
                screen.dismiss()

    def tell(
        self,
        root: str,
        outcome: "Outcome",
        done: str = "",
        *,
        undoable: bool = True,
        counts: str = "session",
        words: str = "",
    ) -> None:
        """Tell what became of an operation in a root, and have the roots looked at: that as many as
        were done are `done`, or else just `words`."""
        if outcome.done:
            count = (
                pluralize(len(outcome.done), counts)
                if len(outcome.done) > 1
                else decoded(outcome.done[0].what)
            )
            told = words or f"{count} {done}{'; u to undo' if undoable else ''}"
            self._screen.notify(one_line(told), markup=False, timeout=8)
            self._selection.clear_marks()
            self.last_done = outcome.operation.id if undoable else ""
            self.last_root = root
        warnings = [one_line(sentence(note)) for note in outcome.notes]
        left = [f"{decoded(what)}: {sentence(why)}" for what, why in outcome.failed]
        warnings += map(one_line, left[:_MOST_LEFT])
        if len(left) > _MOST_LEFT:
            warnings.append(f"and {len(left) - _MOST_LEFT} more were left")
        if warnings:  # one toast: several hide the list on a small screen
            self._screen.notify("\n".join(warnings), severity="warning", markup=False, timeout=10)
        self._screen.post_message(RootsTouched())
