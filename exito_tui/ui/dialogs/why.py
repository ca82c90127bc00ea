"""Why a session is in its state: reason, warnings, evidence and expected times, each a jump into
its file."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from exito_tui.domain.sessions.hook_notes import hook_work
from exito_tui.domain.sessions.session import Session
from exito_tui.domain.text import decoded, one_line
from exito_tui.domain.units import SECOND_NS, duration
from exito_tui.domain.verdicts.expectation import Expectation, History, phase_key
from exito_tui.domain.verdicts.verdict import Verdict, basis, headline
from exito_tui.domain.workflows.model import Phase
from exito_tui.ui.dialogs.find_in_list import ListDialog
from exito_tui.ui.dialogs.hints import CLOSE, Hint
from exito_tui.ui.drawing.glyphs import Glyphs
from exito_tui.ui.widgets.file_choice import FilePlace


class WhyScreen(ListDialog[FilePlace | None]):
    """Gives back the place that the user wants to read, or None."""

    AROUND = 12
    BINDINGS = [("escape,q,w", "close", "Close")]

    def __init__(
        self,
        session: Session,
        title: str,
        verdict: Verdict,
        past: History,
        glyphs: Glyphs,
        now_ns: int,
    ) -> None:
        super().__init__()
        self._now_ns = now_ns
        self._session = session
        self._title = title
        self._verdict = verdict
        self._past = past
        self._glyphs = glyphs
        self._places: list[FilePlace | None] = []

    def compose(self) -> ComposeResult:
        verdict = self._verdict
        with Vertical(classes="dialog"):
            yield self.title_bar(f"Why: {self._title}")
            yield Static(self._head(verdict), markup=False)
            yield OptionList(*self._options(verdict))
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        opens = [Hint("enter", "open the file there", "select")] if any(self._places) else []
        return *opens, Hint("/", "search", "find"), CLOSE

    def on_mount(self) -> None:
        """Begin at what can be opened."""
        found = (at for at, place in enumerate(self._places) if place)
        self.query_one(OptionList).highlighted = next(found, None)

    def _head(self, verdict: Verdict) -> Text:
        head = Text()
        words = headline(verdict, self._now_ns)
        head.append(f"{words[:1].upper()}{words[1:]}", style="bold")
        head.append(f"   {one_line(decoded(self._session.key))}\n", style="dim")
        head.append(f"{one_line(verdict.reason)}\n")
        head.append(one_line(verdict.next_step), style="bold")
        return head

    def _options(self, verdict: Verdict) -> list[Option | None]:
        options: list[Option | None] = []
        if verdict.warnings:
            options.append(self._heading("Warnings"))
            for warned in verdict.warnings:
                sign = f"{self._glyphs.problem} "
                options.append(self._fact(sign, warned.file, warned.line, warned.fact))
        if verdict.evidence:
            options += self._gap(options)
            options.append(self._heading("Evidence"))
            options += [self._fact("", one.file, one.line, one.fact) for one in verdict.evidence]
        if work := hook_work(self._session):
            options.append(self._heading("Hooks"))
            options += [self._fact("", "", 0, one) for one in work]
        expected = self._expected(verdict.expected)
        if expected:
            options += self._gap(options)
            options.append(self._heading("Expected times"))
            options += [self._fact("", "", 0, line) for line in expected]
        return options

    def _gap(self, above: Sequence[object]) -> list[Option]:
        """A blank line, if anything stands above."""
        self._places += [None] * bool(above)
        return [Option(Text(), disabled=True)] * bool(above)

    def _heading(self, title: str) -> Option:
        self._places.append(None)
        return Option(Text(title, "bold"), disabled=True)

    def _fact(self, sign: str, file: str, line: int, fact: str) -> Option:
        self._places.append(FilePlace(file, max(1, line)) if file else None)
        text = Text(f"  {sign}")
        if file:
            text.append(one_line(f"{file}{f':{line}' if line else ''}  "), style="bold")
        text.append(one_line(fact))
        return Option(text)

    def _expected(self, expected: Expectation | None) -> list[str]:
        """The phase in turn, then what each phase took before."""
        lines = [basis(expected)] if expected else []
        for view in self._verdict.steps:
            if isinstance(view.step, Phase) and (known := self._past.get(phase_key(view.step))):
                middle, slowest = (
                    duration(int(one * SECOND_NS)) for one in (known.median, known.slowest)
                )
                lines.append(
                    f"{view.step.agent}: median {middle}, slowest {slowest}, of {known.runs}"
                )
        return lines

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if place := self._places[event.option_index]:
            self.dismiss(place)
