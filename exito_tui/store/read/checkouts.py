"""When git wrote a project's files, by its own log of where HEAD was: what appeared in such a
second was cloned or checked out, and nobody worked on it."""

import os
import stat

from exito_tui.store.read.roots import project_of

_LONGEST_READ = 16 * 1024
_LONGEST_LINK = 4096
_MOST_ABOVE = 32
"""A package's sessions lie some folders below the repository."""
_MOVES = (b"checkout:", b"clone:", b"merge", b"pull", b"rebase", b"reset:")
_LONGEST_NUMBER = 11
_LONGEST_CLONE = 5
"""A clone writes its log, and then the files: those in `.claude` among the first, within so many
seconds."""


def checkouts_of(root: str) -> frozenset[int]:
    """The moments (epoch seconds, those beside them included) at which git wrote files of a root's
    project; empty when it has no repository of this user's own."""
    project = project_of(root)
    git = _git_folder(project) if project else ""
    text = _tail(os.path.join(git, "logs", "HEAD"), _LONGEST_READ) if git else b""
    moments: set[int] = set()
    for line in text.split(b"\n"):
        head, _, message = line.partition(b"\t")
        if message and not message.startswith(_MOVES):
            continue  # a commit: no file was written
        words = head.split(b" ")  # before, after, name and mail, seconds, zone
        if len(words) < 5 or words[0] == words[1] or not words[-2].isdigit():
            continue  # no line, or a branch that begins where HEAD was
        is_first = not words[0].strip(b"0")
        if message or is_first:
            second = int(words[-2][:_LONGEST_NUMBER])
            moments.update(range(second - 1, second + (_LONGEST_CLONE if is_first else 1) + 1))
    return frozenset(moments)


def _git_folder(project: str) -> str:
    """What git keeps of the work tree that a folder lies in; empty when it lies in none. A `.git`
    that leads elsewhere must be led back to."""
    for _ in range(_MOST_ABOVE):
        git = os.path.join(project, ".git")
        try:
            mode = os.lstat(git).st_mode
        except OSError:
            mode = 0
        if stat.S_ISDIR(mode):
            return git
        if stat.S_ISREG(mode):
            own = os.path.join(project, _path_in(git).removeprefix("gitdir:").strip())
            back = os.path.join(own, _path_in(os.path.join(own, "gitdir")))
            return own if os.path.realpath(back) == os.path.realpath(git) else ""
        if os.path.dirname(project) == project:
            return ""
        project = os.path.dirname(project)
    return ""


def _path_in(file: str) -> str:
    """The path that a file of git's holds."""
    return os.fsdecode(_tail(file, _LONGEST_LINK).replace(b"\0", b"").strip())


def _tail(path: str, size: int) -> bytes:
    """The end of one of this user's regular files; nothing of what is none, or cannot be read."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags)
    except (OSError, ValueError):
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
            return b""
        return os.pread(descriptor, size, max(0, status.st_size - size))
    except OSError:
        return b""
    finally:
        os.close(descriptor)
