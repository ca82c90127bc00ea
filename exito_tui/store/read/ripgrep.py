"""Which files of a root may hold a text, by ripgrep (`rg`) where it is installed. It only says
where to look: what is found there is found as without it.

Nobody knows who wrote a root. No file in it tells rg what to do (`--no-config`, `--no-ignore`), no
link is followed, no other program is run, and the rg that a project brings is never run.
"""

import os
import re
import resource
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

from exito_tui.domain.documents.needle import Needle
from exito_tui.domain.regex import regex
from exito_tui.domain.root_paths import TRASH, project_folder

_OPTIONS = (
    "--no-config", "--no-ignore", "--hidden", "--no-follow", "--no-pre", "--no-search-zip",
    "--no-messages", "--text", "--encoding=none", "--files-with-matches", "--null",
)  # fmt: skip
_PAUSE = 0.05
_MOST_MEMORY = 1 << 30
_MOST_SECONDS = 60


class Asked:
    """What rg was asked, as a context: when that is left, rg is ended. Whoever no longer wants the
    answer does not wait for it, and leaves nothing behind that looks for it."""

    def __init__(
        self, child: "subprocess.Popen[bytes] | None", is_over: Callable[[], bool]
    ) -> None:
        self._child, self._is_over = child, is_over

    @property
    def is_going_on(self) -> bool:
        """Whether anybody looks for the answer; where nobody does there will be none."""
        return self._child is not None

    def answer(self) -> frozenset[str] | None:
        """Wait for the paths, relative to the root, of the files in which it is found. None where
        nobody can tell, or wants to know any more. To be asked once."""
        if not self._child:
            return None
        assert self._child.stdout
        told = b"".join(self._parts(self._child.stdout.fileno()))
        if self._is_over() or self._child.wait() not in (0, 1):  # something could not be read
            return None
        return frozenset(os.fsdecode(path[len(b"./") :]) for path in told.split(b"\0") if path)

    def _parts(self, pipe: int) -> Iterator[bytes]:
        while not self._is_over():
            if select.select([pipe], [], [], _PAUSE)[0]:
                part = os.read(pipe, 1 << 16)
                if not part:
                    return
                yield part

    def __enter__(self) -> "Asked":
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            self._child.kill()  # nothing happens where it has ended
            assert self._child.stdout
            self._child.stdout.close()
            self._child.wait()


_MADE = regex(r"u?\+?[0-9a-f]*|[0-9,]* ?n?u?l?s?|x?[0-9a-f]*", re.IGNORECASE)
_AROUND_MADE = frozenset("<>()\\")
"""What may stand in the text of a file and not in its bytes: `decode` writes signs that are not to
be shown as `<U+200B>` and `\\xff`, and many NULs as `(5 NULs)`."""


def likely_files(
    root: str,
    needle: Needle,
    *,
    in_trash: bool = False,
    is_over: Callable[[], bool] = lambda: False,
) -> Asked:
    """Begin to ask in which files below a root, its path, it is worth looking for a text; those in
    its trash only if they are wanted. There is no answer where nothing is quicker than to look into
    all of them."""
    text = needle.plain.decode()
    if not text.isprintable() or not text:
        return Asked(None, is_over)
    case = "(?i-u)" if needle.folds else "(?-u)"
    signs = [f"\\x{byte:02x}" for byte in needle.plain]
    wide = "\\x00".join(signs)  # as UTF-16 has it, either way round
    if _MADE.fullmatch(text) or not _AROUND_MADE.isdisjoint(text):
        wide = r"[\x00\xff]|\xef\xbb\xbf"  # all that a text of wide characters may hold
    expression = f"{case}{''.join(signs)}|{wide}"
    return files_with(root, expression, in_trash=in_trash, is_over=is_over)


def files_with(root: str, expression: str, *, in_trash: bool, is_over: Callable[[], bool]) -> Asked:
    """Begin to look for an expression, written as rg takes it and about bytes, in the files below a
    root; those in its trash only if they are wanted. `is_over` says that nobody wants to know any
    more. There is no answer where there is no rg."""
    program = own_rg(root)
    if not program:
        return Asked(None, is_over)
    # rg would ask of every file whether it lies there
    is_left_out = not in_trash and os.path.lexists(os.path.join(root, TRASH))
    but = (f"--glob=!/{TRASH}",) if is_left_out else ()
    command = [program, *_OPTIONS, *but, f"--regexp={expression}", "--", "./"]
    try:
        child = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env={},
        )
    except OSError:
        return Asked(None, is_over)
    _limit(child.pid)
    return Asked(child, is_over)


def _limit(pid: int) -> None:
    """Give rg no more memory and time than it can need: it holds a line in one piece, and a file
    that is all one line may be larger than the machine. Beyond that it ends, and all files are
    looked into without it."""
    if sys.platform != "linux":
        return
    with suppress(OSError):  # it has ended already
        resource.prlimit(pid, resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
        resource.prlimit(pid, resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))


def own_rg(root: str) -> str:
    """The path of the user's rg: the first in $PATH that the project of a root has not brought
    along. Empty where there is none."""
    project = os.path.realpath(project_folder(root)).rstrip("/")
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, "rg")
        real = os.path.realpath(path)
        is_foreign = any(one.startswith(f"{project}/") for one in (path, real))
        if os.path.isabs(folder) and not is_foreign and os.access(path, os.X_OK):
            return real
    return ""
