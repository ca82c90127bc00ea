"""`exito-tui status`: how many sessions need you, as short as a status line wants it, and as quick:
nothing is even read while nothing has changed, and what judges is not imported while nothing can
have turned."""

import contextlib
import gc
import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FINDINGS, has_complained, writable, write
from exito_tui.cli.shared.claude import (
    are_records_silent,
    judge_of,
    opened_or_awaited,
    silent_from_ns,
    with_records_of,
)
from exito_tui.cli.shared.roots import existing_roots
from exito_tui.cli.shared.settings import settings_for
from exito_tui.cli.shared.signs import sign_of
from exito_tui.config.settings import Config
from exito_tui.domain.verdicts.state import NEEDS_USER, State
from exito_tui.kept_answer import forget_old, path_of, to_keep
from exito_tui.looks import noted
from exito_tui.safe_write import keep_own_file
from exito_tui.store.read.kept_standings import KeptStandings, Stand
from exito_tui.store.read.scan import RACY_NS, scan_names
from exito_tui.user_folders import KEPT, cache_folder

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.judge import Judge

_LATEST_NS = 1 << 63

_SHOWN: tuple[State, ...] = ("waiting", "stuck", "failed", "running")


def run(options: Options) -> int:
    """Print the counts, as signs or as JSON; exit code 3 when anything needs the user."""
    gc.disable()  # it is over before there is garbage
    now_ns = time.time_ns()
    kept = tuple(os.path.join(cache_folder(), name, "") for name in KEPT)
    with noted(now_ns - RACY_NS, kept) as looks:
        roots = existing_roots(options, awaited=True, work_trees=True)
        stands = [stand for root in roots for stand in _stands(options, root, settings_for(root))]
    counts = Counter(stand.state for stand in stands if not stand.is_old)
    if options.json:
        from exito_tui.cli.json.schema import document, status_object

        old = len(stands) - counts.total()
        text = document(status_object(roots, counts, old))
    else:
        shown = [f"{sign_of(state)}{counts[state]}" for state in _SHOWN if counts[state]]
        text = " ".join(shown) + "\n"
    write(text)
    code = EXIT_FINDINGS if any(counts[state] for state in NEEDS_USER) else 0
    basis = None if has_complained() else looks.basis()
    if basis:
        turns = [one.until_ns for one in stands]
        turns += [silent_from_ns(options, root, now_ns) for root in roots]
        until_ns = min((at for at in turns if at is not None), default=_LATEST_NS)
        with contextlib.suppress(FileNotFoundError):  # the folder that the user is in is gone
            answer = to_keep(options.arguments, writable(text), code, basis, now_ns, until_ns)
            forget_old(now_ns)
            keep_own_file(path_of(options.arguments), answer)
    return code


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
