"""Letting every system call that changes something fail, or be the last one, and looking at what is
left.

`changes.probe` is called before and after each such call. A plan names the call (counted from 0),
the phase and the fault; a run in a forked child (for SIGKILL), or here (for an error), must really
meet it.
"""

import errno
import hashlib
import os
import signal
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from exito_tui.domain.cleanup.operation_json import read_operation
from exito_tui.store.fs import mutations
from exito_tui.store.fs.errors import CleanupError
from exito_tui.store.trash.contents import entries_of
from tests.support import write_files

Fault = int
"""An error number, or 0 for SIGKILL."""
KILL: Fault = 0
FAULTS: dict[str, Fault] = {
    "SIGKILL": KILL, "ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EINTR": errno.EINTR, "EACCES": errno.EACCES,
    "EMFILE": errno.EMFILE, "EROFS": errno.EROFS, "EDQUOT": errno.EDQUOT, "ENOMEM": errno.ENOMEM,
}  # fmt: skip


COPIED: set[Callable[["World"], None]] = set()


def same_when_copied(prepare: Callable[["World"], None]) -> Callable[["World"], None]:
    """Says that what is done to a prepared world is done to a copy of it as well. It is not where
    what comes after looks for the very files, by inode, as undoing does."""
    COPIED.add(prepare)
    return prepare


class Point(NamedTuple):
    """Where a fault is injected: at the announcement of that number, of a call that is about to be
    made or was made."""

    at: int
    fault: Fault


class _Probe:
    def __init__(self, point: Point | None = None) -> None:
        self.point = point
        self.seen: list[str] = []
        self.injected = False

    def __call__(self, name: str, phase: str) -> None:
        self.seen.append(f"{phase} {name}")
        if self.point and len(self.seen) - 1 == self.point.at:
            self.injected = True
            if self.point.fault == KILL:
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(self.point.fault, os.strerror(self.point.fault))


def calls_of(work: Callable[[], object], folder: Path) -> tuple[list[str], list[int]]:
    """(the changing calls that some work makes, as they are announced: `before mkdir`, `after
    mkdir`; the numbers of the announcements at which anything in the folder is not as it was at the
    one before). To be ended elsewhere leaves the same disk once more."""
    probe = _Probe()
    changes: list[int] = []
    last: object = None

    def announced(name: str, phase: str) -> None:
        nonlocal last
        now = everything(folder)
        if now != last:
            changes.append(len(probe.seen))
        last = now
        probe(name, phase)

    mutations.probe = announced
    try:
        work()
    finally:
        mutations.probe = None
    return probe.seen, changes


def everything(folder: Path) -> object:
    """All that a process that is ended leaves there: each file and folder as it is."""
    return [
        (path, os.lstat(path), "" if os.path.isdir(path) else _file(path, folder))
        for base, folders, files in os.walk(folder)
        for path in [os.path.join(base, name) for name in (*folders, *files)]
    ]


def points(calls: list[str], faults: dict[str, Fault]) -> Iterator[Point]:
    """Every point at which each fault can be injected."""
    for at in range(len(calls)):
        for fault in faults.values():
            yield Point(at, fault)


def inject(point: Point, work: Callable[[], object]) -> None:
    """Do the work with one fault, which must really have been met."""
    if point.fault == KILL:
        _inject_kill(point, work)
        return
    probe = _Probe(point)
    mutations.probe = probe
    try:
        work()
    except (CleanupError, OSError):
        pass  # the user is told; what counts is what lies on the disk
    finally:
        mutations.probe = None
    assert probe.injected, f"{point} was never met: {len(probe.seen)} calls"


