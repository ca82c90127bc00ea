"""Writing the mended files of a plugin, or Claude Code's settings, with a copy of each as it was,
and taking that back."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import NamedTuple

from exito_tui.store.fs import mutations, safefs
from exito_tui.user_folders import state_folder

FOLDER = "plugin-backups"
"""Where, in this user's state, it is kept how a plugin's files were."""
_NOTHING = "nothing was fixed here, or it was taken back already"
_LARGEST = 2 * 1024 * 1024


class PluginChangedError(Exception):
    """A file is not what it was: nothing was written."""


class _Record(NamedTuple):
    """What is kept of one writing: the folder, its files as they were (None: there was none), and
    as they were written."""

    plugin: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]


def write_fixed(
    plugin: str,
    before: Mapping[str, str | None],
    after: Mapping[str, str],
    kept_in: str = FOLDER,
) -> str:
    """Write files of a plugin's folder (absolute path), by their paths in it; returns where they
    are kept as they were. `before` is None for one that is not there yet; `kept_in` is the folder,
    in this user's state, of what may be taken back.

    Raises:
        PluginChangedError: one is not what it was, `before`.
        OSError: it cannot be done.
    """
    with safefs.opened_root(plugin) as root:
        for path in after:
            if _read(root, path) != before[path]:
                raise PluginChangedError(f"{path} was changed meanwhile; nothing was written")
        kept = _keep(plugin, {path: before[path] for path in after}, after, kept_in)
        try:
            _put_all(root, after)
        except OSError:
            with suppress(OSError):
                if all(_read(root, path) == before[path] for path in after):  # none was written
                    _drop(kept)
            raise
    return kept


def undo_fixed(plugin: str, kept_in: str = FOLDER) -> list[str]:
    """Put back what the last `write_fixed` of a plugin's folder changed; the paths.

    Raises:
        PluginChangedError: there is nothing to take back, or a file was changed since.
        OSError: it cannot be done.
    """
    base = os.path.join(state_folder(), kept_in)
    if not os.path.isdir(base):
        raise PluginChangedError(_NOTHING)
    with safefs.opened_root(base) as folder:
        for name in sorted(safefs.names_in(folder), reverse=True):
            record = _record(folder, name)
            if record is None or record.plugin != plugin:
                continue
            with safefs.opened_root(plugin) as root:
                for path, text in record.after.items():
                    if _read(root, path) not in (text, record.before.get(path)):
                        raise PluginChangedError(
                            f"{path} was changed since; nothing was taken back"
                        )
                _put_all(root, record.before)
            mutations.remove_file(folder, name)
            return list(record.before)
    raise PluginChangedError(_NOTHING)


def _record(folder: int, name: str) -> _Record | None:
    """What a file tells was written; None where it is no record of ours, or only part of one.
    Raises OSError."""
    try:
        made = json.loads(_read(folder, name) or "")
    except (safefs.NotRegularError, ValueError, RecursionError):
        return None
    match made:
        case {"plugin": str(plugin), "before": dict(before), "after": dict(after)}:
            fits = all(isinstance(text, str) for text in after.values()) and all(
                isinstance(text, str | None) for text in before.values()
            )
            return _Record(plugin, before, after) if fits else None
    return None


def _keep(
    plugin: str, before: Mapping[str, str | None], after: Mapping[str, str], kept_in: str
) -> str:
    base = os.path.join(state_folder(), kept_in)
    os.makedirs(base, mode=0o700, exist_ok=True)
    name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.json"
    record = _Record(plugin, dict(before), dict(after))._asdict()
    with safefs.opened_root(base) as folder:
        mutations.write_new(folder, name, json.dumps(record).encode())
    return os.path.join(base, name)


def _drop(kept: str) -> None:
    base, name = os.path.split(kept)
    with safefs.opened_root(base) as folder:
        mutations.remove_file(folder, name)


def _read(root: int, path: str) -> str | None:
    """The text of a file; None where there is none. Raises OSError."""
    try:
        with safefs.opened_file(root, path) as (descriptor, status):
            content = safefs.pread_all(descriptor, 0, min(status.st_size, 8 * _LARGEST))
    except FileNotFoundError:
        return None
    return content.decode(errors="replace")


def _put_all(root: int, texts: Mapping[str, str | None]) -> None:
    """Write files in the place of those before, or take them away (None). All are written beside
    those before any takes its place, so that where there is no room nothing is another one."""
    ready: list[tuple[int, str, str]] = []
    with ExitStack() as parents:
        try:
            for path, text in texts.items():
                folder, _, name = path.rpartition("/")
                parent = parents.enter_context(safefs.opened_folder(root, folder))
                ready.append((parent, name, "" if text is None else _draft(parent, name, text)))
            for parent, name, draft in ready:
                if draft:
                    mutations.replace(parent, draft, parent, name)
                else:
                    with suppress(FileNotFoundError):
                        mutations.remove_file(parent, name)
        except OSError:
            for parent, _, draft in ready:
                if draft:
                    with suppress(OSError):  # it took its place
                        mutations.remove_file(parent, draft)
            raise


def _draft(parent: int, name: str, text: str) -> str:
    """Write what is to take the place of a file beside it; its name."""
    draft, mode = f".{name}.{os.getpid()}", 0o600
    with suppress(FileNotFoundError):
        mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode & 0o777
    mutations.write_new(parent, draft, text.encode(), mode)
    return draft
