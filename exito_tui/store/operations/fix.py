"""Carrying out the moves that the doctor proposes: each finding is one item, and all of it can be
undone."""

import stat
import time
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import Item, Operation, Rename, payload
from exito_tui.domain.cleanup.protection import QUIET_SECONDS
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.doctor.finding import Finding, Move
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import (
    ChangedError,
    NotWrittenDownError,
    describe_error,
    reason_of,
)
from exito_tui.store.fs.mounts import mounts_below
from exito_tui.store.fs.tree import Tree, look_through
from exito_tui.store.operations.copying import Copy, announce, stage_copies
from exito_tui.store.operations.quiet import why_not_quiet
from exito_tui.store.read.pins import read_pins
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.trash import Trash


class Fix(NamedTuple):
    """A finding, the item that fixes it, and what lay at each source when it was looked at.
    `emptied` is the folder that goes to the trash because nothing is left in it. `problem`: why it
    cannot be fixed."""

    finding: Finding
    item: Item = Item("", ())
    seen: tuple[tuple[str, Tree], ...] = ()
    emptied: str = ""
    problem: Reason | None = None


def plan_fixes(root: str, findings: Iterable[Finding]) -> list[Fix]:
    """How the findings that propose moves would be fixed, as things are now. Raises OSError."""
    made = []
    operation_id = new_id()
    with safefs.opened_root(root) as descriptor:
        mounts = mounts_below(descriptor)
        for number, finding in enumerate((finding for finding in findings if finding.moves), 1):
            if finding.moves[0].origin:
                made += _copies(finding)
                continue
            try:
                made.append(_fix(descriptor, finding, f"{operation_id}-{number}", mounts))
            except OSError as error:
                made.append(Fix(finding, problem=_why(error)))
    return made


def fix(root: str, fixes: Sequence[Fix], quiet_ns: int = int(QUIET_SECONDS * SECOND_NS)) -> Outcome:
    """Carry out what was planned, and shown. What is pinned, was written meanwhile, or has changed
    is left.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        pins, now_ns = read_pins(trash.root), time.time_ns()
        by_place = {entry.item.what: entry for entry in fixes if not entry.problem}
        lost = [
            (f"{one.finding.code} {one.finding.place}", one.problem) for one in fixes if one.problem
        ]

        def before(item: Item) -> None:
            for rename in item.renames:
                check_home(trash, rename.target.rpartition("/")[0], pins, now_ns, quiet_ns)
            for path, seen in by_place[item.what].seen:
                if any(f"{path}/".startswith(f"{key}/") for key in pins):
                    raise ChangedError(Reason("pinned"))
                if look_through(trash.root, path, trash.mounts) != seen:
                    raise ChangedError(Reason("changed"))
                if why := why_not_quiet(seen, now_ns, quiet_ns):
                    raise ChangedError(why)

        operation_id = new_id()
        wanted = [_copy(one) for one in by_place.values() if one.finding.moves[0].origin]
        copies, left = stage_copies(trash, operation_id, wanted, quiet_ns) if wanted else ([], [])
        lost += left
        moved = [one.item for one in by_place.values() if one.item.renames]
        operation = Operation(operation_id, "fix", now_ns, (*moved, *copies))
        if copies:
            operation = _announced(trash, operation, copies)
        outcome = execute(trash, operation, before=before, announced=bool(copies))
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _announced(trash: Trash, operation: Operation, copies: Sequence[Item]) -> Operation:
    """As `announce`. Raises CleanupError."""
    try:
        return announce(trash, operation, copies)
    except OSError as error:
        raise NotWrittenDownError(
            f"nothing was done: it cannot be written down: {describe_error(error)}"
        ) from None


def _copies(finding: Finding) -> list[Fix]:
    """A fix for each copy that a finding proposes: they are independent of each other."""
    return [
        Fix(
            finding._replace(moves=(move,)),
            Item(f"{finding.code} {finding.place} {move.source}", ()),
        )
        for move in finding.moves
    ]


def _copy(one: Fix) -> Copy:
    (move,) = one.finding.moves
    return Copy(one.item.what, move.origin, move.source, move.target)


def check_home(trash: Trash, home: str, pins: Collection[str], now_ns: int, quiet_ns: int) -> None:
    """Raises ChangedError when the session that something would be moved into is pinned, or is
    being written."""
    if "/" not in home or home.startswith(f"{TRASH}/"):
        return
    if any(f"{home}/".startswith(f"{key}/") for key in pins):
        raise ChangedError(Reason("home-pinned", {"path": home}))
    try:
        tree = look_through(trash.root, home)
    except FileNotFoundError:
        return
    if why_not_quiet(tree, now_ns, quiet_ns):
        raise ChangedError(Reason("home-written", {"path": home}))


def _fix(root: int, finding: Finding, entry: str, mounts: Sequence[str]) -> Fix:
    seen = tuple((move.source, look_through(root, move.source, mounts)) for move in finding.moves)
    renames = [
        _rename(move, tree, entry) for move, (_, tree) in zip(finding.moves, seen, strict=True)
    ]
    emptied = _emptied(root, finding, mounts)
    if emptied:
        whole = look_through(root, emptied, mounts)
        renames.append(
            Rename(emptied, f"{payload(entry)}/{emptied.rpartition('/')[2]}", whole.inode)
        )
        seen = ((emptied, whole), *seen)
    to_trash = emptied or any(not move.target for move in finding.moves)
    files = sum(len(tree.files) for path, tree in seen if path != emptied)
    size = sum(tree.size for path, tree in seen if path != emptied)
    return Fix(
        finding,
        Item(
            f"{finding.code} {finding.place}",
            tuple(renames),
            entry if to_trash else "",
            files,
            size,
        ),
        seen,
        emptied,
    )


def _rename(move: Move, tree: Tree, entry: str) -> Rename:
    target = move.target or f"{payload(entry)}/{move.source.rpartition('/')[2]}"
    return Rename(move.source, target, tree.inode)


def _emptied(root: int, finding: Finding, mounts: Sequence[str]) -> str:
    """The folder that the moves leave without a file, for findings that are about such a folder;
    else empty."""
    if finding.code == "split-workflow":
        folder = finding.place
    elif finding.code == "nested-root":
        folder = finding.place.partition("/")[0]
    else:
        return ""
    sources = [move.source for move in finding.moves]
    left = look_through(root, folder, mounts).files
    moved = all(
        any(f"{folder}/{file.path}/".startswith(f"{source}/") for source in sources)
        for file in left
    )
    return folder if moved and not any(stat.S_ISLNK(file.mode) for file in left) else ""


def _why(error: OSError) -> Reason:
    return Reason("gone") if isinstance(error, FileNotFoundError) else reason_of(error)
