"""Writing the mended files of a plugin, with a copy of each as it was, and taking that back."""

import json
import os
import time
from collections.abc import Mapping

from exito_tui.store.fs import mutations, safefs
from exito_tui.user_folders import state_folder

_FOLDER = "plugin-backups"
_NOTHING = "nothing was fixed here, or it was taken back already"
_LARGEST = 2 * 1024 * 1024


class PluginChangedError(Exception):
    """A file is not what it was: nothing was written."""


def write_fixed(plugin: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Write files of a plugin's folder (absolute path), by their paths in it; returns where they
    are kept as they were.

    Raises:
        ChangedError: one is not what it was, `before`.
        OSError: it cannot be done.
    """
    with safefs.opened_root(plugin) as root:
        for path in after:
            if _read(root, path) != before[path]:
                raise PluginChangedError(f"{path} was changed meanwhile; lint again")
        kept = _keep(plugin, {path: before[path] for path in after}, after)
        for path, text in after.items():
            _put(root, path, text)
    return kept


def undo_fixed(plugin: str) -> list[str]:
    """Put back what the last `write_fixed` of a plugin's folder changed; the paths.

    Raises:
        ChangedError: there is nothing to take back, or a file was changed since.
        OSError: it cannot be done.
    """
    base = os.path.join(state_folder(), _FOLDER)
    if not os.path.isdir(base):
        raise PluginChangedError(_NOTHING)
    with safefs.opened_root(base) as folder:
        for name in sorted(safefs.names_in(folder), reverse=True):
            record = json.loads(_read(folder, name))
            if record.get("plugin") != plugin:
                continue
            with safefs.opened_root(plugin) as root:
                for path, text in record["after"].items():
                    if _read(root, path) != text:
                        raise PluginChangedError(
                            f"{path} was changed since; nothing was taken back"
                        )
                for path, text in record["before"].items():
                    _put(root, path, text)
            mutations.remove_file(folder, name)
            return list(record["before"])
    raise PluginChangedError(_NOTHING)


def _keep(plugin: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    base = os.path.join(state_folder(), _FOLDER)
    os.makedirs(base, mode=0o700, exist_ok=True)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.json"
    record = {"plugin": plugin, "before": dict(before), "after": dict(after)}
    with safefs.opened_root(base) as folder:
        mutations.write_new(folder, name, json.dumps(record).encode())
    return os.path.join(base, name)


def _read(root: int, path: str) -> str:
    with safefs.opened_file(root, path) as (descriptor, status):
        return safefs.pread_all(descriptor, 0, min(status.st_size, 8 * _LARGEST)).decode(
            errors="replace"
        )


def _put(root: int, path: str, text: str) -> None:
    folder, _, name = path.rpartition("/")
    draft = f".{name}.{os.getpid()}"
    with safefs.opened_folder(root, folder) as parent:
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode & 0o777
        mutations.write_new(parent, draft, text.encode(), mode)
        mutations.replace(parent, draft, parent, name)
