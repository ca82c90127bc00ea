"""Making a session's folder that nobody else can have: the system decides who was first."""

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import NamedTuple

from exito_tui.domain.root_paths import MARK
from exito_tui.domain.system_errors import describe_errno
from exito_tui.hooks.project import plain_root
from exito_tui.safe_read import read_own_file
from exito_tui.store.fs import mutations, safefs
from exito_tui.store.operations.hook_notes import DRAFT, METADATA

_COMMAND = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
_MOST_IN_A_SECOND = 1000
_LONGEST_TITLE, _LONGEST_USER, _LONGEST_HEAD = 300, 100, 4096
_BRANCH = "ref: refs/heads/"


class NewFolderError(Exception):
    """No folder was made; the words say why, and what to do."""


class NewFolder(NamedTuple):
    """A session's folder: its id, its path as agents are told it (relative to the project, or
    absolute), and its absolute path."""

    id: str
    directory: str
    path: str

    @property
    def lines(self) -> str:
        """The two lines that the plugin's agents are told."""
        return f"Session: {self.id}\nDirectory: {self.directory}\n"


class RunFacts(NamedTuple):
    """What is known of the run: its title, the conversation and process that it belongs to, whether
    a hook begins it, and whose it is."""

    title: str = ""
    conversation: str = ""
    pid: int | None = None
    by_hook: bool = False
    user: str = ""


def facts_of(environment: Mapping[str, str], title: str = "", conversation: str = "") -> RunFacts:
    """What the environment of a Bash call, a `!` line or a hook tells (observed: it has
    `CLAUDE_CODE_SESSION_ID` and `CLAUDE_PID`)."""
    pid = environment.get("CLAUDE_PID", "")
    return RunFacts(
        " ".join(title.split())[:_LONGEST_TITLE],
        (conversation or environment.get("CLAUDE_CODE_SESSION_ID", ""))[:64],
        int(pid) if pid.isdecimal() and len(pid) < 10 else None,
        user=(environment.get("USER") or environment.get("LOGNAME", ""))[:_LONGEST_USER],
    )


def new_folder(
    project: str, command: str, facts: RunFacts, now: float, *, named: str = ""
) -> NewFolder:
    """Make the folder of a new session of a command, with its metadata: in a project (a real path),
    or in the root that the user named (a real path, empty for none), which is then told in full.

    Raises:
        NewFolderError: the name is none of a command, a link is in the way, or it cannot be made.
    """
    name = command.rpartition(":")[2]
    if not _COMMAND.match(name):
        raise NewFolderError(
            f"{command!r} is not a valid name of a command: use letters, digits and hyphens, "
            "such as build"
        )
    if not named and plain_root(project) is None:
        raise NewFolderError(
            f"{project}/.claude/sessions is reached through a link; nothing is made there"
        )
    root = named or f"{project}/{MARK}"
    top = root.removesuffix(f"/{MARK}") or "/"
    below = [*(MARK.split("/") if top != root else []), name]
    stamp = f"{name}_{time.strftime('%Y%m%d_%H%M%S', time.localtime(now))}"
    try:
        with safefs.opened_root(top) as descriptor, _entered(descriptor, below) as folder:
            own = _first_free(folder, stamp)
            with _taken_back(folder, own), safefs.opened_folder(folder, own) as inside:
                content = _metadata(own, name, project, facts, now)
                mutations.write_new(inside, DRAFT, content, 0o644)
                mutations.replace(inside, DRAFT, inside, METADATA)
    except OSError as error:
        why = describe_errno(error.errno or 0, str(error))
        raise NewFolderError(f"no folder can be made in {root}/{name}: {why}") from None
    path = f"{root}/{name}/{own}"
    return NewFolder(own, path if named else f"{MARK}/{name}/{own}", path)


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
def _entered(parent: int, below: Sequence[str]) -> Iterator[int]:
    """The descriptor of a folder below another one, each of which is made where it is missing (and
    taken back when what follows fails); no link is followed."""
    if not below:
        yield parent
        return
    made: AbstractContextManager[None] = nullcontext()
    with suppress(FileExistsError):
        mutations.make_folder(parent, below[0], 0o755)
        made = _taken_back(parent, below[0])
    with (
        made,
        safefs.opened_folder(parent, below[0]) as folder,
        _entered(folder, below[1:]) as found,
    ):
        yield found


@contextmanager
def _taken_back(parent: int, name: str) -> Iterator[None]:
    """Take away a folder that was just made, if what follows fails."""
    try:
        yield
    except OSError:
        _let_go(parent, name)
        raise


def _branch_of(project: str) -> str:
    """The branch that a project has checked out, as its own `.git` tells; empty for none."""
    git = os.path.join(project, ".git")
    try:
        if not os.path.isdir(git):  # a work tree's names the folder
            named = read_own_file(git, _LONGEST_HEAD).decode().strip()
            git = os.path.join(project, named.removeprefix("gitdir:").strip())
        head = read_own_file(os.path.join(git, "HEAD"), _LONGEST_HEAD).decode().strip()
    except (OSError, ValueError):
        return ""
    return head.removeprefix(_BRANCH) if head.startswith(_BRANCH) and head.isprintable() else ""


def _metadata(own: str, command: str, project: str, facts: RunFacts, now: float) -> bytes:
    """The keys that the plugin's own hooks used to write, and what joins it to Claude Code."""
    branch = _branch_of(project)
    made = {
        "session_id": own,
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "command": command,
        "status": "in_progress",
        **({"user": facts.user} if facts.user else {}),
        "working_directory": project,
        **({"git_branch": branch} if branch else {}),
        **({"title": facts.title} if facts.title else {}),
        **({"claude_session_id": facts.conversation} if facts.conversation else {}),
        **({"claude_pid": facts.pid} if facts.pid else {}),
        **({"hooks": {"begin": True}} if facts.by_hook else {}),
    }
    return (json.dumps(made, indent=2) + "\n").encode(errors="surrogateescape")
