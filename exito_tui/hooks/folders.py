"""Making a session's folder that nobody else can have: the system decides who was first."""

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import NamedTuple

from exito_tui.hooks.project import plain_root
from exito_tui.store.fs import mutations, safefs

METADATA = "session_metadata.json"
DRAFT = f".{METADATA}.tmp"
"""What is to become the metadata; what a process left of it that was ended is no file of the
session."""
_COMMAND = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
_MOST_IN_A_SECOND = 1000
_LONGEST_TITLE = 300


class NewFolderError(Exception):
    """No folder was made; the words say why, and what to do."""


class NewFolder(NamedTuple):
    """A session's folder: its id, its path relative to the project, and its absolute path."""

    id: str
    directory: str
    path: str

    @property
    def lines(self) -> str:
        """The two lines that the plugin's agents are told."""
        return f"Session: {self.id}\nDirectory: {self.directory}\n"


class RunFacts(NamedTuple):
    """What is known of the run: its title, the conversation and process that it belongs to, and
    whether a hook begins it."""

    title: str = ""
    conversation: str = ""
    pid: int | None = None
    by_hook: bool = False


def facts_of(environment: Mapping[str, str], title: str = "", conversation: str = "") -> RunFacts:
    """What the environment of a Bash call, a `!` line or a hook tells (observed: it has
    `CLAUDE_CODE_SESSION_ID` and `CLAUDE_PID`)."""
    pid = environment.get("CLAUDE_PID", "")
    return RunFacts(
        " ".join(title.split())[:_LONGEST_TITLE],
        (conversation or environment.get("CLAUDE_CODE_SESSION_ID", ""))[:64],
        int(pid) if pid.isdecimal() and len(pid) < 10 else None,
    )


def new_folder(project: str, command: str, facts: RunFacts, now: float) -> NewFolder:
    """Make the folder of a new session of a command in a project (a real path), with its metadata.

    Raises:
        NewFolderError: the name is none of a command, a link is in the way, or it cannot be made.
    """
    name = command.rpartition(":")[2]
    if not _COMMAND.match(name):
        raise NewFolderError(
            f"{command!r} is no name of a command: letters, digits and hyphens, such as build"
        )
    if plain_root(project) is None:
        raise NewFolderError(
            f"{project}/.claude/sessions is reached through a link; nothing is made there"
        )
    stamp = f"{name}_{time.strftime('%Y%m%d_%H%M%S', time.localtime(now))}"
    try:
        with safefs.opened_root(project) as top, _made(top, name) as folder:
            own = _first_free(folder, stamp)
            content = _metadata(own, name, project, facts, now)
            try:
                with safefs.opened_folder(folder, own) as inside:
                    mutations.write_new(inside, DRAFT, content, 0o644)
                    mutations.replace(inside, DRAFT, inside, METADATA)
            except OSError:
                _let_go(folder, own)
                raise
    except OSError as error:
        raise NewFolderError(
            f"no folder can be made in {project}/.claude/sessions/{name}: "
            f"{os.strerror(error.errno) if error.errno else error}"
        ) from None
    directory = f".claude/sessions/{name}/{own}"
    return NewFolder(own, directory, f"{project}/{directory}")


def _let_go(folder: int, own: str) -> None:
    """Take away a folder that was made, with what this program wrote into it."""
    with suppress(OSError):
        with safefs.opened_folder(folder, own) as inside, suppress(FileNotFoundError):
            mutations.remove_file(inside, DRAFT)
        mutations.remove_folder(folder, own)


def _first_free(folder: int, stamp: str) -> str:
    for number in range(1, _MOST_IN_A_SECOND):
        own = stamp if number == 1 else f"{stamp}_{number}"
        try:
            mutations.make_folder(folder, own, 0o755)
        except FileExistsError:
            continue
        return own
    raise NewFolderError(f"{_MOST_IN_A_SECOND} sessions began in this second; try again")


@contextmanager
def _made(top: int, command: str) -> Iterator[int]:
    """The descriptor of a command's folder in a project, which is made where it is missing; no link
    is followed."""
    descriptor = os.dup(top)
    try:
        for name in (".claude", "sessions", command):
            with suppress(FileExistsError):
                mutations.make_folder(descriptor, name, 0o755)
            descriptor, parent = safefs.open_child(descriptor, name), descriptor
            os.close(parent)
        yield descriptor
    finally:
        os.close(descriptor)


def _metadata(own: str, command: str, project: str, facts: RunFacts, now: float) -> bytes:
    """The keys that the plugin's own hooks used to write, and what joins it to Claude Code."""
    made = {
        "session_id": own,
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "command": command,
        "status": "in_progress",
        "working_directory": project,
        **({"title": facts.title} if facts.title else {}),
        **({"claude_session_id": facts.conversation} if facts.conversation else {}),
        **({"claude_pid": facts.pid} if facts.pid else {}),
        **({"hooks": {"begin": True}} if facts.by_hook else {}),
    }
    return (json.dumps(made, indent=2) + "\n").encode(errors="surrogateescape")
