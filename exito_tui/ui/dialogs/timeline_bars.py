"""The lines of a timeline: spans of time as bars, agents in one colour and the user in another,
with what is usual as a tick."""

from collections.abc import Mapping, Sequence
from statistics import median
from textwrap import wrap
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from exito_tui.domain.units import SECOND_NS, duration
from exito_tui.domain.verdicts.steps import StepView
from exito_tui.domain.verdicts.verdict import Verdict
from exito_tui.domain.workflows.model import Phase
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.drawing.strips import fit, fit_right
from exito_tui.ui.widgets.step_cells import step_name

Who = Literal["agent", "user"]

_GAP = 2
_LONGEST = 2
"""What took more than this many times the median is cut off: it would leave no room for the
rest."""


class Span(NamedTuple):
    """From when to when (epoch ns, or ns since the beginning) who had a turn, and what it is
    called."""

    start: int
    stop: int
    who: Who
    name: str

    @property
    def took(self) -> int:
        """Nanoseconds."""
        return self.stop - self.start


class Scale(NamedTuple):
    """The moments (ns) at both ends of a bar."""

    begin: int
    end: int

    def cell(self, moment: int, width: int) -> int:
        """The cell of a moment in a bar of a width; it may lie beyond its end."""
        return (moment - self.begin) * width // max(1, self.end - self.begin)


class Look(NamedTuple):
    """How lines are drawn: the whole width, that of the name and of the remark, and the styles of
    `agent`, `user`, `tick` and `muted`."""

    width: int
    name: int
    remark: int
    styles: Mapping[str, Style]
    glyphs: Glyphs

    @property
    def bar(self) -> int:
        """The width of the bar."""
        return max(8, self.width - self.name - self.remark - 2 * _GAP)


def spans(view: StepView, verdict: Verdict, now_ns: int) -> list[Span]:
    """A step's time; what an agent wrote last and the user is to answer is the user's from then
    on. Nothing for a gate that is answered: its time is in what came next."""
    if view.began_ns is None:
        return []
    end = _end(view, verdict, now_ns)
    if not isinstance(view.step, Phase):
        return [Span(view.began_ns, end, "user", "you")] if view.state == "gate" else []
    name = step_name(view)
    written = view.artefact.modified_ns if view.artefact else None
    asks = verdict.state == "waiting" and view.state == "active"
    if asks and written is not None and view.began_ns < written < end:
        return [
            Span(view.began_ns, written, "agent", name), Span(written, end, "user", "you"),
        ]  # fmt: skip
    return [Span(view.began_ns, end, "agent", name)]


def spans_of(verdict: Verdict, now_ns: int) -> list[Span]:
    """All spans of a session, in order; none when nothing is known of its times."""
    return [span for view in verdict.steps for span in spans(view, verdict, now_ns)]


def scale_over(found: Sequence[Span]) -> Scale:
    """From the first beginning to the last end; at least a second."""
    begin = min(span.start for span in found)
    return Scale(begin, max(begin + SECOND_NS, max(span.stop for span in found)))


def usual(sessions: Sequence[Sequence[Span]]) -> list[Span]:
    """What each phase usually takes, one after the other: the medians, from 0 on."""
    lengths: dict[tuple[str, Who], list[int]] = {}
    for session in sessions:
        for span in session:
            lengths.setdefault((span.name, span.who), []).append(span.took)
    made: list[Span] = []
    at = 0
    for (name, who), took in lengths.items():
        if who == "agent":
            length = int(median(took))
            made.append(Span(at, at + length, who, name))
            at += length
    return made


def common_scale(sessions: Sequence[Sequence[Span]]) -> Scale:
    """A scale from 0 for sessions above each other: as long as the longest, unless that is out of
    all proportion."""
    lengths = [scale.end - scale.begin for scale in map(scale_over, sessions)]
    return Scale(0, max(SECOND_NS, min(max(lengths), int(_LONGEST * median(lengths)))))


def bar_line(
    name: str,
    found: Sequence[Span],
    scale: Scale,
    remark: str,
    look: Look,
    tick: int | None = None,
) -> Text:
    """One line: a name, spans as a bar, a tick at a moment, a remark."""
    glyphs, width = look.glyphs, look.bar
    cells: list[tuple[str, str]] = [(" ", "")] * width
    for span in found:
        first = min(width - 1, scale.cell(span.start, width))
        last = min(width, max(first + 1, scale.cell(span.stop, width)))
        sign = glyphs.block if span.who == "agent" else glyphs.gate_bar
        for at in range(first, last):
            cells[at] = (sign, span.who)
        if first and cells[first - 1][1] == span.who and last - first > 1:
            cells[first] = (glyphs.half_block, span.who)
        if scale.cell(span.stop, width) > width:
            cells[-1] = (glyphs.ellipsis, "muted")
    if tick is not None and 0 <= (at := scale.cell(tick, width)) < width:
        cells[at] = (glyphs.bar, "tick")
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(fit(name, look.name, glyphs.ellipsis) + " " * _GAP)
    for sign, style in cells:
        text.append(sign, look.styles.get(style, Style()))
    text.append(" " * _GAP)
    return text.append(fit_right(remark, look.remark), look.styles["muted"])


def names_lines(found: Sequence[Span], scale: Scale, look: Look) -> list[Text]:
    """The names of spans, for above a bar: each where its span begins; where one is longer than its
    span, a number stands there instead, and the names follow, numbered, in lines of their own."""
    starts = [scale.cell(span.start, look.bar) for span in found]
    whole = [span.name for span in found]
    if _fits(whole, starts, look.bar):
        return [_above(whole, starts, look)]
    numbers = [str(number) for number in range(1, len(found) + 1)]
    words = [f"{number} {name}" for number, name in zip(numbers, whole, strict=True)]
    kept = "   ".join(word.replace(" ", "\xa0") for word in words)  # a name is not broken
    legend = [Text(line, look.styles["muted"]) for line in wrap(kept, look.width - 2)]
    return [*legend, _above(numbers, starts, look)] if _fits(numbers, starts, look.bar) else legend


def _fits(words: Sequence[str], starts: Sequence[int], width: int) -> bool:
    ends = [*starts[1:], width + 1]
    return all(at + cell_len(word) < end for word, at, end in zip(words, starts, ends, strict=True))


def _above(words: Sequence[str], starts: Sequence[int], look: Look) -> Text:
    line = ""
    for word, at in zip(words, starts, strict=True):
        line += " " * (at - cell_len(line)) + word
    return Text(" " * (look.name + _GAP) + line, look.styles["muted"], no_wrap=True)


def took(length: int, usually: float | None) -> str:
    """How long something took, and how long it usually takes (seconds), if that is known."""
    known = f" (usually {duration(int(usually * SECOND_NS))})" if usually is not None else ""
    return duration(length) + known


def _end(view: StepView, verdict: Verdict, now_ns: int) -> int:
    """When a step ended: now, for one that goes on; for one that was given up, when it began."""
    if view.ended_ns is not None and view.state == "done":
        return view.ended_ns
    going_on = verdict.state in ("running", "waiting", "stuck")
    last = view.ended_ns or view.began_ns or now_ns
    return max(now_ns, last) if going_on else last
