"""`exito-tui lint`: does a plugin keep the session contract in today's Claude Code?"""

import argparse
import os

from exito_tui.cli.json.schema import document
from exito_tui.cli.output import EXIT_FINDINGS, Failure, complain, on_terminal, separated, write
from exito_tui.cli.shared.told_workflows import known_leaves
from exito_tui.domain.plugins.findings import NOTES, LintFinding
from exito_tui.domain.plugins.lint import lint
from exito_tui.domain.text import one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.read.plugin_files import read_plugin


def run(options: argparse.Namespace) -> int:
    """Print what is wrong in a plugin; exit code 3 when anything is."""
    folder = os.path.abspath(options.plugin)
    try:
        plugin = read_plugin(folder)
    except OSError as error:
        raise Failure(f"{folder} cannot be read: {describe_error(error)}") from None
    except ValueError as error:
        raise Failure(f"{folder} is no plugin: {error}") from None
    found = lint(plugin, known_leaves())
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
