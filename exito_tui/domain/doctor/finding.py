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
    "registry-files",
    "unreadable-folder",
    "linked-folder",
]


class Move(NamedTuple):
    """A proposed move; both paths are relative to the root. Without a target it is to the trash."""

    source: str
    target: str = ""


class Finding(NamedTuple):
    """One thing that is wrong. `place` is relative to the root, `line` counts from 1 (0: none)."""

    code: Code
    place: str
    fact: str
    cause: str
    remedy: str
    moves: tuple[Move, ...] = ()
    line: int = 0


class Survey(NamedTuple):
    """What a snapshot leaves out: Claude Code's registry files in the root, and the sessions of a
    root inside it."""

    registry: tuple[str, ...] = ()
    nested: tuple[Session, ...] = ()
    nested_at: str = ""
