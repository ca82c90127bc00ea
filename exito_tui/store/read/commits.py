"""Asking git about a project. The project may come from anybody, and a repository's configuration
can name programs: so only the project's own `.git` is asked, in a way that runs nothing and fetches
nothing.
"""

import os
import re
import stat
import subprocess
from collections.abc import Sequence

from exito_tui.domain.regex import regex

_RELATED = regex(r"^\s*Related to:\s*(\S+)", re.MULTILINE)
_LONGEST = 20.0
_MOST_READ = 64 * 1024 * 1024

_SAFE = {
    # A folder of the project that looks like a repository is none
    "safe.bareRepository": "explicit",
    "protocol.allow": "never",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "log.showSignature": "false",
}
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    # Stronger than any `protocol.NAME.allow` in the repository's own configuration
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ASKPASS": "false",
    "LC_ALL": "C.UTF-8",
}


def commits_by_session(project: str) -> dict[str, list[str]]:
    """The hashes of a project's commits by the session id that they name in a line `Related to:
    <session id>`, newest first; empty without a repository of this user's own."""
    text = ask_git(
        project,
        "log",
        "--all",
        "--format=%x1e%h%n%B",
        "--fixed-strings",
        "--grep=Related to:",
        "--no-ext-diff",
        "--no-textconv",
        "--no-show-signature",
        "--no-mailmap",
    )
    found: dict[str, list[str]] = {}
    for record in text.split("\x1e")[1:]:
        commit, _, message = record.partition("\n")
        for session_id in dict.fromkeys(_RELATED.findall(message)):
            found.setdefault(session_id, []).append(commit)
    return found


def ask_git(
    project: str,
    command: str,
    *arguments: str,
    settings: Sequence[str] = (),
    work_tree: bool = False,
) -> str:
    """What git prints of a project (`work_tree`: of its files as well), or an empty text when it
    cannot be asked, takes too long, or fails."""
    own = os.path.join(project, ".git")
    try:
        status = os.lstat(own)
    except OSError:
        return ""
    if (
        not (stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode))
        or status.st_uid != os.geteuid()
    ):
        return ""
    safe = (*settings, *(f"{name}={value}" for name, value in _SAFE.items()))
    options = [word for setting in safe for word in ("-c", setting)]
    place = (f"--work-tree={project}",) if work_tree else ()
    environment = {**_ENVIRONMENT, "PATH": os.environ.get("PATH", os.defpath), "HOME": os.devnull}
    try:
        git = ["git", "--no-pager", *options, f"--git-dir={own}", *place, command, *arguments]
        with subprocess.Popen(  # noqa: S603 no shell, and nothing of the project in the words
            git,
            cwd=project if work_tree else os.sep,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as running:
            return _output_of(running)
    except OSError:
        return ""


def _output_of(running: "subprocess.Popen[bytes]") -> str:
    """What a process prints, within bounds; nothing when it fails or has to be ended."""
    from threading import Timer

    assert running.stdout is not None
    ending = Timer(_LONGEST, running.kill)
    ending.start()
    try:
        raw = running.stdout.read(_MOST_READ)
        if len(raw) == _MOST_READ:
            running.kill()
        return raw.decode(errors="replace") if running.wait() == 0 else ""
    finally:
        ending.cancel()
