"""What the palette of commands holds."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand
from textual.markup import escape

from exito_tui.actions import COMMANDS, first_key
from exito_tui.domain.text import one_line
from exito_tui.ui.browser.copying import PALETTE
from exito_tui.ui.messages import CommandChosen, FilterChosen

if TYPE_CHECKING:
    from exito_tui.ui.browser.screen import BrowserScreen

_AROUND_HELP = 6
"""Cells of the palette's width that its lines have not: its padding, and the scroll bar."""


def palette_of(
    browser: "BrowserScreen", keys: Mapping[str, str], *, commands: bool
) -> Iterator[SystemCommand]:
    """The `commands` of the browser, where they can be given, with their keys; and the filters that
    have a name."""
    from exito_tui.render.wrapping import wrapped

    for command in (*COMMANDS, *PALETTE):
        if command.palette and commands:
            choose = partial(browser.post_message, CommandChosen(command))
            key = first_key(command.id, keys) if command.keys else ""
            width = browser.app.size.width - _AROUND_HELP
            below = wrapped(command.help, width, f"{key:<7}", " " * 7)
            yield SystemCommand(command.title, escape("\n".join(below)), choose)
    for name, text in browser.fleet.config.filters.items():
        choose = partial(browser.post_message, FilterChosen(text))
        yield SystemCommand(escape(f"Filter: {one_line(name)}"), escape(one_line(text)), choose)
