"""Writing Claude Code's settings, which are the user's own, with what they were kept."""

import os

from exito_tui.store.fs import mutations, safefs
from exito_tui.store.operations.plugin_fix import undo_fixed, write_fixed

_KEPT_IN = "settings-backups"


def write_settings(path: str, before: str | None, after: str) -> str:
    """Write a file of settings (absolute path), which holds `before` still (None: it is not
    there); returns where that is kept.

    Raises:
        PluginChangedError: it was changed meanwhile.
        OSError: it cannot be done.
    """
    folder, name = os.path.split(path)
    if not os.path.isdir(folder):
        with safefs.opened_root(os.path.dirname(folder)) as parent:
            mutations.make_folder(parent, os.path.basename(folder), 0o755)
    return write_fixed(folder, {name: before}, {name: after}, _KEPT_IN)


def undo_settings(path: str) -> None:
    """Put back what the last `write_settings` changed.

    Raises:
        PluginChangedError: there is nothing to take back, or the file was changed since.
        OSError: it cannot be done.
    """
    undo_fixed(os.path.dirname(path), _KEPT_IN)
