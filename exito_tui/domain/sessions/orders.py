"""What sessions can be ordered and grouped by. Light: every command names them."""

from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from exito_tui.domain.sessions.session import Session

Sort = Literal["started", "written", "size", "name", "need"]
SORTS: tuple[Sort, ...] = ("started", "written", "size", "name", "need")
Grouping = Literal["need", "command", "time"]
GROUPINGS: tuple[Grouping, ...] = ("need", "command", "time")


def grouping_called(name: str) -> Grouping:
    """The grouping of a name; by need where it is none."""
    return next((one for one in GROUPINGS if one == name), "need")


def newest_first(sessions: "Iterable[Session]") -> "list[Session]":
    """Sessions by their start, the newest first."""
    ordered = sorted(sessions, key=attrgetter("stamp"), reverse=True)
    if ordered and not ordered[-1].stamp:  # some names tell no time: their files' times do
        ordered.sort(key=attrgetter("order"), reverse=True)
    return ordered
