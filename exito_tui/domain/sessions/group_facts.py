"""What the sessions under a heading are, all together."""

from collections.abc import Mapping
from typing import NamedTuple

from exito_tui.domain.sessions.list_rows import Heading, Known
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.state import State, count_states

_MOST = 20_000
"""Of more sessions than that only the first are looked at for what is newest: to add up the files
of all would keep the user waiting."""
_FIRST = 200


class GroupFacts(NamedTuple):
    """How many sessions are in which state, how many ask for so long that they press no more, and
    how many have not been read yet; the number and the size of their files (None: they are too
    many), and which was written last (None: none was)."""

    states: Mapping[State, int]
    old: int
    unread: int
    files: int | None
    size: int | None
    newest: Session | None


def group_facts(heading: Heading, known: Known) -> GroupFacts:
    """What the sessions under a heading are."""
    members = heading.members
    is_whole = len(members) <= _MOST
    read = [standing for one in members if (standing := known.get(one.root, {}).get(one.key))]
    states, old = count_states(read)
    written = [one for one in members[: None if is_whole else _FIRST] if one.last_write_ns]
    return GroupFacts(
        states,
        old,
        len(members) - len(read),
        sum(len(one.artefacts or ()) for one in members) if is_whole else None,
        sum(one.size for one in members) if is_whole else None,
        max(written, key=lambda one: one.last_write_ns or 0, default=None),
    )
