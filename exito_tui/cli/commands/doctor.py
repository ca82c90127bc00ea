"""`exito-tui doctor`: what is wrong with the folders and files of a root, and the moves that repair
it."""

import os
import time
from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from exito_tui.claude.folders import config_folder
from exito_tui.claude.plugins import hook_setup
from exito_tui.cli.json.cleanup import finding_object, fix_object
from exito_tui.cli.json.outcomes import Outcomes
from exito_tui.cli.json.schema import document
from exito_tui.cli.options import Options
from exito_tui.cli.output import (
    EXIT_FINDINGS,
    EXIT_USAGE,
    Failure,
    complain,
    on_terminal,
    paragraph,
    wants_colour,
    write,
)
from exito_tui.cli.shared.change import must_agree, one_root, settings
from exito_tui.cli.shared.claude import with_records
from exito_tui.cli.shared.roots import existing_roots, must_be_read
from exito_tui.cli.shared.select import judge_for
from exito_tui.cli.shared.settings import layouts_for, settings_for
from exito_tui.domain.doctor.finding import COUNTED, WEIGHTS, Finding
from exito_tui.domain.hook_setup import HookSetup
from exito_tui.domain.text import as_sentence, decoded, one_line
from exito_tui.domain.units import SECOND_NS, pluralize
from exito_tui.render.findings import first_moves_in_words, fix_in_words, place_in_words
from exito_tui.render.reasons import sentence
from exito_tui.store.operations.fix import Fix, fix, plan_fixes
from exito_tui.store.read.root_reader import Examination, examination
from exito_tui.store.read.roots import project_of
from exito_tui.store.read.scan import scan


def run(options: Options) -> int:
    """List the findings (exit code 3 when there are any), or fix them."""
    if options.fix:
        return _fix(options)
    if options.dry_run or options.yes:
        raise Failure("--dry-run and --yes go with --fix", EXIT_USAGE)
    found = _found(options, existing_roots(options, awaited=True))
    count = sum(len(these.findings) for these in found.values())
    if options.json:
        made = [
            {
                "root": decoded(root),
                "findings": [finding_object(one) for one in these.findings],
                "hooks": these.hooks or None,
            }
            for root, these in found.items()
        ]
        write(document(made))
    else:
        _tell(found)
    return EXIT_FINDINGS if count else 0


def _tell(found: Mapping[str, Examination]) -> None:
    """Say how many there are, then each: on a terminal by weight, what it is in plain words
    first."""
    every = [one for these in found.values() for one in these.findings]
    weights = Counter(one.weight for one in every)
    parts = ", ".join(f"{weights[one]} {COUNTED[one]}" for one in WEIGHTS if weights[one])
    movable = sum(bool(one.moves) for one in every)
    which = ", in one root at a time (--root PATH)" if len(found) > 1 else ""
    hint = f"; `exito-tui doctor --fix` fixes {movable}{which}" if movable else ""
    complain(f"{pluralize(len(every), 'problem')}: {parts}{hint}" if every else "nothing is wrong")
    for root, (these, hooks) in found.items():
        if len(found) > 1 and these:
            write(paragraph(decoded(root)))
        if hooks:
            of_root = f"{one_line(decoded(root))}: " if len(found) > 1 else ""
            complain(f"{of_root}{hooks[:1].lower()}{hooks[1:-1]}")
        if not on_terminal():
            for finding in these:
                write(_words(finding))
            continue
        bold, dim, plain = _STYLES if wants_colour() else ("", "", "")
        for weight, group in groupby(these, key=lambda one: one.weight):
            members = list(group)
            write(f"\n{bold}{COUNTED[weight].upper()} {len(members)}{plain}\n")
            for finding in members:
                write(_told(finding, dim, plain))


_MOST_MOVES = 5
_STYLES = ("\x1b[1m", "\x1b[2m", "\x1b[0m")


def _found(options: Options, roots: list[str]) -> dict[str, Examination]:
    snapshots = [scan(root, layouts_for(root)) for root in roots]
    there = {one.root for one in snapshots if os.path.exists(one.root)}  # the others are awaited
    must_be_read([one for one in snapshots if one.root in there])
    snapshots, judge = with_records(options, snapshots, judge_for(roots))
    now_ns = time.time_ns()
    return {
        one.root: examination(
            [one] if one.root in there else [], judge, now_ns, _setup(options, one.root)
        )
        for one in snapshots
    }


def _setup(options: Options, root: str) -> HookSetup | None:
    """Which of our hooks are on in the project of a root; None where Claude Code's own files are
    left alone."""
    project = project_of(root)
    if getattr(options, "no_claude", False) or not project or not settings_for(root).claude:
        return None
    return hook_setup(config_folder(), project)


def _fix(options: Options) -> int:
    """Show the moves that fix what was found; then, with a yes, carry out just those."""
    roots, config = settings(options)
    root = one_root(roots)
    fixes = plan_fixes(root, _found(options, roots)[root].findings)
    fit = [one for one in fixes if not one.problem]
    if options.json and (options.dry_run or not fit):
        made = [fix_object(one) for one in fixes]
        write(document({"root": decoded(root), "fixes": made}, dry_run=options.dry_run))
        return 0
    if not options.json:
        for one in fixes:
            write(_moves(one))
    count = pluralize(len(fit), "problem")
    if not fit:
        complain("there is nothing that a move would fix")
        return 0
    if options.dry_run:
        complain(f"{count} would be fixed; nothing was done")
        return 0
    must_agree(f"Fix {count} by these moves?", yes=options.yes)
    with Outcomes(options, "fixed", counts="problem") as outcomes:
        outcomes.add(fix(root, fixes, int(config.quiet * SECOND_NS)), root)
    return outcomes.code


def _moves(one: Fix) -> str:
    if one.problem:
        lines = [f"left: {sentence(one.problem)}"]
    else:
        lines = [" ".join(parts) for parts in fix_in_words(one.finding.moves, one.emptied)]
    return _head(one.finding) + "".join(paragraph(line, 4) for line in lines)


def _head(finding: Finding) -> str:
    return paragraph(f"{finding.code}  {place_in_words(finding) or finding.place}")


def _told(finding: Finding, dim: str, plain: str) -> str:
    """A finding for people: what it is in plain words first, its code last."""
    place = place_in_words(finding)
    head = paragraph(f"{finding.title}{place and f': {place}'}  {finding.code}", 2)
    head = f"{head[: -len(finding.code) - 1]}{dim}{finding.code}{plain}\n"
    moves = first_moves_in_words(finding, _MOST_MOVES)
    said = (as_sentence(finding.fact), finding.cause, finding.remedy, *moves)
    return head + "".join(paragraph(one, 4) for one in said)


def _words(finding: Finding) -> str:
    moves = first_moves_in_words(finding, _MOST_MOVES)
    said = (finding.fact, f"why: {finding.cause}", f"remedy: {finding.remedy}", *moves)
    return _head(finding) + "".join(paragraph(one, 4) for one in said)
