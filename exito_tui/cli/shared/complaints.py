"""What is said on stderr of sessions that are not in an answer."""

from collections.abc import Iterable

from exito_tui.cli.output import complain
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, did_you_mean, one_line


def complain_of_unreadable(sessions: Iterable[Session]) -> None:
    """Say on stderr which of some sessions cannot be read: what they hold is not in the answer."""
    for session in sessions:
        if session.problem and session.form not in ("link", "run"):
            complain(f"{one_line(decoded(session.key))} cannot be read: {session.problem}")


def complain_of_unknown_commands(wanted: Iterable[str], sessions: Iterable[Session]) -> None:
    """Say on stderr which of the wanted commands no session is of, and which was meant."""
    known = {one_line(decoded(session.command)) for session in sessions}
    for command in wanted:
        if command not in known:
            complain(f"no session is of {command!r}{did_you_mean(command, sorted(known))}")
