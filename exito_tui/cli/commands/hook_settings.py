"""`exito-tui hook install`: our hooks in Claude Code's settings, without the plugin."""

import json
import os
import re
from collections.abc import Collection
from difflib import unified_diff
from typing import Any

from exito_tui.claude.folders import config_folder
from exito_tui.claude.plugins import own_parts, settings_file, settings_text
from exito_tui.cli.options import Options
from exito_tui.cli.output import Failure, complain, write
from exito_tui.cli.shared.change import must_agree, must_be_allowed
from exito_tui.cli.shared.on_path import tell_if_not_on_path
from exito_tui.cli.shared.parts import parts_named
from exito_tui.domain.text import one_line
from exito_tui.hooks.project import project_folder
from exito_tui.hooks.wiring import COMMAND, hooks_table, with_hooks
from exito_tui.store.fs.errors import describe_error

_INDENT = re.compile(r"\n([ \t]+)\"")


def print_settings(options: Options) -> int:
    """Print the settings that install the hooks."""
    table = hooks_table(COMMAND, parts_named(options.only))
    write(json.dumps({"hooks": table}, indent=2) + "\n")
    complain("`exito-tui hook install` puts this into your settings, beside what is there")
    tell_if_not_on_path()
    return 0


def change_settings(options: Options) -> int:
    """Put our hooks into the settings, or take them out: shown as a diff, done after a yes."""
    path = _path(options)
    if options.undo:
        must_be_allowed(options)
        return _undo(path)
    parts = parts_named(options.only)
    if options.what == "install" and own_parts(config_folder(), _project()):
        raise Failure(
            "the plugin is on, and each hook would run twice: `exito-tui plugin uninstall` first"
        )
    before = _text(path)
    table = hooks_table(COMMAND, parts) if options.what == "install" else {}
    after = _merged(path, before, table)
    if after == (before or "{}\n"):
        complain(f"nothing is to be changed in {path}")
        return 0
    was, will = (text.splitlines() for text in (before or "", after))
    for line in unified_diff(
        was, will, path if before is not None else os.devnull, path, "", "", lineterm=""
    ):
        write(f"{one_line(line)}\n")
    if options.dry_run:
        complain("nothing was written")
        return 0
    must_be_allowed(options)
    must_agree(f"Write {path}?", yes=options.yes)
    from exito_tui.store.operations.claude_settings import write_settings
    from exito_tui.store.operations.plugin_fix import PluginChangedError

    try:
        kept = write_settings(path, before, after)
    except PluginChangedError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"{path} cannot be written: {describe_error(error)}") from None
    complain(
        f"written; as it was it is in {kept}, and `exito-tui hook {options.what} --undo` takes it "
        "back; Claude Code knows of it from its next start on"
    )
    if options.what == "install":
        tell_if_not_on_path()
    return 0


def _undo(path: str) -> int:
    from exito_tui.store.operations.claude_settings import undo_settings
    from exito_tui.store.operations.plugin_fix import PluginChangedError

    try:
        undo_settings(path)
    except (PluginChangedError, ValueError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise Failure(f"{path} cannot be written: {describe_error(error)}") from None
    complain(f"{path} is as before")
    return 0


def _project() -> str:
    return project_folder({"cwd": os.getcwd()})


def _path(options: Options) -> str:
    """The file of settings that is meant. Raises Failure."""
    path = settings_file(config_folder(), _project() if options.scope == "project" else "")
    if os.path.islink(path):
        raise Failure(
            f"{path} is a link; change the file that it leads to by hand, with what "
            "`exito-tui hook print` says"
        )
    return path


def _text(path: str) -> str | None:
    """What a file of settings holds; None where there is none. Raises Failure."""
    try:
        return settings_text(path)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise Failure(f"{path} is not valid UTF-8; nothing was changed") from None
    except OSError as error:
        why = describe_error(error) if error.errno else one_line(str(error))
        raise Failure(f"{path} cannot be read: {why}; nothing was changed") from None


def _merged(path: str, before: str | None, table: Any) -> str:
    """The text of the settings with our hooks as in a table. Raises Failure."""
    text = before if before and before.strip() else "{}\n"
    try:
        made = json.loads(text, object_pairs_hook=_object)
        if not isinstance(made, dict):
            raise ValueError("it is not a JSON object")
        merged = with_hooks(made, table)
    except RecursionError:
        raise Failure(f"{path} is nested too deep; nothing was changed") from None
    except ValueError as error:
        raise Failure(f"{path} cannot be changed safely: {error}; nothing was changed") from None
    if merged == made:
        return text
    indent = found[1] if (found := _INDENT.search(text)) else "  "
    end = "\n" if text.endswith("\n") else ""
    return json.dumps(merged, indent=indent, ensure_ascii=False) + end


def _object(pairs: Collection[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are each there once: of two nobody knows which one counts."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f'the key "{twice}" is there twice')
    return made
