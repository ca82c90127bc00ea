"""What is measured, one function a row of the table. Each returns its figures; all times are
seconds."""

import itertools
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from string import ascii_lowercase

from benchmarks import peers, records, trees
from benchmarks.figures import Figure, browse, medians, run_time, until_drawn, while_idle
from benchmarks.terminal import Terminal
from exito_tui.store.operations.common import ChangeRules
from exito_tui.store.operations.move import move_to_trash
from exito_tui.store.read.scan import scan
from exito_tui.store.trash.targets import capture_targets


def start(folder: Path) -> list[Figure]:
    """From exec to the list on the screen."""
    log, small, large = (
        trees.log(folder, 10_000),
        trees.sessions(folder, 1_000),
        trees.sessions(folder, 100_000),
    )
    tl = [peers.toolong(folder), str(log)]
    fresh = trees.recent(folder, 1_000)
    ours_small, ours_states, ours_large, theirs = medians(
        lambda: until_drawn(browse(small), trees.newest_clock(small)),
        lambda: until_drawn(browse(fresh), _STATES),
        lambda: until_drawn(browse(large), trees.newest_clock(large)),
        lambda: until_drawn(tl, "worker"),
    )
    return [
        Figure("exec to the list, 1,000 sessions", ours_small, "toolong, a small log", theirs, 0.5),
        Figure(
            "exec to signs and states, 1,000", ours_states, "toolong, a small log", theirs, 0.75
        ),
        Figure(
            "exec to the list, 100,000 sessions", ours_large, "itself with 1,000", ours_small, 2.0
        ),
    ]


_STATES = "done"
"""What the top says once the states of sessions are known; they are painted in the same frame."""

_NAMES = """
import gc, sys, time
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.store.read.scan import scan_names
gc.disable()
began = time.perf_counter()
newest_first(scan_names(sys.argv[1]).sessions.values())
print((time.perf_counter() - began) * 1000)
"""


def names(folder: Path) -> list[Figure]:
    """Names and order of all sessions, as the browser needs them for its first picture, in a fresh
    process."""
    root = trees.sessions(folder, 100_000)

    def read() -> float:
        return float(
            subprocess.run(
                [sys.executable, "-c", _NAMES, str(root)], check=True, capture_output=True
            ).stdout
        )

    ours, theirs = medians(read, lambda: run_time(peers.find(root)))
    return [Figure("names and order of 100,000 sessions", ours, "find -printf", theirs, 0.1)]


def listing(folder: Path) -> list[Figure]:
    """`ls --json` of 10,000 sessions, of old ones and of those of the last hour, after a first
    call."""
    figures = []
    for what, root, target in (
        ("10,000 sessions", trees.sessions(folder, 10_000), 1.5),
        ("10,000 of the last hour", trees.recent(folder, 10_000), 2.0),
    ):
        command = [*peers.ours(), "ls", "--json", "--root", str(root)]
        ours, theirs = medians(partial(run_time, command), partial(run_time, peers.find(root)))
        figures.append(Figure(f"ls --json, {what}", ours, "find -printf", theirs, target))
    return figures


def status(folder: Path) -> list[Figure]:
    """`status` of 1,000 old sessions, whose answer a first call has kept, beside a Python that does
    nothing."""
    command = [*peers.ours(), "status", "--root", str(trees.sessions(folder, 1_000))]
    ours, theirs = medians(
        partial(run_time, command), lambda: run_time([sys.executable, "-c", "pass"])
    )
    return [Figure("status, 1,000 sessions", ours, "python -c pass", theirs, 3.0)]


def search(folder: Path) -> list[Figure]:
    """A text that stands in 16 of 8,000 files of 77 MB."""
    rg = peers.rg()
    if not rg:
        print("search: rg (ripgrep) is not installed, so there is no figure", file=sys.stderr)
        return []
    root = str(trees.texts(folder, 8_000))
    command = [*peers.ours(), "search", trees.PHRASE, "--root", root]
    ours, theirs = medians(
        partial(run_time, command), lambda: run_time([rg, "-in", trees.PHRASE, root])
    )
    return [Figure("search of 77 MB in 8,000 files", ours, "rg", theirs, 1.5)]


_VERDICTS = """
import gc, sys, time
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.fs import safefs
from exito_tui.store.read.caching_reader import CachingReader, kept_of
from exito_tui.store.read.scan import scan_names
gc.disable()
root, judge, now = sys.argv[1], Judge(), time.time_ns()
with safefs.opened_root(root) as folder:
    began = time.perf_counter()
    reader = CachingReader(folder, scan_names(root), judge, kept_of(root, judge))
    sessions = reader.with_files(list(reader.snapshot.sessions.values()))
    scanned = time.perf_counter()
    for session in sessions:
        reader.kept_verdict(session) or reader.judged([session], now)
    print((time.perf_counter() - scanned) * 1000, (scanned - began) * 1000)
"""


