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
) -> list[tuple[Session, Known]]:
    """The sessions that a run, called `name` (its id or key) until it had a folder, may have
    become, with what is known of its conversation: several where that ran several, the likeliest
    last. `known_of` tells what the records know of a session."""
    command, _, own = name.rstrip("/").rpartition("/")
    found = [
        (session, one)
        for session in sessions
        if command in ("", session.command) and (known := known_of(session))
        for one in known.every
        if own == run_id(session.command, one.conversation)
    ]
    return sorted(found, key=lambda pair: (pair[1].is_current, pair[0].started_ns or 0))
