"""`exito-tui status`: how many sessions need you, as short as a status line wants it, and as quick:
what judges is not even imported while nothing can have changed."""

import gc
from collections import Counter
from typing import TYPE_CHECKING

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FINDINGS, write
from exito_tui.cli.shared.claude import (
    are_records_silent,
    judge_of,
    opened_or_awaited,
    with_records_of,
)
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.settings import settings_for
from exito_tui.cli.shared.signs import sign_of
from exito_tui.config.settings import Config
from exito_tui.domain.verdicts.state import NEEDS_USER, State
from exito_tui.store.read.kept_standings import KeptStandings, Stand
from exito_tui.store.read.scan import scan_names

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.judge import Judge

_SHOWN: tuple[State, ...] = ("waiting", "stuck", "failed", "running")


def run(options: Options) -> int:
    """Print the counts, as signs or as JSON; exit code 3 when anything needs the user."""
    gc.disable()  # it is over before there is garbage
    roots = existing_roots(options, awaited=True, work_trees=True)
    counts: Counter[State] = Counter()
    old = 0
    for root in roots:
        for stand in _stands(options, root, settings_for(root)):
            counts[stand.state] += not stand.is_old
            old += stand.is_old
    if options.json:
        from exito_tui.cli.json.schema import document, status_object

        write(document(status_object(roots, counts, old)))
    else:
        shown = [f"{sign_of(state)}{counts[state]}" for state in _SHOWN if counts[state]]
        write(" ".join(shown) + "\n")
    return EXIT_FINDINGS if any(counts[state] for state in NEEDS_USER) else 0


def _stands(options: Options, root: str, config: Config) -> list[Stand]:
    """How each session of a root stands; what is kept and holds is not judged again."""
    names = scan_names(root, config.layouts_in_force)
    judge: Judge | None = None
    if not are_records_silent(options, root):
        names, judge = with_records_of(options, names, judge_of(config))
    with opened_or_awaited(names) as folder:
        kept = KeptStandings(names, config)
        seen, stands = kept.look(folder, list(names.sessions.values()))
        if judge or len(stands) < len(seen) or not kept.is_whole:
            from exito_tui.cli.shared.judged_stands import judged_stands

            return judged_stands(folder, names, judge or judge_of(config), kept, seen, stands)
    return [*stands.values()]
