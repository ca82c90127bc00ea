"""What keeps a session from being moved, and what of that gives way when the user insists."""

from exito_tui.domain.cleanup.protection import FORCED, Blocker, find_blocker, when_ns
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import State
from tests.domain.cleanup.test_retention import session
from tests.support import NOW_NS


def blocker(one: Session, state: State | None = None, *, pinned: bool = False) -> Blocker:
    found = find_blocker(
        one, state, pinned=pinned, when=when_ns(one), now_ns=NOW_NS, quiet_ns=900 * SECOND_NS
    )
    assert found
    return found


def test_all_but_what_cannot_be_read_gives_way_when_the_user_insists() -> None:
    old = session(9)
    found = [
        blocker(old, pinned=True),
        blocker(old._replace(is_current=True)),
        blocker(session(-1)),
        blocker(session(0)),
        blocker(session(0)._replace(artefacts=())),
        blocker(old, "running"),
    ]
    only_finalizing = {"perhaps-running"}  # what is moved stays as it is, whoever writes on
    assert {one.reason.code for one in found} == FORCED - only_finalizing
    assert not any(one.final for one in found)
    assert blocker(old._replace(problem="permission denied")).final
