"""`exito-tui status`: how many sessions need you, as short as a status line wants it, and as quick:
nothing is even read while nothing has changed, and what judges is not imported while nothing can
have turned."""

import contextlib
import gc
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from exito_tui.cli.options import Options
from exito_tui.cli.output import EXIT_FINDINGS, has_complained, writable, write
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
from exito_tui.kept_answer import path_of, to_keep
from exito_tui.looks import NotedLooks, noted
from exito_tui.safe_write import keep_own_file
from exito_tui.store.read.kept_standings import KeptStandings, Stand
from exito_tui.store.read.scan import RACY_NS, scan_names
from exito_tui.user_folders import cache_folder

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.judge import Judge

_LATEST_NS = 1 << 63

_SHOWN: tuple[State, ...] = ("waiting", "stuck", "failed", "running")


def run(options: Options) -> int:
    """Print the counts, as signs or as JSON; exit code 3 when anything needs the user."""
    gc.disable()  # it is over before there is garbage
    now_ns = time.time_ns()
    with noted(now_ns - RACY_NS) as looks:
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
    _keep(options.arguments, writable(text), code, looks, now_ns, stands)
    return code


def _keep(
    arguments: Sequence[str],
    text: str,
    code: int,
    looks: NotedLooks,
    now_ns: int,
    stands: Sequence[Stand],
) -> None:
    """Keep an answer for the next call, where nothing is going on."""
    basis = None if has_complained() else looks.basis(cache_folder())
    if not basis:
        return
    until_ns = min((one.until_ns for one in stands if one.until_ns), default=_LATEST_NS)
    with contextlib.suppress(FileNotFoundError):  # the folder that the user is in is gone
        kept = to_keep(arguments, text, code, basis, now_ns, until_ns)
        keep_own_file(path_of(arguments), kept)


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
