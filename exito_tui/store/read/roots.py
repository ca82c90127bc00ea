"""Finding the sessions root that a user means."""

import os

from exito_tui.domain.regex import regex
from exito_tui.domain.root_paths import MARK, TRASH


def candidates(folder: str) -> list[str]:
    """Where a root is looked for from a folder: its own `.claude/sessions`, then each parent's."""
    found = []
    folder = os.path.abspath(folder)
    while True:
        found.append(os.path.join(folder, MARK))
        parent = os.path.dirname(folder)
        if parent == folder:
            return found
        folder = parent


def discover(folder: str, *, short_of: str = "") -> str | None:
    """The nearest existing root from a folder upwards, or None. With `short_of`, only one nearer
    than that root.

    The user-level root is no project's: it is passed over, unless it holds sessions or the search
    begins in HOME.
    """
    for path in candidates(folder):
        if not os.path.isdir(path):
            continue
        if short_of and _same(path, short_of):
            return None
        if (
            not is_user_level(path)
            or _same(folder, os.path.expanduser("~"))
            or _lists_sessions(path)
        ):
            return path
    return None


def is_user_level(root: str) -> bool:
    """Whether a root is Claude Code's own for the whole user, by its path or as the very folder: on
    every machine with Claude Code it is there, and holds files that tell of its processes."""
    folders = [
        os.path.join(os.path.expanduser("~"), ".claude"),
        os.environ.get("CLAUDE_CONFIG_DIR"),
    ]
    return any(_same(root, os.path.join(folder, "sessions")) for folder in folders if folder)


def _same(path: str, other: str) -> bool:
    if os.path.realpath(path) == os.path.realpath(other):
        return True
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _lists_sessions(root: str) -> bool:
    from exito_tui.store.read.scan import scan_names

    return bool(scan_names(root).sessions)


def why_only_read(root: str, *, named: bool) -> str:
    """Why nothing may be changed in a root, with the remedy, or nothing at all.

    A root that the user has not named, but that was found, may be anybody's: in a folder above that
    everyone can write to, for one.
    """
    try:
        if named or os.stat(root).st_uid == os.geteuid():
            return ""
    except OSError:
        return ""  # it is not there, which is said when it is opened
    return (
        f"{root} belongs to another user and was found, not named, so it is only read; "
        "to change it all the same, name it with --root PATH"
    )


def named(path: str) -> str:
    """The root that a path given by the user stands for: a project's folder, its `.claude`, or a
    sessions folder itself.

    The path need not exist yet. A link to a root is the user's own wish and is followed.
    """
    path = os.path.abspath(os.path.expanduser(path))
    inside = os.path.join(path, MARK)
    if os.path.basename(path) == os.path.dirname(MARK) and not os.path.isdir(inside):
        path = os.path.dirname(path)
        inside = os.path.join(path, MARK)
    if (os.path.isdir(inside) and not path.endswith(os.sep + MARK)) or (
        not path.endswith(os.sep + MARK) and not _is_sessions(path)
    ):
        path = inside
    return os.path.realpath(path)


_STAMPED = regex(r".*[-_](?:\d{8}_\d{6}|\d{10})\Z|v2-\d{8}T\d{6}-")


def _is_sessions(path: str) -> bool:
    """Whether a folder that is not called `.claude/sessions` is a root of its own: by its name, its
    trash, or because a folder of a command with a session in it, or a session, lies in it."""
    if os.path.basename(path) == "sessions" or os.path.realpath(path).endswith(os.sep + MARK):
        return True
    if os.path.exists(os.path.join(path, TRASH, "log.jsonl")):
        return True  # all that was in it may be in its trash
    try:
        names = os.listdir(path)
    except OSError:
        return False
    if ".git" in names:
        return False
    from exito_tui.domain.workflows.data import command_folders

    folders = command_folders() | {"tasks"}
    commands = [os.path.join(path, name) for name in names if name in folders]
    return any(map(_STAMPED.match, names)) or any(map(_holds_sessions, commands))


def _holds_sessions(folder: str) -> bool:
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    return any(
        _STAMPED.match(name) or name.startswith("pr_") or name.endswith(".md") for name in names
    )


def project_of(root: str) -> str | None:
    """The project's folder of a root called `.claude/sessions`, or None for a root that lies
    elsewhere."""
    return root[: -len(MARK) - 1] or os.sep if root.endswith(os.sep + MARK) else None


def is_plain(root: str) -> bool:
    """Whether a root is a real folder of its project: neither it nor the `.claude` that holds it is
    a link, so that what a project brings cannot point elsewhere."""
    return os.path.realpath(root) == os.path.join(
        os.path.realpath(os.path.dirname(os.path.dirname(root))), MARK
    )
