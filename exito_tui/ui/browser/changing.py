"""The actions of the screen that change something on disk, each in a worker: they ask first."""

from textual import work
from textual.screen import Screen

from exito_tui.ui.browser.operations import Operations


class ChangingScreen(Screen[None]):
    """A screen whose `operations` change something."""

    operations: Operations

    @work(group="action")
    async def action_trash(self) -> None:
        await self.operations.trash()

    @work(group="action")
    async def action_archive(self) -> None:
        await self.operations.archive()

    @work(group="action")
    async def action_undo(self) -> None:
        await self.operations.undo()

    @work(group="action")
    async def action_redo(self) -> None:
        await self.operations.redo()

    @work(group="action")
    async def action_show_trash(self) -> None:
        await self.operations.show_trash()

    @work(group="action")
    async def action_pin(self) -> None:
        await self.operations.pin()

    @work(group="action")
    async def action_finalize(self) -> None:
        await self.operations.finalize()

    @work(group="action")
    async def action_save_reports(self) -> None:
        await self.operations.save_reports()

    @work(group="action")
    async def action_prune(self) -> None:
        await self.operations.prune()

    @work(group="action")
    async def recover(self) -> None:
        """At the start: finish or take back what was interrupted, and say so."""
        await self.operations.recover()
