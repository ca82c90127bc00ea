"""The commands as Textual's key bindings."""

from textual.binding import Binding, BindingType

from exito_tui.actions import COMMANDS, Pane


def bindings(pane: Pane) -> list[BindingType]:
    """The key bindings of a pane; their ids are what the user's `[keys]` table names."""
    return [
        Binding(",".join(command.keys), command.action, command.title, show=False, id=command.id)
        for command in COMMANDS
        if command.pane == pane
    ]
