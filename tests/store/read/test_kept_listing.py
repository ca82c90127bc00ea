"""Whatever happens to a root, what was kept of it lists it as nothing kept does."""

import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exito_tui.cli.json.fast_listing import listing
from exito_tui.domain.verdicts.judge import Judge
from tests.support import Root

DAY = 86_400.0
NAMES = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md",
         "sub/a.md", "sub/deep/b.md", "a\tb.md", "é.md", "x\\y.md")  # fmt: skip
GOOD = {
    "progress.md": "**Status**: Completed\n",
    "review.md": "Overall Score: 9/10\n\n**Status**: APPROVED\n",
}
"""What makes a session completed: only then is its verdict kept."""
TEXTS = ("# A\n", "# Plan\n\n- [x] a\n", "**Status**: Completed\n", "x" * 300, "y" * 300,
         "Overall Score: 9/10\n\n**Status**: APPROVED\n")  # fmt: skip


class Fate:
    """Does one thing after the other to the files of a root, always the same for a seed."""

    def __init__(self, root: Root, seed: int) -> None:
        self._root = root
        self._chance = random.Random(seed)
        self._old = time.time() - 40 * DAY
        for number in range(20):
            for name in NAMES[: self._chance.choice((3, 5, 7, 10))]:
                self._write(root.path / f"build/build_202510{10 + number}_120000" / name)
        self.age()

    def strike(self) -> str:
        """Do something; what it was."""
        sessions = sorted((self._root.path / "build").iterdir())
        session = self._chance.choice(sessions)
        files = sorted(path for path in session.rglob("*") if path.is_file())
        acts: list[Callable[[Path], object]] = [
            self._write, self._rewrite_in_place, Path.unlink, self._rename, self._turn_into_a_link,
            lambda path: os.utime(path, (self._old - 5, self._old - 5)), lambda path: path.chmod(0o600),
            lambda path: self._write(session / self._chance.choice(NAMES)),
            lambda path: shutil.rmtree(session / "sub", ignore_errors=True),
            lambda path: session.rename(session.with_name(f"{session.name[:-2]}{len(files):02}")),
            lambda path: self._copy(path, self._chance.choice(sessions) / path.name),
        ]  # fmt: skip
        act = self._chance.choice(acts)
        if files:
            act(self._chance.choice(files))
        if self._chance.random() < 0.5:
            self.age()
        return f"{getattr(act, '__name__', act)} in {session.name}"

    def age(self) -> None:
        """Give folders an old time, as if nothing had come or gone in them for long."""
        for folder, _, _ in os.walk(self._root.path):
            os.utime(folder, (self._old, self._old))

    def _write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_good = path.name in GOOD and self._chance.random() < 0.8
        path.write_text(GOOD[path.name] if is_good else self._chance.choice(TEXTS))
        at = self._old + self._chance.random() * 1000
        os.utime(path, (at, at))

    def _rewrite_in_place(self, path: Path) -> None:
        before = path.stat()
        path.write_text(path.read_text()[::-1])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def _copy(self, path: Path, to: Path) -> None:
        if to != path:
            shutil.copy2(path, to)

    def _rename(self, path: Path) -> None:
        path.rename(path.with_name(f"{path.stem}-moved.md"))

    def _turn_into_a_link(self, path: Path) -> None:
        path.unlink()
        path.symlink_to("/etc/passwd")


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_lists_a_root_as_it_is(
    root: Root, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_ns = time.time_ns() + 60 * 10**9  # past the time in which nothing is kept
    monkeypatch.setattr(time, "time_ns", lambda: now_ns)
    fate = Fate(root, seed)

    def listed(cache: str) -> dict[str, Any]:
        monkeypatch.setenv("XDG_CACHE_HOME", cache)
        return {one["key"]: one for one in json.loads(listing([str(root)], Judge()))["sessions"]}

    kept = f"{root.project}-kept"
    listed(kept)
    for number in range(40):
        what = fate.strike()
        assert listed(kept) == listed(f"{root.project}-{number}"), what
