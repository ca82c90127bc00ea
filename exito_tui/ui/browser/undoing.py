"""Taking back what was done, and doing it again."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from exito_tui.domain.cleanup.operation import told
from exito_tui.domain.text import decoded, one_line
from exito_tui.ui.browser.execution import Executor
from exito_tui.ui.browser.fleet import Fleet

if TYPE_CHECKING:
    from exito_tui.domain.cleanup.operation import Operation
    from exito_tui.store.operations.common import ChangeRules
    from exito_tui.ui.dialogs.confirm import Answer, Question


class Undoing:
    """Undoes and redoes in a root. What was done last in this run is taken back at once; what lies
    further back, only when the user agrees."""

    def __init__(
        self,
        ask: "Callable[[Question], Awaitable[Answer | None]]",
        fleet: Fleet,
        executor: Executor,
    ) -> None:
        self._ask = ask
        self._fleet = fleet
        self._executor = executor

    async def undo(self, root: str) -> None:
        """Take the last operation back."""
        from exito_tui.store.operations.redo import can_be_redone
        from exito_tui.store.operations.restore import undo, undoable
        from exito_tui.ui.browser.questions import undo_question

        operation = await self._executor.attempt(undoable, root)
        if operation is None:
            return
        titles = await self._titles(root, operation)
        if operation.id != self._executor.last_done:
            question = undo_question(operation, titles, self._fleet.now_ns)
            if not await self._ask(question):
                return
        outcome = await self._executor.follow(
            root,
            "Undo",
            len(operation.items),
            lambda progress: undo(root, operation.id, progress=progress),
        )
        if outcome:
            hint = "; U to redo" if can_be_redone(operation.action) else ""
            done = {item.what for item in outcome.done}
            named = zip(operation.items, titles, strict=True)
            back = [title for item, title in named if item.what in done]
            words = f"Undone: {told(operation.action, back)}{hint}"
            self._executor.tell(root, outcome, words=words, undoable=False)

    async def redo(self, root: str, rules: "ChangeRules") -> None:
        """Do again what was taken back last."""
        from exito_tui.store.operations.redo import redo, redoable

        operation = await self._executor.attempt(redoable, root)
        if operation is None:
            return
        snapshot = self._fleet.snapshot_of(root)
        layouts = snapshot.layouts if snapshot else ()
        outcome = await self._executor.follow(
            root,
            "Redo",
            len(operation.items),
            lambda progress: redo(root, rules, layouts, progress=progress),
        )
        if outcome:
            again = outcome.operation._replace(items=outcome.done)
            titles = await self._titles(root, again)
            words = f"Done again: {told(again.action, titles)}; u to undo"
            self._executor.tell(root, outcome, words=words)

    async def remember_last(self, root: str) -> None:
        """What was done last in a root was done in this run."""
        from exito_tui.store.operations.restore import undoable

        if operation := await self._executor.attempt(undoable, root):
            self._executor.last_done, self._executor.last_root = operation.id, root

    async def _titles(self, root: str, operation: "Operation") -> list[str]:
        """The titles of what an operation is about, wherever it lies now."""
        from exito_tui.store.trash.contents import entries_of
        from exito_tui.store.trash.preview import titles_in_trash

        snapshot = self._fleet.snapshot_of(root)
        layouts = snapshot.layouts if snapshot else ()
        wanted = {item.entry for item in operation.items if item.entry}
        there = snapshot.sessions if snapshot else {}
        await self._fleet.read_titles(
            there[item.what] for item in operation.items if item.what in there
        )

        def read(root: str) -> dict[str, str]:
            entries = [one for one in entries_of(root) if one.id in wanted] if wanted else []
            return dict(titles_in_trash(root, entries, layouts))

        found = await self._executor.attempt(read, root) or {}
        return [
            found.get(item.entry)
            or self._fleet.title_in_place(root, item.what)
            or one_line(decoded(item.what))
            for item in operation.items
        ]
