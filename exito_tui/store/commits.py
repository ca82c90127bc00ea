"""The commits that a workflow made: they carry a line `Related to: <session id>`."""

import re
import subprocess

_RELATED = re.compile(r"^\s*Related to:\s*(\S+)", re.MULTILINE)
_LONGEST = 20.0


def commits_by_session(project: str) -> dict[str, list[str]]:
    """The hashes of a project's commits by the session id they name, newest first; empty without a repository."""
    command = ["git", "-C", project, "-c", "log.showSignature=false", "log", "--all", "--format=%x1e%h%n%B",
               "--fixed-strings", "--grep=Related to:"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LONGEST, check=False)  # noqa: S603 no shell
    except (OSError, subprocess.TimeoutExpired):
        return {}
    found: dict[str, list[str]] = {}
    for record in done.stdout.decode(errors="replace").split("\x1e")[1:] if done.returncode == 0 else ():
        commit, _, message = record.partition("\n")
        for session_id in dict.fromkeys(_RELATED.findall(message)):
            found.setdefault(session_id, []).append(commit)
    return found
