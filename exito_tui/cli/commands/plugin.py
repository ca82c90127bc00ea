"""`exito-tui plugin`: the plugin for Claude Code that makes workflows work."""

import json
import os
import re
import shlex
import shutil
import subprocess

from exito_tui.claude.folders import config_folder
from exito_tui.claude.plugins import (
    OWN_PLUGIN,
    installed,
    is_enabled,
    parts_in_settings,
    parts_of_plugin,
    permission_mode,
)
from exito_tui.cli.json.plugins import plugin_change_object
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import Failure, complain, paragraph, write
from exito_tui.cli.shared.change import must_agree, must_be_allowed
from exito_tui.cli.shared.on_path import tell_if_not_on_path
from exito_tui.cli.shared.parts import parts_named
from exito_tui.domain.hook_setup import HINDERING, PARTS, install_line
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.hooks.project import project_folder
from exito_tui.hooks.wiring import hooks_table
from exito_tui.user_folders import state_folder

NEEDED = (2, 1, 300)
"""The first version of Claude Code whose hooks are known to work so."""
_SECONDS = 60.0
_LABEL = 9
"""Cells of what a line of the status is about, and the space after it."""
_SHIM = '"${CLAUDE_PLUGIN_ROOT}/bin/exito-tui-hook"'


def run(options: Options) -> int:
    """Say where the plugin is, install it, remove it, or say how it stands."""
    actions = {"path": _path, "install": _install, "uninstall": _uninstall, "status": _status}
    return actions[options.what](options)


def packaged() -> str:
    """The folder of the plugin as it was shipped."""
    import exito_tui

    return os.path.join(os.path.dirname(os.path.abspath(exito_tui.__file__)), "plugin")


def _path(options: Options) -> int:
    if options.json:
        write(document({"path": packaged()}))
    else:
        write(f"{packaged()}\n")
    return 0


def _install(options: Options) -> int:
    parts = parts_named(options.only)
    if parts_in_settings(config_folder(), project_folder({"cwd": os.getcwd()})):
        raise Failure(
            "your settings run hooks of exito-tui, and each would run twice: "
            "`exito-tui hook uninstall` first"
        )
    folder = packaged() if set(parts) == set(PARTS) else _own_folder()
    lines = [
        ["claude", "plugin", "marketplace", "add", folder],
        ["claude", "plugin", "install", OWN_PLUGIN, "--scope", options.scope],
    ]
    tell_if_not_on_path()
    _show_and_ask(options, lines)
    if options.dry_run:
        return 0
    if folder != packaged():
        _write_own(folder, parts)
    return _execute(options, lines)


def _uninstall(options: Options) -> int:
    lines = [
        ["claude", "plugin", "uninstall", OWN_PLUGIN],
        ["claude", "plugin", "marketplace", "remove", "exito-tui"],
    ]
    _show_and_ask(options, lines)
    if options.dry_run:
        return 0
    code = _execute(options, lines)
    shutil.rmtree(_own_folder(), ignore_errors=True)
    return code


def _own_folder() -> str:
    """Where a plugin with some parts alone is made."""
    return os.path.join(state_folder(), "plugin")


