"""Trees deeper than a path may be long."""

import os

import pytest

from exito_tui.store.fs import mutations
from exito_tui.store.fs.tree import look_through
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.restore import undo
from exito_tui.store.trash.contents import entries_of
from tests.store.support import KEY, OLD, Deepen, rm
from tests.support import Root, destroy, said


def test_what_is_deep_in_the_scratch_is_removed(filled: Root, deepen: Deepen) -> None:
    rm(filled, "patch")
    deepen(filled.path / ".trash" / "scratch", 1_500)
    assert not rm(filled, KEY).failed and not undo(str(filled)).failed
    assert os.listdir(filled.path / ".trash" / "scratch") == []


def test_an_entry_that_is_deep_is_destroyed(filled: Root, deepen: Deepen) -> None:
    deepen(filled.path / KEY, 600)
    os.utime(filled.path / KEY / "plan.md", (OLD, OLD))
    assert not rm(filled, KEY, rules=ChangeRules(forced={KEY})).failed
    (entry,) = entries_of(str(filled))
    assert not destroy(filled, [entry]).failed
    assert entries_of(str(filled)) == [] and os.listdir(filled.path / ".trash" / "scratch") == []


def test_an_entry_deeper_than_can_be_looked_through_is_named(filled: Root, deepen: Deepen) -> None:
    rm(filled, "patch")
    deepen(filled.folder(".trash/deep"), 1_200)
    entry = next(one for one in entries_of(str(filled)) if one.id == "deep")
    assert "deep in it; remove it by hand: rm -r" in said(destroy(filled, [entry]))[0][1]
    assert not rm(filled, KEY).failed


def test_few_folders_are_open_at_once(
    filled: Root, deepen: Deepen, monkeypatch: pytest.MonkeyPatch
) -> None:
    deepen(filled.folder(".trash/scratch"), 300)
    most, real = 0, mutations.remove_folder

    def counting(parent: int, name: str) -> None:
        nonlocal most
        most = max(most, len(os.listdir("/proc/self/fd")))
        real(parent, name)

    monkeypatch.setattr(mutations, "remove_folder", counting)
    before = len(os.listdir("/proc/self/fd"))
    assert not rm(filled, KEY).failed and most - before < 100


def test_looking_through_takes_any_depth_that_a_path_can_have(filled: Root, deepen: Deepen) -> None:
    deepen(filled.path / KEY, 900)
    descriptor = os.open(filled.path, os.O_RDONLY)
    try:
        assert len(look_through(descriptor, KEY).folders) == 902
    finally:
        os.close(descriptor)
