"""Whether a session may be moved away: what is being written, pinned or not understood is left
alone."""

from typing import NamedTuple

from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.clocks import WIDEST_ZONES_NS
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.state import State
from exito_tui.domain.verdicts.steps import CLOCK_SLACK_NS

QUIET_SECONDS = 900.0
"""How long nothing may have been written to a session before it counts as left alone, unless set
otherwise."""


FORCED = frozenset(
    ("pinned", "current", "time-ahead", "written", "began", "running", "perhaps-running")
)
"""The reasons for which a session is left alone unless the user insists."""


class Blocker(NamedTuple):
    """Why a session is left alone."""

    reason: Reason

    @property
    def final(self) -> bool:
        """Whether it cannot be moved even when the user insists."""
        return self.reason.code not in FORCED


def when_ns(session: Session) -> int | None:
    """The time that a session's age counts from: the newest of its name's and its files' times. A
    name that is ahead of its files by no more than zones are apart does not count. That it was
    finalized does not make it younger."""
    named, written = session.named_ns, session.last_write_ns
    times = [time for time in (session.started_ns, written) if time is not None]
    if named is not None and written is not None and named - written > WIDEST_ZONES_NS:
        times.append(named)
    return max(times, default=None)


def find_blocker(
    session: Session,
    state: State | None,
    *,
    pinned: bool,
    when: int | None,
    now_ns: int,
    quiet_ns: int,
) -> Blocker | None:
    """Why a session that was read just now should not be moved, or None. `when` is its `when_ns`,
    `quiet_ns` for how long nothing may have been written; a time in the future counts as just
    now."""
    if session.problem:
        return Blocker(Reason("unreadable", {"cause": session.problem}))
    if pinned:
        return Blocker(Reason("pinned"))
    if session.is_current:
        return Blocker(Reason("current"))
    if when is not None and when > now_ns + CLOCK_SLACK_NS:
        return Blocker(Reason("time-ahead"))
    written = session.last_write_ns
    if written is not None and now_ns - written < quiet_ns:
        return Blocker(Reason("written", {"ago": now_ns - written}))
    if written is None and when is not None and now_ns - when < quiet_ns:
        return Blocker(Reason("began", {"ago": now_ns - when}))
    if state == "running":
        return Blocker(Reason("running"))
    return None