def _write_own(folder: str, parts: list[str]) -> None:
    """Make the plugin with these parts alone."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(packaged(), folder)
    table = {"description": "Session folders that work", "hooks": hooks_table(_SHIM, parts)}
    path = os.path.join(folder, "exito-tui", "hooks", "hooks.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps(table, indent=2) + "\n")


def _show_and_ask(options: Options, lines: list[list[str]]) -> None:
    """Show what would be run and ask for a yes, unless that is all that is wanted (`--dry-run`).
    Raises Failure."""
    for line in lines if not options.json else ():
        write(f"{shlex.join(line)}\n")
    missing = shutil.which("claude") is None
    if options.dry_run:
        if missing:
            complain("there is no `claude` on your PATH to run this")
        if options.json:
            write(document(plugin_change_object(lines, dry_run=True)))
        return
    must_be_allowed(options)
    if missing:
        raise Failure("there is no `claude` on your PATH; run these lines where there is")
    if options.json and not options.yes:
        for line in lines:
            complain(shlex.join(line))
    must_agree(f"Run {pluralize(len(lines), 'command')}?", yes=options.yes)


def _execute(options: Options, lines: list[list[str]]) -> int:
    output = 2 if options.json else None  # stdout is for the one object
    for line in lines:
        try:
            done = subprocess.run(line, timeout=_SECONDS, check=False, stdout=output)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(f"{shlex.join(line)}: {error}") from None
        if done.returncode:
            raise Failure(f"{shlex.join(line)} ended with {done.returncode}")
    if options.json:
        write(document(plugin_change_object(lines, dry_run=False)))
    complain("done; Claude Code knows of it from its next start on")
    return 0


def _status(options: Options) -> int:
    config = config_folder()
    project = project_folder({"cwd": os.getcwd()})
    there = next((one for one in installed(config) if one.key == OWN_PLUGIN), None)
    on = is_enabled(config, project, OWN_PLUGIN)
    version, problem = _claude()
    mode = permission_mode(config, project)
    found = parts_of_plugin(there.path) if there else frozenset()
    parts = [part for part in PARTS if part in found]
    by_settings = parts_in_settings(config, project)
    in_settings = [part for part in PARTS if part in by_settings]
    is_current = there is None or _is_current(there.path, parts)
    is_new = version is None or version >= NEEDED
    made = {
        "installed": there is not None,
        "enabled": bool(there) and on is not False,
        "project": project,
        "parts": parts,
        "is_current": is_current if there else None,
        "settings_parts": in_settings,
        "claude_version": ".".join(map(str, version)) if version else None,
        "claude_problem": problem or None,
        "is_new_enough": is_new if version else None,
        "permission_mode": mode or None,
        "hinders": HINDERING.get(mode),
    }
    if options.json:
        write(document(made))
        return 0
    state = "not installed" if not there else "off" if on is False else "on"
    lines = [("plugin", f"{state}{' (' + ', '.join(parts) + ')' if there else ''}")]
    if not is_current:
        lines.append(("", f"made by another version; renew it: {install_line(parts)}"))
    if in_settings:
        lines.append(("settings", f"on ({', '.join(in_settings)})"))
    lines.append(("project", project))
    if version:
        tail = "" if is_new else f", older than {'.'.join(map(str, NEEDED))}: hooks may do nothing"
        lines.append(("claude", f"{made['claude_version']}{tail}"))
    else:
        lines.append(("claude", problem))
    if mode:
        lines.append(("mode", f"{mode}{': ' + HINDERING[mode] if mode in HINDERING else ''}"))
    write("".join(paragraph(f"{name:<{_LABEL}}{words}", hang=_LABEL) for name, words in lines))
    return 0


def _is_current(path: str, parts: list[str]) -> bool:
    """Whether a plugin that is installed is the one that this version makes of some parts."""
    hook, table = (os.path.join("bin", "exito-tui-hook"), os.path.join("hooks", "hooks.json"))
    try:
        wired = json.loads(_content(os.path.join(path, table)))
        same = [_content(os.path.join(one, hook)) for one in (path, _shipped())]
    except (OSError, ValueError, RecursionError):
        return False
    is_wired = isinstance(wired, dict) and wired.get("hooks") == hooks_table(_SHIM, parts)
    return is_wired and same[0] == same[1]


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(100_000)


def _shipped() -> str:
    """The plugin itself in the folder that is shipped."""
    return os.path.join(packaged(), "exito-tui")


def _claude() -> tuple[tuple[int, ...] | None, str]:
    """The version of Claude Code, or why it is not known."""
    program = shutil.which("claude")
    if program is None:
        return None, "not found on your PATH"
    at = f"found at {one_line(program)}, but `claude --version` "
    try:
        done = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"{at}did not answer"
    except (OSError, ValueError) as error:
        return None, f"{at}cannot be run: {one_line(str(error))}"
    if done.returncode:
        return None, f"{at}failed (exit {done.returncode})"
    found = re.search(r"(\d+)\.(\d+)\.(\d+)", done.stdout)
    if not found:
        return None, f"{at}told no version"
    return tuple(map(int, found.groups())), ""
