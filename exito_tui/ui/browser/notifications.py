"""Telling the user that a session's state has changed: in the app, by the bell, and by the
terminal's notification."""

from collections.abc import Sequence
from typing import Literal

from textual.app import App

from exito_tui.config.settings import Config
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.sessions.titles import title_of
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.verdicts.state import State
from exito_tui.store.live.events import StateChange

NOTIFIED: dict[State, str] = {
    "waiting": "waits for you",
    "stuck": "is stuck",
    "failed": "has failed",
    "completed": "is completed",
}
_SEVERITY: dict[State, Literal["warning", "error"]] = {
    "waiting": "warning",
    "stuck": "error",
    "failed": "error",
}
_MOST = 4


def notify(app: App[None], state_changes: Sequence[StateChange], config: Config) -> None:
    """Tell of the states that changed to one worth telling, each once."""
    notified = [
        (turn.session, turn.now)
        for turn in state_changes
        if turn.now in NOTIFIED and not turn.is_old
    ]
    if not notified:
        return
    if config.toast:
        for session, state in notified[:_MOST]:
            app.notify(
                _words(session, state),
                severity=_SEVERITY.get(state, "information"),
                markup=False,
                timeout=8,
            )
        if len(notified) > _MOST:
            app.notify(f"and {len(notified) - _MOST} more", markup=False)
    if config.bell:
        app.bell()
    if config.osc9 and not app.is_headless and (driver := app._driver) is not None:
        words = "; ".join(_words(session, state) for session, state in notified[:_MOST])
        driver.write(f"\x1b]9;exito: {words}\x07")


def name_window(app: App[None], title: str) -> None:
    """Name the terminal's window; one that has the name already is left alone."""
    if app.title != title:
        app.title = title
        if not app.is_headless and (driver := app._driver) is not None:
            driver.write(f"\x1b]0;{title}\x07")


def _words(session: Session, state: State) -> str:
    title = title_of(session)
    name = decoded(session.key) if title.source == "id" else f"{title.text} ({session.command})"
    return one_line(f"{name} {NOTIFIED[state]}")
