"""The journal: what stands in it before anything is done, and what becomes of it later."""

import errno
import json
import os
import re
import shutil
from collections.abc import Callable

import pytest

from exito_tui.domain.cleanup.operation import Item, Operation, Rename
from exito_tui.domain.cleanup.operation_json import (
    NotAnOperationError,
    operation_text,
    read_operation,
)
from exito_tui.render.reasons import sentence
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.operations.common import recover
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.operations.restore import restore, undo
from exito_tui.store.trash import user_record
from exito_tui.store.trash.contents import entries_of, is_interrupted
from exito_tui.user_folders import state_folder
from tests.store.support import KEY, OLD, rm, targets, tree
from tests.support import Root, said


def test_a_journal_that_nobody_can_read_is_kept_and_told_of(filled: Root) -> None:
    rm(filled, "patch")
    filled.write(".trash/journal.json", "{torn")
    filled.write(".trash/scratch/x/session_metadata.json", "the old one\n")
    assert not is_interrupted(str(filled)), "nothing is done about it before the next deed"
    outcome = rm(filled, KEY)
    assert [path.read_text() for path in (filled.path / ".trash").glob("scratch.*/x/*")] == [
        "the old one\n"
    ]
    assert not outcome.failed and "the journal could not be read" in sentence(outcome.notes[0])
    assert (
        not is_interrupted(str(filled))
        and len(list((filled.path / ".trash").glob("journal.unreadable.*"))) == 1
    )
    found = {bool(entry.problem): entry for entry in entries_of(str(filled))}
    assert len(entries_of(str(filled))) == 3 and found[True].id.startswith("scratch.")


@pytest.mark.parametrize("path", ["../../outside/x", "/etc/x", ".trash/../x", "", "a//b"])
def test_a_journal_that_leads_elsewhere_is_not_believed(filled: Root, path: str) -> None:
    operation = Operation("d", "rm", 1, (Item("x", (Rename("notes", "there", 1),)),))
    text = operation_text(operation).replace('"there"', json.dumps(path))
    with pytest.raises(NotAnOperationError):
        read_operation(text)
    with pytest.raises(NotAnOperationError):
        read_operation(operation_text(operation).replace('"entry": ""', '"entry": "../x"'))


def test_what_a_process_left_half_done_is_put_right_and_told(filled: Root) -> None:
    """A flat session of two files, of which one had been moved when the process was ended."""
    before = tree(filled)
    child = os.fork()
    if child == 0:
        count = 0

        def end(name: str, phase: str) -> None:
            nonlocal count
            count += (name, phase) == ("renameat2", "after")
            if count == 1 and name == "renameat2":
                os._exit(1)

        mutations.probe = end
        rm(filled, "pr_reviews/pr_7")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    assert len(os.listdir(filled.path / "pr_reviews")) == 2 and is_interrupted(str(filled))
    assert list(map(sentence, recover(str(filled)))) == [
        "rm was interrupted: 0 of 1 had been done, the rest is as it was"
    ]
    assert (
        tree(filled) == before and entries_of(str(filled)) == [] and not is_interrupted(str(filled))
    )


def test_nothing_is_said_when_the_journal_cannot_be_written_but_that(
    filled: Root, probed: Callable[..., None]
) -> None:
    rm(filled, "patch")
    aimed, before = targets(filled, KEY), tree(filled)

    def full(name: str, phase: str) -> None:
        if name == "write":
            raise OSError(errno.ENOSPC, "x")

    probed(full)
    with pytest.raises(
        CleanupError,
        match=r"the journal cannot be written: .*no space left on the disk; nothing was lost",
    ):
        move_to_trash(str(filled), aimed)
    assert tree(filled) == before


def test_where_the_users_state_cannot_be_written_its_place_is_named_and_left_clean(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "x")

    monkeypatch.setattr(user_record, "_write", full)
    roots = os.path.join(state_folder(), "roots")
    for _ in range(2):
        with pytest.raises(CleanupError, match=re.escape(f"cannot be written: {roots}")):
            move_to_trash(str(filled), targets(filled, KEY))
    assert os.listdir(roots) == []


def test_what_was_made_is_on_the_disk_before_what_entered_it_and_what_was_left_comes_last(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rm(filled, KEY)
    shutil.rmtree(filled.path / "build")
    synced: list[str] = []
    real = mutations.sync

    def noting(descriptor: int) -> None:
        synced.append(os.path.relpath(os.readlink(f"/proc/self/fd/{descriptor}"), filled.path))
        real(descriptor)

    monkeypatch.setattr(mutations, "sync", noting)
    assert not restore(str(filled), [entries_of(str(filled))[0].id]).failed
    order = [path for path in synced if path in (".", "build", ".trash")]
    first = order.index(".")
    assert order[first : first + 3] == [".", "build", ".trash"]


def test_a_session_that_cannot_be_put_back_is_known_to_undo(filled: Root) -> None:
    """An agent wrote into it while it was moved, and made its folder anew in its place."""
    agent = open(filled.path / KEY / "plan.md", "a")  # noqa: SIM115 it stays open

    def write(name: str, phase: str) -> None:
        if (name, phase) == ("renameat2", "after") and not agent.closed:
            agent.write("more\n")
            agent.close()
            filled.write(f"{KEY}/new.md", "new\n", at=OLD)

    mutations.probe = write
    try:
        outcome = rm(filled, KEY)
    finally:
        mutations.probe = None
    assert not outcome.done and "could not be put back" in said(outcome)[0][1]
    assert not is_interrupted(str(filled)), (
        "it is resolved: it lies in the trash, and the log knows"
    )
    assert not rm(filled, "patch").failed and not undo(str(filled)).failed
    shutil.rmtree(filled.path / KEY)
    assert [item.what for item in undo(str(filled)).done] == [KEY]
    assert (filled.path / KEY / "plan.md").read_text().endswith("more\n")
