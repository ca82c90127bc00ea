"""The folder that `begin` made for a run whose command asks for one itself.

The hook comes before the command's `!` lines are run (observed with 2.1.332): without this the
model would be told of two folders."""

from exito_tui.hooks.folders import METADATA, NewFolder
from exito_tui.hooks.notes import Notes, note
from exito_tui.hooks.project import plain_root
from exito_tui.hooks.runs import own_folder
from exito_tui.store.fs import safefs

_TAKEN = "new"


def take_begun_folder(project: str, command: str, conversation: str) -> NewFolder | None:
    """The newest folder of a conversation in a project (a real path), if `begin` made it for this
    command, there is nothing in it yet and nobody has asked for it; who asks first has it. None
    where there is no such folder, or it cannot be looked at."""
    place, root = own_folder(conversation, project), plain_root(project)
    if place is None or root is None or place.partition("/")[0] != command.rpartition(":")[2]:
        return None
    taken = False

    def take(notes: Notes) -> None:
        nonlocal taken
        if notes.get("begin") is True and _TAKEN not in notes:
            notes[_TAKEN] = taken = True

    try:
        with safefs.opened_root(root) as descriptor:
            with safefs.opened_folder(descriptor, place) as folder:
                if set(safefs.names_in(folder)) != {METADATA}:
                    return None
            note(descriptor, place, take)
    except OSError:
        return None
    directory = f".claude/sessions/{place}"
    session = place.rpartition("/")[2]
    return NewFolder(session, directory, f"{project}/{directory}") if taken else None
