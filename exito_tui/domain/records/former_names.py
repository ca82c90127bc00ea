"""Which session a run has become, by the name that it had before it got its folder."""

from collections.abc import Callable, Iterable

from exito_tui.domain.records.conversation import Known
from exito_tui.domain.records.join import run_id
from exito_tui.domain.regex import regex
from exito_tui.domain.sessions.session import Session

_OF_A_RUN = regex(r"(?:[^/]+/)?[^/]+_[0-9a-f]{8}/?\Z")


def may_be_of_a_run(name: str) -> bool:
    """Whether a run without a folder can be called so."""
    return bool(_OF_A_RUN.match(name))


def became(
    name: str, sessions: Iterable[Session], known_of: Callable[[Session], Known | None]
) -> Session | None:
    """The session that a run, called `name` (its id or key) until it had a folder, has become; the
    latest where its conversation ran several. `known_of` tells what the records know of one."""
    command, _, own = name.rstrip("/").rpartition("/")
    found = [
        (known.is_current, session.started_ns or 0, session)
        for session in sessions
        if command in ("", session.command)
        and (known := known_of(session))
        and any(own == run_id(session.command, one.conversation) for one in known.every)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None
