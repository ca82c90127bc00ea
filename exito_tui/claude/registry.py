"""The processes of Claude Code that are registered in its configuration folder.

`sessions/<pid>.json` is written within 0.2 s of every change and removed at the end; a process that
was killed leaves it behind (observed with 2.1.332). A pid means something only in the pid namespace
that `pidDomain` names, and only for the process that started at `procStart`.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from exito_tui.claude.folders import config_folder
from exito_tui.domain.records.conversation import Life, Process
from exito_tui.domain.regex import regex
from exito_tui.processes import pid_namespace, start_of
from exito_tui.safe_read import read_own_file

_ENTRY = regex(r"\d{1,10}\.json\Z")
_JOB = regex(r"[0-9a-f]{4,32}\Z")
_MOST_ENTRIES = 500
_LONGEST = 64 * 1024
_SHORT = 300
_LONGEST_PATH = 4096


def processes(config: str) -> list[Process]:
    """The processes that are registered, as far as their entries can be read."""
    try:
        names = sorted(filter(_ENTRY.match, os.listdir(os.path.join(config, "sessions"))))
    except OSError:
        return []
    found = [_process(config, name) for name in names[:_MOST_ENTRIES]]
    return [one for one in found if one]


def is_worked_in(folder: str) -> bool:
    """Whether a process of Claude Code may be at work in a folder, or below it."""
    return any(
        one.life != "dead" and f"{one.cwd}/".startswith(f"{folder}/")
        for one in processes(config_folder())
    )


def _process(config: str, name: str) -> Process | None:
    entry = _object(os.path.join(config, "sessions", name))
    if entry is None:
        return None
    pid, conversation = entry.get("pid"), entry.get("sessionId")
    if not isinstance(pid, int) or isinstance(pid, bool) or f"{pid}.json" != name:
        return None
    if not isinstance(conversation, str):
        return None
    job = _text(entry, "jobId")
    since = entry.get("statusUpdatedAt", entry.get("updatedAt"))
    return Process(
        pid,
        conversation[:_SHORT],
        _text(entry, "cwd", _LONGEST_PATH),
        _life(pid, entry.get("procStart"), entry.get("pidDomain")),
        _text(entry, "status"),
        _milliseconds(since),
        _text(entry, "waitingFor"),
        _text(entry, "tmux"),
        job,
        _needs(config, job),
        _milliseconds(entry.get("startedAt")),
    )


def _life(pid: int, start: object, domain: object) -> Life:
    """Whether the very process that registered itself lives."""
    if not isinstance(domain, str) or domain != own_domain():
        return "unknown"
    return "alive" if isinstance(start, str) and start_of(pid) == start else "dead"


def own_domain() -> str:
    """Where pids of this process hold, in the registry's words; empty where nobody can tell."""
    namespace = pid_namespace()
    return f"linux::{namespace}" if namespace else ""


def _needs(config: str, job: str) -> str:
    """What a background job waits for, in its own words."""
    if not _JOB.match(job):
        return ""
    state = _object(os.path.join(config, "jobs", job, "state.json"))
    return _text(state, "needs") if state else ""


def _object(path: str) -> dict[str, Any] | None:
    try:
        made = json.loads(read_own_file(path, _LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return made if isinstance(made, dict) else None


def _text(entry: Mapping[str, Any], name: str, most: int = _SHORT) -> str:
    value = entry.get(name)
    return value[:most] if isinstance(value, str) else ""


def _milliseconds(value: object) -> int | None:
    """Epoch milliseconds as epoch ns."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 43:
        return None
    return value * 1_000_000
