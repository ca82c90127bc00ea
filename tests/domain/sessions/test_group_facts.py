"""What the sessions under a heading are, all together."""

import pytest

from exito_tui.domain.sessions import group_facts as module
from exito_tui.domain.sessions.artefact import Artefact
from exito_tui.domain.sessions.group_facts import GroupFacts, group_facts
from exito_tui.domain.sessions.list_rows import Heading
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.units import SECOND_NS
from exito_tui.domain.verdicts.state import Standing


def session(name: str, *sizes: int, at: int = 0) -> Session:
    files = tuple(
        Artefact(
            f"{number}.md", "markdown", size, (1_750_000_000 + at + number) * SECOND_NS, number
        )
        for number, size in enumerate(sizes)
    )
    return Session("/r", f"build/{name}", "build", name, "named", "", files)


MEMBERS = [session("a", 5, 7, at=1000), session("b", 1, at=9000), session("c"), session("d")]
HEADING = Heading("/r build", "build", 4, True, 0, None, members=MEMBERS)


def test_states_files_and_the_newest_are_told() -> None:
    known = {
        "/r": {
            "build/a": Standing("waiting"),
            "build/b": Standing("waiting", is_old=True),
            "build/c": Standing("completed"),
        }
    }
    facts = group_facts(HEADING, known)
    assert facts == GroupFacts({"waiting": 1, "completed": 1}, 1, 1, 3, 13, MEMBERS[1])
    assert group_facts(HEADING, {}).unread == 4


def test_the_files_of_very_many_are_not_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    monkeypatch.setattr(module, "_FIRST", 1)
    facts = group_facts(HEADING, {})
    assert (facts.files, facts.size, facts.newest) == (None, None, MEMBERS[0])
