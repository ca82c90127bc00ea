"""Finding the session that a user names on the command line."""

from collections.abc import Sequence

from exito_tui.domain.sessions.foreign_files import conflict_of
from exito_tui.domain.sessions.orders import newest_first
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.text import decoded, did_you_mean

_MOST_COMPARED = 1_000


class LookupFailedError(Exception):
    """No session, or more than one, is called that. `candidates` are the keys it may have meant."""

    def __init__(self, message: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


def is_latest(name: str) -> bool:
    """Whether a name stands for the latest session, of all or of a command."""
    return name == "latest" or name.startswith("latest:")


def find_session(snapshots: Sequence[Snapshot], name: str) -> Session:
    """The session (or the note) called `name`: a key, an id, a unique beginning of one, `latest`,
    or `latest:COMMAND`.

    Raises:
        LookupFailedError: none is called that, or several are.
    """
    sessions = [session for snapshot in snapshots for session in snapshot.sessions.values()]
    notes = [note.session for snapshot in snapshots for note in snapshot.notes]
    if is_latest(name):
        return _latest(sessions, name.partition(":")[2])
    wanted = name.rstrip("/")
    sessions += notes
    exact = [session for session in sessions if wanted in (session.key, decoded(session.key))]
    exact = exact or [
        session for session in sessions if wanted in (session.id, decoded(session.id))
    ]
    found = exact or [
        session
        for session in sessions
        if wanted
        and (decoded(session.key).startswith(wanted) or decoded(session.id).startswith(wanted))
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise LookupFailedError(f"no session is called {name!r}{_meant(wanted, sessions)}")
    roots = {session.root for session in found}
    keys = [
        decoded(session.key) + (f"  in {decoded(session.root)}" if len(roots) > 1 else "")
        for session in newest_first(found)
    ]
    raise LookupFailedError(f"{name!r} may mean any of {len(keys)} sessions", keys)


def _meant(name: str, sessions: Sequence[Session]) -> str:
    """The end of a sentence on a name that no session has: the newest of those very like it."""
    import difflib

    newest = newest_first(sessions)[:_MOST_COMPARED]
    known = [decoded(one.key if "/" in name else one.id) for one in newest]
    near = difflib.get_close_matches(name, known, 1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else ""


def _latest(sessions: Sequence[Session], command: str) -> Session:
    among = [
        session
        for session in sessions
        if (not command or session.command == command) and not conflict_of(session.id)
    ]
    if not among:
        hint = did_you_mean(command, sorted({session.command for session in sessions}))
        raise LookupFailedError(
            f"there is no session of {command!r} yet{hint}"
            if command and sessions
            else "there is no session yet"
        )
    runs = [session for session in among if not session.is_stray]
    return newest_first(runs or among)[0]
