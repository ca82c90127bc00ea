"""Phases as bars over time: one session, and all sessions of its command above each other."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import duration, local_time
from exito_tui.domain.verdicts.expectation import History, phase_key
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Phase
from exito_tui.ui.dialogs.find_in_list import ListDialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint
from exito_tui.ui.dialogs.timeline_bars import (
    Look,
    Scale,
    Span,
    bar_line,
    common_scale,
    names_lines,
    scale_over,
    spans,
    spans_of,
    took,
    usual,
)
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import tone
from exito_tui.ui.verdict_cache import state_sign

_ROOMY = 90
_TONES = ("agent", "user", "tick", "muted")


class SessionFile(NamedTuple):
    """A session, and a file in it; an empty one: none."""

    session: Session
    file: str = ""


class Timed(NamedTuple):
    """What a timeline shows of a session: its title, its verdict."""

    session: Session
    title: str
    verdict: Verdict


class TimelineScreen(ListDialog[SessionFile | None]):
    """One session's phases in full, and its command's other sessions below; gives back the place
    that the user wants to see, or None."""

    AROUND = 10
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bars--{tone}" for tone in _TONES}
    BINDINGS = [("escape,q,t", "close", "Close")]

    def __init__(
        self, shown: Timed, others: Sequence[Timed], past: History, glyphs: Glyphs, now_ns: int
    ) -> None:
        super().__init__()
        self._shown, self._others = shown, others
        self._past, self._glyphs, self._now_ns = past, glyphs, now_ns
        self._places: list[SessionFile | None] = []

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield self.title_bar(f"Timeline: {self._shown.title}")
            yield OptionList()
            yield Static(id="timeline-legend", classes="dialog-foot", markup=False)
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        return Hint("enter", "open", "select"), Hint("/", "search", "find"), CLOSE

    def options(self, width: int) -> Iterator[Option]:
        roomy = width >= _ROOMY
        styles = {name: tone(self, f"bars--{name}") for name in _TONES}
        look = Look(width, 30 if roomy else 22, 27 if roomy else 13, styles, self._glyphs)
        self._show_legend(styles)
        self._places = []
        for text, place in (*self._own(look), *self._all(look)):
            self._places.append(place)
            yield Option(text, disabled=place is None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if place := self._places[event.option_index]:
            self.dismiss(place)

    def _show_legend(self, styles: dict[str, Style]) -> None:
        glyphs = self._glyphs
        legend = Text()
        for sign, name, words in (
            (glyphs.block, "agent", "agents"), (glyphs.gate_bar, "user", "you"),
            (glyphs.bar, "tick", "usual: the median"),
        ):  # fmt: skip
            legend.append(f"{sign * (2 if name != 'tick' else 1)} ", styles[name])
            legend.append(f"{words}    ")
        self.query_one("#timeline-legend", Static).update(legend)

    # ── the session ──────────────────────────────────────────────────────────────────────────────

    def _own(self, look: Look) -> Iterator[tuple[Text, SessionFile | None]]:
        """The session's phases, one below the other; in words where a chart would say nothing."""
        session, _, verdict = self._shown
        every = spans_of(verdict, self._now_ns)
        if not every or verdict.copied:
            yield Text(self._why_none()), None
            return
        usually = self._usually()
        scale = scale_over(every)
        ticks = [span.start + usually.get(span.name, 0) for span in every]
        scale = Scale(scale.begin, max(scale.end, *ticks))
        if len(every) == 1:
            only = every[0]
            known = usually.get(only.name)
            words = f"Only {only.name} so far, for {duration(only.took)}"
            usual_words = f"; usually it takes {duration(known)}." if known else "."
            yield Text(words + usual_words), SessionFile(session, self._file(only))
            return
        begin, end = local_time(scale.begin)[11:16], local_time(scale.end)[11:16]
        axis = f"{begin}{end:>{max(0, look.bar - len(begin))}}"
        yield Text(" " * (look.name + 2) + axis, look.styles["muted"], no_wrap=True), None
        for view in verdict.steps:
            for number, span in enumerate(spans(view, verdict, self._now_ns)):
                name = view.step.agent if isinstance(view.step, Phase) else "your answer"
                name = "  your answer" if number else name
                known = usually.get(span.name) if span.who == "agent" else None
                slow = known and span.took > 2 * known
                sign = f"{self._glyphs.problem} " if slow else ""
                remark = took(span.took, known / 1e9 if known and look.remark > 20 else None)
                tick = span.start + known if known else None
                line = bar_line(name, [span], scale, sign + remark, look, tick)
                yield line, SessionFile(session, view.artefact.name if view.artefact else "")

    def _usually(self) -> dict[str, int]:
        """What each phase usually takes, in ns, by its short name; of one run nothing is usual."""
        found = {}
        for view in self._shown.verdict.steps:
            if isinstance(view.step, Phase) and (known := self._past.get(phase_key(view.step))):
                for span in spans(view, self._shown.verdict, self._now_ns)[:1]:
                    if known.runs > 1:
                        found[span.name] = int(known.median * 1e9)
        return found

    def _file(self, span: Span) -> str:
        for view in self._shown.verdict.steps:
            if span in spans(view, self._shown.verdict, self._now_ns):
                return view.artefact.name if view.artefact else ""
        return ""

    def _why_none(self) -> str:
        if self._shown.verdict.copied:
            return "No times are known: the files have the time of a copy."
        return "No times are known: nothing was written yet, or there is no workflow."

    # ── its command ──────────────────────────────────────────────────────────────────────────────

    def _all(self, look: Look) -> Iterator[tuple[Text, SessionFile | None]]:
        """Every session of the command in one scale, under the names of its phases."""
        command = one_line(decoded(self._shown.session.command))
        timed = [
            (one, found)
            for one in self._others
            if not one.verdict.copied and (found := spans_of(one.verdict, self._now_ns))
        ]
        yield Text(), None
        if len(timed) < 2:
            yield Text(f"No other session of {command} has times to compare with."), None
            return
        yield Text(f"All {len(timed)} of {command}, the newest first", "bold"), None
        scale = common_scale([found for _, found in timed])
        medians = usual([found for _, found in timed])
        for names in names_lines(medians, scale, look):
            yield names, None
        whole = duration(medians[-1].stop) if medians else ""
        yield bar_line("  usual", medians, scale, whole, look), None
        for one, found in timed:
            begin = scale_over(found).begin
            moved = [
                span._replace(start=span.start - begin, stop=span.stop - begin) for span in found
            ]
            name = f"{state_sign(one.verdict, self._glyphs)} {one.title}"
            line = bar_line(name, moved, scale, duration(moved[-1].stop), look)
            if one.session.key == self._shown.session.key:
                line.stylize("bold", 0, look.name)
            yield line, SessionFile(one.session)
