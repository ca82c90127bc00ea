"""A session's workflow across the top: each phase with its agent, file and duration, then the
reason and what to do."""

import textwrap
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration
from exito_tui.domain.verdicts.steps import StepState, StepView
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.file_roles import label
from exito_tui.domain.workflows.model import Gate, Phase
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import Part, fit, line, tone
from exito_tui.ui.messages import FileChosen


def asks(view: StepView, verdict: Verdict) -> bool:
    """Whether it is this step that waits for the user's answer."""
    return verdict.gate == "answer" and view.state == "active"


def step_sign(view: StepView, glyphs: Glyphs, *, waits: bool = False) -> str:
    """The one-cell sign of a step's state; `waits`: it is one that asks the user."""
    if waits:
        return glyphs.waiting
    if isinstance(view.step, Gate):
        return glyphs.waiting if view.state == "gate" else glyphs.gate
    by_state: dict[StepState, str] = {
        "done": glyphs.there,
        "active": glyphs.writing,
        "due": glyphs.missing,
        "missing": glyphs.lacking,
        "skipped": glyphs.dot,
        "later": glyphs.missing,
    }
    return by_state.get(view.state, glyphs.missing)


def step_name(view: StepView) -> str:
    """A step's name for a narrow place."""
    if isinstance(view.step, Gate):
        return view.step.kind
    if view.step.outside:
        return "docs"
    name = one_line(decoded(view.artefact.name)) if view.artefact else view.step.artefact
    return view.step.label or label(name)


_WIDE = 100
_WORDS_WIDE, _WORDS_NARROW = 2, 3


class Pipeline(Widget):
    """The steps in two lines (signs and files; agents and durations), the reason, and the next
    step."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pipeline--done",
        "pipeline--active",
        "pipeline--due",
        "pipeline--alarm",
        "pipeline--muted",
        "pipeline--reason",
    }

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="pipeline")
        self._glyphs = glyphs
        self._verdict: Verdict | None = None
        self._now_ns = 0
        self._words: list[tuple[str, str]] = []
        self._under = False
        self._height = 0
        self._spans: list[tuple[int, int, str]] = []

    def show(self, verdict: Verdict | None, now_ns: int) -> None:
        """Show a verdict as it stands at a moment; None: there is none, and nothing is shown."""
        self._verdict, self._now_ns = verdict, now_ns
        if self.display != (verdict is not None):
            self.display = verdict is not None
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Wrap the words. The height depends on the screen's size alone, so that nothing below it
        moves."""
        verdict, width = self._verdict, max(20, self.size.width - 4)
        if verdict is None or not self.is_attached:
            return
        short = self.screen.has_class("-short")
        room = 1 if short else _WORDS_WIDE if width >= _WIDE else _WORDS_NARROW
        more = f" {self._glyphs.ellipsis}"
        reason = textwrap.wrap(
            one_line(verdict.reason), width, max_lines=max(1, room - 1), placeholder=more
        )
        left = room - len(reason)
        tail = (
            textwrap.wrap(one_line(verdict.next_step), width, max_lines=left, placeholder=more)
            if left
            else []
        )
        self._words = [*((text, "reason") for text in reason), *((text, "muted") for text in tail)]
        self._under = not short
        height = 2 if short else room + 3
        if self._height != height:  # setting it lays out the whole screen
            self._height = height
            self.styles.height = height
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines; with few of them the reason comes first."""
        verdict, width, ground = self._verdict, self.size.width, self.rich_style
        if verdict is None:
            return Strip.blank(width, ground)
        parts: list[Part] = []
        word = y - 1 - self._under
        if word < 0:
            parts = self._steps(verdict, under=y == 1)
        elif word < len(self._words):
            text, name = self._words[word]
            parts = [(text, tone(self, f"pipeline--{name}"))]
        return line(width, [("  ", Style()), *parts], [], ground, self._glyphs.ellipsis)

    def _steps(self, verdict: Verdict, *, under: bool) -> list[Part]:
        views = [view for view in verdict.steps if self.size.width > 100 or not _is_outside(view)]
        if not views:
            return []  # it follows no workflow
        for detail in ("agents", "names", "signs"):
            cells = [self._cell(view, detail, verdict, views) for view in views]
            widths = [max(cell_len(top), cell_len(below)) + 2 for top, below in cells]
            if sum(widths) <= self.size.width - 3:
                break
        else:
            widths = [cell_len(top) + 1 for top, _ in cells]
        parts: list[Part] = []
        at = 2
        self._spans = []
        for view, (top, below), width in zip(views, cells, widths, strict=True):
            text = fit(below if under else top, width - 1, self._glyphs.ellipsis) + " "
            parts.append(
                (text, tone(self, "pipeline--muted") if under else self._tone(view, verdict))
            )
            if view.artefact:
                self._spans.append((at, at + width, view.artefact.name))
            at += width
        return parts

    def _cell(
        self, view: StepView, detail: str, verdict: Verdict, views: list[StepView]
    ) -> tuple[str, str]:
        """What stands in the two lines for a step. With too little room only the last one done
        keeps its name."""
        sign = step_sign(view, self._glyphs, waits=asks(view, verdict))
        last_done = max((at for at, one in enumerate(views) if one.state == "done"), default=0)
        if detail == "signs" and view.state == "done" and views.index(view) < last_done:
            return sign, ""
        took = ""
        if view.began_ns is not None and view.state != "later":
            end = (
                view.ended_ns
                if view.state == "done" and view.ended_ns is not None
                else self._now_ns
            )
            took = (
                duration(end - view.began_ns)
                if isinstance(view.step, Phase) or view.state == "gate"
                else ""
            )
        agent = view.step.agent if detail == "agents" and isinstance(view.step, Phase) else ""
        below = " ".join(part for part in (agent, took) if part)
        return f"{sign} {step_name(view)}", f"  {below}"

    def _tone(self, view: StepView, verdict: Verdict) -> Style:
        name = "due" if asks(view, verdict) else {
            "done": "done", "active": "active", "due": "due", "gate": "due", "missing": "alarm",
        }.get(view.state, "muted")  # fmt: skip
        return tone(self, f"pipeline--{name}")

    def on_click(self, event: events.Click) -> None:
        for start, stop, name in self._spans:
            if event.y < 2 and start <= event.x < stop:
                self.post_message(FileChosen(name))


def _is_outside(view: StepView) -> bool:
    return isinstance(view.step, Phase) and view.step.outside
