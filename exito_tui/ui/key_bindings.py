"""The commands as Textual's key bindings."""

from collections.abc import Mapping

from textual.binding import Binding, BindingType

from exito_tui.actions import BY_ID, COMMANDS, Pane

_PLACE = "{place}"


def bindings(pane: Pane) -> list[BindingType]:
    """The key bindings of a pane; their ids are what the user's `[keys]` table names. Where the
    action of a command depends on which of its keys is pressed, each key has a binding."""
    made: list[BindingType] = []
    for command in COMMANDS:
        if command.pane != pane:
            continue
        if _PLACE in command.action:
            made += [
                Binding(key, command.action.replace(_PLACE, str(at)), command.title, show=False,
                        id=f"{command.id}-{at}")
                for at, key in enumerate(command.keys, 1)
            ]  # fmt: skip
        else:
            keys = ",".join(command.keys)
            made.append(Binding(keys, command.action, command.title, show=False, id=command.id))
    return made


def keymap(rebound: Mapping[str, str]) -> dict[str, str]:
    """The user's `[keys]` table with the ids that the bindings have."""
    made: dict[str, str] = {}
    for name, keys in rebound.items():
        if _PLACE in BY_ID[name].action:
            made |= {f"{name}-{at}": key.strip() for at, key in enumerate(keys.split(","), 1)}
        else:
            made[name] = keys
    return made
