"""The bars into which the user types the filter and the search."""

from collections.abc import Callable, Iterable, Mapping

from textual.screen import Screen
from textual.widget import Widget

from exito_tui.domain.sessions.filters import completion
from exito_tui.domain.text import one_line
from exito_tui.ui.messages import FilterChosen


class InputBars:
    """Opens input bars on a screen, each at its pane."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    @property
    def is_typing(self) -> bool:
        """Whether the focus is in an input bar."""
        focused = self._screen.focused
        around = focused.parent if focused else None
        return isinstance(around, Widget) and around.has_class("input-bar")

    async def open_filter(
        self, text: str, names: Iterable[str], filters: Mapping[str, str]
    ) -> None:
        """Open the bar of the filter, below the list; `names` are what it completes besides its own
        words, `filters` the user's own by name."""
        named = "   ".join(
            f"{at} {one_line(name)}" for at, name in enumerate(filters, 1) if at < 10
        )
        placeholder = "words, state: command: age:<2d has: is:old; esc clears"
        placeholder = f"{named}   (in the list)   {placeholder}" if named else placeholder
        known = sorted(set(names))
        await self._open(
            "filter", "/", text, placeholder, "#list-side", lambda typed: completion(typed, known)
        )

    def choose_filter(self, filters: Mapping[str, str], number: int) -> None:
        """Show what one of the user's filters shows, by its number from 1; again: show all."""
        if number <= len(filters):
            self._screen.post_message(FilterChosen([*filters.values()][number - 1]))
        else:
            words = f"There is no filter {number}: name some in the settings, under [filters]."
            self._screen.notify(words, markup=False)

    def remark(self, words: str) -> None:
        """Say something on what is typed."""
        from exito_tui.ui.widgets.input_bar import InputBar

        for bar in self._screen.query(InputBar):
            bar.remark(words)

    async def open_find(self) -> None:
        """Open the bar of the search, below the document."""
        placeholder = "text in this document; enter, then n and N"
        await self._open("find", "find", "", placeholder, "#session", None)

    def end(self, *, kept: bool) -> None:
        """Leave the bar that is open, as enter and escape do."""
        from exito_tui.ui.widgets.input_bar import InputBar

        for bar in self._screen.query(InputBar):
            bar.end(kept=kept)

    async def _open(
        self,
        bar: str,
        label: str,
        text: str,
        placeholder: str,
        side: str,
        complete: Callable[[str], str] | None,
    ) -> None:
        from exito_tui.ui.widgets.input_bar import InputBar

        if not self._screen.query(f"#{bar}-bar"):
            await self._screen.query_one(side).mount(
                InputBar(bar, label, text, placeholder, complete)
            )
        self._screen.set_focus(
            self._screen.query_one(f"#{bar}-bar Input")
        )  # at once: what is typed next belongs to it
