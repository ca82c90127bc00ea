"""`exito-tui workflows`: which workflows are known, and what the installed plugins say of them."""

import os
from collections.abc import Mapping
from typing import Any

from exito_tui.claude.folders import config_folder
from exito_tui.claude.plugins import installed
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    Failure,
    complain,
    draw_as,
    draws_unicode,
    on_terminal,
    paragraph,
    separated,
    write,
)
from exito_tui.cli.shared.plugin_workflows import installed_workflows
from exito_tui.config.sources import load
from exito_tui.domain.plugins.source import Plugin
from exito_tui.domain.plugins.workflow import (
    PluginWorkflow,
    counting,
    differs,
    known_leaves,
    plugin_workflows,
    step_words,
)
from exito_tui.domain.text import one_line
from exito_tui.domain.workflows.model import Gate, Step, Workflow
from exito_tui.domain.workflows.reader import builtin
from exito_tui.hooks.project import project_folder
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.read.plugin_files import read_plugin


def run(options: Options) -> int:
    """List workflows: those of the settings, of the plugins, and what is built in."""
    config = load()
    draw_as(config.ascii)
    known: dict[str, tuple[str, Workflow]] = {
        **{name: ("built in", one) for name, one in builtin().items()},
        **{name: ("settings", one) for name, one in config.workflows.items()},
    }
    leaves = known_leaves(config.workflows.values())
    told: dict[str, tuple[str, PluginWorkflow]] = {}
    for plugin in _plugins(options.plugin):
        for one in plugin_workflows(plugin, leaves):
            told.setdefault(one.name, (plugin.name, one))
    names = {*known, *told}
    counts = _counting(names) if config.claude and options.plugin is None else {}
    rows = [_row(name, known.get(name), told.get(name), counts) for name in sorted(names)]
    if options.json:
        write(document({"workflows": rows}))
        return 0
    for row in rows:
        _print(row)
    return 0


def _print(row: Mapping[str, Any]) -> None:
    """Print a workflow, and what a plugin says of it where that differs; first what counts."""
    ways = [(row["source"], row["steps"])]
    if row["differs"]:
        ways.append((f"plugin {row['plugin']}", row["plugin_steps"]))
        ways.sort(key=lambda way: way[0] != row["in_force"])
    for source, steps in ways:
        words = " ─ ".join(one_line(step["words"]) for step in steps)
        if on_terminal():
            note = "  (in force)" if len(ways) > 1 and source == row["in_force"] else ""
            words = words if draws_unicode() else words.replace(" ─ ", " - ").replace("→", "->")
            write(paragraph(f"{row['name']:<12} {source}{note}") + paragraph(words, 2))
        else:
            write(separated((row["name"], source, words)))


def _plugins(folder: str | None) -> list[Plugin]:
    """The plugin in a folder, or those that Claude Code has installed."""
    if folder is not None:
        try:
            return [read_plugin(os.path.abspath(folder))]
        except OSError as error:
            raise Failure(f"{folder} cannot be read: {describe_error(error)}") from None
        except ValueError as error:
            raise Failure(f"{folder} is not a plugin: {error}") from None
    found = []
    for one in installed(config_folder()):
        try:
            found.append(read_plugin(one.path))
        except (OSError, ValueError) as error:
            complain(f"{one_line(one.name)} is installed, but cannot be read: {error}")
    return found


def _counting(names: set[str]) -> dict[str, str]:
    """The plugin whose text counts, by the name of the workflow, where no settings have it."""
    made = installed_workflows(frozenset(names), project_folder({"cwd": os.getcwd()}))
    names = set(counting([flow for _, flow in made]))
    return {flow.name: plugin for plugin, flow in reversed(made) if flow.name in names}


def _row(
    name: str,
    known: tuple[str, Workflow] | None,
    told: tuple[str, PluginWorkflow] | None,
    counts: Mapping[str, str],
) -> dict[str, Any]:
    source = known[0] if known else f"plugin {told[0]}" if told else ""
    steps = known[1].steps if known else told[1].steps if told else ()
    return {
        "name": name,
        "source": source,
        "steps": [_step(step) for step in steps],
        "plugin": told[0] if told else None,
        "plugin_steps": [_step(step) for step in told[1].steps] if told else None,
        "in_force": f"plugin {counts[name]}" if source != "settings" and name in counts else source,
        "differs": bool(known and told and differs(told[1].steps, known[1].steps)),
    }


def _step(step: Step) -> dict[str, object]:
    if isinstance(step, Gate):
        return {"gate": step.kind, "words": step_words(step)}
    return {"agent": step.agent, "leaves": list(step.leaves), "words": step_words(step)}
