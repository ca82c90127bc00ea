"""What the doctor finds: findings, each with its likely cause and the moves that repair it, as
data."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

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
    "torn-metadata",
    "damaged-pins",
    "shared-folder",
    "worktree-at-risk",
    "registry-files",
    "unreadable-folder",
    "linked-folder",
    "run-without-folder",
    "task-without-folder",
    "report-in-answer",
    "write-asked",
]

Weight = Literal["loses work", "misleads", "worth knowing"]
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
"""What a finding may cost, the gravest first: written work gets lost or is not found by who needs
it; something is shown as what it is not; nothing at all."""

COUNTED: Mapping[Weight, str] = {
    "loses work": "may lose work", "misleads": "may mislead", "worth knowing": "only worth knowing",
}  # fmt: skip
"""Weights as they follow a number."""


class Kind(NamedTuple):
    """What is the same of all findings of a code."""

    weight: Weight
    title: str


KINDS: Mapping[Code, Kind] = {
    "misplaced-output": Kind("loses work", "A file outside any session"),
    "unexpanded-variable": Kind("loses work", "A variable's name in place of an id"),
    "nested-root": Kind("loses work", "A sessions folder inside this one"),
    "reusable-id": Kind("loses work", "The next run may write into the same folder"),
    "split-workflow": Kind("loses work", "Part of a session lies in another folder"),
    "shared-folder": Kind("loses work", "Two sessions in one folder"),
    "worktree-at-risk": Kind("loses work", "Sessions in a work tree that will be deleted"),
    "empty-artefact": Kind("loses work", "A file without a word in it"),
    "report-in-answer": Kind("loses work", "A report that is in no file"),
    "run-without-folder": Kind("loses work", "A run without a folder of its own"),
    "task-without-folder": Kind("loses work", "An agent that was not told where to write"),
    "unreadable-folder": Kind("misleads", "A folder that cannot be read"),
    "stray-folder": Kind("misleads", "A folder that an agent made for itself"),
    "wrong-folder": Kind("misleads", "In the folder of another command"),
    "clock-mismatch": Kind("misleads", "Name and files tell different times"),
    "stale-metadata": Kind("misleads", "Says that it runs, but does not"),
    "torn-metadata": Kind("misleads", "Metadata that cannot be read"),
    "damaged-pins": Kind("misleads", "Nobody knows what is pinned"),
    "empty-session": Kind("worth knowing", "A session without any file"),
    "leftover-probe": Kind("worth knowing", "A leftover test file"),
    "linked-folder": Kind("worth knowing", "A link, which is not followed"),
    "write-asked": Kind("worth knowing", "A question that need not be asked"),
    "registry-files": Kind("worth knowing", "Process files of Claude Code itself"),
}


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

    @property
    def weight(self) -> Weight:
        """What it may cost."""
        return KINDS[self.code].weight

    @property
    def title(self) -> str:
        """What it is, in a few plain words."""
        return KINDS[self.code].title


class WorkTree(NamedTuple):
    """A work tree that Claude Code deletes when its conversation ends: its name, its root, and the
    sessions there."""

    name: str
    root: str
    sessions: tuple[Session, ...]


class Survey(NamedTuple):
    """What a snapshot leaves out: Claude Code's registry files in the root, the sessions of a root
    inside it, the work trees of the project that are at risk, and why its pins cannot be read."""

    registry: tuple[str, ...] = ()
    nested: tuple[Session, ...] = ()
    nested_at: str = ""
    at_risk: tuple[WorkTree, ...] = ()
    pins: str = ""
