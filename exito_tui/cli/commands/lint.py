"""`exito-tui lint`: does a plugin keep the session contract in today's Claude Code?"""

import os
import sys
from collections import Counter
from collections.abc import Container, Mapping
from difflib import unified_diff
from functools import partial

from exito_tui.cli.json.plugins import lint_fix_object, lint_object, lint_undo_object
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    EXIT_FINDINGS,
    EXIT_USAGE,
    Failure,
    complain,
    on_terminal,
    paragraph,
    separated,
    table,
    write,
)
from exito_tui.cli.shared.change import must_agree, must_be_allowed
from exito_tui.domain.plugins.findings import EXPLAINED, NOTES, Code, LintFinding
from exito_tui.domain.plugins.fix import GRANT, fixed
from exito_tui.domain.plugins.lint import lint
from exito_tui.domain.plugins.source import Plugin
from exito_tui.domain.plugins.workflow import known_leaves
from exito_tui.domain.text import as_sentence, one_line
from exito_tui.domain.units import pluralize
from exito_tui.store.fs.errors import describe_error
from exito_tui.store.read.plugin_files import read_plugin
from exito_tui.user_folders import state_folder

_MOST_ROWS = 5
"""So many places of a code are shown on a terminal, unless it was asked for."""


def run(options: Options) -> int:
    """Print what is wrong in a plugin; exit code 3 when anything is."""
    folder = os.path.realpath(options.plugin)
    if options.undo or (options.fix and not options.dry_run):
        must_be_allowed(options)
    if options.undo:
        return _undo(folder, options)
    wanted = _codes(options.only)
    try:
        plugin = read_plugin(folder)
    except OSError as error:
        raise Failure(f"{folder} cannot be read: {describe_error(error)}") from None
    except ValueError as error:
        raise Failure(f"{folder} is not a plugin: {error}") from None
    found = _found(plugin, wanted)
    after = fixed(plugin, found)
    if options.fix:
        return _fix(folder, plugin, after, wanted, options)
    left = Counter(one.code for one in _found(changed(plugin, after), wanted))
    if options.json:
        write(document(lint_object(plugin.name, found)))
    elif on_terminal():
        _write_words(options.plugin, found, left, sys.maxsize if options.only else _MOST_ROWS)
    else:
        for one in found:
            write(separated((one.file, str(one.line), one.code, one.detail, one.text)))
    wrong = sum(one.code not in NOTES for one in found)
    notes = len(found) - wrong
    also = f" and {pluralize(notes, 'note')}" if notes else ""
    mends = f"; --fix puts {len(found) - left.total()} right" if after else ""
    complain(f"{plugin.name}: {pluralize(wrong, 'problem')}{also}{mends}")
    return EXIT_FINDINGS if wrong else 0


def _codes(only: str | None) -> Container[str]:
    wanted = [code.strip() for code in (only or "").split(",") if code.strip()]
    for code in wanted:
        if code not in EXPLAINED:
            raise Failure(
                f"there is no code {code!r}; there are {', '.join(EXPLAINED)}", EXIT_USAGE
            )
    return wanted or EXPLAINED


def _found(plugin: Plugin, wanted: Container[str]) -> list[LintFinding]:
    return [one for one in lint(plugin, known_leaves()) if one.code in wanted]


def _fix(
    folder: str,
    plugin: Plugin,
    after: Mapping[str, str],
    wanted: Container[str],
    options: Options,
) -> int:
    """Show what would be written as a unified diff, and write it after a yes."""
    from exito_tui.store.operations.plugin_fix import PluginChangedError, write_fixed

    before = {file.path: file.text for file in plugin.files}
    diff = _diff(before, after)
    if not options.json:
        write(diff)
    left = len(_found(changed(plugin, after), wanted))
    complain(
        f"{pluralize(len(after), 'file')} would change; {pluralize(left, 'finding')} would be left"
    )
    if any(GRANT in text and GRANT not in before[path] for path, text in after.items()):
        complain("the commands will need exito-tui: without it they stop before the model is asked")
    told = partial(lint_fix_object, plugin.name, after, diff, left=left)
    if not after or options.dry_run:
        if options.json:
            write(document(told(dry_run=options.dry_run)))
        return 0
    must_agree(f"Write {pluralize(len(after), 'file')}?", yes=options.yes)
    try:
        kept = write_fixed(folder, before, after)
    except PluginChangedError as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise _unwritten(folder, error) from None
    complain(f"written; as it was it is in {kept}, and `exito-tui lint --undo` takes it back")
    if options.json:
        write(document(told(dry_run=False, kept_in=kept)))
    return 0


def _diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """What would be written, as a unified diff without control characters."""
    lines = (
        line
        for path, text in after.items()
        for line in unified_diff(
            before[path].splitlines(), text.splitlines(), f"a/{path}", f"b/{path}", lineterm=""
        )
    )
    return "".join(f"{one_line(line)}\n" for line in lines)


def changed(plugin: Plugin, after: Mapping[str, str]) -> Plugin:
    """The plugin as it will be."""
    files = tuple(one._replace(text=after.get(one.path, one.text)) for one in plugin.files)
    return plugin._replace(files=files)


def _unwritten(folder: str, error: OSError) -> Failure:
    """What is said where a plugin, or what is kept of it, cannot be written."""
    from exito_tui.store.operations.plugin_fix import FOLDER

    kept = os.path.join(state_folder(), FOLDER)
    return Failure(
        f"the files in {folder}, or what is kept of them in {kept}, cannot be written: "
        f"{describe_error(error)}"
    )


def _undo(folder: str, options: Options) -> int:
    from exito_tui.store.operations.plugin_fix import PluginChangedError, undo_fixed

    try:
        paths = undo_fixed(folder)
    except (PluginChangedError, ValueError) as error:
        raise Failure(str(error)) from None
    except OSError as error:
        raise _unwritten(folder, error) from None
    if options.json:
        write(document(lint_undo_object(folder, paths)))
    complain(f"{pluralize(len(paths), 'file')} as before")
    return 0


def _write_words(
    folder: str, found: list[LintFinding], left: Mapping[Code, int], most: int
) -> None:
    """How many there are of each code; then by code, why it is wrong once, and the places."""
    if not found:
        return
    counts = Counter(one.code for one in found)
    rows = []
    for code in (one for one in EXPLAINED if one in counts):
        mends = counts[code] - left.get(code, 0)
        kind = "note" if code in NOTES else f"{mends} by --fix" if mends else ""
        rows.append((str(counts[code]), code, kind))
    write(table(None, rows, frozenset((0,))))
    for _, code, _ in rows:
        _write_code(folder, [one for one in found if one.code == code], most)


def _write_code(folder: str, found: list[LintFinding], most: int) -> None:
    first = found[0]
    write(f"\n{first.code} ({len(found)})\n")
    write(paragraph(as_sentence(first.why), 2) + paragraph(as_sentence(first.remedy), 2))
    places: dict[tuple[str, str], list[int]] = {}
    for one in found:
        places.setdefault((one.file, one.detail or one.text), []).append(one.line)
    rows = [
        (f"  {file}:{','.join(map(str, sorted(set(lines))))}", words)
        for (file, words), lines in places.items()
    ]
    shown = rows if len(rows) <= most + 1 else rows[:most]
    write(table(None, shown, frozenset(), cut=(1,)))
    if len(shown) < len(rows):
        more = f"and {len(rows) - len(shown)} more places: "
        write(paragraph(f"{more}exito-tui lint {folder} --only {first.code}", 2))
