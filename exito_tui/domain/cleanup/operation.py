"""What is done to sessions, as data: a deed is made of units, a unit of renames that all happen or none.

The same record is the journal before a deed, its line in the log after it, and what undo reads.
"""

from typing import Literal, NamedTuple, get_args

from exito_tui.domain.sessions.names import is_registry

Action = Literal["rm", "prune", "archive", "restore", "unarchive", "finalize", "fix", "pin", "unpin", "purge", "undo"]
ACTIONS: tuple[Action, ...] = get_args(Action)

TRASH = ".trash"
"""The trash's folder, in the root."""

SCRATCH = f"{TRASH}/scratch"
"""Where things lie that nobody will miss: what is being made, and what is being purged."""


class Part(NamedTuple):
    """One rename; both paths are relative to the root, `inode` is that of what is moved. `swap` is the inode of what
    lies at the target, which then goes to the source in the same instant; 0 when nothing may lie there. `digest` is the
    SHA-256 of a file that was made for this deed (hex; empty: it is nobody's but the user's)."""

    source: str
    target: str
    inode: int
    swap: int = 0
    digest: str = ""


class Unit(NamedTuple):
    """What is moved as one: `what` it is (a session's key, or a file's path), its parts, and its size.

    `entry` is the id of the entry of the trash that it goes to or comes from; `archive` is the path of the archive that
    holds a copy, for people to read. `makes` are the folders that have to be made first, `unmakes` those that go
    afterwards if nothing is in them.
    """

    what: str
    parts: tuple[Part, ...]
    entry: str = ""
    files: int = 0
    size: int = 0
    archive: str = ""
    makes: tuple[str, ...] = ()
    unmakes: tuple[str, ...] = ()


class Deed(NamedTuple):
    """Something done to a root: `at_ns` epoch nanoseconds, `undoes` the id of the deed that it takes back. `mark` shows
    that this user wrote it in this root, and not somebody whose files lie here."""

    id: str
    action: Action
    at_ns: int
    units: tuple[Unit, ...]
    undoes: str = ""
    recovered: bool = False
    """Whether it was interrupted, and finished at a later start."""
    mark: str = ""


class Entry(NamedTuple):
    """One entry of the trash: a unit, when and by which deed it came there, and that deed's mark. `problem` says why it
    cannot be read."""

    id: str
    deed: str
    action: Action
    at_ns: int
    unit: Unit
    problem: str = ""
    mark: str = ""


def payload(entry: str) -> str:
    """Where an entry of the trash keeps what it does: a session's own folder, or a folder that holds its files."""
    return f"{TRASH}/{entry}"


def enters_trash(unit: Unit) -> bool:
    """Whether a unit puts something into its entry of the trash."""
    return bool(unit.entry) and any(f"{part.target}/".startswith(payload(unit.entry) + "/") for part in unit.parts)


def has_holder(unit: Unit) -> bool:
    """Whether the entry of a unit is a folder of ours that holds what was moved, and not the session's own folder."""
    inside = payload(unit.entry) + "/"
    return bool(unit.entry) and any(
        part.source.startswith(inside) or part.target.startswith(inside) for part in unit.parts
    )


def reverse(unit: Unit) -> Unit:
    """The unit that takes another one back."""
    back = tuple(
        part._replace(inode=part.swap, swap=part.inode)
        if part.swap
        else part._replace(source=part.target, target=part.source)
        for part in unit.parts
    )
    return unit._replace(parts=back[::-1], makes=unit.unmakes, unmakes=unit.makes)


def only_brings_back(unit: Unit) -> bool:
    """Whether a unit does nothing but move what its own entry of the trash holds to where sessions and notes lie: all
    that may be done because a record says so that this user did not write."""
    own = payload(unit.entry) + "/"
    return bool(unit.entry) and all(
        f"{part.source}/".startswith(own) and not part.swap and _holds_sessions(part.target) for part in unit.parts
    )


def _holds_sessions(path: str) -> bool:
    """Whether a path is one at which a session or a note may lie."""
    return not path.startswith(".") and not ("/" not in path and is_registry(path))


def places(unit: Unit) -> tuple[dict[str, int], dict[str, int]]:
    """What lies where before and after a unit: inodes by path, 0 for nothing."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for part in unit.parts:
        before.setdefault(part.source, part.inode)
        before.setdefault(part.target, part.swap)
        after[part.source], after[part.target] = part.swap, part.inode
    return before, after


def entry_of(deed: Deed, unit: Unit) -> Entry:
    """The entry of the trash that a unit of a deed fills."""
    return Entry(unit.entry, deed.id, deed.action, deed.at_ns, unit, mark=deed.mark)
