"""What is measured on Claude Code's records. Each function is a row of the table, as in `rows`."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import peers, transcripts, trees
from benchmarks.figures import Figure, browse, medians, while_idle
from benchmarks.terminal import Terminal
from exito_tui.demo.stand_ins import StandIns

_INDEX = """
import asyncio, sys, time
from exito_tui.claude.joined import JoinedRecords
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.store.read.scan import scan
root, project, config, live = *sys.argv[1:4], int(sys.argv[4])
snapshot = scan(root)
began = time.perf_counter()
records = JoinedRecords({root: project}, Judge().folders, config=config)
first, longest = 0.0, 0.0

def indexed():
    global first
    while not records.is_complete:
        records.look([snapshot], 8 << 20)  # as the feed does
        joined = records.joined[root].known.values()
        if not first and sum(known.is_alive for known in joined) == live:
            first = (time.perf_counter() - began) * 1000
    return (time.perf_counter() - began) * 1000

async def beating():
    global longest
    work = asyncio.create_task(asyncio.to_thread(indexed))
    last = time.perf_counter()
    while not work.done():
        await asyncio.sleep(0.002)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return work.result()

whole = asyncio.run(beating()) if sys.argv[5:] else indexed()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(whole, first, int(peak.split()[1]) / 1000, longest * 1000)
"""
"""Prints the milliseconds until all is indexed and until all that live are, the peak of memory in
MB, and the longest stall of the event loop in ms."""

_LIVE = 10


@contextmanager
def _registered(made: transcripts.Tree, count: int) -> Iterator[None]:
    """While some of a tree's conversations live."""
    living = StandIns()
    try:
        transcripts.register(made, living, count)
        yield
    finally:
        living.end()


def index(folder: Path) -> list[Figure]:
    """Indexing 200 MB of transcripts, ten of them live, in a fresh process."""
    made = transcripts.tree(folder, 200)
    place = [str(made.root), str(made.project), str(made.config), str(_LIVE)]
    figures: list[list[float]] = []

    def indexed(*more: str, kept: str = "") -> float:
        """`kept` is the cache folder of a run before; without one, it is the first."""
        command = [sys.executable, "-c", _INDEX, *place, *more]
        with TemporaryDirectory(dir=folder) as fresh:
            environment = {**os.environ, "XDG_CACHE_HOME": kept or fresh}
            done = subprocess.run(
                command, check=True, capture_output=True, text=True, env=environment
            )
        figures.append([float(word) for word in done.stdout.split()])
        return figures[-1][0]

    def every_line() -> float:
        command = [sys.executable, "-c", peers.EVERY_LINE, str(made.transcripts)]
        return float(subprocess.run(command, check=True, capture_output=True).stdout)

    with _registered(made, _LIVE):
        whole, bare = medians(indexed, every_line, repeats=5)
        _, first, peak, _ = map(statistics.median, zip(*figures[1:], strict=True))
        stall = statistics.median((indexed("beating"), figures[-1][3])[1] for _ in range(3))
        with TemporaryDirectory(dir=folder) as kept:
            indexed(kept=kept)
            again, once = medians(lambda: indexed(kept=kept), indexed, repeats=5)
        beside, theirs = medians(indexed, lambda: _claude_code_log(folder, made), repeats=3)
    return [
        Figure("first verdicts, 200 MB, ten live", first, "half a second", 500.0, 1.0),
        Figure("200 MB of transcripts indexed", whole, "json.loads of every line", bare, 0.6),
        Figure("200 MB of transcripts indexed", beside, "claude-code-log", theirs, 0.05),
        Figure("... once more", again, "the first time", once, 0.2),
        Figure("... peak memory", peak, "100 MB", 100.0, 1.0, "MB"),
        Figure("... longest stall", stall, "a tenth of a second", 100.0, 1.0),
    ]


def _claude_code_log(folder: Path, made: transcripts.Tree) -> float:
    """Milliseconds that it takes for one document of all of them, without its cache."""
    command = [
        peers.claude_code_log(folder), str(made.transcripts), "--no-cache", "--combined", "only",
        "-o", str(folder / "transcripts.html"),
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "HOME": str(folder)}
    )
    return (time.perf_counter() - began) * 1000


def append(folder: Path) -> list[Figure]:
    """From a record that is appended to a transcript of 20 MB to seeing it."""
    tl = peers.toolong(folder)

    def ours() -> float:
        made, path = transcripts.large(folder)
        with _registered(made, 1), Terminal(_with_records(made)) as terminal:
            terminal.wait_for("running")
            terminal.quiet(1.0)
            terminal.press("a")
            terminal.wait_for("switch")
            terminal.press("\x1b[H")
            terminal.quiet(1.0)
            terminal.press("G")
            told = partial(transcripts.one_line, made, path.stem)
            return _until_seen(terminal, path, told)

    def theirs() -> float:
        """Of a log with short lines: the transcript it does not draw within a quarter minute."""
        path = trees.log(folder, 20_000_000)
        with Terminal([tl, str(path)]) as terminal:
            terminal.wait_for("worker")
            terminal.quiet(0.5)
            terminal.press("\x1b[F")
            return _until_seen(terminal, path, lambda needle: f"{needle}\n".encode())

    def the_tree() -> float:
        """It shows the model of the last record, at most ten times a second."""
        made, path = transcripts.large(folder)
        command = ["env", f"CLAUDE_CONFIG_DIR={made.config}", peers.agents_tree(folder)]
        often = ["--watch", "--interval", "0.1", "--provider", "claude", path.stem]
        with _registered(made, 1), Terminal([*command, *often]) as terminal:
            terminal.wait_for("builder")
            return _until_seen(terminal, path, partial(transcripts.one_line, made, path.stem))

    mine, peer, tree = medians(ours, theirs, the_tree, repeats=1)
    return [
        Figure("a record more in 20 MB, to pixels", mine, "toolong, a log of 20 MB", peer, 0.5),
        Figure("a record more in 20 MB, to pixels", mine, "agents-tree --watch", tree, 1.0),
        Figure("a record more in 20 MB, to pixels", mine, "a tenth of a second", 100.0, 1.0),
    ]


def _until_seen(
    terminal: Terminal, path: Path, line: Callable[[str], bytes], count: int = 20
) -> float:
    """Milliseconds from appending a line with a text to seeing that text."""
    terminal.quiet(0.5)  # once a second the ages are drawn anew
    times = []
    for number in range(count):
        needle = chr(ord("a") + number) * 12  # only what changes of a line is drawn
        terminal.forget()
        with path.open("ab") as file:
            file.write(line(needle))
        written = time.perf_counter()
        times.append((terminal.wait_for(needle) - written) * 1000)
        terminal.quiet(0.1)
    return statistics.median(times)


def idle(folder: Path, seconds: float = 60.0) -> list[Figure]:
    """The time computed while nothing happens, with five conversations that live."""
    made = transcripts.tree(folder, 25)
    command = _with_records(made)
    with (
        _registered(made, 5),
        Terminal(command) as ours,
        Terminal([*command, "--no-claude"]) as theirs,
    ):
        for terminal in (ours, theirs):
            terminal.wait_for("build")
        mine, without = while_idle(ours, theirs, seconds)
    what = f"idle for {seconds:.0f} s, five live"
    return [Figure(what, mine, "the same with --no-claude", without, 1.2)]


def _with_records(made: transcripts.Tree) -> Sequence[str]:
    return ["env", f"CLAUDE_CONFIG_DIR={made.config}", *browse(made.root)]
