"""What the commands share that move sessions."""

import argparse
import os
import shlex
import sys
from collections.abc import Sequence

from exito_tui.cli.output import EXIT_FAILED, EXIT_USAGE, Failure, complain, separated, write
from exito_tui.cli.shared.roots import changeable_roots, wanted_roots
from exito_tui.cli.shared.select import Selection
from exito_tui.cli.shared.settings import settings_for
from exito_tui.config.settings import Config
from exito_tui.domain.text import decoded
from exito_tui.domain.units import SECOND_NS, pluralize, short_size
from exito_tui.render.reasons import sentence
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.trash.journal import Outcome


def settings(options: argparse.Namespace, *, work_trees: bool = False) -> tuple[list[str], Config]:
    """The roots (`work_trees`: also those of the work trees that Claude Code made), and the
    settings, which must allow that something is changed.

    Raises:
        Failure: they do not, or a root is not there or only read.
    """
    roots = changeable_roots(options, work_trees=work_trees)
    config = settings_for(roots[0], {"read_only": getattr(options, "read_only", None)})
    if config.read_only:
        raise Failure(
            "nothing was done: read_only is set (in your settings, EXITO_TUI_READ_ONLY or "
            "--read-only)"
        )
    return roots, config


def one_root(roots: Sequence[str]) -> str:
    """The only root. Raises Failure when there are several."""
    if len(roots) > 1:
        raise Failure("there are several roots; name one with --root PATH", EXIT_USAGE)
    return roots[0]


def rules_for(config: Config, one: Selection, *, force: bool) -> ChangeRules:
    """The rules that hold for the sessions of a root.

    Raises:
        Failure: `--force` names more than one.
    """
    if force and len(one.sessions) > 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own",
            EXIT_USAGE,
        )
    forced = frozenset(session.key for session in one.sessions) if force else frozenset()
    return ChangeRules(int(config.quiet * SECOND_NS), forced, one.states)


def report(outcome: Outcome, *, done: str, undo: str = "", counts: str = "session") -> int:
    """Tell of an outcome: each item that was done on stdout, words on stderr; returns the exit
    code. `done` says what was done, such as "moved to the trash", `counts` to what, and `undo` is
    the command that takes it back."""
    for item in outcome.done:
        write(separated((decoded(item.what), item.archive or item.entry, str(item.size))))
    for note in outcome.notes:
        complain(sentence(note))
    for what, why in outcome.failed:
        complain(f"{decoded(what)}: {sentence(why)}")
    if outcome.done:
        size = short_size(sum(item.size for item in outcome.done))
        hint = f"; `{undo}` takes it back" if undo and outcome.operation.action != "undo" else ""
        complain(f"{pluralize(len(outcome.done), counts)} {done} ({size}){hint}")
    return EXIT_FAILED if outcome.failed else 0


def undo_command(options: argparse.Namespace, root: str) -> str:
    """The command that takes back what was done to a root, from where the user is."""
    is_found = not hasattr(options, "root") and root in wanted_roots(options).roots
    return "exito-tui undo" if is_found else f"exito-tui undo --root {shlex.quote(decoded(root))}"


def agreed(question: str, *, yes: bool) -> bool:
    """Whether the user agrees: by `--yes`, or by typing y.

    Raises:
        Failure: there is no terminal to ask at, and no `--yes`.
    """
    if yes:
        return True
    if not (os.isatty(0) and sys.stderr.isatty()):
        raise Failure("nothing was done: without a terminal it needs --yes", EXIT_USAGE)
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
