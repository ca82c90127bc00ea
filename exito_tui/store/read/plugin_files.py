"""Reading a plugin's folder: its commands, agents, scripts and documentation. Nothing is run."""

import json
import os
import stat

from exito_tui.domain.plugins.source import FileKind, Plugin, PluginFile
from exito_tui.store.fs import safefs

_MOST_FILES = 5_000
_LARGEST = 512 * 1024
_DEEPEST = 8
_SCRIPTS = (".sh", ".bash", ".py", ".js", ".mjs")


def read_plugin(folder: str) -> Plugin:
    """A plugin as it lies in a folder.

    Raises:
        OSError: the folder cannot be read.
        ValueError: it holds no plugin.
    """
    with safefs.opened_root(folder) as root:
        paths = sorted(_paths(root, "", 0, []))
        if not any(path.startswith((".claude-plugin/", "commands/", "agents/")) for path in paths):
            raise ValueError("it holds no .claude-plugin, commands or agents")
        files = [
            PluginFile(path, kind, text)
            for path in paths
            if (kind := _kind(path)) and (text := _text(root, path)) is not None
        ]
        name = _name(root) or os.path.basename(os.path.realpath(folder))
    return Plugin(name, tuple(files), frozenset(paths))


def _paths(root: int, folder: str, depth: int, found: list[str]) -> list[str]:
    with safefs.opened_folder(root, folder) as descriptor:
        for name in sorted(safefs.names_in(descriptor)):
            path = f"{folder}/{name}" if folder else name
            if name in (".git", "node_modules") or len(found) >= _MOST_FILES:
                continue
            try:
                is_folder = stat.S_ISDIR(
                    os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
                )
                if not is_folder:
                    found.append(path)
                elif depth < _DEEPEST:
                    _paths(root, path, depth + 1, found)
            except OSError:
                continue
    return found


def _kind(path: str) -> FileKind | None:
    folder = path.partition("/")[0]
    if path.endswith(".md"):
        if folder in ("commands", "skills"):
            return "command" if folder == "commands" else "doc"
        return "agent" if folder == "agents" else "doc"
    if folder == "hooks" and path.endswith(".json"):
        return "hooks"
    return "script" if path.endswith(_SCRIPTS) else None


def _text(root: int, path: str) -> str | None:
    try:
        with safefs.opened_file(root, path) as (descriptor, status):
            if status.st_size > _LARGEST:
                return None
            return safefs.pread_all(descriptor, 0, _LARGEST).decode(errors="replace")
    except OSError:
        return None


def _name(root: int) -> str:
    text = _text(root, ".claude-plugin/plugin.json")
    try:
        made = json.loads(text or "")
    except (ValueError, RecursionError):
        return ""
    name = made.get("name") if isinstance(made, dict) else None
    return name if isinstance(name, str) and name.replace("-", "").isalnum() else ""
