"""What a process asks the system about files, noted down: an answer that was made of it holds as
long as the system says the same."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from exito_tui.kept_answer import basis_of

if TYPE_CHECKING:
    from exito_tui.kept_answer import Basis

_ASKING = ("stat", "lstat", "readlink", "open", "listdir", "scandir")
"""The functions of `os` by which all code here asks; `os.path` calls them too."""

_SYSTEM = "/proc/"
"""What is told there has no times: of a process only whether it is there."""

_MOST = 200_000


class NotedLooks:
    """What was asked. Two kinds of questions about a folder are told apart: what is in it (then
    its times count), and whether it is there, as `os.path` asks, plainly."""

    def __init__(self, before_ns: int) -> None:
        """What was written since `before_ns` (epoch ns) is no basis: it may be out of date already,
        and then nothing more is noted."""
        self._before_ns = before_ns
        self._asked: dict[str, bool] = {}
        """Whether there was anything at a path."""
        self._timed: set[str] = set()
        """The folders whose times count."""
        self._listed: set[str] = set()
        """The folders of which all that is in them was looked at."""
        self._open: dict[int, str] = {}
        self._is_basis = True

    def noting(self, name: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        """The function `name` of `os`, which notes what it is asked."""

        def asked(path: Any = ".", *rest: Any, **options: Any) -> Any:
            if not self._is_basis:
                return ask(path, *rest, **options)
            place = self._place(path, options.get("dir_fd"))
            try:
                made = ask(path, *rest, **options)
            except OSError:
                self._asked[place] = False
                raise
            self._asked[place] = True
            if name == "open":
                self._open[made] = place
            elif name in ("listdir", "scandir"):
                self._timed.add(place)
                if name == "scandir":
                    self._listed.add(place)
            elif not options.get("follow_symlinks", True):
                self._timed.add(place)
                self._is_basis = made.st_ctime_ns < self._before_ns
            return made

        return asked

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

    def basis(self, apart: str) -> "Basis | None":
        """All that was asked about, as it is now, but for what lies in the folder `apart`. None
        where some of it is no basis, or cannot be asked for again. To be asked for when nothing is
        noted any more."""
        if not self._is_basis:
            return None
        files: dict[str, None] = {}
        folders: dict[str, None] = {}
        there: list[str] = []
        missing: list[str] = []
        pending = [*self._asked.items(), *((path, True) for path in self._inside())]
        for path, was_there in pending:
            if path.startswith(f"{apart}/"):
                continue
            status = _status(path)
            if status is None and not was_there:
                missing.append(path)
            elif status is None:
                return None
            elif path.startswith(_SYSTEM):
                there.append(path)
            elif stat.S_ISDIR(status.st_mode) and path not in self._timed:
                folders[path] = None
            elif status.st_ctime_ns >= self._before_ns:
                return None
            else:
                files[path] = None
                if stat.S_ISLNK(status.st_mode):
                    target = os.path.realpath(path)
                    pending += [(target, os.path.lexists(target))]
                elif not was_there:
                    return None
        if len(files) > _MOST:
            return None
        try:
            return basis_of([*files], [*folders], there, missing)
        except OSError:
            return None

    def _inside(self) -> Iterator[str]:
        """What lies in the folders that were listed."""
        for folder in self._listed:
            for name in _names(folder):
                path = os.path.join(folder, name)
                if path not in self._asked:
                    yield path


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
def noted(before_ns: int) -> Iterator[NotedLooks]:
    """Note what this process asks the system about files, for the time of a block. Only for a
    process of one thread. `before_ns`: see `NotedLooks`."""
    looks = NotedLooks(before_ns)
    before = {name: getattr(os, name) for name in (*_ASKING, "dup")}
    try:
        for name in _ASKING:
            setattr(os, name, looks.noting(name, before[name]))
        setattr(os, "dup", looks.doubling(before["dup"]))  # noqa: B010 as the others
        yield looks
    finally:
        for name, ask in before.items():
            setattr(os, name, ask)
