"""Writing a simulated fleet to disk, as fast or as slowly as wanted."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable
from random import Random

from exito_tui.demo.dated import live_of, live_of_until, past_of
from exito_tui.demo.fleet import crowd, live, live_until, past
from exito_tui.demo.recorder import Stage
from exito_tui.demo.scenes import recorded_live, recorded_past
from exito_tui.demo.stand_ins import StandIns
from exito_tui.demo.writes import Write

HEADLESS_SECONDS = 240.0
"""How much of the fleet's life a headless demo writes."""


def write_past(root: str, seed: int, now: float, layout: str = "exito", sessions: int = 0) -> None:
    """Write what was there before the demo began, with the times it would have had; `sessions` is
    how many more there are of each of five commands, in the plugin's own layout."""
    put(root, past(seed, now) if layout == "exito" else past_of(layout, seed, now), now)
    if layout == "exito":
        put(root, crowd(seed, now, sessions), now)


def put(root: str, writes: Iterable[Write], now: float) -> None:
    """Carry writes out at once, giving each file and its folder the time of its write. `now` is
    when the demo begins."""
    for write in writes:
        path = _execute(root, write)
        for one in (path, os.path.dirname(path)):
            os.utime(one, (now + write.at, now + write.at))


def play(root: str, writes: Iterable[Write], speed: float, stop: threading.Event) -> None:
    """Carry writes out when their time has come, `speed` times faster than life (0: at once), until
    `stop` is set.

    A root that somebody takes away meanwhile is made again by the next write.
    """
    began = time.monotonic()
    for write in writes:
        pause = write.at / speed - (time.monotonic() - began) if speed else 0
        if stop.wait(max(0.0, pause)):
            return
        _execute(root, write)


def play_headless(
    root: str,
    seed: int,
    speed: float,
    stop: threading.Event,
    layout: str = "exito",
    sessions: int = 0,
) -> None:
    """Write the past and then four minutes of the fleet's life."""
    now = time.time()
    write_past(root, seed, now, layout, sessions)
    began = now if speed else now - HEADLESS_SECONDS
    if layout == "exito":
        writes = live_until(seed, began, HEADLESS_SECONDS)
    else:
        writes = live_of_until(layout, seed, now, HEADLESS_SECONDS)
    if speed:
        play(root, writes, speed, stop)
    else:
        put(root, writes, began)


class BackgroundFleet:
    """A fleet that is played in a temporary project, in a thread of its own, until it is ended."""

    def __init__(
        self, seed: int = 1, speed: float = 1.0, layout: str = "exito", sessions: int = 0
    ) -> None:
        self._project = os.path.realpath(tempfile.mkdtemp(prefix="exito-demo-"))
        self.root = os.path.join(self._project, ".claude", "sessions")
        self.config = os.path.join(self._project, ".claude-code")
        """Where the records are of the Claude Code that seems to run it."""
        self._stop = threading.Event()
        self._stand_ins = StandIns()
        self._threads: list[threading.Thread] = []
        now = time.time()
        try:
            write_past(self.root, seed, now, layout, sessions)
            if layout == "exito":
                self._play_records(Stage(self._project, now, Random(seed), speed), seed)
            writes = live(seed, now) if layout == "exito" else live_of(layout, seed, now)
            self._play(self.root, writes, speed)
        except BaseException:
            self.end()
            raise

    def _play_records(self, stage: Stage, seed: int) -> None:
        """What Claude Code records: of runs that are there, and of those that go on."""
        another = self._stand_ins.another
        scenes = recorded_past(stage, past(seed, stage.now), another)
        put(self.root, scenes.files, stage.now)
        put(self.config, scenes.records, stage.now)
        self._play(self.config, recorded_live(stage, seed, another), stage.speed)

    def _play(self, folder: str, writes: Iterable[Write], speed: float) -> None:
        arguments = (folder, writes, speed, self._stop)
        thread = threading.Thread(
            target=_play_quietly, args=arguments, name="exito-demo", daemon=True
        )
        thread.start()
        self._threads.append(thread)

    def end(self) -> None:
        """Stop writing, and leave nothing behind."""
        self._stop.set()
        self._stand_ins.end()
        for thread in self._threads:
            thread.join(5)
        shutil.rmtree(self._project, ignore_errors=True)


def _play_quietly(root: str, writes: Iterable[Write], speed: float, stop: threading.Event) -> None:
    try:
        play(root, writes, speed, stop)
    except OSError:
        return  # the disk is full, or the folder is not ours any more: the fleet comes to rest


def _execute(root: str, write: Write) -> str:
    path = os.path.join(root, write.path)
    if write.text is None:
        os.makedirs(path, exist_ok=True)
        return path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if write.whole and path.endswith(".json"):  # a record: nobody reads half of one
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.write(write.text)
        os.replace(f"{path}.new", path)
        return path
    with open(path, "w" if write.whole else "a", encoding="utf-8") as file:
        file.write(write.text)
    return path
