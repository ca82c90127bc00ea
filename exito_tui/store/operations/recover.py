"""Saving what agents returned as text as the files that they owe: each is put in place by one
rename that replaces nothing."""

import hashlib
import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from exito_tui.domain.cleanup.operation import Item, Operation, Origin, Rename
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.operations.hook_notes import note, saved
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.opening import new_id, open_for_change
from exito_tui.store.trash.renames import make_staging
from exito_tui.store.trash.trash import Trash

if TYPE_CHECKING:  # hooks, which are short of time, do without
    from exito_tui.domain.sessions.session import Session


class SavedText(Protocol):
    """What is to be saved: the name of the file, its content, and where that comes from."""

    @property
    def name(self) -> str: ...

    @property
    def content(self) -> bytes: ...

    @property
    def origin(self) -> Origin: ...


def save_reports(session: "Session", reports: Sequence[SavedText]) -> Outcome:
    """Save reports as files of a session that has a folder of its own; the log and the session's
    metadata tell where each comes from. What is there already stays as it is.

    Raises:
        CleanupError: nothing was done.
    """
    if session.form == "folder":
        return save_texts(session.root, session.key, reports)
    lost = tuple((f"{session.key}/{report.name}", Reason("loose")) for report in reports)
    return Outcome(Operation(new_id(), "recover", time.time_ns(), ()), failed=lost)


def save_texts(
    root: str, key: str, texts: Sequence[SavedText], patience: float = 0.0, *, by_hand: bool = True
) -> Outcome:
    """As `save_reports`, into the folder of the session with a key; `by_hand`: the user wanted it,
    not a hook. `patience`: for so many seconds another process that changes the root is waited
    for."""
    with open_for_change(root, patience) as (trash, notes):
        operation_id, items, lost = new_id(), [], []
        for number, text in enumerate(texts, 1):
            try:
                items.append(_item(trash, key, text, operation_id, number))
            except OSError as error:
                lost.append((f"{key}/{text.name}", reason_of(error)))
        outcome = execute(trash, Operation(operation_id, "recover", time.time_ns(), tuple(items)))
        for item in outcome.done:
            name, agent = item.what.rpartition("/")[2], item.origin.agent if item.origin else ""
            note(trash.root, key, saved(name, agent, item.size, by_hand=by_hand))
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _item(trash: Trash, key: str, text: SavedText, operation_id: str, number: int) -> Item:
    """Write a text into the staging folder; the item puts it in its place. Raises OSError."""
    if "/" in text.name or text.name.startswith("."):
        raise ChangedError(Reason("loose"))
    with safefs.opened_folder(trash.root, key):
        pass  # a session that is gone is not made anew
    draft = make_staging(trash, operation_id)
    with safefs.opened_folder(trash.root, draft) as staging:
        name = f"{number}-{text.name}"
        mutations.write_new(staging, name, text.content, 0o666)
        inode = os.stat(name, dir_fd=staging, follow_symlinks=False).st_ino
    target = f"{key}/{text.name}"
    return Item(
        target,
        (
            Rename(
                f"{draft}/{name}", target, inode, digest=hashlib.sha256(text.content).hexdigest()
            ),
        ),
        files=1,
        size=len(text.content),
        origin=text.origin,
    )
