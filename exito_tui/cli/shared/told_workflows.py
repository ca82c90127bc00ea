"""The workflows of commands that the settings do not name, as the installed plugins tell them.

What counts of that is kept between runs, by the files that it was read from: most plugins say what
is built in, and to see that takes longer than all else that a status does.
"""

import contextlib
import marshal
import os
from binascii import crc32
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from exito_tui import __version__
from exito_tui.config.settings import Config
from exito_tui.domain.workflows.data import command_folders
from exito_tui.domain.workflows.model import Gate, Phase, Step, Workflow
from exito_tui.safe_read import keep_own_file, read_own_file
from exito_tui.store.read.roots import MARK, project_of
from exito_tui.user_folders import cache_folder

if TYPE_CHECKING:
    from exito_tui.domain.plugins.workflow import ToldWorkflow

_SCHEMA = 1
_LARGEST = 1024 * 1024
_CHECK = 4
"""Bytes of the checksum before the rest."""
_MOST_FILES = 5_000


def with_told_workflows(config: Config, root: str) -> Config:
    """The settings, with the workflows of those folders in a root that no workflow of the settings
    has."""
    unset = _folders(root) - {one.folder for one in config.workflows.values()}
    if not config.claude or not unset:
        return config
    told = _counting(root, frozenset(unset))
    return config._replace(workflows={**told, **config.workflows}) if told else config


def installed_told(names: frozenset[str], project: str) -> "list[tuple[str, ToldWorkflow]]":
    """What the plugins that are on in a project tell of commands, each with the plugin's name. What
    is built in as well only counts where its text speaks of sessions."""
    plugins = _plugins(project)
    return [(name, flow) for name, path in plugins for flow in _told(path, names)]


@cache  # the settings of a root are asked for more than once
def _counting(root: str, names: frozenset[str]) -> Mapping[str, Workflow]:
    """What counts of what plugins tell of commands."""
    plugins = _plugins(project_of(root) or "")
    if not plugins:
        return {}
    signs = [(path, list(islice(_signs(path), _MOST_FILES))) for _, path in plugins]
    basis = [_SCHEMA, __version__, root, sorted(names), signs]
    kept = os.path.join(cache_folder(), "told", f"{crc32(os.fsencode(root)):08x}")
    plain = _load(kept, basis)
    if plain == []:
        return {}
    from exito_tui.domain.plugins.workflow import ToldWorkflow, counting

    if plain is not None:
        return counting([ToldWorkflow(name, tuple(map(_step, steps))) for name, steps in plain])
    told = [flow for _, path in plugins for flow in _told(path, names)]
    made = counting(told)
    first = {flow.name: flow for flow in reversed(told) if flow.name in made}
    plain = [(one.name, list(map(_plain, one.steps))) for one in first.values()]
    body = marshal.dumps((basis, plain))
    keep_own_file(kept, crc32(body).to_bytes(_CHECK, "big") + body)
    return made


def _plugins(project: str) -> list[tuple[str, str]]:
    """The name and the folder of each plugin that is on in a project."""
    from exito_tui.claude.folders import config_folder

    config = config_folder()
    if not os.path.exists(os.path.join(config, "plugins")):
        return []
    from exito_tui.claude.plugins import installed, is_enabled

    found = installed(config)
    on = (one for one in found if one.path and is_enabled(config, project, one.key) is not False)
    return [(one.name, one.path) for one in on]


def _signs(plugin: str) -> Iterator[tuple[Any, ...]]:
    """What tells whether the texts of a plugin have changed: of each its path, size, inode, and
    times of writing and change."""
    for part in ("commands", "agents"):
        for folder, _, names in os.walk(os.path.join(plugin, part)):
            for name in sorted(names):
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    one = os.lstat(path)
                    yield path, one.st_size, one.st_ino, one.st_mtime_ns, one.st_ctime_ns


def _load(path: str, basis: list[Any]) -> list[tuple[str, list[Any]]] | None:
    """What was kept; None where nothing was, or of another basis."""
    try:
        raw = read_own_file(path, _LARGEST)
    except OSError:
        return None
    if raw[:_CHECK] != crc32(raw[_CHECK:]).to_bytes(_CHECK, "big"):
        return None
    with contextlib.suppress(EOFError, ValueError, TypeError):
        before, plain = marshal.loads(raw[_CHECK:])  # noqa: S302 our own, undamaged
        if before == basis:
            return list(plain)
    return None


def _plain(step: Step) -> object:
    return step.kind if isinstance(step, Gate) else (step.agent, step.leaves)


def _step(plain: Any) -> Step:
    if isinstance(plain, str):
        return Gate("choose" if plain == "choose" else "approve")
    agent, leaves = plain
    return Phase(agent, tuple(leaves), outside=not leaves)


def _folders(root: str) -> set[str]:
    try:
        with os.scandir(root) as entries:
            return {
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            }
    except OSError:
        return set()


def _told(path: str, names: frozenset[str]) -> "Sequence[ToldWorkflow]":
    from exito_tui.domain.plugins.workflow import known_leaves, told_workflows
    from exito_tui.store.read.plugin_files import read_plugin

    try:
        plugin = read_plugin(path)
    except (OSError, ValueError):
        return []
    known = command_folders()
    files = tuple(
        file
        for file in plugin.files
        if file.kind == "agent"
        or (
            file.kind == "command"
            and file.name in names
            and (file.name not in known or MARK in file.text)
        )
    )
    return told_workflows(plugin._replace(files=files), known_leaves())
