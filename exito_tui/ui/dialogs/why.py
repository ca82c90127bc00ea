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
from exito_tui.render.wrapping import headed
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
            yield OptionList()
            yield self.foot()

    def hints(self) -> Sequence[Hint]:
        opens = [Hint("enter", "open the file there", "select")] if any(self._places) else []
        return *opens, Hint("/", "search", "find"), CLOSE

    def begin(self) -> None:
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

    def options(self, width: int) -> list[Option]:
        verdict = self._verdict
        self._places = []
        options: list[Option] = []
        sections = [
            ("Warnings", [(one.file, one.line, one.fact) for one in verdict.warnings]),
            ("Evidence", [(one.file, one.line, one.fact) for one in verdict.evidence]),
            ("Hooks", [("", 0, one) for one in hook_work(self._session)]),
            ("Expected times", [("", 0, one) for one in self._expected(verdict.expected)]),
        ]
        for title, facts in sections:
            if not facts:
                continue
            above = [Text()] * bool(options)
            options += [Option(text, disabled=True) for text in (*above, Text(title, "bold"))]
            self._places += [None] * (len(options) - len(self._places))
            sign = f"{self._glyphs.problem} " if title == "Warnings" else ""
            for file, line, fact in facts:
                self._places.append(FilePlace(file, max(1, line)) if file else None)
                where = f"{file}{f':{line}' if line else ''}"
                words, end = headed(where, fact, width, f"  {sign}", "    ")
                text = Text(words)
                text.stylize("bold", 0, end)
                options.append(Option(text))
        return options

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
