"""How a verdict says what is owed, by whom, and since when."""

from collections.abc import Sequence

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded
from exito_tui.domain.units import short_age, short_length
from exito_tui.domain.verdicts.claims import Claims
from exito_tui.domain.verdicts.near_misses import what_is_there_instead
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.workflows.file_roles import is_pattern, label, matching
from exito_tui.domain.workflows.model import Phase


def owed_name(session: Session, phase: Phase) -> str:
    """What the file that a phase owes will be called, as far as its workflow tells."""
    name = phase.artefact
    if not is_pattern(name):
        return name
    if name.startswith("pr_*_"):
        return (
            f"{session.id}_{phase.agent}_report.md"
            if name.endswith("_report.md")
            else f"{session.id}_{name[5:]}"
        )
    return f"the file of {phase.agent}"


class Phrases:
    """The phrases about one session at one moment."""

    def __init__(
        self, session: Session, claims: Claims, steps: Sequence[StepView], now_ns: int
    ) -> None:
        self._session, self._claims, self._steps, self._now_ns = session, claims, steps, now_ns

    def file_name(self, view: StepView) -> str:
        """The file of a phase: the one that is there, else the one expected, for this very pull
        request."""
        if view.artefact:
            return decoded(view.artefact.name)
        assert isinstance(view.step, Phase)
        return owed_name(self._session, view.step)

    def owed(self, view: StepView) -> str:
        """What is still missing, in words."""
        if view.artefact:
            claim = self._claims.files.get(view.artefact.name)
            name = decoded(view.artefact.name)
            if claim and claim.torn:
                return f"{name} ends in the middle"
            return f"{name} is not finished{', ' + step if (step := self.step_in(view)) else ''}"
        due = [one for one in self._steps if one.state == "due"]
        if len(due) > 1:
            agents = [view.step.agent for view in due if isinstance(view.step, Phase)]
            return f"{len(due)} reports are missing: {', '.join(agents)}"
        assert isinstance(view.step, Phase)
        if view.step.group:
            return f"{view.step.agent}'s report is missing"
        part = self.part_in(view.step)
        instead = self.instead(view)
        there = f" ({instead})" if instead else ""
        return f"{self.file_name(view)} is missing{' (' + part + ')' if part else ''}{there}"

    def again(self, view: StepView) -> str:
        """What to ask an agent for that has returned without its file."""
        near = self.instead(view)
        if near.endswith("looks like it"):
            return (
                f"If {near.removesuffix(' looks like it')} is that file, rename it to "
                f"{self.file_name(view)}; if not, ask for it."
            )
        return f"If not, ask it for {self.file_name(view)}."

    def instead(self, view: StepView) -> str:
        """What lies there instead of the file that a phase owes."""
        return what_is_there_instead(self._session.artefacts or (), self.file_name(view))

    def step_in(self, view: StepView) -> str:
        """Which step of its checklist a file has come to, or its last heading."""
        claim = self._claims.files.get(view.artefact.name) if view.artefact else None
        if not claim:
            return ""
        if claim.total:
            at = min(claim.done + 1, claim.total)
            text = claim.next or claim.last
            return f"step {at} of {claim.total}{': ' + text if text else ''}"
        is_title = claim.title and claim.last.endswith(claim.title)
        return "" if is_title else claim.last

    def part_in(self, phase: Phase) -> str:
        """How far an agent has come by the parts of its work, such as the reports of helpers that
        are no phases."""
        there = [one.name for one in self._session.artefacts or () if one.size]
        missing = [
            label(part)
            for part in phase.parts
            if not is_pattern(part) and not matching(there, [part])
        ]
        total = sum(not is_pattern(part) for part in phase.parts)
        if not total or len(missing) == total:
            return ""
        names = ", ".join(name.replace("_", " ") for name in missing)
        tail = f"; still to come: {names}" if missing else ""
        return f"{total - len(missing)} of {total} parts{tail}"

    def resume(self) -> str:
        """What to tell Claude Code to go on."""
        owed = next((view for view in self._steps if view.state in ("active", "due", "gate")), None)
        name = self.file_name(owed) if owed and isinstance(owed.step, Phase) else ""
        folder = decoded(f"{self._session.folder}")
        tail = f" with {name}" if name else ""
        return (
            f"Tell Claude Code to continue{tail} in .claude/sessions/{folder}, or move it to the "
            "trash."
        )

    def ago(self, time_ns: int | None) -> str:
        """How long ago a moment was."""
        if time_ns is None:
            return "at an unknown time"
        age = short_age(self._now_ns - time_ns)
        return {"now": "just now", "ahead": "in the future"}.get(age, f"{age} ago")

    def length(self, since_ns: int | None) -> str:
        """How long something has lasted."""
        return short_length(self._now_ns - since_ns) if since_ns is not None else "some time"
