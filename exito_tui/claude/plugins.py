"""Which plugins Claude Code has, which of our hooks are on, and what of its settings hinders them.
Read-only."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from exito_tui.domain.hook_setup import ANSWERING, PARTS, HookSetup
from exito_tui.safe_read import read_own_file

OWN_PLUGIN = "exito-tui@exito-tui"
_LARGEST = 1024 * 1024
_LONGEST_COMMAND = 1000
_MOST_TEXTS = 5000
_OWN_HOOK = re.compile(
    r"""\bexito-tui(?:-hook["']?\s+|\s+hook\s+)([a-z-]+)((?:\s+[a-z-]+)*)\s*\Z"""
)
"""A command that runs one of our hooks: its name, and what follows it."""


class Installed(NamedTuple):
    """A plugin that is installed: its name, its marketplace, and where it lies (empty: unknown)."""

    name: str
    market: str
    path: str

    @property
    def key(self) -> str:
        """What Claude Code's settings call it."""
        return f"{self.name}@{self.market}"


def installed(config: str) -> list[Installed]:
    """The plugins in `plugins/installed_plugins.json`, whatever its form: each entry is called
    `name@marketplace`, and has an `installPath`."""
    made = _object(os.path.join(config, "plugins", "installed_plugins.json"))
    table = made.get("plugins", made)
    found = []
    for key, value in table.items() if isinstance(table, dict) else ():
        name, at, market = key.partition("@")
        if at:
            found += [Installed(name, market, path) for path in _paths(value)]
    return found


def _paths(value: Any) -> Iterator[str]:
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        path = entry.get("installPath", entry.get("path")) if isinstance(entry, dict) else None
        yield path if isinstance(path, str) else ""


def signs_of(plugin: str) -> list[tuple[str, int, int, int, int]]:
    """What tells whether the texts of the commands and agents of the plugin in a folder have
    changed: of each its path, size, inode, and times of writing and change."""
    return list(islice(_signs(plugin), _MOST_TEXTS))


def _signs(plugin: str) -> Iterator[tuple[str, int, int, int, int]]:
    for part in ("commands", "agents"):
        for folder, _, names in os.walk(os.path.join(plugin, part)):
            for path in (os.path.join(folder, name) for name in sorted(names)):
                with suppress(OSError):
                    one = os.lstat(path)
                    yield path, one.st_size, one.st_ino, one.st_mtime_ns, one.st_ctime_ns


def is_enabled(config: str, project: str, plugin: str) -> bool | None:
    """Whether a plugin (`name@marketplace`) is on for a project; None where no settings say so."""
    for path in _settings(config, project):
        table = _object(path).get("enabledPlugins")
        if isinstance(table, dict) and isinstance(table.get(plugin), bool):
            return bool(table[plugin])
    return None


def hook_setup(config: str, project: str) -> HookSetup:
    """Which of our hooks are on for a project, by the plugin or by the settings, and the permission
    mode that the settings name."""
    by_settings = parts_in_settings(config, project)
    on = own_parts(config, project) | by_settings
    return HookSetup(on, permission_mode(config, project), bool(by_settings))


def parts_in_settings(config: str, project: str) -> frozenset[str]:
    """The parts that the settings have on for a project, without the plugin."""
    tables = (_object(path).get("hooks") for path in _settings(config, project))
    return frozenset().union(*map(parts_in, tables))


def settings_file(config: str, project: str = "") -> str:
    """The file of the user's settings, or of a project's."""
    return os.path.join(os.path.join(project, ".claude") if project else config, "settings.json")


def settings_text(path: str) -> str:
    """What a file of settings holds. Never blocks. Raises OSError, UnicodeDecodeError."""
    return read_own_file(path).decode()


def own_parts(config: str, project: str) -> frozenset[str]:
    """The parts that our own plugin has on for a project."""
    there = next((one for one in installed(config) if one.key == OWN_PLUGIN), None)
    if there is None or is_enabled(config, project, OWN_PLUGIN) is False:
        return frozenset()
    return parts_of_plugin(there.path)


def parts_of_plugin(path: str) -> frozenset[str]:
    """The parts that the plugin in a folder has wired up."""
    return parts_in(_object(os.path.join(path, "hooks", "hooks.json")).get("hooks"))


def parts_in(hooks: object) -> frozenset[str]:
    """The parts that a table of hooks has on, whatever it is."""
    found: set[str] = set()
    for command in _commands(hooks):
        if own := _OWN_HOOK.search(command):
            more = own[2].split()
            found |= set(more or ANSWERING) if own[1] == "run" else {own[1]}
    return frozenset(found & set(PARTS))


def _commands(hooks: object) -> Iterator[str]:
    """The commands in a table of hooks: of each event entries, each with hooks."""
    for entries in hooks.values() if isinstance(hooks, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            inner = entry.get("hooks") if isinstance(entry, dict) else None
            for hook in inner if isinstance(inner, list) else ():
                command = hook.get("command") if isinstance(hook, dict) else None
                if isinstance(command, str):
                    yield command[:_LONGEST_COMMAND]


def permission_mode(config: str, project: str) -> str:
    """The permission mode in which conversations of a project begin, by the settings; empty where
    none says so."""
    for path in _settings(config, project):
        table = _object(path).get("permissions")
        mode = table.get("defaultMode") if isinstance(table, dict) else None
        if isinstance(mode, str):
            return mode[:40]
    return ""


def _settings(config: str, project: str) -> list[str]:
    """The files of settings, those that count more first."""
    own = os.path.join(project, ".claude")
    return [
        os.path.join(own, "settings.local.json"),
        os.path.join(own, "settings.json"),
        os.path.join(config, "settings.json"),
    ]


def _object(path: str) -> dict[str, Any]:
    try:
        made = json.loads(read_own_file(path, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return made if isinstance(made, dict) else {}
