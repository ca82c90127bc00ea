"""What was asked is what an answer rests on."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exito_tui.kept_answer import holds
from exito_tui.looks import noted

MINUTE_NS = 60 * 10**9


def basis_of(ask: Callable[[], object]) -> Any:
    """What was asked, as if all had been written a minute ago."""
    with noted(time.time_ns() + MINUTE_NS, ("/nowhere/",)) as looks:
        ask()
    return looks.basis()


def test_each_link_on_the_way_counts(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).write_text(name)
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("c")
    (tmp_path / "c").symlink_to("first")
    made = basis_of(lambda: os.close(os.open(tmp_path / "a", os.O_RDONLY)))
    assert holds(made)
    (tmp_path / "first").write_text("other")
    assert not holds(made)
    made = basis_of(lambda: os.close(os.open(tmp_path / "a", os.O_RDONLY)))
    (tmp_path / "new").symlink_to("second")
    (tmp_path / "new").replace(tmp_path / "c")
    assert not holds(made)


def test_a_link_that_leads_to_itself_or_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to("gone")
    made = basis_of(lambda: [os.path.exists(tmp_path / name) for name in "ac"])
    assert holds(made)
    (tmp_path / "gone").write_text("there")
    assert not holds(made)


def test_what_came_between_two_questions_is_no_basis(tmp_path: Path) -> None:
    path = tmp_path / "new"

    def ask() -> None:
        assert not os.path.exists(path)
        path.mkdir()
        assert os.path.exists(path)

    assert basis_of(ask) is None


def test_nor_is_what_came_and_went(tmp_path: Path) -> None:
    path = tmp_path / "new"

    def ask() -> None:
        assert not os.path.exists(path)
        path.mkdir()
        assert os.path.exists(path)
        path.rmdir()

    assert basis_of(ask) is None


def test_nor_is_what_came_before_it_was_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "new"

    def ask() -> None:
        assert not os.path.exists(path)
        path.mkdir()
        os.stat(path, follow_symlinks=False)

    assert basis_of(ask) is None


def test_a_link_that_goes_meanwhile_is_no_basis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").write_text("")
    with noted(time.time_ns() + MINUTE_NS, ("/nowhere/",)) as looks:
        os.stat(tmp_path / "link")

    def gone(path: str) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "readlink", gone)
    assert looks.basis() is None


@pytest.mark.parametrize(("path", "is_known"), [("/proc/1/stat", True), ("/proc/self/cwd", False)])
def test_of_the_system_only_what_can_be_asked_again_is_a_basis(path: str, is_known: bool) -> None:
    assert (basis_of(lambda: os.path.lexists(path)) is not None) is is_known


def test_nothing_stays_noted() -> None:
    before = os.stat, os.open, os.dup
    with pytest.raises(KeyError), noted(0, ()):
        assert os.stat is not before[0]
        raise KeyError
    assert (os.stat, os.open, os.dup) == before