def _inject_kill(point: Point, work: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        mutations.probe = _Probe(point)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, (
        f"{point} was never met"
    )


def _names(folder: str) -> list[str]:
    """What lies in a folder; nothing where there is none."""
    return os.listdir(folder) if os.path.isdir(folder) else []


Content = tuple[tuple[str, int, int, str], ...]
"""(name, mode, time, hash) of each file of a session, by name."""


def content_of(folder: Path) -> Content:
    """All that a folder holds."""
    made = []
    for base, folders, files in os.walk(folder):
        for name in files + [one for one in folders if os.path.islink(os.path.join(base, one))]:
            made.append(_file(os.path.join(base, name), folder))
    return tuple(sorted(made))


def _file(path: str, folder: Path) -> tuple[str, int, int, str]:
    status = os.lstat(path)
    text = os.readlink(path).encode() if stat.S_ISLNK(status.st_mode) else _read(path)
    digest = hashlib.sha256(text).hexdigest()[:16]
    within = path.removeprefix(f"{folder}/")
    return within, stat.S_IMODE(status.st_mode), status.st_mtime_ns, digest


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class World:
    """A root with sessions of three kinds, something outside that must never change, and a place
    for archives."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.root = base / "project" / ".claude" / "sessions"
        self.archives = base / "archives"
        self.outside = base / "outside"
        self._make()
        self.sessions = self.where()
        self.guarded = self.watched()

    FOLDER, OTHER, FLAT = (
        "build/build_20250101_100000",
        "patch/patch_20250102_100000",
        "pr_reviews/pr_7",
    )

    def _make(self) -> None:
        at = 1_735_700_000
        files = {
            f"{self.FOLDER}/plan.md": "# Plan\n", f"{self.FOLDER}/sub/deep.txt": "deep\n", f"{self.FOLDER}/empty": "",
            f"{self.OTHER}/context.md": "# Context\n", f"{self.OTHER}/session_metadata.json": '{"own": 1}\n',
            "pr_reviews/pr_7_context.md": "# Seven\n", "pr_reviews/pr_7_final_review.md": "# Final\n",
            "pr_reviews/pr_8_context.md": "# Eight\n", "notes.md": "# A note\n",
        }  # fmt: skip
        for full in write_files(self.root, files):
            os.utime(full, ns=(at * 10**9 + 123, at * 10**9 + 123))
            at += 1
        os.chmod(self.root / self.FOLDER / "plan.md", 0o640)
        os.symlink(str(self.outside / "kept.txt"), self.root / self.FOLDER / "link")
        os.utime(
            self.root / self.FOLDER / "link", ns=(5 * 10**17, 5 * 10**17), follow_symlinks=False
        )
        self.outside.mkdir()
        (self.outside / "kept.txt").write_text("outside\n")

    def watched(self) -> object:
        """What nothing may ever change."""
        others = [self.root / "notes.md", self.root / "pr_reviews" / "pr_8_context.md"]
        return content_of(self.outside), [_file(str(path), self.base) for path in others]

    def where(self) -> dict[str, list[tuple[str, Content]]]:
        """For each session, every place where it is whole or in part, with what is there."""
        found: dict[str, list[tuple[str, Content]]] = {
            key: [] for key in (self.FOLDER, self.OTHER, self.FLAT)
        }
        root, trash = str(self.root), f"{self.root}/.trash"
        kept = [name for name in _names(trash) if name[0].isdigit()]
        documents = [_read(f"{trash}/{name}").decode() for name in kept if name.endswith(".json")]
        items = {
            (item.entry, item.what) for text in documents for item in read_operation(text).items
        }
        entries = [f"{trash}/{name}" for name in kept if not name.endswith(".json")]
        scratch = [f"{trash}/scratch/{name}" for name in _names(f"{trash}/scratch")]
        for holder in (root, *entries, *scratch):
            names = _names(f"{holder}/pr_reviews" if holder == root else holder)
            for key in (self.FOLDER, self.OTHER):
                place = f"{holder}/{key if holder == root else key.rpartition('/')[2]}"
                if (os.path.basename(holder), key) in items and {"plan.md", "context.md"} & {
                    *names
                }:
                    place = holder
                if os.path.isdir(place):
                    found[key].append(
                        (place.removeprefix(f"{self.base}/"), content_of(Path(place)))
                    )
            loose = f"{holder}/pr_reviews" if holder == root else holder
            files = [f"{loose}/{name}" for name in names if name.startswith("pr_7_")]
            if made := tuple(sorted(_file(path, Path(loose)) for path in files)):
                found[self.FLAT].append((loose.removeprefix(f"{self.base}/"), made))
        return found

    def check_whole(self, *, gone: bool = False) -> None:
        """Each session is whole in exactly one place. `gone`: or, since it was purged, in none."""
        for key, places in self.where().items():
            whole = self.sessions[key][0][1]
            if gone and not places:
                continue
            assert len(places) == 1, f"{key} lies in {[place for place, _ in places]}"
            assert places[0][1] == whole, f"{key} is not whole in {places[0][0]}"
        assert self.watched() == self.guarded

    def check_each_file_is_in_one_place(self) -> None:
        """A session of several loose files may be on its way when the process is ended; no file of
        it is lost, and none is there twice."""
        for key, places in self.where().items():
            found = sorted(file for _, content in places for file in content)
            assert found == sorted(self.sessions[key][0][1]), f"{key}: {found}"

    def check_archives(self) -> None:
        """There is an archive of a session that left, none of one that stays, and no draft."""
        names = sorted(os.listdir(self.archives)) if self.archives.exists() else []
        where = self.where()
        for key in (self.FOLDER, self.FLAT):
            stays = ".trash" not in where[key][0][0]
            fitting = [name for name in names if key.rpartition("/")[2] in name]
            assert bool(fitting) != stays, f"{key}: {fitting}"
            assert not any(name.startswith(".") for name in fitting), fitting
            for name in fitting:
                with tarfile.open(self.archives / name) as tar:
                    assert any(member.isfile() for member in tar.getmembers())

    def check_settled(self) -> None:
        """Nothing is left half done."""
        trash = self.root / ".trash"
        if trash.exists():
            assert not (trash / "journal.json").exists()
            assert list((trash / "scratch").iterdir()) == []
            known = {entry.id for entry in entries_of(str(self.root)) if not entry.problem}
            for entry in trash.iterdir():
                own = entry.name in (".gitignore", "lock", "log.jsonl", "mark", "scratch")
                ids = (
                    [item.entry for item in read_operation(entry.read_text()).items]
                    if entry.suffix == ".json"
                    else []
                )
                manifest = any((trash / one).is_dir() for one in ids)
                kept = entry.is_dir() and any(entry.iterdir()) and entry.name in known
                assert own or manifest or kept, f"{entry.name} keeps nothing"