def verdicts(folder: Path) -> list[Figure]:
    """The verdicts on 10,000 sessions: again, beside what scanning them costs in the same process,
    and for the first time, beside reading the same files with `cat`."""
    root = trees.sessions(folder, 10_000)
    paths = [str(path) for path in root.glob("build/*/*.md") if path.name in _READ]

    def judged(cache: str) -> tuple[float, float]:
        command = [sys.executable, "-c", _VERDICTS, str(root)]
        environment = {**os.environ, **({"XDG_CACHE_HOME": cache} if cache else {})}
        done = subprocess.run(command, check=True, capture_output=True, env=environment)
        ours, scan = map(float, done.stdout.split())
        return ours, scan

    def again() -> float:
        ours, scan = judged("")
        return ours / scan * 100

    def cat() -> float:
        """As few processes as the system allows."""
        return sum(
            run_time(["cat", *paths[at : at + 10_000]]) for at in range(0, len(paths), 10_000)
        )

    run_time([sys.executable, "-c", _LISTING, str(root)])
    share, first, theirs = medians(again, lambda: judged("/nonexistent")[0], cat)
    return [
        Figure("verdicts on 10,000 sessions, again", share, "their scan", 100.0, 1.0, "%"),
        Figure("verdicts on 10,000 sessions, first", first, "cat of the same files", theirs, 3.0),
    ]


_LISTING = """
import sys
from exito_tui.cli.json.fast_listing import listing
from exito_tui.domain.verdicts.judge import Judge
listing([sys.argv[1]], Judge())
"""

_READ = ("context.md", "plan.md", "progress.md", "test_report.md", "review.md")
"""The files of those sessions that are read for a verdict and a title; of the rest the names and
sizes are enough."""


def _key_presses(command: Sequence[str], needle: str, count: int = 60) -> float:
    with Terminal(command) as terminal:
        terminal.wait_for(needle)
        terminal.quiet(1.5)
        times = []
        for _ in range(count):
            pressed = terminal.press("\x1b[B")
            times.append((terminal.wait_for_output() - pressed) * 1000)
            terminal.quiet(0.03)
        return statistics.median(times)


def keys(folder: Path) -> list[Figure]:
    """From a key press to the frame."""
    small, large = trees.sessions(folder, 1_000), trees.sessions(folder, 100_000)
    options = [sys.executable, "-c", peers.OPTIONS_APP.replace("{count}", "100000")]
    ours_small, ours_large, theirs = medians(
        lambda: _key_presses(browse(small), trees.newest_clock(small)),
        lambda: _key_presses(browse(large), trees.newest_clock(large)),
        lambda: _key_presses(options, "build_20251106_000000"),
        repeats=3,
    )
    return [
        Figure("a key press, 100,000 rows", ours_large, "OptionList, 100,000 rows", theirs, 1.0),
        Figure("a key press, 100,000 rows", ours_large, "itself with 1,000", ours_small, 1.2),
    ]


def _appends(command: Sequence[str], path: Path, ready: str, to_end: str, count: int = 25) -> float:
    """From writing a line to seeing it."""
    with Terminal(command) as terminal:
        terminal.wait_for(ready)
        terminal.quiet(1.0)
        terminal.press(to_end)
        terminal.quiet(0.5)
        times = []
        for number in range(count):
            needle = ascii_lowercase[number] * 12  # only what changes of a line is drawn
            terminal.forget()
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n{needle}\n")
            written = time.perf_counter()
            times.append((terminal.wait_for(needle) - written) * 1000)
            terminal.quiet(0.1)
        return statistics.median(times)


def appends(folder: Path) -> list[Figure]:
    """From a write to pixels."""
    tl = peers.toolong(folder)

    def ours(size: int) -> float:
        path = trees.markdown(folder, size)
        return _appends(browse(trees.root_of(path)), path, "Step", "\tG")

    def theirs() -> float:
        path = trees.markdown(folder, 100_000)
        return _appends([tl, str(path)], path, "Step", "\x1b[F")

    small, middle, large, peer = medians(
        lambda: ours(10_000), lambda: ours(100_000), lambda: ours(5_000_000), theirs, repeats=3
    )
    return [
        Figure("an append to 100 KB, write to pixels", middle, "toolong, the same file", peer, 0.5),
        Figure("an append to 5 MB, write to pixels", large, "itself at 10 KB", small, 1.3),
    ]


