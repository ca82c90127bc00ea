"""Driving the app as a user would: keys and clicks in, the text of the screen out."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from exito_tui.config.settings import Config
from exito_tui.domain.sessions.session import Session
from exito_tui.store.read.scan import scan, scan_names
from exito_tui.ui.app import ExitoApp
from tests.support import NOW_NS, until


class Browser:
    """The open app."""

    def __init__(self, app: ExitoApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def text(self) -> str:
        """What is on the screen, line by line."""
        return "\n".join(
            strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()
        )

    @property
    def toasts(self) -> list[str]:
        """What the toasts say, unwrapped."""
        return [toast.message for toast in self.app._notifications]

    @property
    def selected(self) -> str:
        """The key of the highlighted session, or the name of the note or heading."""
        row = self.app.browser.session_list.row
        if isinstance(row, Session):
            return row.key
        return row.title if row else ""

    @property
    def file(self) -> str:
        """The file on show."""
        pane = self.app.browser.pane
        return pane.file.name if pane and pane.file else ""

    @property
    def following(self) -> bool:
        """Whether the document follows its end."""
        pane = self.app.browser.pane
        return bool(pane and pane.document.following)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each when the screen has settled."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def agree(self, *keys: str, to: str) -> None:
        """Press keys, and say yes to the question that they bring up."""
        await self.press(*keys)
        await self.shows(to)
        await self.press("y")

    async def type(self, text: str) -> None:
        """Type a text faster than it is drawn."""
        for character in text:
            self.app.post_message(Key(_character_to_key(character), character))
        await self.pilot.pause()
        order = self.app._key_order
        await until(lambda: not (order._held or order._awaited), f"the last letter of {text}")
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything asked for is read and drawn."""
        pane = self.app.browser.pane
        while True:
            await until(lambda: not (pane and pane.reading), "the document")
            await self.pilot.pause()
            if not (
                pane and pane.reading
            ):  # a message that was under way may have asked for another one
                return

    async def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        try:
            await until(lambda: text in self.text, text)
        except AssertionError:
            raise AssertionError(f"{text!r} is not on the screen:\n{self.text}") from None

    async def hides(self, text: str) -> None:
        """Wait until a text is no longer on the screen."""
        await until(lambda: text not in self.text, f"no {text}")

    async def click(self, text: str, *, times: int = 1) -> None:
        """Click on the first place where a text stands, once it is there."""
        await self.shows(text)
        y, x = next(
            (y, line.find(text)) for y, line in enumerate(self.text.split("\n")) if text in line
        )
        await self.pilot.click(offset=(x + 1, y), times=times)
        await self.settle()


@asynccontextmanager
async def browsing(
    *roots: object,
    size: tuple[int, int] = (120, 40),
    config: Config | None = None,
    watch: bool = False,
    names_only: bool = False,
    clock: Callable[[], int] = lambda: NOW_NS,
    **extra: Any,
) -> AsyncIterator[Browser]:
    """Open the app on some roots, with the time standing still."""
    read = scan_names if names_only else scan
    app = ExitoApp(
        [read(str(root)) for root in roots],
        config or Config(ascii="never", by="command"),
        watch=watch,
        clock=clock,
        **extra,
    )
    async with app.run_test(size=size, notifications=True) as pilot:
        browser = Browser(app, pilot)
        await until(lambda: app.browser.pane, "the session pane")
        await until(lambda: app.browser.fleet.recent, "the first news of the feed")
        await browser.settle()
        yield browser
    assert app.return_code in (0, None)
