"""Destroying entries of the trash: just the trees that the user was shown, and nothing that was
written since."""

import os
import time
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from exito_tui.domain.cleanup.operation import STAGING, Entry, Item, Operation, Rename, payload
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.units import SECOND_NS
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.fs.mounts import mounts_below
from exito_tui.store.fs.tree import File, Tree, content_of, file_of, look_through
from exito_tui.store.operations.common import Progress
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.trash import Trash, staging_left

AT_ONCE = Progress()
_SAME_MOMENT_NS = 2 * SECOND_NS


class PurgeTarget(NamedTuple):
    """An entry with all that lies in it; `problem` says why it cannot be destroyed."""

    entry: Entry
    tree: Tree
    problem: Reason | None = None

    @property
    def written_since(self) -> bool:
        """Whether something was written into it after it came to the trash: somebody may be at work
        in it still."""
        return self.tree.written_ns > self.entry.at_ns + _SAME_MOMENT_NS


def capture_entries(root: str, entries: Iterable[Entry]) -> list[PurgeTarget]:
    """Look through entries as they are now. Raises OSError when the root cannot be opened."""
    with safefs.opened_root(root) as descriptor:
        mounts = mounts_below(descriptor)
        return [_target(descriptor, entry, mounts) for entry in entries]


def _target(root: int, entry: Entry, mounts: Sequence[str]) -> PurgeTarget:
    try:
        return PurgeTarget(entry, look_through(root, payload(entry.id), mounts))
    except FileNotFoundError:
        return PurgeTarget(entry, Tree(0, ()), Reason("not-in-trash"))
    except ChangedError as error:
        return PurgeTarget(entry, Tree(0, ()), error.reason)
    except OSError as error:
        problem = Reason("not-looked-through", {"cause": reason_of(error)})
        return PurgeTarget(entry, Tree(0, ()), problem)


def written_since(target: PurgeTarget, now_ns: int) -> Reason | None:
    """Why an entry should be looked at before it is destroyed, or None."""
    if not target.written_since:
        return None
    newest = max(target.tree.files, key=lambda file: file.modified_ns)
    age = now_ns - newest.modified_ns
    return Reason("written-in-trash", {"name": os.path.basename(newest.path), "when": age})


def purge(
    root: str,
    targets: Sequence[PurgeTarget],
    *,
    forced: Collection[str] = (),
    progress: Progress = AT_ONCE,
) -> Outcome:
    """Destroy entries of the trash for good, just as they were shown. One into which something was
    written after it came to the trash is left, unless its id is among the `forced`.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(root) as (trash, notes):
        by_id = {target.entry.id: target for target in targets}
        items, lost = _items(by_id.values(), forced)
        left: dict[str, tuple[str, Reason]] = {}

        def after(item: Item) -> None:
            try:
                _destroy(trash, item, by_id[item.entry].tree)
            except ChangedError:
                raise
            except OSError as error:
                path = f"{error.filename or item.renames[0].target}"
                left[item.entry] = (path, reason_of(error))

        operation = Operation(new_id(), "purge", time.time_ns(), items)
        outcome = execute(
            trash,
            operation,
            before=lambda item: _verify_unchanged(trash, by_id[item.entry]),
            after=after,
            on_progress=progress.on_progress,
            should_stop=progress.should_stop,
        )
        known = [staging_left(path, why) for path, why in left.values()]
        return outcome._replace(
            done=tuple(item for item in outcome.done if item.entry not in left),
            failed=(
                *lost,
                *outcome.failed,
                *((path, Reason("not-destroyed", {"cause": why})) for path, why in left.values()),
            ),
            notes=(*notes, *(note for note in outcome.notes if note not in known)),
        )


def _items(
    targets: Iterable[PurgeTarget], forced: Collection[str]
) -> tuple[tuple[Item, ...], list[tuple[str, Reason]]]:
    """The items that destroy entries, and which entries are left, each with the reason."""
    items: list[Item] = []
    left: list[tuple[str, Reason]] = []
    for target in targets:
        entry, tree, why = target
        if not why and entry.id not in forced:
            why = written_since(target, time.time_ns())
        if why:
            left.append((entry.item.what, why))
            continue
        rename = Rename(payload(entry.id), f"{STAGING}/{entry.id}", tree.inode)
        items.append(Item(entry.item.what, (rename,), entry.id, len(tree.files), tree.size))
    return tuple(items), left


def _verify_unchanged(trash: Trash, target: PurgeTarget) -> None:
    """Raise ChangedError if an entry is not as it was shown."""
    if look_through(trash.root, payload(target.entry.id), trash.mounts) != target.tree:
        raise ChangedError(Reason("changed"))


def _destroy(trash: Trash, item: Item, seen: Tree) -> None:
    """Destroy what lies in the staging folder, if it is what was seen: each file is looked at once
    more before it goes.

    Raises:
        ChangedError: it is not.
        OSError: something cannot be removed.
    """
    place = item.renames[0].target
    if content_of(look_through(trash.root, place)) != content_of(seen):
        raise ChangedError(Reason("written-just-now", {"name": ""}))
    files: dict[str, File] = {file.path: file for file in seen.files}

    def check(path: str, status: os.stat_result) -> None:
        inner = path.removeprefix(place).lstrip("/")
        if file_of(inner, status) != files.get(inner):
            raise ChangedError(Reason("rest-put-back", {"path": inner or path}))

    with safefs.opened_folder(trash.root, STAGING) as staging:
        mutations.wipe(staging, item.entry, place, check)
