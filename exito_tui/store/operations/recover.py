"""Saving what agents returned as text as the files that they owe: each is put in place by one
rename that replaces nothing."""

import hashlib
import os
import time
from collections.abc import Sequence

from exito_tui.domain.cleanup.operation import Item, Operation, Rename
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.records.reports import Report
from exito_tui.domain.sessions.session import Session
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.operations.common import new_id, open_for_change
from exito_tui.store.trash.journal import Outcome, execute
from exito_tui.store.trash.renames import make_staging
from exito_tui.store.trash.trash import Trash


def save_reports(session: Session, reports: Sequence[Report]) -> Outcome:
    """Save reports as files of a session that has a folder of its own; the log tells where each
    comes from. What is there already stays as it is.

    Raises:
        CleanupError: nothing was done.
    """
    with open_for_change(session.root) as (trash, notes):
        operation_id, items, lost = new_id(), [], []
        for number, report in enumerate(reports, 1):
            what = f"{session.key}/{report.name}"
            try:
                items.append(_item(trash, session, report, operation_id, number))
            except OSError as error:
                lost.append((what, reason_of(error)))
        outcome = execute(trash, Operation(operation_id, "recover", time.time_ns(), tuple(items)))
        return outcome._replace(failed=(*lost, *outcome.failed), notes=(*notes, *outcome.notes))


def _item(trash: Trash, session: Session, report: Report, operation_id: str, number: int) -> Item:
    """Write a report into the staging folder; the item puts it in its place. Raises OSError."""
    if session.form != "folder" or "/" in report.name or report.name.startswith("."):
        raise ChangedError(Reason("loose"))
    with safefs.opened_folder(trash.root, session.key):
        pass  # a session that is gone is not made anew
    draft = make_staging(trash, operation_id)
    with safefs.opened_folder(trash.root, draft) as staging:
        name = f"{number}-{report.name}"
        mutations.write_new(staging, name, report.content, 0o666)
        inode = os.stat(name, dir_fd=staging, follow_symlinks=False).st_ino
    digest = hashlib.sha256(report.content).hexdigest()
    target = f"{session.key}/{report.name}"
    return Item(
        target,
        (Rename(f"{draft}/{name}", target, inode, digest=digest),),
        files=1,
        size=len(report.content),
        origin=report.origin,
    )
