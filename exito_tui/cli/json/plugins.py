"""What is printed as JSON about plugins: what is wrong in one, and what is done with our own. As in
`schema`, members are only ever added."""

from collections.abc import Mapping, Sequence

from exito_tui.cli.json.schema import Object
from exito_tui.domain.plugins.findings import NOTES, LintFinding


def lint_object(plugin: str, found: Sequence[LintFinding]) -> Object:
    """What is wrong in a plugin."""
    return {"plugin": plugin, "findings": [_lint_finding_object(one) for one in found]}


def _lint_finding_object(one: LintFinding) -> Object:
    return {
        "code": one.code,
        "file": one.file,
        "line": one.line,
        "text": one.text,
        "detail": one.detail or None,
        "why": one.why,
        "remedy": one.remedy,
        "note": one.code in NOTES,
    }


def lint_fix_object(
    plugin: str, after: Mapping[str, str], diff: str, *, left: int, dry_run: bool, kept_in: str = ""
) -> Object:
    """What was fixed in a plugin, or would be: its files as they are then, and how many findings
    are left; `kept_in` is where the old ones are."""
    head = {"plugin": plugin, "files": [*after], "left": left, "diff": diff}
    return {**head, "dry_run": dry_run, "kept_in": kept_in or None}


def lint_undo_object(folder: str, files: Sequence[str]) -> Object:
    """The files of a plugin that are as they were before they were fixed."""
    return {"path": folder, "restored": [*files]}


def plugin_change_object(commands: Sequence[Sequence[str]], *, dry_run: bool) -> Object:
    """The commands that install or remove our plugin, each by its words: they were run, or would
    be."""
    return {"commands": [[*words] for words in commands], "dry_run": dry_run}
