"""`exito-tui lint`: does a plugin keep the session contract in today's Claude Code?"""

import argparse
import os
import sys
from collections.abc import Mapping
from difflib import unified_diff

from exito_tui.cli.json.schema import document
from exito_tui.cli.output import (
    EXIT_FAILED,
    EXIT_FINDINGS,
    Failure,
    complain,
    on_terminal,
    separated,
    write,
)
from exito_tui.cli.shared.told_workflows import known_leaves
from exito_tui.domain.plugins.findings import NOTES, LintFinding
from exito_tui.domain.plugins.lint import lint
from exito_tui.domain.plugins.source import Plugin
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.read.plugin_files import read_plugin


def run(options: argparse.Namespace) -> int:
    """Print what is wrong in a plugin; exit code 3 when anything is."""
    folder = os.path.realpath(options.plugin)
    if options.undo:
        return _undo(folder)
    try:
        plugin = read_plugin(folder)
    except OSError as error:
        raise Failure(f"{folder} cannot be read: {describe_error(error)}") from None
    except ValueError as error:
        raise Failure(f"{folder} is no plugin: {error}") from None
    found = lint(plugin, known_leaves())
    if options.fix:
        return _fix(folder, plugin, found, options)
    if options.json:
        write(document({"plugin": plugin.name, "findings": [_object(one) for one in found]}))
    elif on_terminal():
        _write_words(found)
    else:
        for one in found:
            write(separated((one.file, str(one.line), one.code, one.detail, one.text)))
    wrong = [one for one in found if one.code not in NOTES]
    notes = len(found) - len(wrong)
    also = f" and {pluralize(notes, 'note')}" if notes else ""
    complain(f"{plugin.name}: {pluralize(len(wrong), 'problem')}{also}")
    return EXIT_FINDINGS if wrong else 0


def _fix(folder: str, plugin: Plugin, found: list[LintFinding], options: argparse.Namespace) -> int:
    """Show what would be written as a unified diff, and write it after a yes."""
    from exito_tui.domain.plugins.fix import fixed
    from exito_tui.store.operations.plugin_fix import PluginChangedError, write_fixed

    before = {file.path: file.text for file in plugin.files}
    after = fixed(plugin, found)
    for path, text in after.items():
        for line in unified_diff(
            before[path].splitlines(), text.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
        ):
            write(f"{one_line(line)}\n")
    left = len(lint(changed(plugin, after), known_leaves()))
    complain(
        f"{pluralize(len(after), 'file')} would change; {pluralize(left, 'finding')} would be left"
    )
    if not after or options.dry_run:
        return 0
    if not options.yes:
        if not sys.stdin.isatty():
            raise Failure("nothing was written: give --yes, or --dry-run")
        complain("write this? [y/N] ")
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return EXIT_FAILED
    try:
        kept = write_fixed(folder, before, after)
    except (PluginChangedError, OSError) as error:
        raise Failure(str(error)) from None
    complain(f"written; as it was it is in {kept}, and `exito-tui lint --undo` takes it back")
    return 0


def changed(plugin: Plugin, after: Mapping[str, str]) -> Plugin:
    """The plugin as it will be."""
    files = tuple(one._replace(text=after.get(one.path, one.text)) for one in plugin.files)
    return plugin._replace(files=files)


def _undo(folder: str) -> int:
    from exito_tui.store.operations.plugin_fix import PluginChangedError, undo_fixed

    try:
        paths = undo_fixed(folder)
    except (PluginChangedError, OSError, ValueError) as error:
        raise Failure(str(error)) from None
    complain(f"{pluralize(len(paths), 'file')} as before")
    return 0


def _object(one: LintFinding) -> dict[str, object]:
    return {
        "code": one.code,
        "file": one.file,
        "line": one.line,
        "text": one.text,
        "detail": one.detail or None,
        "why": one.why,
        "remedy": one.remedy,
    }


def _write_words(found: list[LintFinding]) -> None:
    """By code: what is wrong once, then each place."""
    for code in dict.fromkeys(one.code for one in found):
        some = [one for one in found if one.code == code]
        write(f"{code}: {some[0].why}.\n  {some[0].remedy[:1].upper()}{some[0].remedy[1:]}.\n")
        for one in some:
            detail = f"  [{one_line(one.detail)}]" if one.detail else ""
            write(f"  {one_line(one.file)}:{one.line}  {one_line(one.text)[:100]}{detail}\n")
        write("\n")
