"""How the header says that a session stands."""

from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import DAY_NS
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.ui.drawing.glyphs import ASCII
from exito_tui.ui.widgets.session_header import state_words
from tests.support import NOW_NS


def words(began_ns: int, stamp: str) -> tuple[str, str]:
    files = tuple(Artefact(name, "markdown", 9, began_ns, 1) for name in ("context.md", "plan.md"))
    key = f"build/build_{stamp[:8]}_{stamp[8:]}"
    session = Session("/r", key, "build", key.partition("/")[2], "canonical", stamp, files)
    return state_words(Judge().verdict(session, NOW_NS), NOW_NS, ASCII)


def test_of_a_copy_it_does_not_say_since_when_it_asks() -> None:
    """Only when it was copied is known, and when the run began."""
    assert words(NOW_NS, "20251017203000") == ("? an old question - in a copy", "muted")
    assert words(NOW_NS - 3 * DAY_NS, "20251103203000") == ("? an old question - 3 d", "muted")
