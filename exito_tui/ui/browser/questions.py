"""What the user is asked before sessions are changed: how much, why it is safe, what is left."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from exito_tui.domain.cleanup.operation import Action, Operation, counted
from exito_tui.domain.cleanup.protection import Blocker
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration, local_day, pluralize, short_size
from exito_tui.domain.verdicts.state import State
from exito_tui.render.findings import fix_in_words
from exito_tui.render.reasons import sentence
from exito_tui.ui.dialogs.confirm import Question

if TYPE_CHECKING:
    from exito_tui.store.operations.fix import Fix
    from exito_tui.store.trash.targets import Target

_WHERE_IT_GOES = "Nothing is freed before you purge the trash. u takes it back."

TitleOf = Callable[[Session], str]


def move_question(
    targets: Sequence["Target"],
    blockers: Mapping[str, Blocker],
    states: Mapping[str, State],
    title_of: TitleOf,
    now_ns: int,
    *,
    archiving: bool,
) -> Question:
    """Whether sessions shall go to the trash, or into archives first; those with blockers stay."""
    alone = targets[0].session if len(targets) == 1 else None
    going = [target for target in targets if target.session.key not in blockers]
    left = [
        (title_of(target.session), sentence(blockers[target.session.key].reason))
        for target in targets
        if target not in going
    ]
    files, size = sum(one.files for one in going), short_size(sum(one.size for one in going))
    rows = [
        (
            title_of(target.session),
            short_size(target.size),
            _remark(target.session, states.get(target.session.key), now_ns),
        )
        for target in going
    ]
    about = f"{one_line(decoded(alone.key))}\n" if alone else ""
    if going:
        about += f"{files} file{'' if files == 1 else 's'}, {size}. "
    if archiving and going:
        about += "Each is packed into .archive in the root and read back first. "
    forceable = alone is not None and bool(left) and not blockers[alone.key].final
    about += _WHERE_IT_GOES if going else "F does it anyway; u takes it back." if forceable else ""
    count = pluralize(len(going))
    verb = "archive" if archiving else "move to the trash"
    return Question(
        f"{'Archive' if archiving else 'Move'} {count}{'' if archiving else ' to the trash'}?"
        if going
        else f"Nothing to {'archive' if archiving else 'move'}",
        about.rstrip("\n"),
        rows,
        left,
        verb,
        f"{verb.partition(' ')[0]} anyway" if forceable else "",
    )


def finalize_question(
    sessions: Sequence[Session],
    blockers: Mapping[str, Blocker],
    states: Mapping[str, State],
    title_of: TitleOf,
) -> Question:
    """Whether the end of sessions shall be written into them; those with blockers stay as they
    are."""
    going = [one for one in sessions if one.key not in blockers]
    left = [
        (title_of(one), sentence(blockers[one.key].reason))
        for one in sessions
        if one.key in blockers
    ]
    rows = [
        (title_of(one), "", ", ".join(filter(None, (one.command, states.get(one.key)))))
        for one in going
    ]
    forceable = len(sessions) == 1 and bool(left) and not blockers[sessions[0].key].final
    about = (
        "Status, end and a summary are written into each: session_metadata.json and "
        "session_summary.md. What was there is kept in the trash. u takes it back."
    )
    anyway = "F does it anyway; u takes it back." if forceable else ""
    return Question(
        f"Finalize {pluralize(len(going))}?" if going else "Nothing to finalize",
        about if going else anyway,
        rows,
        left,
        "finalize",
        "finalize anyway" if forceable else "",
    )


def fix_question(fixes: Sequence["Fix"], root: str = "") -> Question:
    """Whether the moves that fix findings shall be made; findings with a problem stay. `root` is
    named where several are open."""
    moves = [_moves(fix) for fix in fixes if not fix.problem]
    rows = [(line, "", "") for lines in moves for line in ("", *lines)][1:]
    left = [(decoded(fix.finding.place), sentence(fix.problem)) for fix in fixes if fix.problem]
    return Question(
        f"Fix {pluralize(len(fixes) - len(left), 'problem')}?",
        f"{f'In {root}. ' if root else ''}Nothing is ever overwritten. u takes it back.",
        rows,
        left,
        "fix",
    )


_DONE: Mapping[Action, str] = {
    "rm": "moved to the trash", "prune": "pruned", "archive": "archived", "restore": "restored",
    "unarchive": "unpacked", "finalize": "finalized", "fix": "fixed", "pin": "pinned",
    "unpin": "unpinned", "recover": "saved",
}  # fmt: skip


def undo_question(operation: Operation, titles: Sequence[str], now_ns: int) -> Question:
    """Whether an operation shall be taken back that is not what was done last in this run; `titles`
    are those of its items."""
    done = _DONE.get(operation.action, operation.action)
    is_answer = operation.action == "recover"  # which a hook may have done just now
    return Question(
        f"Undo {'this' if is_answer else 'further back'}? "
        f"{pluralize(len(titles), counted(operation.action))}, {done} "
        f"{local_day(operation.at_ns, now_ns)}",
        _who_saved(operation)
        if is_answer
        else "It lies further back than what you did last since you started exito-tui.",
        [
            (title, short_size(item.size) if item.size else "", "")
            for title, item in zip(titles, operation.items, strict=True)
        ],
        [],
        "undo",
    )


def _who_saved(operation: Operation) -> str:
    origins = [item.origin for item in operation.items if item.origin]
    what = "them" if len(operation.items) > 1 else "it"
    agents = dict.fromkeys(one_line(one.agent) for one in origins)
    whose = f"the answer of {' and '.join(agents)}" if agents else "an answer"
    by_hook = any(one.by_hook for one in origins)
    return f"{'A hook' if by_hook else 'You'} saved {what} from {whose}."


def _remark(session: Session, state: State | None, now_ns: int) -> str:
    """What it is a run of, and why it is safe to move it: its state, and since when nothing was
    written."""
    written = session.last_write_ns
    quiet = f"quiet {duration(now_ns - written)}" if written is not None else "no files"
    return ", ".join(filter(None, (session.command, state, quiet)))


def _moves(fix: "Fix") -> list[str]:
    """The moves that fix a finding, in lines."""
    lines: list[str] = [fix.finding.title]
    for what, where in fix_in_words(fix.finding.moves, fix.emptied):
        lines += [f"  {what}", f"    {where}"]
    return lines