def huge(folder: Path) -> list[Figure]:
    """Opening a file of 100 MB, and what the event loop has to bear."""
    path = trees.log(folder, 100_000_000)
    tl = [peers.toolong(folder), str(path)]
    peaks: dict[str, list[int]] = {"ours": [], "theirs": []}

    def opened(name: str, command: Sequence[str]) -> float:
        with Terminal(command) as terminal:
            took = terminal.wait_for("worker") - terminal.started
            terminal.quiet(1.0)
            peaks[name].append(terminal.peak_memory())
            return took * 1000

    ours, theirs = medians(
        lambda: opened("ours", browse(trees.root_of(path))), lambda: opened("theirs", tl), repeats=5
    )
    memory = [statistics.median(peaks[name]) / 1e6 for name in ("ours", "theirs")]
    return [
        Figure("opening 100 MB", ours, "toolong", theirs, 0.5),
        Figure("opening 100 MB, peak memory", memory[0], "toolong", memory[1], 0.5, "MB"),
        Figure(
            "opening 100 MB, longest stall", _longest_stall(path), "a tenth of a second", 100.0, 1.0
        ),
    ]


def _longest_stall(path: Path) -> float:
    """The longest time in milliseconds for which the event loop did nothing else while the file was
    opened."""
    import asyncio

    from exito_tui.config.settings import Config
    from exito_tui.store.read.scan import scan_names
    from exito_tui.ui.app import ExitoApp

    async def measure() -> float:
        gaps: list[float] = []

        async def beat() -> None:
            last = time.perf_counter()
            while True:
                await asyncio.sleep(0.002)
                now = time.perf_counter()
                gaps.append((now - last) * 1000)
                last = now

        app = ExitoApp([scan_names(str(trees.root_of(path)))], Config())
        async with app.run_test(size=(120, 40)) as pilot:
            beating = asyncio.create_task(beat())
            for key in ("tab", "m", "m", "G", "g", "g", "pagedown", "G"):
                await pilot.press(key)
                await pilot.pause(0.3)
            beating.cancel()
        return max(gaps)

    return asyncio.run(measure())


def idle(folder: Path, seconds: float = 60.0) -> list[Figure]:
    """The time computed while nothing happens."""
    root = trees.sessions(folder, 1_000)
    with (
        Terminal(browse(root)) as ours,
        Terminal([sys.executable, "-c", peers.EMPTY_APP]) as theirs,
    ):
        ours.wait_for(trees.newest_clock(root))
        theirs.wait_for("empty")
        mine, empty = while_idle(ours, theirs, seconds)
    what = f"computing while idle for {seconds:.0f} s"
    return [Figure(what, mine, "an empty Textual app", empty, 1.3)]


def prune(folder: Path) -> list[Figure]:
    """A dry run of a policy, beside listing the same sessions with their verdicts."""
    root = trees.sessions(folder, 10_000)
    ls = [*peers.ours(), "ls", "--json", "--root", str(root)]
    dry = [*peers.ours(), "prune", "--keep-last", "100", "--dry-run", "--json", "--root", str(root)]
    ours, theirs = medians(lambda: run_time(dry), lambda: run_time(ls))
    return [Figure("prune --dry-run, 10,000 sessions", ours, "ls --json", theirs, 1.2)]


def trash(folder: Path) -> list[Figure]:
    """Moving sessions to the trash, beside bare renames that wait for the disk as often: for both
    folders of each."""
    number = itertools.count()

    def fresh() -> Path:
        root = folder / f"trash-{next(number)}" / "sessions"
        shutil.copytree(trees.sessions(folder, 1_000), root)
        os.sync()
        return root

    def ours() -> float:
        root = fresh()
        sessions = list(scan(str(root)).sessions.values())
        began = time.perf_counter()
        outcome = move_to_trash(
            str(root), capture_targets(str(root), sessions), ChangeRules(quiet_ns=0)
        )
        took = (time.perf_counter() - began) * 1000
        assert len(outcome.done) == len(sessions), outcome.failed[:3]
        shutil.rmtree(root.parent)
        return took

    def without_bookkeeping() -> float:
        root = fresh()
        names = os.listdir(root / "build")
        (root / "gone").mkdir()
        source, target = (os.open(root / name, os.O_RDONLY) for name in ("build", "gone"))
        began = time.perf_counter()
        for name in names:
            os.rename(name, name, src_dir_fd=source, dst_dir_fd=target)
            os.fsync(source)
            os.fsync(target)
        took = (time.perf_counter() - began) * 1000
        os.close(source)
        os.close(target)
        shutil.rmtree(root.parent)
        return took

    mine, theirs = medians(ours, without_bookkeeping)
    return [Figure("1,000 sessions to the trash", mine, "1,000 renames with fsyncs", theirs, 3.0)]


ROWS: dict[str, Callable[[Path], list[Figure]]] = {
    "start": start,
    "names": names,
    "keys": keys,
    "appends": appends,
    "huge": huge,
    "idle": idle,
    "listing": listing,
    "status": status,
    "search": search,
    "prune": prune,
    "trash": trash,
    "verdicts": verdicts,
    "records": records.index,
    "records-append": records.append,
    "records-idle": records.idle,
}
