"""What a process asks the system about files, noted down: an answer that was made of it holds as
long as the system says the same."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from exito_tui.kept_answer import basis_of
from exito_tui.processes import PROC, told_at

if TYPE_CHECKING:
    from exito_tui.kept_answer import Basis

_ASKING = ("stat", "lstat", "readlink", "open", "listdir", "scandir")
"""The functions of `os` by which all code here asks; `os.path` calls them too."""

_MOST = 200_000


class NotedLooks:
    """What was asked. Two kinds of questions about a folder are told apart: what is in it (then
    its times count), and whether it is there, as `os.path` asks, plainly."""

    def __init__(self, before_ns: int, apart: tuple[str, ...]) -> None:
        """What was written since `before_ns` (epoch ns) is no basis: it may be out of date already,
        and then nothing more is noted. Nothing in the folders `apart` is: their paths end in /."""
        self._before_ns = before_ns
        self._apart = apart
        self._asked: dict[str, bool] = {}
        """Whether there was anything at a path."""
        self._timed: set[str] = set()
        """The folders whose times count."""
        self._listed: set[str] = set()
        """The folders of which all that is in them was looked at."""
        self._followed: set[str] = set()
        """The paths of which it counts where they lead, if they are links."""
        self._told: dict[str, str] = {}
        """What the system told of processes, by path."""
        self._open: dict[int, str] = {}
        self._is_basis = True

    def noting(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        """The function `name` of `os`, which notes what it is asked."""

        def asked(path: Any = ".", *rest: Any, **options: Any) -> Any:
            place = self._place(path, options.get("dir_fd")) if self._is_basis else ""
            if not self._is_basis or place.startswith(self._apart) or place in self._told:
                return ask(path, *rest, **options)
            if place.startswith(PROC):
                self._told[place] = ""  # what is asked for that is noted already
                told = told_at(place)
                self._told[place] = told or ""
                if told is None:
                    self._is_basis = False  # nobody knows what another answer would mean
                return ask(path, *rest, **options)
            is_followed = _follows(name, rest, options)
            if is_followed:
                self._followed.add(place)
            try:
                made = ask(path, *rest, **options)
            except OSError:
                self._note(place, is_there=False)
                raise
            self._note(place, is_there=True)
            if name == "open":
                self._open[made] = place
            elif name in ("listdir", "scandir"):
                self._timed.add(place)
                if name == "scandir":
                    self._listed.add(place)
            elif name == "stat" and not is_followed:
                self._timed.add(place)
                if made.st_ctime_ns >= self._before_ns:
                    self._is_basis = False
            return made

        return asked

    def _note(self, place: str, *, is_there: bool) -> None:
        before = self._asked.setdefault(place, is_there)
        if before != is_there and not self._is_above(place):
            self._is_basis = False  # it came or went meanwhile

    def _is_above(self, path: str) -> bool:
        """Whether the folders `apart` lie below a path: then it is made with them."""
        return any(one.startswith(f"{path}/") for one in self._apart)

    def doubling(self, ask: Callable[[int], int]) -> Callable[[int], int]:
        """`os.dup`, which notes what the new descriptor is of."""

        def asked(descriptor: int) -> int:
            made = ask(descriptor)
            self._open[made] = self._of(descriptor)
            return made

        return asked

    def _place(self, path: Any, folder: int | None) -> str:
        if isinstance(path, int):
            return self._of(path)
        name = os.fsdecode(path)
        return name if folder is None else os.path.join(self._of(folder), name)

    def _of(self, descriptor: int) -> str:
        if descriptor not in self._open:
            self._is_basis = False  # nobody can ask for it again
        return self._open.get(descriptor, "")

    def basis(self) -> "Basis | None":
        """All that was asked about, as it is now. None where some of it is no basis, or cannot be
        asked for again. To be asked for when nothing is noted any more."""
        try:
            return self._as_it_is() if self._is_basis else None
        except OSError:
            return None  # it goes on changing

    def _as_it_is(self) -> "Basis | None":
        files: dict[str, None] = {}
        folders: dict[str, None] = {}
        missing: list[str] = []
        pending = [_Asked(path, there, path in self._timed) for path, there in self._asked.items()]
        pending += [_Asked(path, is_there=True, is_timed=False) for path in self._inside()]
        for path, was_there, is_timed in pending:
            status = _status(path)
            if status is None and not was_there:
                missing.append(path)
            elif status is not None and stat.S_ISLNK(status.st_mode):
                if status.st_ctime_ns >= self._before_ns:
                    return None
                if path in self._followed and path not in files:
                    target = os.path.join(os.path.dirname(path), os.readlink(path))
                    self._followed.add(target)
                    pending.append(_Asked(target, was_there, is_timed))
                files[path] = None
            elif status is None or not (was_there or self._is_above(path)):
                return None
            elif stat.S_ISDIR(status.st_mode) and not is_timed:
                folders[path] = None
            elif status.st_ctime_ns >= self._before_ns:
                return None
            else:
                files[path] = None
        if len(files) > _MOST:
            return None
        return basis_of([*files], [*folders], [*self._told.items()], missing)

    def _inside(self) -> Iterator[str]:
        """What lies in the folders that were listed."""
        for folder in self._listed:
            for name in _names(folder):
                path = os.path.join(folder, name)
                if path not in self._asked:
                    yield path


class _Asked(NamedTuple):
    path: str
    is_there: bool
    is_timed: bool


def _follows(name: str, rest: tuple[Any, ...], options: dict[str, Any]) -> bool:
    """Whether a function of `os` goes where a link leads."""
    if name == "open":
        flags = rest[0] if rest else options["flags"]
        return not flags & os.O_NOFOLLOW
    return name in ("listdir", "scandir") or (
        name == "stat" and bool(options.get("follow_symlinks", True))
    )


def _status(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


@contextmanager
def noted(before_ns: int, apart: tuple[str, ...]) -> Iterator[NotedLooks]:
    """Note what this process asks the system about files, for the time of a block. Only for a
    process of one thread. `before_ns` and `apart`: see `NotedLooks`."""
    looks = NotedLooks(before_ns, apart)
    before = {name: getattr(os, name) for name in (*_ASKING, "dup")}
    try:
        for name in _ASKING:
            setattr(os, name, looks.noting(name, before[name]))
        setattr(os, "dup", looks.doubling(before["dup"]))  # noqa: B010 as the others
        yield looks
    finally:
        for name, ask in before.items():
            setattr(os, name, ask)
