"""What is done to sessions, as data: an operation is made of items, an item of renames that all
happen or none.

The same record is the journal before an operation, its line in the log after it, and what undo
reads.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.root_paths import TRASH
from exito_tui.domain.units import pluralize

Action = Literal[
    "rm",
    "prune",
    "archive",
    "restore",
    "unarchive",
    "finalize",
    "fix",
    "recover",
    "pin",
    "unpin",
    "purge",
    "undo",
]
ACTIONS: tuple[Action, ...] = get_args(Action)


def told(action: str, names: Sequence[str]) -> str:
    """What was done to what, in words: `rm of build/session`, `prune of 3 sessions`."""
    many = pluralize(len(names), counted(action))
    return f"{action} of {names[0] if len(names) == 1 else many}"


def counted(action: str) -> str:
    """What the items of an operation are, in a word that is counted."""
    return {"fix": "problem", "recover": "file"}.get(action, "session")


STAGING = f"{TRASH}/scratch"
"""Where things lie that nobody will miss: what is being made, and what is being purged."""


class Rename(NamedTuple):
    """One rename; both paths are relative to the root, `inode` is that of what is moved. `swap` is
    the inode of what lies at the target, which then goes to the source in the same instant; 0 when
    nothing may lie there. `digest` is the SHA-256 of a file that was made for this operation (hex;
    empty: it is nobody's but the user's)."""

    source: str
    target: str
    inode: int
    swap: int = 0
    digest: str = ""


class Origin(NamedTuple):
    """Where the text of a file that was recovered comes from: the kind of source, the agent's type
    and id, and the id of its conversation with Claude Code. `by_hook`: a hook saved it, not the
    user."""

    source: str
    agent: str
    agent_id: str
    conversation: str
    by_hook: bool = False


class Item(NamedTuple):
    """What is moved as one: `what` it is (a session's key, or a file's path), its renames, and its
    size.

    `entry` is the id of the entry of the trash that it goes to or comes from; `archive` is the path
    of the archive that holds a copy, for people to read. `makes` are the folders that have to be
    made first, `unmakes` those that go afterwards if nothing is in them.
    """

    what: str
    renames: tuple[Rename, ...]
    entry: str = ""
    files: int = 0
    size: int = 0
    archive: str = ""
    makes: tuple[str, ...] = ()
    unmakes: tuple[str, ...] = ()
    origin: Origin | None = None


class Operation(NamedTuple):
    """Something done to a root: `at_ns` epoch nanoseconds, `undoes` the id of the operation that it
    takes back. `mark` shows that this user wrote it in this root, and not somebody whose files lie
    here."""

    id: str
    action: Action
    at_ns: int
    items: tuple[Item, ...]
    undoes: str = ""
    recovered: bool = False
    """Whether it was interrupted, and finished at a later start."""
    mark: str = ""
    redoes: str = ""
    """The id of the operation that took back what this one does again."""


class Entry(NamedTuple):
    """One entry of the trash: an item, when and by which operation it came there, and that
    operation's mark. `problem` says why it cannot be read."""

    id: str
    operation: str
    action: Action
    at_ns: int
    item: Item
    problem: Reason | None = None
    mark: str = ""


def payload(entry: str) -> str:
    """Where an entry of the trash keeps what it does: a session's own folder, or a folder that
    holds its files."""
    return f"{TRASH}/{entry}"


def enters_trash(item: Item) -> bool:
    """Whether an item puts something into its entry of the trash."""
    return bool(item.entry) and any(
        f"{rename.target}/".startswith(payload(item.entry) + "/") for rename in item.renames
    )


def has_wrapper(item: Item) -> bool:
    """Whether the entry of an item is a folder of ours that holds what was moved, and not the
    session's own folder."""
    inside = payload(item.entry) + "/"
    return bool(item.entry) and any(
        rename.source.startswith(inside) or rename.target.startswith(inside)
        for rename in item.renames
    )


def reverse(item: Item) -> Item:
    """The item that takes another one back."""
    back = tuple(
        rename._replace(inode=rename.swap, swap=rename.inode)
        if rename.swap
        else rename._replace(source=rename.target, target=rename.source)
        for rename in item.renames
    )
    return item._replace(renames=back[::-1], makes=item.unmakes, unmakes=item.makes)


def only_brings_back(item: Item) -> bool:
    """Whether an item does nothing but move what its own entry of the trash holds to where sessions
    and notes lie: all that may be done because a record says so that this user did not write."""
    own = payload(item.entry) + "/"
    return bool(item.entry) and all(
        f"{rename.source}/".startswith(own) and not rename.swap and _holds_sessions(rename.target)
        for rename in item.renames
    )


def _holds_sessions(path: str) -> bool:
    """Whether a path is one at which a session or a note may lie."""
    from exito_tui.domain.sessions.names import is_registry  # hooks are short of time

    return not path.startswith(".") and not ("/" not in path and is_registry(path))


def places(item: Item) -> tuple[dict[str, int], dict[str, int]]:
    """What lies where before and after an item: inodes by path, 0 for nothing."""
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for rename in item.renames:
        before.setdefault(rename.source, rename.inode)
        before.setdefault(rename.target, rename.swap)
        after[rename.source], after[rename.target] = rename.swap, rename.inode
    return before, after


def entry_of(operation: Operation, item: Item) -> Entry:
    """The entry of the trash that an item of an operation fills."""
    return Entry(
        item.entry, operation.id, operation.action, operation.at_ns, item, mark=operation.mark
    )
