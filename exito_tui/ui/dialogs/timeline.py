"""Phases as bars over time: one session, and all sessions of its command above each other."""

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Sparkline, Static

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, duration, local_time
from exito_tui.domain.verdicts.expectation import History, phase_key
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, fit_right, line, tone
from exito_tui.ui.verdict_cache import state_sign

_NAME = 26
_TOOK = 11
_SLOTS = 60


Row = tuple[str, Sequence[tuple[float, float, str]], str]
"""A name, pieces (begin, end, kind), and how long it all took."""


class Bars(Widget):
    """Lines of a name, a bar of pieces, and a duration. Each piece begins and ends in parts of the
    whole, 0 to 1."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bars--a", "bars--b", "bars--gate", "bars--muted"}

    def __init__(self, rows: Sequence[Row], glyphs: Glyphs) -> None:
        super().__init__(classes="bars")
        self._rows = rows
        self._glyphs = glyphs
        self.styles.height = len(rows)

    def render_line(self, y: int) -> Strip:
        """One row."""
        name, pieces, took = self._rows[y]
        room = max(4, self.size.width - _NAME - _TOOK - 2)
        cells: list[str] = [""] * room
        for start, stop, kind in pieces:
            first = min(room - 1, int(start * room))
            for at in range(first, max(first + 1, min(room, round(stop * room)))):
                cells[at] = kind
        parts: list[Part] = [(fit(name, _NAME, self._glyphs.ellipsis), tone(self, "bars--muted"))]
        for kind in cells:
            sign = (
                self._glyphs.block
                if kind in ("a", "b")
                else self._glyphs.gate_bar
                if kind == "gate"
                else " "
            )
            parts.append((sign, tone(self, f"bars--{kind}") if kind else Style()))
        right: list[Part] = [(fit_right(took, _TOOK), tone(self, "bars--muted"))]
        return line(self.size.width, parts, right, self.rich_style, self._glyphs.ellipsis)


class TimelineScreen(ModalScreen[None]):
    """One session's phases in full, its command's other sessions below, and when it was written."""

    BINDINGS = [("escape,q,t,enter", "dismiss", "Close")]

    def __init__(
        self,
        session: Session,
        verdict: Verdict,
        others: Sequence[tuple[Session, Verdict]],
        past: History,
        glyphs: Glyphs,
        now_ns: int,
    ) -> None:
        super().__init__()
        self._session, self._verdict, self._others = session, verdict, others
        self._past, self._glyphs, self._now_ns = past, glyphs, now_ns

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog"):
            yield Static(
                f"Timeline: {one_line(self._session.key)}", classes="dialog-title", markup=False
            )
            rows = self._phases()
            if not rows:
                yield Static(
                    "No times are known: the files have the time of a copy."
                    if self._verdict.copied
                    else "No times are known: nothing was written yet, or there is no workflow.",
                    markup=False,
                )
            else:
                yield Bars(rows, self._glyphs)
            writes = _writes(self._session)
            if len(writes) > 1 and not self._verdict.copied:
                with Vertical(classes="sparkline"):
                    yield Static(
                        "Bytes of the files over time, by their last write",
                        classes="dialog-foot",
                        markup=False,
                    )
                    yield Sparkline(writes)
            others = self._fleet()
            if others:
                title = f"All of {one_line(decoded(self._session.command))}, newest first"
                yield Static(title, classes="dialog-title second", markup=False)
                yield Bars(others, self._glyphs)
            foot = f"{self._glyphs.gate_bar} waits for you. esc closes."
            yield Static(foot, classes="dialog-foot", markup=False)

    def _phases(self) -> list[Row]:
        timed = [view for view in self._verdict.steps if view.began_ns is not None]
        if not timed:
            return []
        begin, end = _span(timed, self._now_ns, self._verdict)
        rows: list[Row] = []
        for view in timed:
            start, stop = view.began_ns or begin, _end(view, self._now_ns, self._verdict)
            if isinstance(view.step, Gate):
                if view.state != "gate":
                    continue
                name, kind = (
                    {"approve": "your approval", "choose": "your choice"}[view.step.kind],
                    "gate",
                )
            else:
                name, kind = view.step.agent, "ab"[len(rows) % 2]
            known = self._past.get(phase_key(view.step)) if isinstance(view.step, Phase) else None
            took = duration(stop - start)
            if known and known.runs > 1 and stop - start > 2 * known.median * SECOND_NS:
                took = f"{self._glyphs.problem} {took}"
            piece = ((start - begin) / (end - begin), (stop - begin) / (end - begin), kind)
            rows.append((f"{state_of(view)} {name}", [piece], took))
        whole = duration(end - begin)
        return [*rows, (f"  from {local_time(begin)[11:16]}", [], whole)]

    def _fleet(self) -> list[Row]:
        """Every session of the command in one scale: the longest of them fills the width."""
        timed = []
        for _, verdict in self._others:
            views = [view for view in verdict.steps if view.began_ns is not None and _lasted(view)]
            if views:
                timed.append((verdict, views, *_span(views, self._now_ns, verdict)))
        longest = max((end - begin for *_, begin, end in timed), default=0)
        rows: list[Row] = []
        for verdict, views, begin, end in timed if longest else ():
            pieces = [
                (
                    (view.began_ns or begin) - begin,
                    _end(view, self._now_ns, verdict) - begin,
                    "gate" if isinstance(view.step, Gate) else "ab"[at % 2],
                )
                for at, view in enumerate(views)
            ]
            scaled = [(start / longest, stop / longest, kind) for start, stop, kind in pieces]
            name = f"{state_sign(verdict, self._glyphs)} {local_time(begin)[:16]}"
            rows.append((name, scaled, duration(end - begin)))
        return rows


def _lasted(view: StepView) -> bool:
    """Whether a step shows as a bar: an answered gate leaves no time of its own."""
    return isinstance(view.step, Phase) or view.state == "gate"


def state_of(view: StepView) -> str:
    """A step's state in one cell, for the left edge."""
    return {"done": " ", "active": ">", "due": ">", "gate": "?"}.get(view.state, " ")


def _end(view: StepView, now_ns: int, verdict: Verdict) -> int:
    """When a step ended: now, for one that goes on; for one that was given up, when it began."""
    if view.ended_ns is not None and view.state == "done":
        return view.ended_ns
    going_on = verdict.state in ("running", "waiting", "stuck")
    last = view.ended_ns or view.began_ns or now_ns
    return max(now_ns, last) if going_on else last


def _span(views: Sequence[StepView], now_ns: int, verdict: Verdict) -> tuple[int, int]:
    begin = min(view.began_ns for view in views if view.began_ns is not None)
    end = max(_end(view, now_ns, verdict) for view in views)
    return begin, max(end, begin + SECOND_NS)


def _writes(session: Session) -> list[float]:
    """Bytes written, by the last write of each file, in equal slices of time."""
    files = [one for one in session.artefacts or () if one.size]
    if len(files) < 2:
        return []
    first, last = (
        min(artefact.modified_ns for artefact in files),
        max(artefact.modified_ns for artefact in files),
    )
    if first == last:
        return []
    slots = [0.0] * _SLOTS
    for one in files:
        slots[min(_SLOTS - 1, (one.modified_ns - first) * _SLOTS // (last - first))] += one.size
    return slots
