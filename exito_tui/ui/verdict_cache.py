"""The verdicts that are on screen: judged again as time goes by, and only when somebody looks."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from exito_tui.actions import first_key
from exito_tui.domain.sessions.list_rows import Row
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.verdicts.records.owed import saving_command
from exito_tui.store.live.events import Update
from exito_tui.ui.drawing.glyphs import Glyphs

if TYPE_CHECKING:
    from exito_tui.domain.verdicts.judge import Judge
    from exito_tui.domain.verdicts.verdict import Verdict

_MOST = 500


class Verdicts:
    """Gives the verdict on a session as of `now_ns`; there is none before there is a judge."""

    def __init__(self, now_ns: int, keys: Mapping[str, str] = MappingProxyType({})) -> None:
        """`keys` are the rebound ones."""
        self.judge: Judge | None = None
        self._saving_key = first_key("recover", keys)
        self.now_ns = now_ns
        """What time it is for the next verdict; those given already stand until the next `tick`."""
        self._known: dict[tuple[str, str], tuple[Session, Verdict]] = {}

    def take(self, update: Update, now_ns: int) -> None:
        """Go on with the judge of an update, and with the verdicts that it gave."""
        self.now_ns = now_ns
        self.judge = update.judge or self.judge
        for snapshot, verdicts in zip(update.snapshots, update.verdicts, strict=False):
            self._known.update(
                {
                    (snapshot.root, key): (session, self._with_key(session, verdict))
                    for key, (session, verdict) in verdicts.items()
                }
            )

    def tick(self, now_ns: int) -> None:
        """Let time pass: every verdict is given anew."""
        self.now_ns = now_ns
        self._known.clear()

    def of(self, row: Row | None) -> "Verdict | None":
        """The verdict on a row's session, or None while its files have not been read; there is none
        on other rows."""
        if not isinstance(row, Session) or row.artefacts is None or self.judge is None:
            return None
        place = row.root, row.key
        known = self._known.get(place)
        if known and known[0] is row:
            return known[1]
        if len(self._known) > _MOST:
            self._known.clear()
        verdict = self._with_key(row, self.judge.verdict(row, self.now_ns))
        self._known[place] = row, verdict
        return verdict

    def _with_key(self, session: Session, verdict: "Verdict") -> "Verdict":
        """A verdict whose next step names the key in place of the command that a shell would be
        given."""
        command = saving_command(session)
        if command not in verdict.next_step:
            return verdict
        return verdict._replace(next_step=verdict.next_step.replace(command, self._saving_key))


def state_sign(verdict: "Verdict", glyphs: Glyphs) -> str:
    """The one-cell sign of a verdict's state."""
    return str(getattr(glyphs, verdict.state)) if verdict.state != "unknown" else glyphs.quiet
