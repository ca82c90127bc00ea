"""What sessions can be ordered and grouped by."""

from typing import Literal

Sort = Literal["started", "written", "size", "name", "need"]
SORTS: tuple[Sort, ...] = ("started", "written", "size", "name", "need")
Grouping = Literal["need", "command", "time"]
GROUPINGS: tuple[Grouping, ...] = ("need", "command", "time")


def grouping_called(name: str) -> Grouping:
    """The grouping of a name; by need where it is none."""
    return next((one for one in GROUPINGS if one == name), "need")
