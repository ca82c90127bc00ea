"""What the commands share that move sessions."""

import os
import shlex
import sys
from collections.abc import Sequence

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_USAGE, Failure, folded
from exito_tui.cli.shared.roots import changeable_roots, existing_roots, wanted_roots
from exito_tui.cli.shared.select import SelectedSessions
from exito_tui.cli.shared.settings import settings_for
from exito_tui.config.settings import Config
from exito_tui.config.sources import load
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line, sanitise
from exito_tui.domain.units import SECOND_NS, pluralize
from exito_tui.store.operations.common import ChangeRules


def settings(options: Options, *, work_trees: bool = False) -> tuple[list[str], Config]:
    """The roots (`work_trees`: also those of the work trees that Claude Code made), and the
    settings of the first, which are the user's own as far as it goes by them what may be changed;
    they must allow it, unless it is only shown what would be (`--dry-run`).

    Raises:
        Failure: they do not, or a root is not there or only read.
    """
    if getattr(options, "dry_run", False):
        roots = existing_roots(options, work_trees=work_trees)
        return roots, settings_for(roots[0])
    roots = changeable_roots(options, work_trees=work_trees)
    must_be_allowed(options)
    return roots, settings_for(roots[0])


def must_be_allowed(options: Options) -> None:
    """For what changes something else than the sessions of a root that is there. Raises Failure
    when the settings allow no changes."""
    if load({"read_only": getattr(options, "read_only", None)}).read_only:
        raise Failure(
            "nothing was done: read_only is set (in your settings, EXITO_TUI_READ_ONLY or "
            "--read-only)"
        )


def one_root(roots: Sequence[str]) -> str:
    """The only root. Raises Failure when there are several."""
    if len(roots) > 1:
        raise Failure("there are several roots; name one with --root PATH", EXIT_USAGE)
    return roots[0]


def must_force_one(options: Options) -> None:
    """Raises Failure when `--force` is given for anything else than one session."""
    if options.force and len(options.session) != 1:
        raise Failure(
            "--force is for one session alone; name each in a command of its own", EXIT_USAGE
        )


def rules_for(config: Config, one: SelectedSessions, *, force: bool) -> ChangeRules:
    """The rules that hold for the sessions of a root."""
    forced = frozenset(session.key for session in one.sessions) if force else frozenset()
    return ChangeRules(int(config.quiet * SECOND_NS), forced, one.states)


def undo_command(options: Options, root: str) -> str:
    """The command that takes back what was done to a root, from where the user is."""
    return f"exito-tui undo{root_option(options, root)}"


def root_option(options: Options, root: str) -> str:
    """What a command needs, from where the user is, to be about a root; empty for nothing."""
    is_found = not hasattr(options, "root") and root in wanted_roots(options).roots
    return "" if is_found else f" --root {shlex.quote(decoded(root))}"


def confirm_resolved(options: Options, chosen: Sequence[SelectedSessions], question: str) -> None:
    """Ask before something is done to a session that goes by another name than the user gave: to
    what `latest` stands for (a run may have begun since the user looked), and to what a run has
    become. `question` has a place for what it is about. Where nobody can answer, what was taken is
    only said.

    Raises:
        Failure: the user does not agree.
    """
    if not any(one.named_otherwise for one in chosen) or not can_ask():
        return
    sessions = [session for one in chosen for session in one.sessions]
    what = pluralize(len(sessions))
    if len(sessions) == 1:
        title = title_of(sessions[0]).text
        name = one_line(decoded(sessions[0].key))
        what = name if name.endswith(title) else f"{title} ({name})"
    must_agree(question.format(what), yes=options.yes)


def can_ask() -> bool:
    """Whether there is a terminal, at which the user can be asked."""
    return os.isatty(0) and sys.stderr.isatty()


def must_agree(question: str, *, yes: bool) -> None:
    """Go on only if the user agrees: by `--yes`, or by typing y.

    Raises:
        Failure: they do not, or there is no terminal to ask at, and no `--yes`.
    """
    if yes:
        return
    if not can_ask():
        raise Failure("nothing was done: without a terminal it needs --yes", EXIT_USAGE)
    sys.stderr.write(f"{folded(f'{sanitise(question)} [y/N]', sys.stderr)} ")
    sys.stderr.flush()
    answer = ""
    try:
        answer = sys.stdin.readline()
    finally:  # ctrl+c and ctrl+d end no line
        if not answer.endswith("\n"):
            sys.stderr.write("\n")
    if answer.strip().lower() not in ("y", "yes"):
        raise Failure("nothing was done")
