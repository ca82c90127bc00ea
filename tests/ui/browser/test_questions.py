"""What is asked is what would be done: the question knows what the store would leave."""

from exito_tui.domain.cleanup.protection import Blocker
from exito_tui.domain.cleanup.reason import Reason
from exito_tui.domain.sessions.session import Session
from exito_tui.store.operations.pin import set_pins
from exito_tui.ui.browser.questions import finalize_question
from tests.store.support import seen
from tests.support import Root, until
from tests.ui.browser.test_operations import FIRST, SECOND, TITLES, filled
from tests.ui.driver import browsing

__all__ = ["filled"]


async def test_finalize_asks_about_what_it_would_do(filled: Root) -> None:
    set_pins(str(filled), [FIRST], pinned=True)
    async with browsing(filled) as browser:
        await browser.press("ctrl+a", "f")
        await browser.shows("Finalize 2 sessions?")
        assert "Left out" in browser.text and "it is pinned" in browser.text
        await browser.press("escape", "escape", "f")
        await browser.shows("Nothing to finalize")
        await browser.press("y")
        assert not (filled.path / FIRST / "session_summary.md").exists(), "y alone does not force"
        await browser.press("F")
        await until(lambda: (filled.path / FIRST / "session_summary.md").exists())


def test_finalize_leaves_out_what_it_can_in_no_way_do(filled: Root) -> None:
    sessions = seen(filled, FIRST, SECOND)
    loose = {SECOND: Blocker(Reason("loose"))}

    def title(one: Session) -> str:
        return TITLES[one.key]

    question = finalize_question(sessions, loose, {}, title)
    assert [row[0] for row in question.rows] == [TITLES[FIRST]]
    assert question.title == "Finalize 1 session?" and not question.force
    assert finalize_question(sessions[1:], loose, {}, title).force == ""
