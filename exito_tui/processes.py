"""What the system tells of processes, where it has /proc."""

import os

from exito_tui.safe_read import read_own_file

PROC = "/proc/"
_OWN_NAMESPACE = "/proc/self/ns/pid"


def start_of(pid: int) -> str:
    """When a process that has not ended started, in ticks since the system did; empty where there
    is none."""
    try:
        fields = read_own_file(f"{PROC}{pid}/stat").rpartition(b")")[2].split()
    except OSError:
        return ""
    if len(fields) < 20 or fields[0] in (b"Z", b"X"):  # ended, and not waited for
        return ""
    return fields[19].decode(errors="replace")


def pid_namespace() -> str:
    """Where pids of this process hold; empty where nobody can tell."""
    try:
        return os.readlink(_OWN_NAMESPACE)
    except OSError:
        return ""


def told_at(path: str) -> str | None:
    """What the functions here tell of a path that they ask about; None for any other."""
    pid = path.removeprefix(PROC).removesuffix("/stat")
    if pid.isdecimal():
        return start_of(int(pid))
    return pid_namespace() if path == _OWN_NAMESPACE else None
