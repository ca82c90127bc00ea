"""What the user is asked before sessions are changed: how much, why it is safe, what is left."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from exito_tui.domain.cleanup.protection import Blocker
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import duration, pluralize, short_size
from exito_tui.domain.verdicts.state import State
from exito_tui.render.reasons import sentence
from exito_tui.ui.dialogs.confirm import Question

if TYPE_CHECKING:
    from exito_tui.store.operations.fix import Fix
    from exito_tui.store.trash.targets import Target

_WHERE_IT_GOES = (
    "They go to .trash in the root, and nothing is freed before you purge it. u takes it back."
)


def move_question(
    targets: Sequence["Target"],
    blockers: Mapping[str, Blocker],
    states: Mapping[str, State],
    now_ns: int,
    *,
    archiving: bool,
) -> Question:
    """Whether sessions shall go to the trash, or into archives first; those with blockers stay."""
    going = [target for target in targets if target.session.key not in blockers]
    left = [
        (decoded(target.session.key), sentence(blockers[target.session.key].reason))
        for target in targets
        if target not in going
    ]
    files, size = sum(one.files for one in going), short_size(sum(one.size for one in going))
    rows = [
        (
            decoded(target.session.key),
            _amount(target),
            _remark(target.session, states.get(target.session.key), now_ns),
        )
        for target in going
    ]
    about = f"{files} file{'' if files == 1 else 's'}, {size}. " if going else ""
    if archiving:
        about += "Each is packed into .archive in the root and read back first. "
    forceable = len(targets) == 1 and bool(left) and not blockers[targets[0].session.key].final
    count = pluralize(len(going))
    return Question(
        f"{'Archive' if archiving else 'Move'} {count}{'' if archiving else ' to the trash'}?"
        if going
        else f"Nothing to {'archive' if archiving else 'move'}",
        about + _WHERE_IT_GOES,
        rows,
        left,
        "archives" if archiving else "moves",
        forceable,
    )


def finalize_question(sessions: Sequence[Session], states: Mapping[str, State]) -> Question:
    """Whether the end of sessions shall be written into them."""
    rows = [(decoded(session.key), "", states.get(session.key) or "") for session in sessions]
    running = [session for session in sessions if states.get(session.key) == "running"]
    return Question(
        f"Finalize {pluralize(len(sessions))}?",
        "Status, end and a summary are written into each: session_metadata.json and "
        "session_summary.md. What "
        "was there is kept in the trash. u takes it back.",
        rows,
        [
            (decoded(session.key), sentence(Reason("running")))
            for session in running
            if len(sessions) > 1
        ],
        "finalizes",
        forceable=len(sessions) == 1 and bool(running),
    )


def fix_question(fixes: Sequence["Fix"]) -> Question:
    """Whether the moves that fix findings shall be made; findings with a problem stay."""
    rows = [(line, "", "") for fix in fixes if not fix.problem for line in _moves(fix)]
    left = [(decoded(fix.finding.place), sentence(fix.problem)) for fix in fixes if fix.problem]
    return Question(
        f"Fix {pluralize(len(fixes) - len(left), 'finding')}?",
        "Nothing is ever overwritten. u takes it back.",
        rows,
        left,
        "moves",
    )


def _remark(session: Session, state: State | None, now_ns: int) -> str:
    """Why it is safe to move a session: its state, and since when nothing was written."""
    written = session.last_write_ns
    quiet = f"quiet {duration(now_ns - written)}" if written is not None else "no files"
    return f"{state}, {quiet}" if state else quiet


def _moves(fix: "Fix") -> list[str]:
    """The moves that fix a finding, in lines."""
    lines: list[str] = [fix.finding.code]
    for move in fix.finding.moves:
        lines += [f"  {decoded(move.place)}"]
        target = decoded(move.target) or "the trash"
        lines += [f"    {'copied ' if move.origin else ''}to {target}"]
    return (
        [*lines, f"  {decoded(fix.emptied)}", "    to the trash, once it is empty"]
        if fix.emptied
        else lines
    )


def _amount(target: "Target") -> str:
    return f"{target.files} file{'' if target.files == 1 else 's'}  {short_size(target.size):>7}"
