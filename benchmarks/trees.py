"""The trees and files that are measured on."""

import os
import random
import time
from pathlib import Path
from string import ascii_lowercase
from textwrap import wrap

from exito_tui.demo.fleet import many
from exito_tui.domain.units import local_clock

LINE = (
    "2025-11-06T15:30:45Z worker {number:>9} took another item from the queue and put it back "
    "again\n"
)


def sessions(folder: Path, count: int) -> Path:
    """A root with `count` sessions of five files each; made once."""
    root = folder / f"sessions-{count}" / "sessions"
    if not root.exists():
        _write(root, count)
    return root


def recent(folder: Path, count: int) -> Path:
    """As `sessions`, but all of the last hour: the times of the files are set anew."""
    root = folder / f"recent-{count}" / "sessions"
    if not root.exists():
        _write(root, count)
    now = time.time() - 60
    names = sorted(os.listdir(root / "build"))
    for number, name in enumerate(names):
        began = now - 3500 * (len(names) - number) / len(names)
        with os.scandir(root / "build" / name) as files:
            for file in files:
                os.utime(file, (began, began))
    return root


PHRASE = "rate limit"
"""What stands in one of 500 files of `texts`."""


def texts(folder: Path, count: int) -> Path:
    """A root with `count` files of 9.6 kB each, five in a session; made once."""
    root = folder / f"texts-{count}" / "sessions"
    if not root.exists():
        draft, chance = root.with_name("draft"), random.Random(1)
        words = ["".join(chance.choices(ascii_lowercase, k=2 + at % 9)) for at in range(4_000)]
        for number in range(count):
            started = time.localtime(1_750_000_000 + 1_500 * (number // 5))
            session = draft / "build" / time.strftime("build_%Y%m%d_%H%M%S", started)
            session.mkdir(parents=True, exist_ok=True)
            text = " ".join(chance.choices(words, k=1_370))
            lines = "\n".join(wrap(text, 90))[:9_600]
            found = PHRASE if number % 500 == 0 else "nothing"
            (session / _FIVE[number % 5]).write_text(f"# Texts\n\n{lines}\n{found}\n")
        draft.rename(root)
    return root


_FIVE = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")


def _write(root: Path, count: int) -> None:
    draft = root.with_name("draft")
    now = time.time()
    for write in many(count, now):
        path = draft / write.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write.text or "", encoding="utf-8")
        os.utime(path, (now + write.at, now + write.at))
    draft.rename(root)


def newest_clock(root: Path) -> str:
    """The start time that the list shows for the newest session of a tree."""
    newest = max(os.listdir(root / "build"))
    started = time.mktime(time.strptime(newest[-15:], "%Y%m%d_%H%M%S"))
    return local_clock(int(started * 1e9), time.time_ns())


def log(folder: Path, size: int) -> Path:
    """A log of `size` bytes at least, made anew: what was appended to it is gone."""
    path = folder / f"log-{size}" / "sessions" / "build" / "build_20251106_153045" / "activity.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        number = 0
        while file.tell() < size:
            file.writelines(LINE.format(number=number + step) for step in range(1000))
            number += 1000
    return path


def markdown(folder: Path, size: int) -> Path:
    """A document of `size` bytes at least, of plain paragraphs, made anew."""
    path = folder / f"document-{size}" / "sessions" / "build" / "build_20251106_153045" / "plan.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        number = 0
        while file.tell() < size:
            number += 1
            file.write(
                f"## Step {number}\n\n{'A sentence about the step that is taken here. ' * 4}\n\n"
            )
            file.write("- one thing\n- another thing with `code` in it\n\n")
    return path


def root_of(path: Path) -> Path:
    """The root that a session's file lies in."""
    return path.parents[2]
