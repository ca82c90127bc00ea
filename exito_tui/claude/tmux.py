"""Going to the pane of tmux in which a process of Claude Code runs.

Only within the tmux server that this program runs in itself, and only to a pane in which that very
process runs: the registry may tell of another server, or of one that has ended.
"""

import os
import re
import subprocess
from collections.abc import Mapping

_PANE = re.compile(r"%\d{1,9}\Z")
_LONGEST = 3.0
"""Seconds that tmux may take."""
_MOST_ANCESTORS = 200


def select_pane(tmux: str, pid: int, environment: Mapping[str, str] = os.environ) -> bool:
    """Bring the user to the pane that the registry names (`session:@window.%pane`), if the process
    `pid` runs in it; whether that was done."""
    pane = tmux.rpartition(".")[2]
    if not environment.get("TMUX") or not _PANE.match(pane):
        return False
    panes = _panes(environment)
    if pane not in panes or not _descends(pid, panes[pane][0]):
        return False
    own = panes.get(environment.get("TMUX_PANE", ""))
    elsewhere = own is None or own[1] != panes[pane][1]
    return (
        _run(environment, "select-window", "-t", pane) is not None
        and _run(environment, "select-pane", "-t", pane) is not None
        and (not elsewhere or _run(environment, "switch-client", "-t", pane) is not None)
    )


def _panes(environment: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """The pid of the first process of each pane, and the pane's session, by the pane's id."""
    form = "#{pane_id} #{pane_pid} #{session_id}"
    found = {}
    for line in (_run(environment, "list-panes", "-a", "-F", form) or "").splitlines():
        fields = line.split(" ")
        if len(fields) == 3 and _PANE.match(fields[0]) and fields[1].isdecimal():
            found[fields[0]] = int(fields[1]), fields[2]
    return found


def _descends(pid: int, ancestor: int) -> bool:
    """Whether a process is another one, or was started by it, or by one that was."""
    for _ in range(_MOST_ANCESTORS):
        if pid == ancestor:
            return True
        if pid <= 1:
            return False
        pid = _parent(pid)
    return False


def _parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read(4096).rpartition(b")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _run(environment: Mapping[str, str], *words: str) -> str | None:
    """What tmux prints; None when it fails, is not there, or takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 no shell, and nothing but what was checked in the words
            ["tmux", *words],  # noqa: S607 the user's own tmux
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace")
