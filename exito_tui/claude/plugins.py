"""Which plugins Claude Code has, and what of its settings hinders hooks. Read-only."""

import json
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from exito_tui.safe_read import read_own_file

_LARGEST = 1024 * 1024


class Installed(NamedTuple):
    """A plugin that is installed: its name, its marketplace, and where it lies (empty: unknown)."""

    name: str
    market: str
    path: str


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


def is_enabled(config: str, project: str, plugin: str) -> bool | None:
    """Whether a plugin (`name@marketplace`) is on for a project; None where no settings say so."""
    for path in _settings(config, project):
        table = _object(path).get("enabledPlugins")
        if isinstance(table, dict) and isinstance(table.get(plugin), bool):
            return bool(table[plugin])
    return None


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
