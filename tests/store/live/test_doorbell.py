"""Waiting for a change or for another thread, without waking up in between."""

import errno
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from exito_tui.store.live import watcher
from exito_tui.store.live.doorbell import Doorbell, Wake
from exito_tui.store.live.watcher import Watcher

FOREVER = 60.0


def test_a_wake_can_be_set_often_and_is_cleared_at_once() -> None:
    wake = Wake()
    for _ in range(100_000):  # more than a pipe holds
        wake.set()
    assert wake.is_set()
    wake.clear()
    assert not wake.is_set()
    wake.set()
    assert wake.wait(FOREVER)


def test_it_rings_for_each_kind_of_change_and_not_for_reading(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("one")
    bell = Doorbell([str(tmp_path)], Wake())
    changes: dict[str, Callable[[], object]] = {
        "made": lambda: (tmp_path / "new.md").write_text(""),
        "written": lambda: (tmp_path / "plan.md").write_text("two"),
        "touched": lambda: (tmp_path / "plan.md").touch(),
        "renamed": lambda: (tmp_path / "new.md").rename(tmp_path / "newer.md"),
        "removed": lambda: (tmp_path / "newer.md").unlink(),
    }
    for what, change in changes.items():
        change()
        assert bell.wait(FOREVER), what
        assert not bell.wait(0), what
    (tmp_path / "plan.md").read_text()
    list(tmp_path.iterdir())
    assert not bell.wait(0)
    bell.close()
    bell.close()


def test_another_thread_ends_the_wait(tmp_path: Path) -> None:
    wake = Wake()
    bell = Doorbell([str(tmp_path)], wake)
    began = time.monotonic()
    threading.Timer(0.05, wake.set).start()
    assert not bell.wait(FOREVER)
    assert time.monotonic() - began < FOREVER / 2
    bell.close()


def test_a_folder_that_is_gone_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        Doorbell([str(tmp_path / "gone")], Wake())


def _refused(*_: object) -> Doorbell:
    raise OSError(errno.EMFILE, "Too many open files")


@pytest.mark.parametrize("bell", ["rings", "refused"])
def test_changes_are_told_with_a_doorbell_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bell: str
) -> None:
    if bell == "refused":
        monkeypatch.setattr(watcher, "Doorbell", _refused)
    folder = [(str(tmp_path), tmp_path.stat().st_ino)]
    watching = Watcher(Wake())
    assert watching.arm(folder, 0.1, fine=True)
    watching.wait()  # from here on, also the library hears
    (tmp_path / "plan.md").write_text("x")
    heard: set[str] = set()
    deadline = time.monotonic() + FOREVER
    while not heard and time.monotonic() < deadline:
        heard = watching.wait()
    assert heard == {str(tmp_path / "plan.md")}
    assert not watching.arm(folder, 0.1, fine=True)
    # only the library has to be told how closely to look
    assert watching.arm(folder, 0.1, fine=False) is (bell == "refused")
    watching.close()
    assert watching.watches == 0
