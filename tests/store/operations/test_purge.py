"""What is destroyed for good: exactly what was shown, and nothing that was written since."""

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest

from exito_tui.store.fs import mutations
from exito_tui.store.trash.contents import entries_of, operations_of
from tests.store.support import KEY, OLD, rm
from tests.support import Root, destroy, said


def test_purge_takes_only_what_was_confirmed(filled: Root) -> None:
    rm(filled, KEY)
    confirmed = entries_of(str(filled))
    rm(filled, "patch")
    assert [item.what for item in destroy(filled, confirmed).done] == [KEY]
    assert [entry.item.what for entry in entries_of(str(filled))] == ["patch"]
    assert said(destroy(filled, confirmed)) == [(KEY, "it is not in the trash any more")]


def test_purge_destroys_folders_that_nobody_may_write_to(filled: Root) -> None:
    os.chmod(filled.path / KEY / "sub", 0o500)
    rm(filled, KEY)
    assert not destroy(filled, entries_of(str(filled))).failed
    assert list((filled.path / ".trash").glob("2*")) == []


def purged(root: Root, meanwhile: Callable[[], None]) -> Any:
    from exito_tui.store.operations.purge import capture_entries, purge

    targets = capture_entries(str(root), entries_of(str(root)))
    meanwhile()
    return purge(str(root), targets)


def test_what_was_written_into_an_entry_after_the_question_is_kept(filled: Root) -> None:
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    place = filled.path / ".trash" / entry.id / "plan.md"

    def write() -> None:
        place.write_text("new words\n")
        os.utime(place, (OLD, OLD))

    outcome = purged(filled, write)
    assert (
        said(outcome) == [(KEY, "it has changed since you looked")]
        and place.read_text() == "new words\n"
    )


def test_what_an_agent_still_writes_to_is_not_purged_without_a_word(filled: Root) -> None:
    agent = open(filled.path / KEY / "plan.md", "a")  # noqa: SIM115 it stays open
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    agent.write("more\n")
    agent.close()
    later = entry.at_ns / 1e9 + 60
    os.utime(filled.path / ".trash" / entry.id / "plan.md", (later, later))
    assert (
        "plan.md was written in the future, after it came" in said(destroy(filled, [entry]))[0][1]
    )
    from exito_tui.store.operations.purge import capture_entries, purge

    assert not purge(str(filled), capture_entries(str(filled), [entry]), forced={entry.id}).failed


@pytest.mark.parametrize("at", ["renameat2", "unlink"])
def test_what_is_written_while_it_is_destroyed_is_put_back(filled: Root, at: str) -> None:
    filled.write(f"{KEY}/zzz.md", "last\n", at=OLD)
    rm(filled, KEY)
    (entry,) = entries_of(str(filled))
    agents = [open(filled.path / ".trash" / entry.id / name, "a") for name in ("plan.md", "zzz.md")]  # noqa: SIM115
    going = filled.path / ".trash" / "scratch" / entry.id

    def write(name: str, phase: str) -> None:
        now = (name, phase) == (at, "before") and (at == "renameat2" or going.exists())
        for agent in agents if now else ():
            if not agent.closed:
                agent.write("more\n")
                agent.close()

    mutations.probe = write
    try:
        outcome = destroy(filled, [entry])
    finally:
        mutations.probe = None
    assert "put back" in said(outcome)[0][1]
    kept = [path.read_text() for path in (filled.path / ".trash" / entry.id).glob("*.md")]
    assert any(text.endswith("more\n") for text in kept)
    assert os.listdir(filled.path / ".trash" / "scratch") == []


def test_a_purge_that_cannot_remove_all_says_so_and_hinders_nothing(
    filled: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    rm(filled, KEY)
    real = mutations.remove_file

    def stubborn(parent: int, name: str) -> None:
        if name == "deep.md":
            raise OSError(errno.EACCES, "x")
        real(parent, name)

    with monkeypatch.context() as patched:
        patched.setattr(mutations, "remove_file", stubborn)
        outcome = destroy(filled, entries_of(str(filled)))
    ((what, why),) = said(outcome)
    assert outcome.done == () and what.endswith("sub/deep.md")
    assert (
        why
        == "permission denied; check its owner and its permissions: it could not be destroyed whole"
    )
    assert not rm(filled, "patch").failed
    assert os.listdir(filled.path / ".trash" / "scratch") == [], "it is tried again"


def test_a_full_disk_can_be_purged(filled: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    rm(filled, KEY)
    entries = entries_of(str(filled))
    real = mutations.write_all

    def no_room(descriptor: int, content: bytes) -> None:
        if list((filled.path / ".trash" / "scratch").iterdir()) or entries_of(str(filled)):
            raise OSError(errno.ENOSPC, "x")
        real(descriptor, content)

    monkeypatch.setattr(mutations, "write_all", no_room)
    assert not destroy(filled, entries).failed
    assert entries_of(str(filled)) == [] and os.listdir(filled.path / ".trash" / "scratch") == []
    assert operations_of(str(filled))[-1].action == "purge", "once there is room it is written down"
