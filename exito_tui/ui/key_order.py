"""Keys one after the other: each goes to whatever the one before it has opened.

Textual hands a key to the widget that has the focus when it arrives. Typed fast, or pasted by a
terminal, the letters after `/` arrive while `/` is still on its way through the widgets: they would
go to the list, and come back as commands."""

from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from textual.app import App
from textual.events import Key, Paste
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

Typed = Key | Paste

_ROUNDS = 3
"""A key may make a widget tell something, and that make another one tell something: `enter` ends an
input, which ends its bar, which gives the focus back."""
_LOOK = 1.0
"""Seconds between two looks at whether the key before one that waits can still be answered: a
widget that is removed takes the answer along."""
_LONGEST = 10.0
"""Seconds that a key waits at most: on a busy machine an answer may take long, but whoever wants to
quit has to get through."""


class KeyHandled(Message):
    """Goes the way of a key, from the widget that got it up to the app: where this arrives, the key
    has done what it does."""

    def __init__(self, target: Widget, rounds: int) -> None:
        """`rounds` is how often it has yet to go this way."""
        super().__init__()
        self.target = target
        self.rounds = rounds


class KeyOrder:
    """Holds the keys of an app back until the one before them has done what it does."""

    def __init__(self, app: App[None], hand_on: Callable[[Typed], Awaitable[None]]) -> None:
        """`hand_on` gives a key to the widget that has the focus now."""
        self._app = app
        self._hand_on = hand_on
        self._held: deque[Typed] = deque()
        self._awaited: KeyHandled | None = None
        self._looking: Timer | None = None
        self._waits_since = 0.0

    async def typed(self, event: Typed) -> None:
        """A key has come: hand it on, now or when its turn comes. Once the app has ended nobody is
        there to take it, held back or not."""
        if self._target is None:
            self._held.clear()
        elif self._awaited:
            self._held.append(event)
            self._wait()
        else:
            await self._hand_on(event)
            await self._follow(_ROUNDS)

    async def handled(self, message: KeyHandled) -> None:
        """A key has done what it does; what it opened may still be about to take the focus."""
        if message is not self._awaited:
            return
        if message.target is not self._target:
            await self._follow(_ROUNDS)
        elif message.rounds > 1:
            await self._follow(message.rounds - 1)
        else:
            await self._go_on()

    @property
    def _target(self) -> Widget | None:
        """Who gets the next key; None once the app has ended."""
        screens = self._app.screen_stack
        return (screens[-1].focused or screens[-1]) if screens else None

    async def _follow(self, rounds: int) -> None:
        if (target := self._target) is None:
            return
        self._awaited = KeyHandled(target, rounds)
        if not target.post_message(self._awaited):
            await self._go_on()

    def _wait(self) -> None:
        if self._held and self._looking is None:
            self._waits_since = monotonic()
            self._looking = self._app.set_timer(_LOOK, self._look)

    async def _look(self) -> None:
        """Go on, where there is no answer any more, or it takes too long."""
        if not (self._awaited and self._looking):
            return
        is_late = monotonic() - self._waits_since > _LONGEST
        if is_late or not self._awaited.target.is_attached:
            await self._go_on()
        else:
            self._looking.stop()
            self._looking = self._app.set_timer(_LOOK, self._look)

    async def _go_on(self) -> None:
        self._awaited = None
        if self._looking:
            self._looking.stop()
            self._looking = None
        if self._held:
            await self.typed(self._held.popleft())
            self._wait()
