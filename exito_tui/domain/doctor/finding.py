"""What the doctor finds: findings, each with its likely cause and the moves that repair it, as
data."""

from typing import Literal, NamedTuple

from exito_tui.domain.sessions.session import Session

Code = Literal[
    "misplaced-output",
    "unexpanded-variable",
    "nested-root",
    "reusable-id",
    "split-workflow",
    "stray-folder",
    "wrong-folder",
    "clock-mismatch",
    "empty-session",
    "empty-artefact",
    "leftover-probe",
    "stale-metadata",
    "shared-folder",
    "worktree-at-risk",
    "registry-files",
    "unreadable-folder",
    "linked-folder",
]


class Move(NamedTuple):
    """A proposed move; both paths are relative to the root. Without a target it is to the trash.
    With an `origin`, the absolute path of another root, it is a copy from there."""

    source: str
    target: str = ""
    origin: str = ""

    @property
    def verb(self) -> str:
        """What is done, in a word."""
        return "copy" if self.origin else "move"

    @property
    def place(self) -> str:
        """Where it comes from: a path in the root, or an absolute one."""
        return f"{self.origin}/{self.source}" if self.origin else self.source


class Finding(NamedTuple):
    """One thing that is wrong. `place` is relative to the root, `line` counts from 1 (0: none)."""

    code: Code
    place: str
    fact: str
    cause: str
    remedy: str
    moves: tuple[Move, ...] = ()
    line: int = 0


class WorkTree(NamedTuple):
    """A work tree that Claude Code deletes when its conversation ends: its name, its root, and the
    sessions there."""

    name: str
    root: str
    sessions: tuple[Session, ...]


class Survey(NamedTuple):
    """What a snapshot leaves out: Claude Code's registry files in the root, the sessions of a root
    inside it, and the work trees of the project that are at risk."""

    registry: tuple[str, ...] = ()
    nested: tuple[Session, ...] = ()
    nested_at: str = ""
    at_risk: tuple[WorkTree, ...] = ()
