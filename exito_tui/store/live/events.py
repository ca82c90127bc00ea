"""What the feed tells: how the watching goes, and what became of the roots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from exito_tui.domain.records.join import Joined
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Change, Snapshot
from exito_tui.domain.verdicts.state import Standing, State

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.judge import Judge
    from exito_tui.domain.verdicts.verdict import Verdict

Mode = Literal["starting", "live", "polling"]
Focus = dict[str, frozenset[str]]
"""Per root, the keys of the sessions that are on screen: they are watched, and looked at more
often."""


class RecordsSource(Protocol):
    """Tells what Claude Code's records say of the sessions of some roots. One thread owns it."""

    @property
    def joined(self) -> Mapping[str, Joined]:
        """What is known of each root."""

    @property
    def is_complete(self) -> bool:
        """Whether all that there is has been read."""

    def look(self, snapshots: Sequence[Snapshot], most: int = ...) -> Mapping[str, set[str]]:
        """Read what is new, `most` bytes of it for each root; the keys of the sessions of which
        another thing is known now, by root."""

    def folders(self) -> list[str]:
        """The absolute paths of the folders in which something is written when anything changes."""

    def is_fleeting(self, now_ns: int) -> bool:
        """Whether something changed so lately that it may not hold."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the watching goes: its mode, the number of watched folders, and what went wrong in plain
    words."""

    mode: Mode = "starting"
    watches: int = 0
    problem: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class StateChange:
    """A session whose state became another one while it was watched."""

    session: Session
    before: State
    now: State
    is_old: bool = False
    """Whether it presses no more: nobody is called."""


@dataclass(frozen=True, slots=True)
class Update:
    """What became of the roots: their snapshots in the order the roots were given, and what
    changed.

    `recent` names, per root, the sessions that were written last, newest first; `standings` tell,
    per root, how all sessions stand that have been read, by key; `state_changes` are those that
    turned.
    `judge` is who gave them, and `verdicts` are, per root, those on sessions on screen that were
    judged for it, each with the session as it was.
    """

    snapshots: tuple[Snapshot, ...]
    changes: tuple[Change, ...]
    status: Status
    recent: tuple[tuple[str, ...], ...] = ()
    standings: tuple[Mapping[str, Standing], ...] = ()
    state_changes: tuple[StateChange, ...] = ()
    judge: "Judge | None" = None
    verdicts: tuple[Mapping[str, tuple[Session, "Verdict"]], ...] = ()
