"""What is aimed at: sessions as the user saw them, so that just those are moved and nothing that
took their place."""

from collections.abc import Iterable
from typing import NamedTuple

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.session import Session
from exito_tui.store.fs import safefs
from exito_tui.store.fs.errors import ChangedError, reason_of
from exito_tui.store.fs.tree import Tree, look_through
from exito_tui.store.read.scan import read_session
from exito_tui.store.trash.trash import Trash


class Target(NamedTuple):
    """A session with all that lies below each of its paths (relative to the root); `problem` says
    why it cannot be moved."""

    session: Session
    trees: tuple[tuple[str, Tree], ...] = ()
    problem: Reason | None = None

    @property
    def files(self) -> int:
        """How many files there are."""
        return sum(len(tree.files) for _, tree in self.trees)

    @property
    def size(self) -> int:
        """Bytes in all files."""
        return sum(tree.size for _, tree in self.trees)


def capture_targets(root: str, sessions: Iterable[Session]) -> list[Target]:
    """Look at sessions as they are now; those that are not as they were seen say so. Raises
    OSError."""
    with safefs.opened_root(root) as descriptor:
        return [
            _target(descriptor, session)
            for session in {session.key: session for session in sessions}.values()
        ]


def verify_unchanged(trash: Trash, target: Target) -> None:
    """Raises ChangedError when a session is not what it was when it was aimed at."""
    for path, tree in target.trees:
        if look_through(trash.root, path, trash.mounts) != tree:
            raise ChangedError(Reason("changed"))
    if target.session.form == "loose":  # a file that was added is no part that could have changed
        now = read_session(trash.root, target.session)
        if paths_of(now) != [path for path, _ in target.trees]:
            raise ChangedError(Reason("changed"))


def paths_of(session: Session) -> list[str]:
    """The paths, relative to the root, that a session consists of: its folder, its one file, or the
    files that lie loose."""
    if session.form == "loose":
        return [session.place(artefact.name) for artefact in session.artefacts or ()]
    return [session.key]


def _target(root: int, session: Session) -> Target:
    now = read_session(root, session)._replace(claims=session.claims)
    if now.problem:
        return Target(now, problem=Reason("unreadable", {"cause": now.problem}))
    if session.artefacts is not None and now.artefacts != session.artefacts:
        return Target(now, problem=Reason("changed"))
    try:
        trees = tuple((path, look_through(root, path)) for path in paths_of(now))
    except FileNotFoundError:
        return Target(now, problem=Reason("gone"))
    except ChangedError as error:
        return Target(now, problem=error.reason)
    except OSError as error:
        return Target(now, problem=Reason("not-looked-through", {"cause": reason_of(error)}))
    if not trees:
        return Target(now, problem=Reason("gone"))
    return Target(now, trees)
