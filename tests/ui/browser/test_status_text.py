"""What the bars say, as text."""

import pytest

from exito_tui.actions import COMMANDS
from exito_tui.domain.sessions.list_rows import Arrangement
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.state import State
from exito_tui.store.live.events import Status
from exito_tui.ui.browser.status_text import counts, hints, place, state, window_title
from exito_tui.ui.drawing.glyphs import UNICODE
from tests.domain.verdicts.test_classify import made
from tests.support import NOW_NS, Root
from tests.ui.driver import browsing

HERE = "/srv/shop/.claude/sessions"
SESSION = made("build", {"context.md": 5})
SHOP = Snapshot(HERE, {SESSION.key: SESSION})
GONE = Snapshot(HERE, {}, state="missing")
STATES: dict[State, int] = {"waiting": 3, "stuck": 1, "completed": 1200}


def said(arrangement: Arrangement | None = None, **more: object) -> list[str]:
    asked: dict[str, object] = {"states": STATES, "marked": 0, "follows": False, "read_only": False}
    made = counts([SHOP], arrangement or Arrangement(), glyphs=UNICODE, **{**asked, **more})  # type: ignore[arg-type]
    return [one.text for one in made]


def test_what_presses_most_is_counted_first() -> None:
    assert said() == ["? 3 need you", "! 1 stuck", "✓ 1,200 done"]


def test_before_any_verdict_the_sessions_are_counted() -> None:
    assert said(states={}) == ["1 session"]


def test_what_is_going_on_stands_before_the_counts() -> None:
    assert said(marked=2, read_only=True, follows=True)[:3] == [
        "read-only",
        f"{UNICODE.marked} 2 marked",
        f"at the latest write {UNICODE.follows}",
    ]
    assert said(new=4, since="yesterday")[-1] == f"{UNICODE.changed} 4 new since yesterday"


def test_a_filter_is_named_with_how_many_it_lets_through_and_what_is_wrong_with_it() -> None:
    stuck = Arrangement(filter="state:stuck")
    assert said(stuck, shown=1)[0] == "1 of 1: state:stuck"
    assert said(stuck, shown=1, filters={"late": "state:stuck"})[0] == "1 of 1: late"
    wrong = said(Arrangement(filter="state:nonsense"), shown=1)
    assert len(wrong) == len(said(stuck, shown=1)) + 1


def test_the_window_is_named_after_who_needs_the_user() -> None:
    assert window_title([SHOP], STATES, UNICODE) == f"? 3 ! 1 {UNICODE.dot} shop"
    assert window_title([SHOP], {"completed": 3}, UNICODE) == "shop"
    assert place([GONE], was_there=True) == "shop (gone)"


@pytest.mark.parametrize(
    ("snapshot", "status", "text", "warns"),
    [
        (SHOP, Status("live"), "live", False),
        (SHOP, Status("starting"), "starting", False),
        (SHOP, Status("live", unread=1500), "reading 1,500 more", False),
        (SHOP, Status("polling"), "polling", False),
        (SHOP, Status("polling", problem="too many watches"), "polling: too many watches", True),
        (GONE, Status("live"), "waiting, not there: the sessions folder", True),
    ],
)
def test_how_the_watching_goes(snapshot: Snapshot, status: Status, text: str, warns: bool) -> None:
    assert state([snapshot], status, was_there=True) == (text, warns)


def test_a_root_that_never_was_there_is_no_warning() -> None:
    assert state([GONE], Status("live"), was_there=False) == ("live", False)


def test_the_hints_are_those_of_the_pane_and_of_the_state() -> None:
    shown = [command.id for _, command in hints("list", {}, welcome=False, typing=False)]
    assert "find" not in shown and "demo" not in shown and "recover" not in shown
    offered = hints("list", {}, welcome=False, typing=False, offered=["recover"])
    assert offered[0][1].id == "recover"


def test_on_the_welcome_and_while_typing_there_are_few() -> None:
    on_heading = hints("list", {}, welcome=False, typing=False, on_session=False)
    assert {"enter": "fold"}.items() <= {one.id: one.hint for _, one in on_heading}.items()
    folded = hints("list", {}, welcome=False, typing=False, on_session=False, is_folded=True)
    assert next(one.hint for _, one in folded if one.id == "enter") == "unfold"
    welcome = [command.id for _, command in hints("list", {}, welcome=True, typing=False)]
    assert set(welcome) == {"demo", "help", "quit"}
    typing = hints("list", {}, welcome=False, typing=True)
    assert [key for key, _ in typing] == ["enter", "esc"]


def test_a_key_of_the_users_own_is_shown() -> None:
    quit_ = next(command for command in COMMANDS if command.id == "quit")
    shown = hints("list", {"quit": "ctrl+x"}, welcome=False, typing=False)
    assert [key for key, command in shown if command is quit_] == ["ctrl+x"]


@pytest.mark.parametrize("columns", [60, 80, 120])
async def test_the_bar_begins_with_what_matters_and_always_tells_of_the_help(
    root: Root, columns: int
) -> None:
    root.write("build/build_20251106_200000/plan.md", "# x\n", at=NOW_NS / 1e9 - 60)
    async with browsing(root, size=(columns, 24)) as browser:
        await browser.press("j")
        bar = browser.text.split("\n")[-1]
        assert bar.startswith(" enter open   w why   / filter   ") and "? help" in bar
        await browser.press("enter")
        assert "? help" in browser.text.split("\n")[-1]
