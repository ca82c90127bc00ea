"""Figures about sessions and commands, on sessions small enough to count by hand."""

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.snapshot import Snapshot
from exito_tui.domain.verdicts.judge import Judge
from exito_tui.domain.verdicts.stats import SessionFigures, command_figures, session_figures
from tests.domain.verdicts.test_classify import judged, made


def figures(session: Session) -> SessionFigures:
    return session_figures(session, judged(session), ["abc"])


def test_the_figures_of_a_session() -> None:
    session = made("implement", {"context.md": 90, "plan.md": 80, "progress.md": 60})
    found = figures(session)
    assert (found.state, found.commits) == ("completed", ("abc",))
    assert found.agents == ("investigator", "architect", "builder")
    assert found.seconds == 570 * 60
    assert found.tokens_spared == 0  # a context shorter than its path spares nothing


def test_a_long_context_is_spared_each_agent_after_the_first() -> None:
    text = "x" * 4000
    session = made("implement", {"context.md": 90, "plan.md": 80}, {"context.md": text})
    path = len(f"{session.path}/context.md")
    assert figures(session).tokens_spared == (4000 - path) // 4
    alone = made("implement", {"context.md": 90}, {"context.md": text})
    assert figures(alone).tokens_spared == 0


def test_a_session_of_unknown_start_has_no_duration() -> None:
    assert figures(made("implement", {"context.md": 90}, session_id="session")).seconds is None
    assert figures(made("implement", {"context.md": 1000})).seconds is None


def test_the_figures_of_a_command() -> None:
    ages = {"context.md": 90, "plan.md": 80}
    members = [
        figures(
            made(
                "implement",
                {**ages, "progress.md": age},
                session_id=f"implement_20251106_1000{age}",
            )
        )
        for age in (10, 30, 50)
    ] + [figures(made("implement", ages))]
    found = command_figures(members, Snapshot("/r", {}, ()), Judge())
    assert (found.command, found.sessions, found.commits) == ("implement", 4, 4)
    assert found.states == {"completed": 3, "waiting": 1}
    assert found.size == sum(one.session.size for one in members)
    assert (found.median, found.slowest) == (members[1].seconds, members[0].seconds)
    assert found.phases == {}
    unknown = command_figures([figures(made("nobody", {}))], Snapshot("/r", {}, ()), Judge())
    assert (unknown.median, unknown.slowest, unknown.phases) == (None, None, {})
